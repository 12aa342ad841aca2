import type { Context } from "../core/context.ts";
import type { Report } from "../core/report.ts";
import { formatCount } from "../report/number.ts";
import { type CellKind, dirtyCells } from "../steps/sample/dirt.ts";
import type { SampleOptions } from "../steps/sample/population.ts";

/** The report of `sample transactions` and `sample events`. */
export function historyReport(
  context: Context,
  sample: SampleOptions,
  what: "transactions" | "events",
  rows: number,
  kinds: readonly CellKind[],
): Report {
  const damaged = dirtyCells(rows, kinds, sample.dirty);
  return {
    command: `sample ${what}`,
    blocks: [
      {
        kind: "title",
        parts: [
          `sample ${what}`,
          `${formatCount(rows)} rows`,
          `${formatCount(sample.rows)} customers`,
          `seed ${sample.seed}`,
        ],
      },
      { kind: "text", text: `${formatCount(damaged)} damaged cells; matches sample customers with the same options` },
    ],
    json: {
      schema: `segment/sample-${what}@1`,
      version: context.version,
      input: { rows: 0, used: 0, quarantined: 0 },
      merged: 0,
      grouped: 0,
      removed: 0,
      output: { rows },
      warnings: [],
      seed: sample.seed,
      locale: sample.locale,
      customers: sample.rows,
      damaged_cells: damaged,
    },
  };
}
