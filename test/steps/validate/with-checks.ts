import { expect } from "vitest";
import type { OutputTable } from "../../../src/core/command.ts";
import { openTable } from "../../../src/steps/open-table.ts";
import { parseReadingOptions } from "../../../src/steps/reading/reading-options.ts";
import type { Ask, CheckKind } from "../../../src/steps/validate/asks.ts";
import { dataChecks } from "../../../src/steps/validate/data-checks.ts";
import { failuresTable } from "../../../src/steps/validate/failures.ts";
import { runChecks, type CheckedTable, type CheckResult } from "../../../src/steps/validate/run-checks.ts";
import type { Surroundings } from "../cluster/with-context.ts";

/** Checks by name and words, such as `["range", "age:18..99"]`. */
export type Asked = readonly (readonly [kind: CheckKind, words: string])[];

export interface Checked extends CheckedTable {
  /** Failing rows: check, row, value. */
  readonly rows: readonly (readonly [check: string, row: number, value: string])[];
  readonly failures: OutputTable;
}

let count = 0;

/** Runs checks on a table given as the text of a file. */
export async function checkText(
  { context, put }: Surroundings,
  text: string,
  asked: Asked,
  options: {
    readonly asOf?: string;
    readonly decimal?: "." | ",";
    readonly dates?: readonly string[];
    readonly ending?: string;
  } = {},
): Promise<Checked> {
  const file = put(`checked-${++count}.${options.ending ?? "csv"}`, text);
  return checkFile({ context }, [file], asked, options);
}

/** Runs checks on files. */
export async function checkFile(
  { context }: Pick<Surroundings, "context">,
  files: readonly string[],
  asked: Asked,
  options: { readonly asOf?: string; readonly decimal?: "." | ","; readonly dates?: readonly string[] } = {},
): Promise<Checked> {
  const { engine } = context;
  const { table, sources } = await openTable(context, files, options);
  const asks = asked.map(([kind, words]): Ask => ({
    kind,
    column: null,
    words,
    origin: { said: `--${kind} ${words}`, place: null },
  }));
  const reading = { engine, table, sources, options: parseReadingOptions(options), readings: new Map() };
  const checks = await dataChecks(reading, asks, options.asOf ?? null);
  // Failing rows are found in the table, or kept apart first: the same either way.
  const [found, kept] = [await runOnce(false), await runOnce(true)];
  expect(kept.results).toEqual(found.results);
  expect(kept.rows).toEqual(found.rows);
  return found;

  async function runOnce(keeps: boolean): Promise<Checked> {
    const checked = await runChecks(engine, table, sources, checks, keeps);
    const failures = failuresTable(table, checks, checked);
    const listed = await engine.rows(failures.query, 10_000);
    const names = Object.keys(listed[0] ?? {});
    const rows = listed.map((row): Checked["rows"][number] => [
      String(row[names[0]!]),
      Number(row[names[1]!]),
      String(row[names[3]!] ?? ""),
    ]);
    return { ...checked, failures, rows };
  }
}

/** The rows at which each check failed, `pass` where it passed. */
export function verdicts({ results }: Pick<CheckedTable, "results">): readonly (number | string | null)[] {
  return results.map(({ passed, failing }: CheckResult) => (passed ? "pass" : failing));
}
