import type { Outcome } from "../core/command.ts";
import type { Context, Destination } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { FileFormat, Source } from "../core/source.ts";
import type { Block } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { visibleText } from "../report/display-text.ts";
import { formatCount } from "../report/number.ts";
import { accountJson } from "../report/row-account.ts";
import { openLedger } from "../steps/clean/undo/open-ledger.ts";
import { readLedger } from "../steps/clean/undo/read-ledger.ts";
import { undoClean, type Undone } from "../steps/clean/undo/undo-clean.ts";
import { openTable, type ReadWords } from "../steps/open-table.ts";

/** The options of `segment clean` that taking back honours. */
export interface UndoOptions extends ReadWords {
  readonly undo: string;
  readonly input?: string | undefined;
  readonly undoRules?: readonly string[] | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly output?: string | undefined;
  readonly format?: FileFormat | undefined;
  readonly explain?: boolean | undefined;
}

/** `segment clean --undo LEDGER --input ORIGINAL CLEANED`: the table as it was, all of it or in part. JSON schema `segment/clean-undo@1`. */
export async function undo(context: Context, inputs: readonly string[], options: UndoOptions): Promise<Outcome> {
  const { engine } = context;
  if (engine.rowsStay) {
    throw new SegmentError(
      "usage",
      "--undo does not work with --engine: a cluster keeps no order of rows in what it writes",
      {
        hint: "leave out --engine",
      },
    );
  }
  if (options.input === undefined) {
    throw new SegmentError("usage", "--undo needs the file that was cleaned", {
      hint: "write segment clean --undo LEDGER --input ORIGINAL CLEANED",
    });
  }
  const original = await openTable(context, [options.input], options);
  const cleaned = await openTable(context, inputs, {});
  const ledger = await readLedger(engine, await openLedger(context, options.undo));
  context.terminal.progress("taking back");
  const destination = context.io.destination(options.output, options.format);
  const undone = await undoClean(context, original, cleaned, ledger, {
    ownTypes: destination?.format === "parquet",
    rules: options.undoRules,
    columns: options.columns,
  });
  const copyOf = undone.isWhole && options.quarantine === undefined ? fileToCopy(original.sources, destination) : null;
  const table = copyOf === null ? undone.table : { ...undone.table, copyOf };
  const used = cleaned.table.rows + undone.restored;
  const account = { used, quarantined: 0, out: undone.table.rows };
  const blocks: readonly Block[] = [
    { kind: "title", parts: ["clean --undo", `${formatCount(undone.table.rows)} rows`] },
    ...blocksOf(undone),
    ...original.warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return {
    report: {
      command: "clean",
      blocks,
      json: {
        schema: "segment/clean-undo@1",
        version: context.version,
        ...accountJson(account),
        warnings: warningsOf(blocks),
        columns: undone.columns.map((one) => ({ ...one })),
        restored: undone.restored,
        dropped: [...undone.dropped],
      },
    },
    ...(options.explain === true ? { text: engine.explain(undone.table.query) } : { table }),
  };
}

/** The input itself, where all of it is taken back to a file of its ending: its bytes are what it was. */
function fileToCopy(sources: readonly Source[], destination: Destination | null): string | null {
  const [source] = sources;
  if (sources.length !== 1 || source?.format !== "csv" || source.sheet !== undefined) return null;
  if (destination === null || destination.path === null || destination.format !== "csv") return null;
  const isPlain = source.compression === "none" && destination.compression === "none";
  const ending = endingOf(destination.path);
  return isPlain && ending !== "" && endingOf(source.label) === ending ? source.label : null;
}

function endingOf(path: string): string {
  return /\.[^./\\]*$/.exec(path)?.[0].toLowerCase() ?? "";
}

function blocksOf({ columns, restored, dropped }: Undone): readonly Block[] {
  const changed = columns.filter(({ count }) => count > 0);
  const texts = [
    ...(restored > 0 ? [`rows put in again: ${formatCount(restored)}`] : []),
    ...(dropped.length > 0 ? [`columns left out again: ${dropped.map(visibleText).join(", ")}`] : []),
  ];
  return [
    {
      kind: "table",
      table: {
        name: "undone",
        columns: [
          { header: "column", align: "left" },
          { header: "cells taken back", align: "right" },
        ],
        rows: changed.map(({ column, count }) => ({ cells: [visibleText(column), formatCount(count)] })),
        data: { columns: ["column", "count"], rows: columns.map(({ column, count }) => [column, count]) },
      },
    },
    ...texts.map((text): Block => ({ kind: "text", text })),
  ];
}
