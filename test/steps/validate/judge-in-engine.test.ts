import { describe, expect, test } from "vitest";
import type { Table } from "../../../src/core/context.ts";
import { findColumn } from "../../../src/steps/match-columns.ts";
import { openTable, type OpenedTable } from "../../../src/steps/open-table.ts";
import { judgeInEngine } from "../../../src/steps/validate/judge-in-engine.ts";
import { judgeSegments, placeRows } from "../../../src/steps/validate/judge-segments.ts";
import { defaultSpace, type SegmentSpace } from "../../../src/steps/validate/segment-features.ts";
import { segmentLabels } from "../../../src/steps/validate/segment-labels.ts";
import { lcg } from "../../model/cluster/data.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();
const given = { columns: undefined, exclude: undefined };

/** Three clouds and a few rows in none; some rows lack a value. */
async function opened(nameOf: (c: number) => string): Promise<OpenedTable> {
  const u = lcg(3 * 6000, 51);
  const lines = Array.from({ length: 6000 }, (_, i) => {
    const [a, b, g] = u.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    const c = i % 7 === 0 ? 0 : i % 3;
    return [3 * c + a, g < 0.05 ? "" : 50 * c - 80 * b, nameOf(c + (i % 50 === 0 ? 0 : 1))].join(",");
  });
  const { context, put } = here();
  return openTable(context, [put("segments.csv", `spent,visits,segment\n${lines.join("\n")}\n`)], {});
}

const columns: Readonly<Record<string, (c: number) => string>> = {
  numbers: String,
  names: (c) => ["", "new", "loyal", "lost"][c]!,
};

describe("segments judged in the engine", () => {
  test.each(Object.keys(columns))(
    "by %s: figures of all rows are those of the rows, and silhouettes near them",
    async (kind) => {
      const { context } = here();
      const own = await opened(columns[kind]!);
      const { table } = own;
      const column = findColumn(table.columns, "segment", "--name");
      const space = (rows: Table): Promise<SegmentSpace> => defaultSpace(context, own, "segment", given, rows);
      const labels = await segmentLabels(context.engine, context.compute, table, own.sources, column, []);
      const expected = await judgeSegments(
        context.compute,
        labels,
        placeRows(context.compute, labels, await space(table)),
        42,
      );
      for (const sampled of [10_000, 3000]) {
        const found = await judgeInEngine(context, own, column, { known: [], seed: 42, sampled }, space);
        const { figures } = found;
        const plain = (all: typeof expected): unknown => ({
          ...all,
          segments: all.segments.map(({ segment, size, share }) => ({ segment, size, share })),
          silhouette: null,
          calinskiHarabasz: null,
          daviesBouldin: null,
          dunn: null,
        });
        expect(plain(figures)).toEqual(plain(expected));
        expect(figures.calinskiHarabasz! / expected.calinskiHarabasz!).toBeCloseTo(1, 9);
        expect(figures.daviesBouldin! / expected.daviesBouldin!).toBeCloseTo(1, 9);
        if (sampled > 6000) {
          expect(figures.silhouette).toEqual(expected.silhouette);
          expect(figures.segments).toEqual(expected.segments);
          expect(figures.dunn).toEqual(expected.dunn);
          continue;
        }
        expect(Math.abs(found.rows - sampled)).toBeLessThan(5 * Math.sqrt(sampled));
        expect(figures.dunn!.rows).toBeLessThanOrEqual(Math.min(5000, found.rows));
        expect(figures.silhouette!.mean).toBeCloseTo(expected.silhouette!.mean, 1);
      }
    },
  );
});
