import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf, OptionTable } from "../core/options.ts";
import { findRow } from "../steps/explain/find-row.ts";
import { explainByMeans, explainByModel, segmentInFile } from "../steps/explain/why-space.ts";
import { findColumn } from "../steps/match-columns.ts";
import { openTable } from "../steps/open-table.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { loadModel } from "./assign-rows.ts";
import { readOptions, reportOptions, tableOptions } from "./common-options.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";
import { whyReport } from "./why-report.ts";

const { threads, memory } = tableOptions;

const whyOptions = {
  in: {
    kind: "texts",
    value: "FILE",
    reads: true,
    group: "Row",
    help: "the table that holds the row; - for standard input, repeat for several files of the same columns (required)",
  },
  id: {
    kind: "text",
    value: "COL",
    group: "Row",
    help: "the column of ids (default: the first that its name or a schema calls ids and that tells rows apart)",
  },
  model: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Segments",
    help: "explain what a saved clustering makes of the row (default: the segment that the table says, by the segments' means)",
  },
  name: {
    kind: "text",
    value: "COL",
    group: "Segments",
    help: "the column of the segments (default: the model's, or segment)",
  },
  columns: {
    kind: "list",
    value: "LIST",
    group: "Segments",
    help: "without --model: columns to explain the segments by (default: those that cluster would choose)",
  },
  exclude: { kind: "list", value: "LIST", group: "Segments", help: "without --model: columns to leave out" },
  ...readOptions,
  threads,
  memory,
  ...reportOptions,
} as const satisfies OptionTable;

type WhyOptions = OptionsOf<typeof whyOptions>;

/** `segment why`: one row's segment, and what would move it. */
export const why: Command<typeof whyOptions> = {
  name: "why",
  summary: "why a row is in its segment, and what would move it",
  description:
    "Explains the segment of one row: how far it is from its own centre and from the next one, which columns decide between " +
    "the two, and the smallest change of one column, and of all together, that gives it another segment; where the model goes " +
    "by words too, the word of a column that does so by itself. Each change is " +
    "tried on the rule itself before it is told, within the values that the table has. With --model that rule is the " +
    "model's; without, it is the nearest of the segments' means in the columns that cluster would choose, scaled by its " +
    "defaults.",
  inputs: "words",
  words: { value: "id", help: "the id of the row", isOne: true },
  options: whyOptions,
  examples: [
    { run: "segment why c-1042 --in segments.csv --model model.json", does: "what the model sees in a customer" },
    { run: "segment why c-1042 --in segments.csv", does: "by the segments' means, where there is no model" },
    { run: "segment why 17 --in crm.csv --id account --model model.json --json", does: "the same as data" },
  ],
  run,
};

async function run(context: Context, [id = ""]: readonly string[], options: WhyOptions): Promise<Outcome> {
  if (options.in.length === 0) {
    throw new SegmentError("usage", "why needs the table that holds the row", {
      hint: `segment why ${id} --in segments.csv`,
    });
  }
  if (options.model !== undefined) {
    const given = givenFlags(whyOptions, options, ["columns", "exclude"]);
    refuseIdle(given, "--model has its own columns");
  }
  const model = options.model === undefined ? null : await loadModel(context, options.model);
  const opened = await openTable(context, options.in, options);
  const { table, sources } = opened;
  context.terminal.progress("looking for the row");
  const found = await findRow(context.engine, table, sources, { id, column: options.id });
  const name = options.name ?? model?.name ?? "segment";
  const isTold = options.name !== undefined || table.columns.some((column) => column.name === name);
  if (isTold) requireSettled(table, [findColumn(table.columns, name, "--name").name]);
  context.terminal.progress("explaining");
  if (model !== null) {
    const explanation = await explainByModel(context, opened, model, found.row);
    const inFile = isTold ? await segmentInFile(context, opened, name, found.row) : null;
    return { report: whyReport(context, { opened, id, found, explanation, model, column: name, inFile }) };
  }
  const column = findColumn(table.columns, name, "--name");
  const explanation = await explainByMeans(context, opened, column, options, found.row);
  return { report: whyReport(context, { opened, id, found, explanation, model: null, column: name, inFile: null }) };
}
