import { expect, test } from "vitest";
import type { Described } from "../../../src/steps/cluster/describe.ts";
import { describeColumns } from "../../../src/steps/cluster/describe.ts";
import { groupRows } from "../../../src/steps/cluster/profile.ts";
import { withContext } from "./with-context.ts";

const surroundings = withContext();

async function described(
  text: string,
  place: readonly number[],
  weights: readonly number[] | null = null,
): Promise<readonly Described[]> {
  const { context, table } = surroundings();
  const opened = await table(text);
  const groups = groupRows(context.compute, {
    segments: [1, 2],
    place: Int32Array.from(place),
    weights: weights === null ? null : Float64Array.from(weights),
  });
  return describeColumns(context.engine, context.compute, opened, opened.columns, groups);
}

test("shares of words by segment and over everyone, the most frequent first, gaps as a value of their own", async () => {
  const text = 'city,n\nParis,1\n"Lyon",2\nParis,3\n,4\n" Paris ",5\nNantes,6\n';
  const [city, n] = await described(text, [0, 0, 1, 1, 1, -1]);
  expect(city).toEqual({
    kind: "categories",
    column: "city",
    values: ["Paris", "Lyon", "Nantes", null],
    others: 0,
    shares: [
      [0.5, 0.5, 0, 0, 0],
      [2 / 3, 0, 0, 1 / 3, 0],
    ],
    everyone: [0.6, 0.2, 0, 0.2, 0],
  });
  expect(n).toEqual({ kind: "numbers", column: "n", medians: [1.5, 4], everyone: 3 });
});

test("beyond the eight most frequent values the rest is one share", async () => {
  const words = [..."aaabbbccddeeffgghhijk"];
  const [city] = await described(
    `w\n${words.join("\n")}\n`,
    words.map((word) => (word < "c" ? 0 : 1)),
  );
  expect(city).toMatchObject({ kind: "categories", others: 3, values: [..."abcdefgh"] });
  const { shares, everyone } = city as Extract<Described, { kind: "categories" }>;
  expect(shares[0]!.at(-1)).toBe(0);
  expect(shares[1]!.at(-1)).toBeCloseTo(3 / 15, 15);
  expect(everyone.at(-1)).toBeCloseTo(3 / 21, 15);
});

test("weights count rows, in shares and in medians", async () => {
  const [city, n] = await described("city,n\nParis,1\nLyon,2\nLyon,9\n", [0, 0, 1], [3, 1, 4]);
  expect(city).toMatchObject({
    values: ["Lyon", "Paris"],
    shares: [
      [0.25, 0.75, 0],
      [1, 0, 0],
    ],
    everyone: [5 / 8, 3 / 8, 0],
  });
  expect(n).toMatchObject({ medians: [1, 9] });
});

test("dates, flags, quotes and names of every kind are described as text", async () => {
  const text = `"it's a ""name""",day,vip\n'x',2024-01-31,yes\n__proto__,2024-01-31,no\n'x',2024-02-01,yes\n`;
  const [odd, day, vip] = await described(text, [0, 0, 1]);
  expect(odd).toMatchObject({ column: `it's a "name"`, values: ["'x'", "__proto__"] });
  expect(day).toMatchObject({ values: ["2024-01-31", "2024-02-01"], everyone: [2 / 3, 1 / 3, 0] });
  expect(vip).toMatchObject({ values: ["yes", "no"] });
});

test("words for nothing are missing values, and the words of a flag are the same in any case", async () => {
  const text = `town,vip\nLille,OUI\n-,non\n N/A ,Oui\n Lille ,NON\n`;
  const [town, vip] = await described(text, [0, 0, 1, 1]);
  expect(town).toMatchObject({ values: ["Lille", null], everyone: [0.5, 0.5, 0] });
  expect(vip).toMatchObject({ values: ["non", "oui"], everyone: [0.5, 0.5, 0] });
});
