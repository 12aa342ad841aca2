import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { clean } from "../../src/commands/clean.ts";
import { normalize } from "../../src/commands/normalize.ts";
import { scoreRfm } from "../../src/commands/score-rfm.ts";
import { validate } from "../../src/commands/validate.ts";
import { SegmentError } from "../../src/core/errors.ts";
import type { Json, JsonReport } from "../../src/core/report.ts";
import { callCommand } from "../../src/wire.ts";
import { lcg } from "../model/cluster/data.ts";
import { describeOnSpark } from "./spark-remote.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-whole-tables-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Customers, some without a basket, in five teams. */
function customers(rows: number): string {
  const u = lcg(5 * rows, 61);
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b, c, d, e] = u.subarray(5 * i, 5 * i + 5) as unknown as [number, number, number, number, number];
    const basket = e < 0.05 ? "" : 50 * c + 3 * (i % 5);
    return `c${i},${Math.exp(8 * a * a).toFixed(2)},${1 + Math.floor(25 * b * b)},${basket},${200 * d - 80},${Math.floor(700 * a * e)},${i % 5}`;
  });
  const file = join(folder, `customers-${rows}.csv`);
  writeFileSync(file, `customer,revenue,orders,basket,balance,days,segment\n${lines.join("\n")}\n`);
  return file;
}

/** Runs that write a table. */
const runs = {
  "normalize by the rule of auto": (given) =>
    callCommand(normalize, given.input, { ...given.options, exclude: ["segment"] }, "0.0.0"),
  "normalize by quartiles": (given) =>
    callCommand(normalize, given.input, { ...given.options, exclude: ["segment"], method: ["robust"] }, "0.0.0"),
  "normalize with encodings, a target among them, and unit rows": (given) => {
    const encode = ["segment=one-hot", "orders=target:revenue+zscore"];
    const columns = ["revenue", "balance"];
    return callCommand(normalize, given.input, { ...given.options, columns, encode, unitRows: "l2" }, "0.0.0");
  },
  clean: (given) =>
    callCommand(
      clean,
      given.input,
      { ...given.options, outliers: ["iqr", "balance=zscore"], impute: ["median"] },
      "0.0.0",
    ),
  "clean by group": (given) =>
    callCommand(
      clean,
      given.input,
      {
        ...given.options,
        outliers: ["revenue=mad", "days=bounds:0:500"],
        outlierAction: ["winsorise", "days=null"],
        impute: ["basket=median"],
        imputeFlag: true,
        by: "segment",
      },
      "0.0.0",
    ),
  "clean in an order": (given) =>
    callCommand(
      clean,
      given.input,
      {
        ...given.options,
        outliers: ["balance=xmr"],
        outlierAction: ["drop"],
        impute: ["basket=linear"],
        imputeFlag: true,
        by: "segment",
        orderBy: "days",
      },
      "0.0.0",
    ),
  "clean by models": (given) =>
    callCommand(
      clean,
      given.input,
      {
        ...given.options,
        outliers: ["balance=bounds:-75:110"],
        outlierAction: ["drop"],
        impute: ["basket=knn", "days=iterative", "orders=forest"],
        columns: ["basket", "days", "orders", "balance"],
        imputeFlag: true,
      },
      "0.0.0",
    ),
  "score rfm": (given) =>
    callCommand(
      scoreRfm,
      given.input,
      { ...given.options, recency: "days", frequency: "orders", monetary: "revenue" },
      "0.0.0",
    ),
} satisfies Readonly<Record<string, (given: Given) => Promise<{ readonly report: JsonReport }>>>;

interface Given {
  readonly input: readonly string[];
  readonly options: { readonly engine?: string; readonly output: string };
}

/** The table that a run wrote, as one file or as the parts of a cluster, each with its header. */
function written(path: string, inParts: boolean): readonly string[] {
  if (!inParts) return readFileSync(path, "utf8").split("\n");
  const parts = readdirSync(path).filter((name) => name.startsWith("part-"));
  const texts = parts.sort().map((name) => readFileSync(join(path, name), "utf8").split("\n"));
  return texts.flatMap((lines, n) => (n === 0 ? lines.slice(0, -1) : lines.slice(1, -1))).concat("");
}

async function both(run: (given: Given) => Promise<{ readonly report: JsonReport }>, file: string, remote: string) {
  const [here, there] = [`${file}.here.csv`, `${file}.there.csv`];
  const input = [file];
  const expected = await run({ input, options: { output: here } });
  const found = await run({ input, options: { output: there, engine: remote } });
  const tables = [written(here, false), written(there, true)] as const;
  rmSync(here);
  rmSync(there, { recursive: true });
  return { expected: expected.report, found: found.report, tables };
}

/** Equal but for numbers, which agree to 1e-9 of their size. */
function expectNear(found: Json, expected: Json, path = ""): void {
  if (typeof found === "number" && typeof expected === "number") {
    const tolerance = 1e-9 * Math.max(Math.abs(expected), 1e-3);
    if (Math.abs(found - expected) > tolerance) expect(`${path} ${found}`).toBe(`${path} ${expected}`);
    return;
  }
  if (typeof found !== "object" || found === null || typeof expected !== "object" || expected === null) {
    expect(found, path).toEqual(expected);
    return;
  }
  expect(Object.keys(found), path).toEqual(Object.keys(expected));
  const wanted = new Map<string, Json>(Object.entries(expected));
  for (const [key, value] of Object.entries(found)) expectNear(value as Json, wanted.get(key)!, `${path}.${key}`);
}

describeOnSpark("commands on tables of any size", (remote) => {
  const small = customers(3000);
  const large = customers(101_000);

  test.each(Object.keys(runs) as (keyof typeof runs)[])(
    "%s: a table that fits here gives the same bytes",
    async (name) => {
      const { expected, found, tables } = await both(runs[name], small, remote);
      expect(found).toEqual(expected);
      // Neighbours are looked for in sorted rows, which a cluster does not sort back.
      const inRows = (lines: readonly string[]) => (name === "clean in an order" ? lines.toSorted() : lines);
      expect(inRows(tables[1])).toEqual(inRows(tables[0]));
    },
  );

  test.each(Object.keys(runs) as (keyof typeof runs)[])("%s: a larger one gives the same figures", async (name) => {
    const { expected, found, tables } = await both(runs[name], large, remote);
    expectNear(found as unknown as Json, expected as unknown as Json);
    expect(tables[1].length).toBe(tables[0].length);
    if (name === "score rfm" || name === "normalize by quartiles") expect(tables[1]).toEqual(tables[0]);
  });

  test("what adaptive chooses, quantiles, and groups apart: a table that fits here gives the same bytes", async () => {
    const run = (given: Given): ReturnType<(typeof runs)["normalize by quartiles"]> => {
      const method = ["adaptive", "days=quantile-normal"];
      return callCommand(normalize, given.input, { ...given.options, method, by: "segment" }, "0.0.0");
    };
    const { expected, found, tables } = await both(run, small, remote);
    expect(found).toEqual(expected);
    expect(tables[1]).toEqual(tables[0]);
  });

  test("quantiles of a larger table are of a sample, and said to be; groups apart are refused", async () => {
    const options = { columns: ["days"], method: ["quantile"] };
    const here = await callCommand(normalize, [large], options, "0.0.0");
    const there = await callCommand(normalize, [large], { ...options, engine: remote }, "0.0.0");
    const skewness = ({ report }: typeof here): number =>
      (report["columns"] as unknown as { skewness_after: number }[])[0]!.skewness_after;
    expect(skewness(there)).toBeCloseTo(skewness(here), 1);
    expect(there.report.warnings.map(({ code }) => code)).toContain("sampled");
    const apart = callCommand(normalize, [large], { columns: ["days"], by: "segment", engine: remote }, "0.0.0");
    await expect(apart).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("--by segment"),
    });
  });

  test("a λ of a larger table is of a sample, and said to be", async () => {
    const options = { columns: ["revenue"], method: ["box-cox"] };
    const here = await callCommand(normalize, [large], options, "0.0.0");
    const there = await callCommand(normalize, [large], { ...options, engine: remote }, "0.0.0");
    const lambda = ({ report }: typeof here): number =>
      (report["columns"] as unknown as { lambda: number }[])[0]!.lambda;
    expect(lambda(there)).toBeCloseTo(lambda(here), 2);
    expect(there.report.warnings.map(({ code }) => code)).toContain("sampled");
  });

  test("a value that a power does not take is told with its line", async () => {
    const run = callCommand(normalize, [large], { columns: ["balance"], method: ["box-cox"], engine: remote }, "0.0.0");
    const error: unknown = await run.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SegmentError);
    expect(error).toMatchObject({ code: "out-of-domain", place: { column: "balance" } });
  });

  test("segments of a larger table: sizes and indices of all rows, silhouettes near them", async () => {
    const options = { segments: true, columns: ["revenue", "orders", "basket"] };
    const here = await callCommand(validate, [large], options, "0.0.0");
    const there = await callCommand(validate, [large], { ...options, engine: remote }, "0.0.0");
    interface Segments {
      readonly silhouette: { readonly mean: number };
      readonly segments: readonly { readonly silhouette: number }[];
    }
    const exact = ({ report }: typeof here): Json =>
      JSON.parse(
        JSON.stringify(report["segments"], (key, value: unknown) =>
          // What parts the segments is of the sample: the same columns, by about as much.
          ["silhouette", "share_below_zero", "d", "ci95"].includes(key) ? null : value,
        ),
      ) as Json;
    expectNear(exact(there), exact(here));
    const mean = ({ report }: typeof here): number => (report["segments"] as unknown as Segments).silhouette.mean;
    expect(Math.abs(mean(there) - mean(here))).toBeLessThan(0.03);
    expect(there.report.warnings.map(({ code }) => code)).toContain("sampled");
  });
});
