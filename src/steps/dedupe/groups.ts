import type { Context, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { disjointSets, type DisjointSets } from "../../model/linkage/disjoint-sets.ts";
import { joinDated, type RowLink } from "../../model/linkage/join-dated.ts";
import { listedRows } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import type { KeyLinks } from "./find-links.ts";
import type { FuzzyLinks } from "./fuzzy.ts";
import { rowNumberSql } from "../row-position.ts";

/** Which rows are one person: connected components over all links. Rows counted from 0. */
export interface Groups {
  readonly count: number;
  /** Rows in groups. */
  readonly rows: number;
  readonly largest: number;
  /** Groups of 2 rows, of 3, of 4 and more. */
  readonly bySize: readonly [number, number, number];
  /** By row: its group, 1 … count by their first rows; 0 for a row alone. */
  readonly group: Int32Array;
  /** By row: its place in its group, from 1 in row order; 0 for a row alone. */
  readonly place: Int32Array;
  /** By row: why it is in its group: the first key that links it to another row (from 1), or minus the block rule (from 1); 0 alone. */
  readonly reason: Int32Array;
  /** By row linked by no key: the best similarity to another; NaN elsewhere. */
  readonly score: Float64Array;
}

/** Puts all links together. O(rows + links). */
export function findGroups(rows: number, keys: KeyLinks | null, fuzzy: FuzzyLinks | null): Groups {
  const sets = disjointSets(rows);
  const reason = new Int32Array(rows);
  const score = new Float64Array(rows).fill(Number.NaN);
  keys?.each((a, b, key) => {
    sets.union(a, b);
    for (const row of [a, b]) if (reason[row] === 0 || reason[row]! > key + 1) reason[row] = key + 1;
  });
  const holds = fuzzyHolds(rows, sets, fuzzy);
  let next = 0;
  fuzzy?.each((a, b, block, similarity) => {
    if (holds !== null && !holds[next++]!) return;
    sets.union(a, b);
    for (const row of [a, b]) {
      if (reason[row]! > 0 || score[row]! >= similarity) continue;
      reason[row] = -(block + 1);
      score[row] = similarity;
    }
  });
  const size = new Int32Array(rows);
  for (let row = 0; row < rows; row++) size[sets.find(row)]!++;
  const group = new Int32Array(rows);
  const place = new Int32Array(rows);
  const filled = new Int32Array(rows);
  const bySize: [number, number, number] = [0, 0, 0];
  let count = 0;
  let grouped = 0;
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    const first = sets.find(row);
    const members = size[first]!;
    if (members === 1) continue;
    if (first === row) {
      group[row] = ++count;
      largest = Math.max(largest, members);
      bySize[Math.min(members, 4) - 2]!++;
    } else group[row] = group[first]!;
    place[row] = ++filled[first]!;
    grouped++;
  }
  return { count, rows: grouped, largest, bySize, group, place, reason, score };
}

/** Which fuzzy links, in their order, bring no two rows together whose dates of birth differ; null where all hold. */
function fuzzyHolds(rows: number, sets: DisjointSets, fuzzy: FuzzyLinks | null): readonly boolean[] | null {
  if (fuzzy === null || fuzzy.births === null) return null;
  const links: RowLink[] = [];
  fuzzy.each((a, b) => links.push({ a, b }));
  return joinDated(rows, sets, links, fuzzy.births);
}

/** The table's relation with each row's group beside it, and what stands for that in queries over it. */
export interface GroupedRelation {
  readonly relation: Sql;
  /** The row's number, from 1. */
  readonly row: Sql;
  readonly group: Sql;
  readonly place: Sql;
}

/**
 * Sets the groups beside the table, in row order. For `--explain` they stand in the text as values, so that it runs by
 * itself.
 */
export async function besideTable(
  context: Context,
  table: Table,
  groups: Groups,
  explain: boolean,
): Promise<GroupedRelation> {
  if (!explain && table.position !== undefined) {
    const { relation, refs } = await context.engine.attach(table, table.rows, [
      { name: "group", values: groups.group },
      { name: "place", values: groups.place },
    ]);
    return { relation, row: rowNumberSql(table), group: refs[0]!, place: refs[1]! };
  }
  if (!explain) {
    const numbers = new Int32Array(table.rows);
    for (let row = 0; row < table.rows; row++) numbers[row] = row + 1;
    const { relation, refs } = await context.engine.attach(table, table.rows, [
      { name: "row", values: numbers },
      { name: "group", values: groups.group },
      { name: "place", values: groups.place },
    ]);
    return { relation, row: refs[0]!, group: refs[1]!, place: refs[2]! };
  }
  const rows: number[] = [];
  for (let row = 0; row < table.rows; row++) if (groups.group[row] !== 0) rows.push(row);
  const [row, group, place] = [identifier("table_row_1"), identifier("table_group_1"), identifier("table_place_1")];
  const listed = listedRows({
    grouped_row_1: rows.map((row) => row + 1),
    listed_group_1: rows.map((row) => groups.group[row]!),
    listed_place_1: rows.map((row) => groups.place[row]!),
  });
  const relation = sql`
    (
      select *, coalesce(listed_group_1, 0) as ${group}, coalesce(listed_place_1, 0) as ${place}
      from (
        select *, ${rowNumberSql(table)} as ${row}
        from ${table.relation}
      )
      left join ${listed} on grouped_row_1 = ${row}
      order by ${row}
    )
  `;
  return { relation, row, group, place };
}
