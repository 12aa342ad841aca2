import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Table } from "../../../src/core/context.ts";
import { encodeTarget } from "../../../src/model/stats/target-encoding.ts";
import { identifier, sql } from "../../../src/sql/template.ts";
import { applyNormalize, scaleByModel, tableWith } from "../../../src/steps/normalize/apply.ts";
import { foldedTable } from "../../../src/steps/normalize/encode/encode-sql.ts";
import { groupCategories } from "../../../src/steps/normalize/encode/group-categories.ts";
import { oneHotNames } from "../../../src/steps/normalize/encode/names.ts";
import { readEncodings } from "../../../src/steps/normalize/encode/read-encodings.ts";
import { fitNormalize, type NormalizeFit } from "../../../src/steps/normalize/fit.ts";
import { recoverColumns, recoveredTable } from "../../../src/steps/normalize/inverse.ts";
import { readMethods } from "../../../src/steps/normalize/methods.ts";
import { readNormalizeModel, toFitted } from "../../../src/steps/normalize/model.ts";
import { readModelFile } from "../../../src/steps/model-file.ts";
import { openTable, type OpenedTable } from "../../../src/steps/open-table.ts";
import { outputQueries } from "../../../src/steps/reading/values.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();
let count = 0;

interface ReferenceSet {
  readonly set: string;
  readonly category: readonly string[];
  readonly categories: readonly string[];
  readonly ordinal: readonly number[];
  readonly oneHotSums: readonly number[];
  readonly oneHotLater: readonly (readonly number[])[];
  readonly grouped: Readonly<Record<string, { readonly rare: readonly string[]; readonly sums: readonly number[] }>>;
  readonly targets: Readonly<
    Record<string, Readonly<Record<string, { readonly values: readonly number[]; readonly mean: number }>>>
  >;
}

const { sets } = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/normalize/encodings.json", import.meta.url), "utf8"),
) as { sets: readonly ReferenceSet[] };

async function open(text: string): Promise<OpenedTable> {
  return openTable(here().context, [here().put(`encode-${++count}.csv`, text)], {});
}

/** A CSV field, quoted always. */
const field = (value: unknown): string => `"${String(value).replaceAll('"', '""')}"`;

async function openSet(set: ReferenceSet): Promise<OpenedTable> {
  const targets = Object.entries(set.targets);
  const lines = set.category.map((value, i) => {
    const others = targets.map(([, recorded]) => String((recorded.values as unknown as readonly unknown[])[i]));
    return [field(value), ...others].join(",");
  });
  return open([["cat", ...targets.map(([name]) => name)].join(","), ...lines, ""].join("\n"));
}

interface Given {
  readonly encode: readonly string[];
  readonly smooth?: "auto" | number;
  readonly minCount?: number;
  readonly maxCategories?: number;
  readonly exclude?: readonly string[];
}

async function fit(opened: OpenedTable, given: Given): Promise<NormalizeFit> {
  const { encode, smooth = "auto", minCount = 1, maxCategories, exclude } = given;
  return fitNormalize(here().context, opened, {
    columns: encode.map((item) => item.slice(0, item.indexOf("="))),
    exclude,
    id: undefined,
    overwrite: false,
    inPlace: false,
    methods: readMethods([]),
    encode: { asked: readEncodings(encode), smooth, folds: 5, seed: 7, minCount, maxCategories, ddof: 0 },
  });
}

async function rows(table: Table): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return here().context.engine.rows(outputQueries(table).typed, 10_000);
}

async function encodedRows(
  opened: OpenedTable,
  fitted: NormalizeFit,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const scaled = await scaleByModel(here().context, opened, fitted.model, false);
  return rows(await tableWith(here().context, opened.table, fitted.model, scaled, fitted.outOfFold));
}

describe.each(sets)("$set", (set) => {
  test("ordinal codes are scikit-learn's", async () => {
    const opened = await openSet(set);
    const fitted = await fit(opened, { encode: ["cat=ordinal"] });
    expect(fitted.model.encodings[0]!.categories).toEqual(set.categories);
    expect((await encodedRows(opened, fitted)).map((row) => row["cat_scaled"])).toEqual(set.ordinal);
  });

  test("one-hot columns are scikit-learn's: one 1 a row, and none for a value that was never seen", async () => {
    const opened = await openSet(set);
    const { model } = await fit(opened, { encode: ["cat=one-hot"] });
    const { targets } = model.encodings[0]!;
    const { table } = await applyNormalize(here().context, opened, model);
    const found = await rows(table);
    found.forEach((row, i) => {
      const own = targets.map((name) => row[name]);
      expect(own).toEqual(set.categories.map((category) => (category === set.category[i] ? 1 : 0)));
    });
    const later = await open(`cat\nnever seen\n${field(set.category[0])}\n${field(set.category.at(-1))}\n`);
    const applied = await applyNormalize(here().context, later, model);
    expect((await rows(applied.table)).map((row) => targets.map((name) => row[name]))).toEqual(set.oneHotLater);
    expect(applied.encoded[0]).toMatchObject({ unseen: 1, missing: 0, examples: ["never seen"] });
    expect(applied.warnings.map(({ code }) => code)).toEqual(["unseen-categories"]);
  });

  test("rare categories are grouped as scikit-learn groups them", () => {
    const counted = set.categories.map((value, i) => ({ value, count: set.oneHotSums[i]! }));
    for (const [key, { rare, sums }] of Object.entries(set.grouped)) {
      const [least, most] = key.split(",").map((part) => (part === "None" ? null : Number(part))) as (number | null)[];
      // scikit-learn groups one category alone where all of them would fit; that says less with as many columns.
      if (rare.length === 1) continue;
      const found = groupCategories(counted, { order: null }, least ?? 1, most ?? Infinity);
      expect(found.counts).toEqual(sums);
      expect(set.categories.filter((_, i) => found.slots[i] === found.kept.length)).toEqual(rare);
    }
  });

  test.each(Object.keys(set.targets))(
    "the mean of %s by category is scikit-learn's, from sums in the engine",
    async (target) => {
      const opened = await openSet(set);
      for (const smooth of ["auto", "0.0", "2.5", "30.0"]) {
        const { model } = await fit(opened, {
          encode: [`cat=target:${target}`],
          smooth: smooth === "auto" ? "auto" : Number(smooth),
        });
        const { values, mean } = set.targets[target]![smooth]!;
        const own = model.encodings[0]!;
        const size = Math.max(
          ...(set.targets[target]!.values as unknown as readonly number[]).map((x) => Math.abs(Number(x))),
        );
        expect(Math.abs(own.target!.mean - mean)).toBeLessThan(1e-12 * size);
        own.values.forEach((x, c) => expect(Math.abs(x - values[c]!)).toBeLessThan(1e-12 * size));
      }
    },
  );

  test("the rows of the fit get the mean of the folds that they are not in", async () => {
    const opened = await openSet(set);
    const target = Object.keys(set.targets)[0]!;
    const fitted = await fit(opened, { encode: [`cat=target:${target}`], smooth: 4 });
    const { table, fold } = foldedTable(opened.table, 5, 7);
    const folds = (
      await here().context.engine.rows(sql`select ${fold} as ${identifier("f")} from ${table.relation}`, 10_000)
    ).map((row) => Number(row["f"]));
    expect(new Set(folds).size).toBe(5);
    const y = (set.targets[target]!.values as unknown as readonly unknown[]).map(Number);
    const found = await encodedRows(opened, fitted);
    const mean = (items: readonly number[]): number => items.reduce((sum, x) => sum + x, 0) / items.length;
    found.forEach((row, i) => {
      const others = y.filter((_, k) => folds[k] !== folds[i]);
      const own = y.filter((_, k) => folds[k] !== folds[i] && set.category[k] === set.category[i]);
      const expected = (own.reduce((sum, x) => sum + x, 0) + 4 * mean(others)) / (own.length + 4);
      expect(Math.abs(Number(row["cat_scaled"]) - expected)).toBeLessThan(1e-12 * Math.max(...y.map(Math.abs)));
    });
  });
});

test("a scaler behind an encoding gives mean 0 and population deviation 1 on the rows of the fit", async () => {
  const opened = await openSet(sets[1]!);
  for (const how of ["ordinal", "frequency", "target:proline"]) {
    const values = (await encodedRows(opened, await fit(opened, { encode: [`cat=${how}+zscore`] }))).map((row) =>
      Number(row["cat_scaled"]),
    );
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(1e-12);
    expect(Math.abs(variance - 1)).toBeLessThan(1e-12);
  }
});

test("frequency is the share of the rows that have a value; unseen values have none; missing stays missing", async () => {
  const opened = await open("plan,x\nbasic,1\nbasic,2\n,3\npro,4\n");
  const fitted = await fit(opened, { encode: ["plan=frequency"] });
  expect((await encodedRows(opened, fitted)).map((row) => row["plan_scaled"])).toEqual([2 / 3, 2 / 3, null, 1 / 3]);
  const later = await applyNormalize(here().context, await open("plan\nultra\nNA\npro\n"), fitted.model);
  expect((await rows(later.table)).map((row) => row["plan_scaled"])).toEqual([0, null, 1 / 3]);
});

test("a given order makes the codes; what it lacks is missing and counted, at the fit as well", async () => {
  const opened = await open("size\nL\nS\nM\nXXL\nS\n");
  const fitted = await fit(opened, { encode: ["size=ordinal:S<M<L<XL"] });
  const scaled = await scaleByModel(here().context, opened, fitted.model, false);
  expect(scaled.encoded[0]).toMatchObject({ unseen: 1, examples: ["XXL"], missing: 0 });
  expect((await encodedRows(opened, fitted)).map((row) => row["size_scaled"])).toEqual([2, 0, 1, null, 0]);
});

test("a model file holds all that encoding and the way back need", async () => {
  const opened = await openSet(sets[4]!);
  const { model } = await fit(opened, { encode: ["cat=one-hot", "left=target:spend+robust"], maxCategories: 4 });
  const file = readModelFile(JSON.stringify(toFitted(model)), "m.json");
  expect(readNormalizeModel(file)).toEqual(model);
  const broken = JSON.parse(JSON.stringify(toFitted(model)));
  broken.parameters.encodings[0].slots[1] = 9;
  expect(() => readNormalizeModel(readModelFile(JSON.stringify(broken), "m.json"))).toThrow(/encodings\[0\]\.slots/);
});

test("text categories fit rows whose values happen to be numbers; numbers do not fit words", async () => {
  const { model } = await fit(await open("code\n01\nA\n1\nA\n"), { encode: ["code=ordinal"] });
  const { table } = await applyNormalize(here().context, await open("code,x\n1,1\n01,2\n7,3\n"), model);
  expect((await rows(table)).map((row) => row["code_scaled"])).toEqual([1, 0, null]);
  const whole = await fit(await open("floor\n10\n9\n9\n-1\n"), { encode: ["floor=ordinal"] });
  expect(whole.model.encodings[0]!.categories).toEqual(["-1", "9", "10"]);
  const wrong = applyNormalize(here().context, await open("floor\nhigh\nlow\n"), whole.model);
  await expect(wrong).rejects.toMatchObject({ code: "model-mismatch" });
});

test("whatever the values, one-hot and ordinal come back as they were", async () => {
  const odd = fc.oneof(
    fc.constantFrom("a", "A", "é", "e\u0301", "東京", "🍷", "NA", "x,y", 'say "no"', "it's", "<", "other", "1", "$p"),
    fc.string({ minLength: 1, maxLength: 6 }).filter((text) => !/[\r\n\0]/.test(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(odd, { minLength: 2, maxLength: 25 }), async (values) => {
      const opened = await open(`n,cat\n${values.map((value, i) => `${i},${field(`w${value}`)}`).join("\n")}\n`);
      const before = (await rows(opened.table)).map((row) => row["cat"]);
      for (const how of ["one-hot", "ordinal", "ordinal+zscore"]) {
        const { model } = await fit(opened, { encode: [`cat=${how}`] });
        const applied = await applyNormalize(here().context, opened, model);
        const recovered = await recoverColumns(here().context, { ...opened, table: applied.table }, model, true);
        expect(recovered.decoded[0]!.lost).toBe(0);
        const back = await rows(await recoveredTable(here().context, applied.table, recovered));
        expect(back.map((row) => row["cat"])).toEqual(before);
      }
    }),
    { numRuns: 25 },
  );
});

test("names of one-hot columns: letters and digits of the value, told apart whatever their case", () => {
  expect(oneHotNames("city", ["Paris", "paris", "Saint-Étienne", "New  York!", "!", null], [])).toEqual([
    "city_Paris_scaled",
    "city_paris_2_scaled",
    "city_Saint-Étienne_scaled",
    "city_New_York_scaled",
    "city_value_scaled",
    "city_other_scaled",
  ]);
});

test("what cannot be encoded is refused by name, with the way out", async () => {
  const opened = await open("city,price,day,n,same\nA,1.5,2024-01-02,1,\nB,2.5,2024-01-03,2,\nA,3.5,2024-02-13,x,\n");
  const wrong = async (encode: string): Promise<unknown> => fit(opened, { encode: [encode] });
  await expect(wrong("price=one-hot")).rejects.toMatchObject({ code: "bad-option-value" });
  await expect(wrong("day=one-hot")).rejects.toMatchObject({ code: "bad-option-value" });
  await expect(wrong("same=ordinal")).rejects.toMatchObject({ code: "bad-option-value" });
  await expect(wrong("city=target:day")).rejects.toMatchObject({ code: "not-numeric", place: { column: "day" } });
  await expect(wrong("city=target:city")).rejects.toMatchObject({ code: "not-numeric" });
  await expect(wrong("city=target:prise")).rejects.toMatchObject({ code: "unknown-column" });
  const frequency = await fit(opened, { encode: ["city=frequency"] });
  const back = recoverColumns(here().context, opened, frequency.model, true);
  await expect(back).rejects.toMatchObject({
    code: "usage",
    message: expect.stringContaining("city (frequency) has no way back"),
  });
});

test.each([
  ["city", /not COL=ENCODING/],
  ["city=onehott", /did you mean one-hot/],
  ["city=one-hot+zscore", /take no scaler/],
  ["city=target", /needs the column/],
  ["city=ordinal:S<S", /stands twice/],
  ["city=frequency+zcore", /did you mean zscore/],
  ["city=frequency:x", /nothing behind a colon/],
])("--encode %s is refused", (item, message) => {
  expect(() => readEncodings([item])).toThrow(expect.objectContaining({ message: expect.anything() }));
  try {
    readEncodings([item]);
  } catch (error) {
    const { message: text, hint } = error as { message: string; hint?: string };
    expect(`${text}; ${hint ?? ""}`).toMatch(message);
  }
});

test("--encode reads names, kinds in any spelling, orders and scalers", () => {
  expect(readEncodings(["a=b=OneHot", "size=ordinal:S<M < L+minmax", "c d=target:x y", ":text=frequency"])).toEqual([
    { pattern: "a=b", kind: "one-hot", order: null, target: null, scaler: "none" },
    { pattern: "size", kind: "ordinal", order: ["S", "M", "L"], target: null, scaler: "minmax" },
    { pattern: "c d", kind: "target", order: null, target: "x y", scaler: "none" },
    { pattern: ":text", kind: "frequency", order: null, target: null, scaler: "none" },
  ]);
});

test("the smoothed mean leaves out rows without a target, and counts them", async () => {
  const opened = await open("g,y\na,1\na,\nb,5\nb,7\na,3\nb,\n");
  const fitted = await fit(opened, { encode: ["g=target:y"], smooth: 0 });
  expect(fitted.model.encodings[0]!.values).toEqual([2, 6]);
  expect(fitted.withoutTarget.get("g")).toBe(2);
  const all = { centres: [0], sums: [[{ count: 0, sum: 0, squares: 0 }]] };
  expect(encodeTarget(all, 0, () => true).values).toEqual([]);
});
