import { clean } from "../../../src/commands/clean.ts";
import type { Outcome, OutputTable } from "../../../src/core/command.ts";
import { SegmentError } from "../../../src/core/errors.ts";
import { withDefaults } from "../../../src/core/options.ts";
import { withContext } from "../cluster/with-context.ts";

type Cell = string | null;

/** What a run of `segment clean` gave. */
export interface CleanRun {
  readonly outcome: Outcome;
  readonly header: readonly string[];
  /** The texts of the CSV, row by row; null is an empty field. */
  readonly rows: readonly (readonly Cell[])[];
  readonly json: Record<string, unknown>;
  column(name: string): readonly Cell[];
}

interface Given {
  readonly [option: string]: unknown;
}

/** The command inside the test's own process, on CSV text or on a path. */
export function withClean() {
  const surroundings = withContext();
  let files = 0;
  const run = async (input: string, given: Given = {}): Promise<CleanRun> => {
    const { context, put } = surroundings();
    const path = input.includes("\n") ? put(`clean-${++files}.csv`, input) : input;
    const outcome = await clean.run(context, [path], withDefaults(clean.options, given));
    const table = outcome.table as OutputTable;
    const found = await context.engine.rows(table.query, 100_000);
    const header = Object.keys(found[0] ?? {});
    const rows = found.map((row) => header.map((name) => (row[name] === null ? null : String(row[name]))));
    return {
      outcome,
      header,
      rows,
      json: outcome.report.json as unknown as Record<string, unknown>,
      column: (name) => rows.map((row) => row[header.indexOf(name)] ?? null),
    };
  };
  /** The run, or null where its rules leave no row. */
  const runOrNothing = async (input: string, given: Given): Promise<CleanRun | null> => {
    try {
      return await run(input, given);
    } catch (error) {
      if (error instanceof SegmentError && error.code === "nothing-left") return null;
      throw error;
    }
  };
  return { run, runOrNothing, surroundings };
}

/** CSV text of one column beside a row number, so that an empty cell is a line of its own. */
export function csvColumn(name: string, cells: readonly string[]): string {
  const field = (text: string): string =>
    /[",\r\n]/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
  return [`row,${field(name)}`, ...cells.map((cell, i) => `r${i + 1},${field(cell)}`), ""].join("\n");
}
