import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

interface Comparison {
  readonly kind: string;
  readonly rows: number;
  readonly left_out: number;
  readonly unmatched: number;
  readonly ari: number;
  readonly ami: number;
  readonly v_measure: number;
  readonly fowlkes_mallows: number;
  readonly without_noise: Comparison | null;
  readonly segments: readonly string[];
  readonly classes: readonly string[];
  readonly contingency: readonly (readonly number[])[];
  readonly aligned: readonly { readonly segment: string; readonly class: string | null }[];
}

async function compared(...words: string[]): Promise<readonly Comparison[]> {
  const run = await segment(["validate", ...words, "--json", "-o", "passed.csv"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  return (JSON.parse(run.stdout) as { comparisons: readonly Comparison[] }).comparisons;
}

const recorded = JSON.parse(
  readFileSync(new URL("../../fixtures/reference/agreement/reference.json", import.meta.url), "utf8"),
) as { sets: Readonly<Record<string, Comparison & { left: number[]; right: number[] }>> };

test.each(Object.entries(recorded.sets))(
  "%s against the known classes: the figures of scikit-learn",
  async (_, set) => {
    // Classes stay as they are, 0 among them; segments begin at 1.
    const rows = set.left.map((label, i) => `${i},${label + 1},${set.right[i]}`);
    put("set.csv", `id,segment,kind\n${rows.join("\n")}\n`);
    const [found] = await compared("set.csv", "--truth", "kind");
    for (const figure of ["ari", "ami", "v_measure", "fowlkes_mallows"] as const)
      expect(Math.abs(found![figure] - set[figure])).toBeLessThan(1e-9);
    expect(found).toMatchObject({ kind: "truth", rows: set.left.length, left_out: 0, without_noise: null });
  },
);

test("rows in no segment are a group of their own, and the figures without them stand beside", async () => {
  const rows = ["1,a", "1,a", "1,a", "2,b", "2,b", "2,b", "0,a", "0,b", ",b", "2,", "1,n/a"];
  put("noise.csv", `segment,kind\n${rows.join("\n")}\n`);
  const [found] = await compared("noise.csv", "--truth", "kind");
  expect(found).toMatchObject({
    rows: 9,
    left_out: 2,
    segments: ["0", "1", "2"],
    classes: ["b", "a"],
    contingency: [
      [2, 1],
      [0, 3],
      [3, 0],
    ],
    aligned: [
      { segment: "0", class: null },
      { segment: "1", class: "a" },
      { segment: "2", class: "b" },
    ],
    without_noise: { ari: 1, ami: expect.closeTo(1, 12), v_measure: expect.closeTo(1, 12), fowlkes_mallows: 1 },
  });
  // Pairs by hand: 7 together in both, 9 in segments, 16 in classes, 36 in all.
  expect(found!.ari).toBeCloseTo((7 - (9 * 16) / 36) / ((9 + 16) / 2 - (9 * 16) / 36), 12);
  expect(found!.fowlkes_mallows).toBeCloseTo(Math.sqrt((7 / 9) * (7 / 16)), 12);
});

test("another file is compared by the id, whatever the order of its rows, or row by row", async () => {
  put("now.csv", "id,segment\na,1\nb,1\nc,2\nd,2\ne,3\nf,0\n");
  put("then.csv", "id,segment\nc,5\nd,5\na,7\nb,7\ng,5\nf,0\n");
  const [byId] = await compared("now.csv", "--against", "then.csv", "--id", "id");
  expect(byId).toMatchObject({
    kind: "against",
    rows: 5,
    left_out: 1,
    unmatched: 1,
    ari: 1,
    aligned: [
      { segment: "1", class: "7" },
      { segment: "2", class: "5" },
      { segment: "0", class: null },
    ],
    without_noise: { ari: 1 },
  });
  const [byPlace] = await compared("now.csv", "--against", "then.csv");
  expect(byPlace).toMatchObject({ rows: 6, left_out: 0, unmatched: 0 });
  expect(byPlace!.ari).toBeLessThan(1);
  const text = await segment(["validate", "now.csv", "--against", "then.csv", "--id", "id", "-o", "passed.csv"], {
    cwd,
  });
  expect(text.stdout).toContain("agreement with column segment of then.csv: 5 rows");
  expect(text.stdout).toContain("1 row of the table not compared, 1 of the other side without a row here");
});

test.each([
  [["now.csv", "--against", "twice.csv", "--id", "id"], 3, "twice.csv, column id: a stands in 2 rows of id"],
  [["now.csv", "--against", "short.csv"], 3, "short.csv: has 1 rows, and the table 6; name the column"],
  [["now.csv", "--against", "now.csv", "--id", "key"], 2, "--id: no column key"],
  [["now.csv", "--id", "id", "--segments"], 2, "--id would have no effect without --against"],
  [["now.csv", "--truth", "kind"], 2, "no column kind"],
  [["now.csv", "--against", "other.csv", "--id", "id"], 3, "no row has a segment"],
  [["now.csv", "--against", "gone.csv"], 3, "gone.csv"],
])("%j is refused with the way out", async (words, code, message) => {
  put("now.csv", "id,segment\na,1\nb,1\nc,2\nd,2\ne,3\nf,0\n");
  put("twice.csv", "id,segment\na,1\na,2\n");
  put("short.csv", "id,segment\na,1\n");
  put("other.csv", "id,segment\nx,1\ny,2\n");
  const run = await segment(["validate", ...words, "-q", "-o", "refused.csv"], { cwd });
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
});
