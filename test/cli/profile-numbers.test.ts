import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

interface Reference {
  readonly tables: Readonly<Record<string, ReferenceTable>>;
}
interface ReferenceTable {
  readonly csv: string;
  readonly numbers: Readonly<Record<string, ReferenceNumbers>>;
  readonly top: Readonly<Record<string, number>>;
  readonly pearson: readonly (readonly [string, string, number])[];
  readonly spearman: readonly (readonly [string, string, number])[];
  readonly cramer: { readonly plain: number; readonly corrected: number; readonly rows: number };
  readonly eta: readonly (readonly [string, string, number])[];
  readonly cross: {
    readonly values: Readonly<Record<string, { readonly counts: Cells; readonly index: Cells }>>;
    readonly means: Cells;
  };
}
interface ReferenceNumbers {
  readonly missing: number;
  readonly distinct: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly standard_deviation: number;
  readonly skewness: number;
  readonly kurtosis: number;
  readonly quantiles: readonly number[];
  readonly zeros: number;
  readonly negatives: number;
  readonly outliers: readonly [number, number];
}
type Cells = Readonly<Record<string, Readonly<Record<string, number>>>>;

const { tables }: Reference = JSON.parse(
  readFileSync(new URL("../../fixtures/reference/profile/reference.json", import.meta.url), "utf8"),
);
const cwd = scratch();

/** To eleven digits of the size of the values that a figure is made of. */
function near(found: number, wanted: number, size = Math.abs(wanted)): void {
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-11 * Math.max(size, 1e-3));
}

describe.each(Object.entries(tables))("the profile of %s, beside pandas and SciPy", (name, wanted) => {
  const read = async (...words: string[]): Promise<Report> => {
    const file = `${name.replaceAll(" ", "-")}.csv`;
    writeFileSync(join(cwd, file), wanted.csv);
    const run = await segment(["profile", file, "--json", ...words], { cwd });
    expect(run.code, run.stderr).toBe(0);
    return JSON.parse(run.stdout) as Report;
  };

  test("moments, quantiles, outliers, different and most frequent values", async () => {
    const { columns } = await read();
    for (const [column, figures] of Object.entries(wanted.numbers)) {
      const found = columns.find((one) => one.column === column)!;
      const { missing, distinct, minimum, maximum, zeros, negatives } = figures;
      expect(found).toMatchObject({ role: "measure", missing, distinct, minimum, maximum, zeros, negatives });
      expect(found.outliers).toEqual({ low: figures.outliers[0], high: figures.outliers[1] });
      const size = Math.max(Math.abs(minimum), Math.abs(maximum));
      near(found.mean, figures.mean, size);
      near(found.standard_deviation, figures.standard_deviation, size);
      near(found.skewness, figures.skewness, 1);
      near(found.kurtosis, figures.kurtosis, 10);
      Object.values(found.quantiles).forEach((value, i) => near(value, figures.quantiles[i]!, size));
    }
    const kind = columns.find((one) => one.column === "kind")!;
    expect(Object.fromEntries(kind.top.map(({ value, rows }) => [value, rows]))).toEqual(wanted.top);
  });

  test("Pearson, Spearman with ties, Cramér's V plain and corrected, the correlation ratio", async () => {
    const { associations } = await read();
    const pair = (a: string, b: string): Pair =>
      associations.pairs.find(({ left, right }) => (left === a && right === b) || (left === b && right === a))!;
    expect(associations.sampled).toBe(false);
    for (const [a, b, r] of wanted.pearson) near(pair(a, b).pearson!, r, 1);
    for (const [a, b, rho] of wanted.spearman) near(pair(a, b).spearman!, rho, 1);
    for (const [number, group, eta] of wanted.eta) near(pair(number, group).eta!, eta, 1);
    const v = pair("kind", "quarter");
    near(v.cramers_v!, wanted.cramer.plain, 1);
    near(v.cramers_v_corrected!, wanted.cramer.corrected, 1);
    expect(v.rows).toBe(wanted.cramer.rows);
    expect(wanted.pearson.length + wanted.eta.length).toBeGreaterThan(10);
  });

  test("cross-tables by a column: counts, index and means", async () => {
    const { by } = await read("--by", "kind");
    const groups = by!.groups.map(({ value }) => value);
    const table = by!.tables.find(({ column }) => column === "quarter")!;
    const { counts, index } = wanted.cross.values["quarter"]!;
    expect(table.rows.length).toBe(Object.keys(counts).length);
    for (const row of table.rows) {
      groups.forEach((group, g) => {
        expect(row.counts[g]).toBe(counts[row.value]![group]);
        near(row.indices[g]!, index[row.value]![group]!, 100);
      });
    }
    for (const [column, means] of Object.entries(wanted.cross.means)) {
      const own = by!.tables.find((one) => one.column === column)!.means!;
      groups.forEach((group, g) => near(own.by_group[g]!, means[group]!));
    }
  });
});

interface Report {
  readonly columns: readonly {
    readonly column: string;
    readonly mean: number;
    readonly standard_deviation: number;
    readonly skewness: number;
    readonly kurtosis: number;
    readonly quantiles: Readonly<Record<string, number>>;
    readonly outliers: unknown;
    readonly top: readonly { readonly value: string; readonly rows: number }[];
  }[];
  readonly associations: { readonly sampled: boolean; readonly pairs: readonly Pair[] };
  readonly by: null | {
    readonly groups: readonly { readonly value: string }[];
    readonly tables: readonly {
      readonly column: string;
      readonly rows: readonly {
        readonly value: string;
        readonly counts: readonly number[];
        readonly indices: readonly number[];
      }[];
      readonly means?: { readonly by_group: readonly number[] };
    }[];
  };
}
interface Pair {
  readonly left: string;
  readonly right: string;
  readonly pearson: number | null;
  readonly spearman: number | null;
  readonly cramers_v: number | null;
  readonly cramers_v_corrected: number | null;
  readonly eta: number | null;
  readonly rows: number;
}
