import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { wilsonInterval } from "../../model/stats/proportion-interval.ts";
import { sql } from "../../sql/template.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import { findColumn } from "../match-columns.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { none, segmentSql } from "./compare-segments.ts";

/** How the groups of one attribute are spread over the segments. */
export interface Representation {
  readonly column: string;
  /** By falling size. */
  readonly groups: readonly GroupShares[];
  /** Rows of a segment that hold no value: they count nowhere. */
  readonly missing: number;
}

export interface GroupShares {
  readonly value: string;
  readonly rows: number;
  /** Of all rows that are in a segment and hold a value, 0–1. */
  readonly share: number;
  readonly segments: readonly SegmentShare[];
}

export interface SegmentShare {
  readonly segment: string;
  /** Rows of the segment in the group. */
  readonly rows: number;
  readonly share: number;
  /** The share in the segment over that of all. */
  readonly ratio: number;
  /** 95 % interval of the ratio: Wilson's of the share in the segment, over that of all. */
  readonly ci95: readonly [number, number];
  /** The interval lies wholly below 0.8, or wholly above 1.25. */
  readonly verdict: "under" | "over" | null;
}

/** Ratios within the four-fifths rule, and its reverse, are no finding. */
export const fairRatios = [0.8, 1.25] as const;

const mostGroups = 50;
const mostSegments = 1000;
/** Enough to see one group too many: rows without a value are a group of their own here. */
const mostCells = (mostGroups + 1) * mostSegments + 1;

/**
 * Over- and under-representation of the groups of some attributes in each segment; rows in no segment and those without a
 * value are left out. One scan for each column. Throws `unknown-column`, and `too-many-segments` for more than 50 groups.
 */
export async function representations(
  { engine }: Pick<Context, "engine">,
  table: Table,
  segments: Column,
  names: readonly string[],
): Promise<readonly Representation[]> {
  const found: Representation[] = [];
  for (const name of names) {
    const column = findColumn(table.columns, name, "--protected");
    const text = textOf(column);
    const rows = await engine.rows(
      sql`
        select segment_1, group_1, count(*) as rows_1
        from (
          select ${segmentSql(segments)} as segment_1, case when not ${isMissingSql(text)} then ${text} end as group_1
          from ${table.relation}
        )
        where segment_1 <> ${none}
        group by segment_1, group_1
        limit ${mostCells}
      `,
      mostCells,
    );
    found.push(
      representationOf(
        column.name,
        rows.map((row) => ({
          segment: String(row["segment_1"]),
          group: row["group_1"] === null ? null : String(row["group_1"]),
          rows: Number(row["rows_1"]),
        })),
      ),
    );
  }
  return found;
}

/** Rows that share a segment and a group; null for no group. */
export interface CountedGroup {
  readonly segment: string;
  readonly group: string | null;
  readonly rows: number;
}

/** The shares and ratios of counted rows. */
export function representationOf(column: string, counted: readonly CountedGroup[]): Representation {
  const held = counted.filter(({ group }) => group !== null);
  const total = sumOf(held);
  const sizes = sizesBy(held, ({ group }) => group!);
  if (sizes.length > mostGroups) {
    throw new SegmentError(
      "too-many-segments",
      `${column} holds more than ${mostGroups} groups to compare segments by`,
      {
        place: { column },
        hint: "give a column of few values, such as ages in bands",
      },
    );
  }
  const bySegment = sizesBy(held, ({ segment }) => segment).sort((a, b) => inOrder(a[0], b[0]));
  const cells = new Map(held.map(({ segment, group, rows }) => [JSON.stringify([segment, group]), rows]));
  const groups = sizes.map(([value, rows]): GroupShares => {
    const share = rows / total;
    const segments = bySegment.map(([segment, size]): SegmentShare => {
      const own = cells.get(JSON.stringify([segment, value])) ?? 0;
      const [low, high] = wilsonInterval(own, size);
      const ci95 = [low / share, high / share] as const;
      const verdict = ci95[1] < fairRatios[0] ? "under" : ci95[0] > fairRatios[1] ? "over" : null;
      return { segment, rows: own, share: own / size, ratio: own / size / share, ci95, verdict };
    });
    return { value, rows, share, segments };
  });
  return { column, groups, missing: sumOf(counted) - total };
}

function sumOf(counted: readonly CountedGroup[]): number {
  return counted.reduce((sum, { rows }) => sum + rows, 0);
}

function sizesBy(counted: readonly CountedGroup[], of: (one: CountedGroup) => string): [string, number][] {
  const sizes = new Map<string, number>();
  for (const one of counted) sizes.set(of(one), (sizes.get(of(one)) ?? 0) + one.rows);
  return [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** Numbers by their size, before names in the order of their letters. */
function inOrder(a: string, b: string): number {
  const [left, right] = [Number(a), Number(b)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return a < b ? -1 : a > b ? 1 : 0;
}
