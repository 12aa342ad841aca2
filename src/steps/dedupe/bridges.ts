import type { Context } from "../../core/context.ts";
import { columnOf } from "../../core/matrix.ts";
import { disjointSets } from "../../model/linkage/disjoint-sets.ts";
import { grade } from "../../model/linkage/alike-forms.ts";
import type { Sql } from "../../core/sql.ts";
import { listedRows } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { compareForms, mostForms, mostNames } from "./tell-people.ts";

/** Rows of one value that are one person by their names, from 0, and the value: its key, and its first row from 1. */
export interface ValueSet {
  readonly key: number;
  readonly firstRow: number;
  readonly rows: readonly number[];
}

/** A link of two rows by a value. */
export interface ValueLink {
  readonly a: number;
  readonly b: number;
  readonly key: number;
}

/** The links that hold, and the sets of which some were dropped. */
export interface Bridged {
  readonly links: readonly ValueLink[];
  readonly dropped: readonly ValueSet[];
}

/**
 * Puts the sets of several keys together so that no two unlike people are joined by way of a third row, such as one without
 * a name: the links of the first key hold, and of every later one those that bring no unlike people together. Compares the
 * forms of those components alone that no single value covers. `members` are the rows of values with `row_no`, `name_1` and
 * `birth_1`.
 */
export async function bridgeValues(
  context: Context,
  rows: number,
  sets: readonly ValueSet[],
  members: Sql,
): Promise<Bridged> {
  const whole = disjointSets(rows);
  for (const { rows: own } of sets) for (const row of own) whole.union(own[0]!, row);
  const size = new Map<number, number>();
  for (const row of new Set(sets.flatMap((one) => one.rows))) {
    size.set(whole.find(row), (size.get(whole.find(row)) ?? 0) + 1);
  }
  const covered = new Set<number>();
  for (const { rows: own } of sets) {
    const root = whole.find(own[0]!);
    if (own.length === size.get(root)) covered.add(root);
  }
  const open = sets.filter(({ rows: own }) => !covered.has(whole.find(own[0]!)));
  const unlike = open.length === 0 ? () => false : await unlikeRows(context, open, (row) => whole.find(row), members);
  const joined = disjointSets(rows);
  const peers = new Map<number, number[]>();
  const peersOf = (root: number): readonly number[] => peers.get(root) ?? [root];
  const links: ValueLink[] = [];
  const dropped: ValueSet[] = [];
  for (const set of sets) {
    const { key, rows: own } = set;
    if (covered.has(whole.find(own[0]!))) {
      for (const b of own.slice(1)) links.push({ a: own[0]!, b, key });
      continue;
    }
    // Rows of one set are alike: nobody unlike is joined while none of them is with others yet.
    const isFresh = own.every((row) => !peers.has(joined.find(row)));
    const heads: number[] = [];
    for (const row of own) {
      const here = joined.find(row);
      const fits = (head: number): boolean => {
        const there = joined.find(head);
        return (
          isFresh || there === here || !peersOf(here).some((one) => peersOf(there).some((other) => unlike(one, other)))
        );
      };
      const head = heads.find(fits);
      if (head === undefined) {
        heads.push(row);
        continue;
      }
      links.push({ a: head, b: row, key });
      const there = joined.find(head);
      if (there === here) continue;
      const all = [...peersOf(here), ...peersOf(there)];
      joined.union(head, row);
      peers.set(joined.find(head), all);
    }
    if (heads.length > 1) dropped.push(set);
  }
  return { links, dropped };
}

/** Whether two rows of one component are unlike people; where a component has too many names, all that are not written alike. */
async function unlikeRows(
  context: Context,
  sets: readonly ValueSet[],
  component: (row: number) => number,
  members: Sql,
): Promise<(a: number, b: number) => boolean> {
  const { engine, compute } = context;
  const rows = [...new Set(sets.flatMap((one) => one.rows))];
  const forms = await engine.store(sql`
    select *, dense_rank() over (order by first_row, name_1, birth_1) as form_no
    from (
      select distinct 0 as key_no, component_1 as first_row, row_no, name_1, birth_1
      from ${members}
      join ${listedRows({ open_row_1: rows.map((row) => row + 1), component_1: rows.map(component) })} on open_row_1 = row_no
    )
  `);
  const read = await engine.matrix(
    sql`select row_no, form_no from ${forms.relation} order by row_no`,
    ["row", "form"],
    forms.rows,
    compute,
  );
  const formOf = new Map<number, number>();
  for (let i = 0; i < forms.rows; i++) formOf.set(columnOf(read, 0)[i]! - 1, columnOf(read, 1)[i]!);
  const { ranges, pairs } = await compareForms(context, forms);
  const apart = new Set<string>();
  for (let i = 0; i < pairs.rows; i++) {
    if (columnOf(pairs, 2)[i] === grade.unlike) apart.add(`${columnOf(pairs, 0)[i]} ${columnOf(pairs, 1)[i]}`);
  }
  const crowded = new Set<number>();
  for (let i = 0; i < ranges.rows; i++) {
    const [least, most, names] = [0, 1, 2].map((j) => columnOf(ranges, j)[i]!);
    if (names! <= mostNames && most! - least! < mostForms) continue;
    for (let form = least!; form <= most!; form++) crowded.add(form);
  }
  return (a, b) => {
    const [one, other] = [formOf.get(a)!, formOf.get(b)!];
    if (one === other) return false;
    return crowded.has(one) || apart.has(one < other ? `${one} ${other}` : `${other} ${one}`);
  };
}
