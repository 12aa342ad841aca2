import { describe, expect, test } from "vitest";
import { openTable } from "../../../src/steps/open-table.ts";
import { outputQueries } from "../../../src/steps/reading/values.ts";
import {
  applyRfm,
  measureRfm,
  scoreMeasured,
  type ApplyRfmOptions,
  type AppliedRfm,
} from "../../../src/steps/rfm/apply.ts";
import { defaultGrid } from "../../../src/steps/rfm/default-grid.ts";
import { measuredNumbers } from "../../../src/steps/rfm/measured-numbers.ts";
import type { RfmModel } from "../../../src/steps/rfm/model.ts";
import type { ScoreWeights } from "../../../src/steps/rfm/settings.ts";
import type { Measure } from "../../../src/model/rfm/score.ts";
import { withContext } from "../cluster/with-context.ts";

const at = withContext();
let count = 0;

interface Given extends ApplyRfmOptions {
  readonly weights?: ScoreWeights;
  readonly cuts?: ReadonlyMap<Measure, readonly number[]>;
}

async function scored(
  text: string,
  [recency, frequency, monetary]: readonly [string, string, string],
  given: Given = {},
): Promise<AppliedRfm & { csv: readonly string[]; model: RfmModel }> {
  const { context, put } = at();
  const opened = await openTable(context, [put(`columns-${++count}.csv`, text)], {});
  const roles = { kind: "columns", recency, frequency, monetary } as const;
  const weights = given.weights ?? null;
  const measured = await measureRfm(context, opened, roles, { ...given, weights });
  const numbers = await measuredNumbers(context, measured);
  const model: RfmModel = {
    version: "0",
    columns: measured.columns,
    roles,
    cuts: await numbers.cuts(given.cuts ?? new Map()),
    weights,
    grid: defaultGrid,
  };
  const applied = scoreMeasured(measured, await numbers.summary(model), model);
  const rows = await context.engine.rows(outputQueries(applied.table).query, 1000);
  const csv = [Object.keys(rows[0] ?? {}), ...rows.map((row) => Object.values(row))].map((row) => row.join(","));
  return { ...applied, csv, model };
}

// Ranks .8 1.6 2.4 3.2 of 1 2 3 4 5: cuts 1.8 2.6 3.4 4.2, a score each.
const five = "id,days,orders,spent\na,5,1,1.50\nb,4,2,2.5\nc,3,3,3\nd,2,4,4\ne,1,5,5\n";

test("rows keep their columns and their text, and get the eight beside them", async () => {
  const { csv, asOf, removed, grouped } = await scored(five, ["days", "orders", "spent"]);
  expect(csv).toEqual([
    "id,days,orders,spent,recency,frequency,monetary,r_score,f_score,m_score,rfm_score,rfm_segment",
    "a,5,1,1.50,5,1,1.50,1,1,1,111,lost",
    "b,4,2,2.5,4,2,2.5,2,2,2,222,hibernating",
    "c,3,3,3,3,3,3,3,3,3,333,need attention",
    "d,2,4,4,2,4,4,4,4,4,444,loyal",
    "e,1,5,5,1,5,5,5,5,5,555,champions",
  ]);
  expect([asOf, removed, grouped]).toEqual([null, 0, 0]);
});

test("columns of those names that are the very ones to score are used where they stand", async () => {
  const text = five.replace("days,orders,spent", "recency,frequency,monetary");
  const { csv } = await scored(text, ["recency", "frequency", "monetary"]);
  expect(csv[0]).toBe("id,recency,frequency,monetary,r_score,f_score,m_score,rfm_score,rfm_segment");
  expect(csv[1]).toBe("a,5,1,1.50,1,1,1,111,lost");
});

test("columns of those names that are others need --overwrite", async () => {
  const text = "id,recency,orders,spent,rfm_score\na,2024-01-01,1,1,x\nb,2024-01-03,2,2,y\n";
  const roles = ["recency", "orders", "spent"] as const;
  await expect(scored(text, roles)).rejects.toMatchObject({ code: "column-exists", exit: 2 });
  const { csv } = await scored(text, roles, { overwrite: true });
  expect(csv).toEqual([
    "id,orders,spent,recency,frequency,monetary,r_score,f_score,m_score,rfm_score,rfm_segment",
    "a,1,1,2,1,1,1,1,1,111,lost",
    "b,2,2,0,2,2,5,5,5,555,champions",
  ]);
});

describe("a date of the last purchase", () => {
  const text = "id,last,orders,spent\na,2024-01-01,1,1\nb,2024-01-31,2,2\nc,2024-02-05,3,3\n";

  test("counts its days to the last date in the data", async () => {
    const { csv, asOf } = await scored(text, ["last", "orders", "spent"]);
    expect(asOf).toBe("2024-02-05");
    expect(csv.slice(1).map((line) => line.split(",")[4])).toEqual(["35", "5", "0"]);
  });

  test("or to --as-of, and rows after it are left out and counted", async () => {
    const { csv, afterAsOf, removed } = await scored(text, ["last", "orders", "spent"], { asOf: "2024-01-31" });
    expect(csv.slice(1).map((line) => line.split(",").slice(0, 5).join(" "))).toEqual([
      "a 2024-01-01 1 1 30",
      "b 2024-01-31 2 2 0",
    ]);
    expect([afterAsOf, removed]).toEqual([1, 1]);
  });

  test("but a number of days takes no --as-of", async () => {
    await expect(scored(five, ["days", "orders", "spent"], { asOf: "2024-01-31" })).rejects.toMatchObject({
      code: "usage",
    });
  });
});

describe("a row without one of the three", () => {
  const gaps = five.replace("b,4,2,2.5", "b,4,,2.5").replace("e,1,5,5", "e,1,5,n/a");

  test("stays without scores and segment, moves no cut, and is counted", async () => {
    const { csv, summary, warnings, model } = await scored(gaps, ["days", "orders", "spent"]);
    expect(csv[2]).toBe("b,4,,2.5,4,,2.5,,,,,");
    expect(csv[5]).toBe("e,1,5,n/a,1,5,n/a,,,,,");
    expect(summary.scored).toBe(3);
    // 1, 3 and 4 at ranks .4 .8 1.2 1.6
    expect(model.cuts.frequency.at.map((cut) => cut.toFixed(9))).toEqual([1.8, 2.6, 3.2, 3.6].map((x) => x.toFixed(9)));
    expect(warnings.find(({ code }) => code === "missing-values")!.message).toBe(
      "2 rows lack a value and have no scores and no segment",
    );
  });

  test("is left out with --missing drop, or stops the run with --missing error", async () => {
    const { csv, removed } = await scored(gaps, ["days", "orders", "spent"], { missing: "drop" });
    expect(csv.map((line) => line.split(",")[0])).toEqual(["id", "a", "c", "d"]);
    expect(removed).toBe(2);
    await expect(scored(gaps, ["days", "orders", "spent"], { missing: "error" })).rejects.toMatchObject({
      code: "missing-values",
      place: { line: 3, column: "orders" },
    });
  });

  test("may hold what is no number: that is told, and dropped when asked", async () => {
    const odd = five.replace("c,3,3,3", "c,3,three,3");
    await expect(scored(odd, ["days", "orders", "spent"])).rejects.toMatchObject({
      code: "not-numeric",
      place: { line: 4, column: "orders" },
    });
    const { csv } = await scored(odd, ["days", "orders", "spent"], { missing: "drop" });
    expect(csv.map((line) => line.split(",")[2])).toEqual(["orders", "1", "2", "4", "5"]);
  });

  test("leaves nothing when all rows lack one", async () => {
    const text = "id,days,orders,spent\na,1,,1\nb,,1,1\n";
    await expect(scored(text, ["days", "orders", "spent"])).rejects.toMatchObject({ code: "nothing-left" });
  });
});

test("given cuts are used as they are, and a value on a cut belongs below it, in recency above it", async () => {
  const text = "id,days,orders,spent\na,29,1,0\nb,30,1,10\nc,31,1,10.01\nd,181,1,99\n";
  const cuts = new Map<Measure, readonly number[]>([
    ["recency", [30, 60, 90, 180]],
    ["monetary", [10, 20, 30, 98.5]],
  ]);
  const { csv, warnings } = await scored(text, ["days", "orders", "spent"], { cuts });
  expect(csv.slice(1).map((line) => line.split(",").at(-2))).toEqual(["531", "431", "432", "135"]);
  expect(warnings.map(({ code }) => code)).toEqual(["few-levels", "one-value", "few-levels"]);
});

test("the composite is the weighted mean of the scores", async () => {
  const { csv } = await scored(five, ["days", "orders", "spent"], { weights: { r: 1, f: 0, m: 2 } });
  expect(csv[0]!.endsWith("rfm_segment,rfm_composite")).toBe(true);
  expect(csv.slice(1).map((line) => line.split(",").at(-1))).toEqual(["1", "2", "3", "4", "5"]);
  const mixed = five.replace("a,5,", "a,1,");
  const { csv: other } = await scored(mixed, ["days", "orders", "spent"], { weights: { r: 1, f: 1, m: 1 } });
  // days 1 2 3 4 1 -> cuts 1 1.6 2.4 3.2: a scores r4 f1 m1
  expect(other[1]!.split(",").at(-1)).toBe("2");
});

test("an infinite value is refused with its place", async () => {
  const text = five.replace("d,2,4,4", "d,2,4,inf");
  await expect(scored(text, ["days", "orders", "spent"])).rejects.toMatchObject({
    code: "not-finite",
    place: { line: 5, column: "spent" },
  });
});

test("a model gives the rows of its fit what the fit gave, and refuses a table that lacks its columns", async () => {
  const { context, put } = at();
  const { model, csv } = await scored(five, ["days", "orders", "spent"], { weights: { r: 1, f: 1, m: 1 } });
  const again = await openTable(context, [put("again.csv", five)], {});
  const applied = await applyRfm(context, again, model, {});
  const rows = await context.engine.rows(outputQueries(applied.table).query, 10);
  expect(rows.map((row) => Object.values(row).join(","))).toEqual(csv.slice(1));
  const one = await openTable(context, [put("one.csv", "id,days,orders,spent\nz,1,5,5\n")], {});
  const alone = await context.engine.rows(outputQueries((await applyRfm(context, one, model, {})).table).query, 10);
  expect(alone[0]!["rfm_score"]).toBe("555");
  const other = await openTable(context, [put("other.csv", "id,days,orders\nz,1,x\n")], {});
  await expect(applyRfm(context, other, model, {})).rejects.toMatchObject({
    code: "model-mismatch",
    message: expect.stringMatching(/orders is text.*spent is missing/),
  });
});
