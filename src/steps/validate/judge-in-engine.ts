import type { Context, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import { join, sql } from "../../sql/template.ts";
import { doubleSql } from "../cluster/in-engine/column-moments.ts";
import { evidenceRows, sampleRows } from "../cluster/in-engine/sample-rows.ts";
import type { OpenedTable } from "../open-table.ts";
import { engineIndices } from "./engine-indices.ts";
import { judgeSegments, placeRows, type PlacedRows, type SegmentFigures } from "./judge-segments.ts";
import type { SegmentSpace } from "./segment-features.ts";
import { countSegments, isPlacedSql, placeSql, readLabels } from "./segment-labels.ts";

/** Segments of rows that stay in the engine. */
export interface EngineSegments {
  readonly space: SegmentSpace | null;
  readonly figures: SegmentFigures;
  /** The sampled rows that are in a segment and have a place in the space. */
  readonly placed: PlacedRows | null;
  /** All rows that are and have. */
  readonly placedRows: number;
  /** Rows that came here. */
  readonly rows: number;
}

/**
 * Judges the segments of a table that stays in the engine: sizes, shares, indices and what has no place are of all rows,
 * silhouettes are those of about `sampled` rows drawn by hash. `spaceOf` gives the space from a sample. Throws
 * as `segmentLabels`.
 */
export async function judgeInEngine(
  { engine, compute }: Context,
  { table, sources }: OpenedTable,
  column: Column,
  options: { readonly known: readonly number[]; readonly seed: number; readonly sampled?: number },
  spaceOf: (sample: Table) => Promise<SegmentSpace | null>,
): Promise<EngineSegments> {
  const counted = await countSegments(engine, table, sources, column, options.known);
  const sample = await sampleRows(engine, table, options.sampled ?? evidenceRows, options.seed);
  const space = await spaceOf(sample);
  const labels = await readLabels(engine, compute, sample, counted);
  const placed = space === null ? null : placeRows(compute, labels, space);
  const figures = await judgeSegments(compute, labels, placed, options.seed);
  const assigned = counted.sizes.reduce((sum, size) => sum + size, 0);
  const unplaced = space === null ? 0 : await countUnplaced({ engine }, table, column, space);
  const indices =
    // Embedded rows are here alone.
    figures.silhouette === null || space!.embedding !== null
      ? {}
      : await engineIndices(engine, table, space!.features, placeSql(column, counted), counted.names.length);
  return {
    space,
    figures: {
      ...figures,
      ...indices,
      segments: figures.segments.map((one, c) => {
        const size = counted.sizes[c]!;
        return { ...one, size, share: assigned === 0 ? 0 : size / assigned };
      }),
      noise: table.rows - assigned,
      rows: table.rows,
      unplaced,
    },
    placed,
    placedRows: assigned - unplaced,
    rows: sample.rows,
  };
}

/** Rows of a segment with a gap in a feature that is not filled. */
async function countUnplaced(
  { engine }: Pick<Context, "engine">,
  table: Table,
  column: Column,
  { features }: SegmentSpace,
): Promise<number> {
  const gaps = features
    .filter(({ fill }) => fill === null)
    .map(({ source }) => sql`${doubleSql(table, source)} is null`);
  if (gaps.length === 0) return 0;
  const [row = {}] = await engine.rows(
    sql`
      select count(*) filter (where ${isPlacedSql(column)} and (${join(gaps, " or ")})) as rows_1
      from ${table.relation}
    `,
    1,
  );
  return Number(row["rows_1"]);
}
