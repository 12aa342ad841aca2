import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();

/** Segments 1 and 2 are halves of one cloud that no outcome tells apart; segment 3 lies far off, has 40 rows and buys more. */
const rows = Array.from({ length: 240 }, (_, i) => {
  const place = i < 100 ? 1 : i < 200 ? 2 : 3;
  const spread = ((i * 7919) % 101) / 100;
  return [place === 3 ? 50 + spread : 10 + spread, (i * 31) % 17, place === 3 ? 9 + (i % 3) : 3 + (i % 3), place];
});
writeFileSync(
  join(cwd, "parts.csv"),
  `visits,opens,orders_next,segment\n${rows.map((row) => row.join(",")).join("\n")}\n`,
);

interface Separation {
  readonly segment: number;
  readonly nearest: number;
  readonly column: { readonly column: string; readonly d: number } | null;
  readonly outcome: { readonly column: string; readonly d: number } | null;
  readonly doubts: readonly string[];
}

test("segments that nothing parts, that change no outcome, and small ones are told", async () => {
  const words = ["validate", "parts.csv", "--kpi", "orders_next", "-o", "out.csv"];
  const run = await segment([...words, "--json"], { cwd });
  expect([run.code, run.stderr]).toEqual([0, ""]);
  const { segments } = JSON.parse(run.stdout) as {
    segments: { columns: readonly { column: string }[]; separation: readonly Separation[] };
  };
  expect(segments.columns.map(({ column }) => column)).toEqual(["visits", "opens"]);
  expect(segments.separation.map(({ segment: own, nearest, doubts }) => ({ own, nearest, doubts }))).toEqual([
    { own: 1, nearest: 2, doubts: ["no column parts them", "changes no outcome"] },
    { own: 2, nearest: 1, doubts: ["no column parts them", "changes no outcome"] },
    { own: 3, nearest: expect.any(Number), doubts: ["under 50 rows"] },
  ]);
  expect(segments.separation[2]).toMatchObject({ column: { column: "visits" }, outcome: { column: "orders_next" } });
  expect(segments.separation[2]!.outcome!.d).toBeGreaterThan(5);
  const text = await segment(words, { cwd });
  expect(text.stdout).toContain("what parts each segment from its nearest (Cohen's d)");
  expect(text.stdout).toMatch(/no column parts them, changes no\s+outcome/);
});

test.each([
  [["--kpi", "visits", "--columns", "visits,opens"], 2, "--kpi visits: the segments are judged by that column"],
  [["--kpi", "nothing"], 2, "no column nothing"],
])("%j is refused", async (words, code, message) => {
  const run = await segment(["validate", "parts.csv", ...words, "-q", "-o", "out.csv"], { cwd });
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
});
