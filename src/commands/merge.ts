import type { Command, Outcome } from "../core/command.ts";
import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { splitList, type OptionsOf, type OptionTable } from "../core/options.ts";
import type { Column } from "../core/schema.ts";
import { didYouMean } from "../core/suggest.ts";
import { segmentNames } from "../report/segment-names.ts";
import { segmentSentences } from "../report/sentences.ts";
import { finalSegments, mergeInModel, type FinalSegment } from "../steps/cluster/merged-segments.ts";
import { toFitted, type ClusterModel, type SegmentTexts } from "../steps/cluster/model.ts";
import { findColumn } from "../steps/match-columns.ts";
import { compareLabels, countLabels } from "../steps/cluster/labels.ts";
import { mergeInTable } from "../steps/cluster/merge-in-table.ts";
import { openTable, type OpenedTable } from "../steps/open-table.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { loadModel } from "./assign-rows.ts";
import { clusterOptions } from "./cluster-options.ts";
import { tableOptions } from "./common-options.ts";
import { mergeReport } from "./merge-report.ts";
import { givenFlags, refuseIdle, refuseSpooled } from "./refuse-options.ts";

const mergeOptions = {
  in: {
    kind: "texts",
    reads: true,
    value: "FILE",
    group: "Segments",
    help: "the table whose column of segments is rewritten; - for standard input, repeat for several files of one table",
  },
  into: {
    kind: "text",
    value: "N",
    group: "Segments",
    help: "the number of the whole: one of those joined, or one that no segment has (default: the lowest of those joined)",
  },
  model: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Segments",
    help: "a model of segment cluster whose segments are joined",
  },
  saveModel: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Output",
    help: "save the joined model: it gives each row the segment that the model gave, joined",
  },
  name: { ...clusterOptions.name, group: "Segments", help: "the column of segments" },
  ...tableOptions,
} as const satisfies OptionTable;

type MergeOptions = OptionsOf<typeof mergeOptions>;

/** `segment merge`: segments joined under one number, in a table, in a model, or in both. */
export const merge: Command<typeof mergeOptions> = {
  name: "merge",
  summary: "join segments into one, in a table or a model",
  description:
    "Joins segments under one number. In a table (--in) the column of segments is rewritten and nothing else; a model " +
    "(--model) keeps its centres, so that it gives each row the segment it would have given, joined.",
  inputs: "words",
  words: { value: "SEGMENTS", help: "the segments to join, such as 3,5", isOne: false },
  options: mergeOptions,
  examples: [
    { run: "segment merge 3,5 --in segments.csv -o merged.csv", does: "segments 3 and 5 are now 3" },
    {
      run: "segment merge 3,5 --model model.json --save-model merged.json",
      does: "a model for tonight: segment assign new.csv --model merged.json",
    },
    {
      run: "segment merge 2,4,6 --into 4 --in segments.csv --model model.json --save-model merged.json -o merged.csv",
      does: "both alike, under the number 4",
    },
  ],
  run,
};

async function run(context: Context, words: readonly string[], options: MergeOptions): Promise<Outcome> {
  const { engine } = context;
  requireUse(options);
  const joined = [...new Set(words.flatMap(splitList))].sort(compareLabels);
  if (joined.length < 2) {
    throw new SegmentError("usage", "merge joins two segments or more", { hint: "segment merge 3,5 --in FILE" });
  }
  const model = options.model === undefined ? null : await loadModel(context, options.model);
  const opened = options.in.length === 0 ? null : await openTable(context, options.in, options);
  if (options.explain && opened !== null) refuseSpooled(opened.sources);
  const column = opened === null ? null : segmentColumn(opened, options.name);
  const counts = column === null ? null : await countLabels(engine, opened!.table, column);
  const inModel = model === null ? [] : finalSegments(model).map(({ segment }) => String(segment));
  const known = [...new Set([...(counts?.keys() ?? []), ...inModel])].sort(compareLabels);
  requireKnown(joined, known, counts === null ? options.model! : options.in.join(", "));
  const into = intoOf(options.into, joined, known);
  requireNumber(into, model, column);
  if (model !== null) requireKnown(joined, inModel, options.model!);

  const merged = model === null ? null : mergeInModel(model, joined.map(Number), Number(into), textsOf(model, into));
  const table = opened === null ? null : mergeInTable(opened.table, column!, joined, into);
  const report = mergeReport(context.version, {
    opened,
    joined,
    into,
    counts,
    model: merged,
    stale: opened === null ? [] : besideSegments(opened.table, options.name),
  });
  if (options.explain) return { report, text: engine.explain(outputQueries(table!).query) };
  return {
    report,
    ...(table === null ? {} : { table: { ...outputQueries(table), rows: table.rows, first: [options.name] } }),
    files:
      options.saveModel === undefined
        ? []
        : [{ path: options.saveModel, text: `${JSON.stringify(toFitted(merged!), null, 2)}\n` }],
  };
}

/** Throws `usage` for a run that would write nothing, and for options without effect. */
function requireUse(options: MergeOptions): void {
  if (options.in.length === 0 && options.model === undefined) {
    throw new SegmentError("usage", "merge needs a table or a model", {
      hint: "segment merge 3,5 --in FILE, or --model MODEL.json --save-model MERGED.json",
    });
  }
  if ((options.model === undefined) !== (options.saveModel === undefined)) {
    throw new SegmentError("usage", "--model and --save-model belong together", {
      hint: "--model MODEL.json --save-model MERGED.json",
    });
  }
  if (options.in.length > 0) return;
  const keys = [...Object.keys(tableOptions), "name"] as (keyof MergeOptions)[];
  const ofReports = ["json", "report", "quiet", "verbose", "color", "threads", "memory"];
  const idle = givenFlags(
    mergeOptions,
    options,
    keys.filter((key) => !ofReports.includes(key)),
  );
  refuseIdle(idle, "no table is given", "name it with --in FILE");
}

function segmentColumn({ table }: OpenedTable, name: string): Column {
  const column = findColumn(table.columns, name, "--name");
  requireSettled(table, [column.name]);
  return column;
}

function requireKnown(joined: readonly string[], known: readonly string[], file: string): void {
  const unknown = joined.find((label) => !known.includes(label));
  if (unknown === undefined) return;
  const shown = known.length > 20 ? `${known.slice(0, 20).join(", ")} … (${known.length})` : known.join(", ");
  const near = didYouMean(
    unknown,
    known.filter((label) => !/^\d/.test(label)),
  );
  throw new SegmentError("usage", `there is no segment ${unknown}`, {
    place: { file },
    hint: near || (known.length === 0 ? "it has no segments" : `it has ${shown}`),
  });
}

/** The number of the whole. Throws `bad-option-value` for that of another segment. */
function intoOf(given: string | undefined, joined: readonly string[], known: readonly string[]): string {
  const into = given?.trim() ?? joined[0]!;
  if (joined.includes(into)) return into;
  if (known.includes(into)) {
    throw new SegmentError("bad-option-value", `--into ${into}: segment ${into} is not among those joined`, {
      hint: `join it too: segment merge ${[...joined, into].sort(compareLabels).join(",")}`,
    });
  }
  return into;
}

/** A number is to stay a number. Throws `bad-option-value`. */
function requireNumber(into: string, model: ClusterModel | null, column: Column | null): void {
  const isWhole = /^[1-9]\d{0,8}$/.test(into);
  const isNumbers =
    model !== null || column?.type === "integer" || (column?.type === "number" && column.stored === "typed");
  if (isNumbers ? isWhole : into !== "" && into !== "0") return;
  throw new SegmentError("bad-option-value", `--into ${into}: not a number of a segment`, {
    hint: isNumbers ? "they are whole, from 1" : "0 is no segment",
  });
}

/** What the whole is called: as the segment whose number it takes if a person named that, else by its own profile. */
function textsOf(model: ClusterModel, into: string) {
  const before = finalSegments(model).find(({ segment }) => String(segment) === into);
  return (whole: FinalSegment, others: readonly FinalSegment[]): SegmentTexts => {
    const generated = generatedTexts(model, whole, others);
    const by = before?.given;
    if (before === undefined || by === undefined) return generated;
    return {
      name: by === "description" ? generated.name : before.name!,
      description: by === "name" ? generated.description : before.description,
      given: by,
    };
  };
}

function generatedTexts(model: ClusterModel, whole: FinalSegment, others: readonly FinalSegment[]): SegmentTexts {
  const { lang = "en" } = model;
  const columns = model.features.map(({ column }) => column);
  const named = others.flatMap(({ name }) => (name === undefined ? [] : [name]));
  if (whole.z === undefined) {
    throw new SegmentError(
      "bad-model",
      "is of an earlier version, which kept no profile to describe a joined segment by",
      {
        hint: "fit again with --save-model, and --like to keep the numbers",
      },
    );
  }
  const words = { columns, segments: [whole.segment], z: [whole.z], lang };
  return { name: segmentNames(words, named)[0]!, description: segmentSentences(words)[0]! };
}

/** Columns that cluster writes beside the segment, which still tell of the segments before. */
function besideSegments({ columns }: Table, name: string): readonly string[] {
  const beside = ["name", "silhouette", "distance", "second", "probability"].map((extra) => `${name}_${extra}`);
  return columns.map((column) => column.name).filter((one) => beside.includes(one));
}
