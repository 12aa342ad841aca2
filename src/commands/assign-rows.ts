import type { Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { Block, Report } from "../core/report.ts";
import type { Source } from "../core/source.ts";
import { warningsOf } from "../report/columns.ts";
import { formatCount } from "../report/number.ts";
import { sentenceBlocks } from "../report/sentences.ts";
import { sizesBlocks } from "../report/sizes.ts";
import { reportTables } from "../report/tables.ts";
import { applyCluster, readFeatures, type AppliedCluster } from "../steps/cluster/apply.ts";
import { assignSql } from "../steps/cluster/assign-sql.ts";
import { readModel, type ClusterModel } from "../steps/cluster/model.ts";
import { readModelFile } from "../steps/model-file.ts";
import { readExtras } from "../steps/cluster/settings.ts";
import { outputWith, refuseExisting } from "../steps/new-columns.ts";
import { openTable, type OpenedTable, type ReadWords } from "../steps/open-table.ts";
import { envelope } from "./cluster-report.ts";

export interface AssignOptions extends ReadWords {
  readonly name?: string | undefined;
  readonly overwrite: boolean;
  readonly with: readonly string[] | undefined;
  readonly tables: string | undefined;
  readonly explain: boolean;
}

/** Reads a model file. Throws `file-missing`, `bad-model`. */
export async function loadModel(context: Context, file: string): Promise<ClusterModel> {
  return readModel(readModelFile(await context.io.readText(file), file));
}

/** Gives every row of a table its segment of a saved model: no fitting, the same labels as the fit on the same rows. */
export async function assignRows(
  context: Context,
  inputs: readonly string[],
  file: string,
  options: AssignOptions,
): Promise<Outcome> {
  refuseWithExplain(options);
  const { engine } = context;
  const extras = readExtras(options.with ?? []);
  const saved = await loadModel(context, file);
  const model = { ...saved, name: options.name ?? saved.name };
  const opened = await openTable(context, inputs, options);
  const { table, sources } = opened;
  if (options.explain) {
    refuseSpooled(sources);
    refuseExisting(table, [model.name], options.overwrite);
    await readFeatures(context, opened, model);
    return {
      report: { command: "assign", blocks: [], json: envelope(context, "segment/assign@1", opened, []) },
      text: engine.explain(assignSql(table, model)),
    };
  }
  const applied = await applyCluster(context, opened, model, { extras, overwrite: options.overwrite });
  const output = await outputWith(engine, opened, applied.columns);
  const report = assignReport(context, model, opened, applied);
  return {
    report,
    table: { ...output, first: applied.columns.map(({ name }) => name) },
    folders: options.tables === undefined ? [] : [{ path: options.tables, files: reportTables(report) }],
  };
}

/** `--explain` prints the segment as SQL and writes nothing; what it could not honour is refused. */
export function refuseWithExplain(options: Pick<AssignOptions, "explain" | "with" | "quarantine">): void {
  if (!options.explain) return;
  const refused = [
    options.with === undefined ? [] : ["--with"],
    options.quarantine === undefined ? [] : ["--quarantine"],
  ].flat();
  if (refused.length === 0) return;
  throw new SegmentError(
    "usage",
    `--explain shows how the segment is found and writes nothing, so ${refused.join(", ")} would have no effect`,
    {
      hint: "leave out one or the other",
    },
  );
}

/** The text of `--explain` must run later, by itself: what was read from a temporary copy cannot be explained. */
export function refuseSpooled(sources: readonly Source[]): void {
  const source = sources.find(({ spooled }) => spooled);
  if (source === undefined) return;
  throw new SegmentError(
    "usage",
    "--explain needs a file that SQL can read as it is: plain UTF-8, not standard input",
    {
      place: { file: source.label },
      hint: "convert it first: segment ingest FILE -o plain.csv",
    },
  );
}

function assignReport(
  context: Context,
  model: ClusterModel,
  opened: OpenedTable,
  { assigned: { byRow }, reference, negative }: AppliedCluster,
): Report {
  const counts = new Map<number, number>();
  for (const segment of byRow) counts.set(segment, (counts.get(segment) ?? 0) + 1);
  const unassigned = counts.get(0) ?? 0;
  const assigned = byRow.length - unassigned;
  const segments = [...model.segments]
    .sort((a, b) => a.segment - b.segment)
    .map(({ segment, description, share: shareAtFit }) => {
      const size = counts.get(segment) ?? 0;
      return { segment, size, share: assigned === 0 ? 0 : size / assigned, share_at_fit: shareAtFit, description };
    });
  const blocks: Block[] = [
    {
      kind: "title",
      parts: [
        "assign",
        model.method,
        `${formatCount(byRow.length)} rows`,
        `${model.segments.length} segments of a saved model`,
      ],
    },
    ...sizesBlocks({
      segments: segments.map(({ segment, size, share }) => ({ segment, size, share, valueShare: null })),
      valueColumn: null,
      weighted: false,
      unassigned,
    }),
    ...sentenceBlocks(segments),
    ...opened.warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  if (negative.length > 0) {
    const text = `negative values of ${negative.join(", ")} were taken as -log(1 - x); the fit had none`;
    blocks.push({ kind: "notice", code: "outside-the-fit", text });
  }
  if (reference !== null) {
    const text = `each row's silhouette was estimated from ${formatCount(reference)} rows that stand for all`;
    blocks.push({ kind: "notice", code: "silhouette-estimated", text });
  }
  return {
    command: "assign",
    blocks,
    json: {
      ...envelope(context, "segment/assign@1", opened, warningsOf(blocks)),
      columns: model.features.map(({ column }) => column),
      method: model.method,
      k: model.segments.length,
      unassigned,
      segments,
    },
  };
}
