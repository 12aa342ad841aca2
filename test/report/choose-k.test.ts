import { expect, test } from "vitest";
import { chooseKBlocks, choiceSentence, clusterTitle, type Candidate } from "../../src/report/choose-k.ts";

function candidate(k: number, silhouette: number): Candidate {
  return { k, inertia: 1000 / k, silhouette, halfWidth: null, calinskiHarabasz: 10, daviesBouldin: 1, smallest: 0.2 };
}

const tolerance = 0.01;

test("the report opens with method, rows, features, seed, a parallel seeding and starts", () => {
  const facts = { lead: "choose k", method: "k-means", rows: 120_431, features: 6, seed: 42, starts: 10 };
  expect(clusterTitle({ ...facts, seeding: "greedy" })).toEqual({
    kind: "title",
    parts: ["choose k", "k-means", "120 431 rows", "6 features", "seed 42", "10 starts"],
  });
  expect(clusterTitle({ ...facts, seeding: "parallel" })).toMatchObject({
    parts: ["choose k", "k-means", "120 431 rows", "6 features", "seed 42", "parallel seeding", "10 starts"],
  });
});

test("knee and silhouette that agree are said to agree", () => {
  const candidates = [candidate(2, 0.41), candidate(3, 0.48), candidate(5, 0.61)];
  expect(choiceSentence({ candidates, chosen: 5, knee: 5, tolerance, criterion: "inertia" })).toBe(
    "knee k=5 · best silhouette k=5 → they agree",
  );
});

test("knee and silhouette that disagree are said to disagree, with what the knee would cost", () => {
  const candidates = [candidate(2, 0.41), candidate(4, 0.56), candidate(6, 0.61)];
  expect(choiceSentence({ candidates, chosen: 6, knee: 4, tolerance, criterion: "inertia" })).toBe(
    "knee k=4 · best silhouette k=6 → they disagree: k=6, the knee's silhouette is 0.05 lower",
  );
});

test("a tie goes to the knee, or to the smallest k without one, and the line says so", () => {
  const candidates = [candidate(3, 0.605), candidate(4, 0.602), candidate(6, 0.61)];
  expect(choiceSentence({ candidates, chosen: 4, knee: 4, tolerance, criterion: "inertia" })).toBe(
    "knee k=4 · best silhouette k=6 → k=3, 4 and 6 tie within 0.01, the tie goes to the knee: k=4",
  );
  expect(choiceSentence({ candidates, chosen: 3, knee: null, tolerance, criterion: "inertia" })).toBe(
    "no knee · best silhouette k=6 → k=3, 4 and 6 tie within 0.01, the tie goes to the smallest: k=3",
  );
});

test("one k that was asked for has its row and no choice to explain", () => {
  const blocks = chooseKBlocks({
    candidates: [candidate(4, 0.5)],
    chosen: 4,
    knee: null,
    tolerance,
    criterion: "inertia",
  });
  expect(blocks.map((block) => block.kind)).toEqual(["table", "text"]);
  expect(JSON.stringify(blocks)).not.toContain("rule:");
});

test("exact silhouettes have no column for an interval, and the table keeps full precision for files", () => {
  const [block] = chooseKBlocks({
    candidates: [candidate(3, 0.123456789)],
    chosen: 3,
    knee: null,
    tolerance,
    criterion: "inertia",
  });
  if (block?.kind !== "table") throw new Error("a table comes first");
  expect(block.table.columns.map(({ header }) => header)).toEqual([
    "k",
    "inertia",
    "drop",
    "silhouette",
    "C–H",
    "D–B",
    "smallest",
  ]);
  expect(block.table.data?.rows).toEqual([[3, 1000 / 3, 0.123456789, null, 10, 1, 0.2, 1]]);
});

test("with a likelihood BIC and ICL stand in the place of the inertia, to the unit", () => {
  const likelihood = [
    { bic: 12_345.6, icl: 12_400.4 },
    { bic: -12_341.2, icl: 12_500 },
  ];
  const candidates = [2, 3].map((k, n) => ({ ...candidate(k, 0.5), likelihood: likelihood[n]! }));
  const [block] = chooseKBlocks({ candidates, chosen: 2, knee: null, tolerance, criterion: "inertia" });
  if (block?.kind !== "table") throw new Error("a table comes first");
  const headers = block.table.columns.map(({ header }) => header);
  expect(headers).toEqual(["k", "BIC", "ICL", "silhouette", "C–H", "D–B", "smallest"]);
  expect(block.table.rows.map(({ cells }) => cells.slice(0, 3))).toEqual([
    ["2", "12 346", "12 400"],
    ["3", "-12 341", "12 500"],
  ]);
  expect(block.table.data?.columns.slice(0, 4)).toEqual(["k", "inertia", "bic", "icl"]);
  expect(block.table.data?.rows[1]?.slice(0, 4)).toEqual([3, 1000 / 3, -12_341.2, 12_500]);
});
