import type { Context, StoredQuery, Table } from "../../core/context.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { listedRows } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { bridgeValues, type ValueSet } from "./bridges.ts";
import { keyState } from "./key-sql.ts";
import type { KeySpec } from "./keys.ts";
import { isSharedMailboxSql } from "./shared-mailboxes.ts";
import { tellPeople, type Told } from "./tell-people.ts";
import { valueSql } from "../reading/values.ts";
import { comparedNameSql, nameTextSql, type PeopleColumns } from "./people.ts";
import { rowNumberSql } from "../row-position.ts";

/** Rows that have a key value in common, row numbers from 0, in sets by what they are to each other. */
export interface KeyLinks {
  /** Calls back with every two rows that a key links, the key counted from 0. */
  each(link: (a: number, b: number, key: number) => void): void;
  /** Values under which unlike people met, in the order of keys and of their first rows. */
  readonly shared: readonly SharedValue[];
  /** Rows that were merged though the key says little for it, in the same order. */
  readonly doubtful: readonly DoubtfulGroup[];
  /** The rows of every value that two rows or more have: `key_no`, `first_row`, `row_no` (from 1). Null without any. */
  readonly members: Sql;
}

/** A key value that unlike people have in common. */
export interface SharedValue {
  /** Counted from 0. */
  readonly key: number;
  /** The first row that has it, from 1: with the key, its number. */
  readonly firstRow: number;
  readonly rows: number;
  /** People that were told apart; null where there are too many names to tell. */
  readonly people: number | null;
}

/** Rows of one key value that were merged as one person, and why that may be wrong. */
export interface DoubtfulGroup {
  readonly key: number;
  readonly firstRow: number;
  /** From 1. */
  readonly rows: readonly number[];
  /** The key is a mailbox that several people read, by its name. */
  readonly mailbox: boolean;
  /** The names of some row fitted two people, and its telephone, address or postcode decided. */
  readonly chosen: boolean;
}

/**
 * Links the rows of each key value. Where people can be told apart, only those rows are linked whose names agree, and the
 * value is listed as shared. `stored` is the kept `keysQuery`; `people` is null where people cannot be told apart. Cost:
 * per key one aggregation and one join; of names, the pairs of distinct forms of each value, at most 20 names a value.
 */
export async function findKeyLinks(
  context: Context,
  stored: StoredQuery,
  keys: readonly KeySpec[],
  people: Persons | null,
): Promise<KeyLinks> {
  const { engine, compute } = context;
  const held = join(
    keys.map((key, j) => heldQuery(stored.relation, key, j)),
    "\nunion all\n",
  );
  const order = people === null ? sql`key_no, first_row` : sql`key_no, first_row, name_1, birth_1 nulls last`;
  const named = sql`
    select *, ${comparedNameSql(sql`written_1`)} as name_1
    from (
      select key_no, first_row, mailbox_1, row_no, ${people === null ? sql`` : personSql(people)}
      from (
        ${held}
      )
      join ${people === null ? sql`` : personRows(people)} on person_row = row_no
    )
  `;
  const members = await engine.store(sql`
    select *, dense_rank() over (order by ${order}) as form_no
    from (
      ${people === null ? held : named}
    )
  `);
  const read = await engine.matrix(
    sql`
      select form_no, row_no, key_no, first_row, case when mailbox_1 then 1 else 0 end as mailbox_no
      from ${members.relation}
      order by form_no, row_no
    `,
    ["form", "row", "key", "first", "mailbox"],
    members.rows,
    compute,
  );
  const rows = membersOf(read);
  const told = people === null ? null : await tellPeople(context, people, members, rows.form.at(-1) ?? 0);
  const person = (one: number): number => told?.person.get(one) ?? one;
  const judged = judgeValues(rows, person, told);
  const sets = setsOf(rows, person);
  const bridged =
    people === null || keys.length < 2 ? null : await bridgeValues(context, stored.rows, sets, members.relation);
  const links =
    bridged?.links ?? sets.flatMap(({ rows: own, key: j }) => own.slice(1).map((b) => ({ a: own[0]!, b, key: j })));
  return {
    doubtful: judged.doubtful,
    shared: withBridges(judged.shared, bridged?.dropped ?? [], rows),
    members: members.relation,
    each(link) {
      for (const { a, b, key: j } of links) link(a, b, j);
    },
  };
}

/** The rows of values that are one person, in the order of keys and values; of rows alone none. */
function setsOf({ form, row, key, first }: Members, person: (form: number) => number): readonly ValueSet[] {
  const sets = new Map<number, { key: number; firstRow: number; rows: number[] }>();
  for (let i = 0; i < form.length; i++) {
    const own = person(form[i]!);
    if (own < 0) continue;
    const set = sets.get(own);
    if (set === undefined) sets.set(own, { key: key[i]!, firstRow: first[i]!, rows: [row[i]! - 1] });
    else set.rows.push(row[i]! - 1);
  }
  return [...sets.values()].filter((set) => set.rows.length > 1);
}

/** Values whose links would have joined unlike people are shared by them, as those are under which they met. */
function withBridges(
  shared: readonly SharedValue[],
  dropped: readonly ValueSet[],
  { key, first }: Members,
): readonly SharedValue[] {
  const named = (value: { readonly key: number; readonly firstRow: number }): string =>
    `${value.key} ${value.firstRow}`;
  const known = new Set(shared.map(named));
  const added = new Map<string, SharedValue>();
  for (const set of dropped) {
    const name = named(set);
    if (!known.has(name)) added.set(name, { key: set.key, firstRow: set.firstRow, rows: 0, people: 2 });
  }
  if (added.size === 0) return shared;
  for (let i = 0; i < key.length; i++) {
    const name = named({ key: key[i]!, firstRow: first[i]! });
    const value = added.get(name);
    if (value !== undefined) added.set(name, { ...value, rows: value.rows + 1 });
  }
  return [...shared, ...added.values()].sort((x, y) => x.key - y.key || x.firstRow - y.firstRow);
}

/** The columns that tell people apart, and where they are. */
export interface Persons {
  readonly table: Table;
  readonly columns: PeopleColumns;
}

/** The columns as they are, numbered by row: what is to be made of them is made of the few rows that need it. */
function personRows({ table, columns }: Persons): Sql {
  const held = [...columns.names, ...(columns.birth === null ? [] : [columns.birth])];
  const refs = held.map(({ ref }, i) => sql`${ref} as ${identifier(`person_${i + 1}`)}`);
  return sql`
    (
      select ${rowNumberSql(table)} as person_row, ${join(refs, ", ")}
      from ${table.relation}
    )
  `;
}

function personSql({ columns: { names, birth } }: Persons): Sql {
  const at = (column: Column, i: number): Column => ({ ...column, ref: identifier(`person_${i + 1}`) });
  const born = birth === null ? sql`cast(null as date)` : valueSql(at(birth, names.length));
  return sql`${nameTextSql(names.map(at))} as written_1, ${born} as birth_1`;
}

/** Rows of every usable value that more than one row has. */
function heldQuery(keys: Sql, { parts }: KeySpec, j: number): Sql {
  const key = identifier(`key_${j + 1}`);
  const mailbox = parts.length === 1 && parts[0]!.kind === "email" ? isSharedMailboxSql(sql`held_key`) : sql`false`;
  const state = identifier(`state_${j + 1}`);
  return sql`
    select ${j} as key_no, first_row, mailbox_1, row_no
    from ${keys}
    join (
      select held_key, first_row, ${mailbox} as mailbox_1
      from (
        select ${key} as held_key, min(row_no) as first_row
        from ${keys}
        where ${state} = ${keyState.usable}
        group by ${key}
        having count(*) > 1
      )
    ) on ${key} = held_key
    where ${state} = ${keyState.usable}
  `;
}

/** The rows of key values, in the order of forms, which are in the order of values. */
interface Members {
  readonly form: Float64Array;
  readonly row: Float64Array;
  readonly key: Float64Array;
  readonly first: Float64Array;
  readonly mailbox: Float64Array;
}

function membersOf(read: Matrix): Members {
  const [form, row, key, first, mailbox] = [0, 1, 2, 3, 4].map((j) => columnOf(read, j));
  return { form: form!, row: row!, key: key!, first: first!, mailbox: mailbox! };
}

/** Which values unlike people share, and which merged rows are doubtful. */
function judgeValues(
  { form, row, key, first, mailbox }: Members,
  person: (form: number) => number,
  told: Told | null,
): Pick<KeyLinks, "shared" | "doubtful"> {
  const shared: SharedValue[] = [];
  const doubtful: DoubtfulGroup[] = [];
  for (let i = 0; i < form.length;) {
    const value = { key: key[i]!, firstRow: first[i]! };
    const people = new Set<number>();
    let end = i;
    for (; end < form.length && key[end] === key[i] && first[end] === first[i]; end++) people.add(person(form[end]!));
    if (people.has(-1)) shared.push({ ...value, rows: end - i, people: null });
    else if (people.size > 1) shared.push({ ...value, rows: end - i, people: people.size });
    for (const one of people) {
      const chosen = told !== null && told.chosen.has(one);
      if (one < 0 || (mailbox[i] === 0 && !chosen)) continue;
      const rows = Array.from(row.subarray(i, end)).filter((_, at) => person(form[i + at]!) === one);
      if (rows.length > 1) doubtful.push({ ...value, rows, mailbox: mailbox[i] !== 0, chosen });
    }
    i = end;
  }
  return { shared, doubtful };
}

/** Rows of a group whose names are read to show some, and how many names are shown. */
const mostShown = 100;
const namesShown = 4;

/** Rows of a key value, for a report. */
export interface ValueRows {
  readonly key: number;
  readonly firstRow: number;
  /** Of these alone the names are shown. */
  readonly only?: readonly number[];
}

/** The values of some keys with up to four of the names that have them, for a report. At most some dozens. */
export async function showValues(
  context: Context,
  keys: Sql,
  members: Sql,
  named: boolean,
  values: readonly ValueRows[],
): Promise<readonly { readonly value: string; readonly names: readonly string[] }[]> {
  if (values.length === 0) return [];
  const listed = values.flatMap(({ key, firstRow, only }, i) =>
    (only?.slice(0, mostShown) ?? [null]).map((row) => ({ i, key, firstRow, row })),
  );
  const asked = listedRows({
    shown_no_1: listed.map(({ i }) => i),
    shown_key_1: listed.map(({ key }) => key),
    shown_first_1: listed.map(({ firstRow }) => firstRow),
    shown_row_1: listed.map(({ row }) => row),
  });
  const keyed = [...new Set(values.map(({ key }) => key))].map(
    (key) => sql`when ${key} then ${identifier(`key_${key + 1}`)}`,
  );
  const rows = await context.engine.rows(
    sql`
      select *
      from (
        select *, row_number() over (partition by shown_no_1 order by row_1) as place_1
        from (
          select
            shown_no_1, ${named ? sql`trim(written_1)` : sql`''`} as name_1, min(m.row_no) as row_1,
            min(case m.key_no ${join(keyed, "\n")} end) as value_1
          from ${asked}
          join ${members} m on m.key_no = shown_key_1 and m.first_row = shown_first_1
          join ${keys} k on k.row_no = m.row_no
          where shown_row_1 is null or shown_row_1 = m.row_no
          group by 1, 2
        )
      )
      where place_1 <= ${namesShown}
      order by shown_no_1, place_1
    `,
    values.length * namesShown,
  );
  return values.map((_, i) => {
    const own = rows.filter((row) => Number(row["shown_no_1"]) === i);
    return {
      value: String(own[0]?.["value_1"] ?? ""),
      names: own.map((row) => String(row["name_1"])).filter((name) => name !== ""),
    };
  });
}

/** How rows stand by each key: usable, missing, invalid, placeholder. */
export async function countStates(
  context: Context,
  keys: Sql,
  count: number,
): Promise<readonly Readonly<Record<keyof typeof keyState, number>>[]> {
  const states = Object.entries(keyState) as [keyof typeof keyState, number][];
  const counts = Array.from({ length: count }, (_, j) =>
    states.map(
      ([name, state]) =>
        sql`count(*) filter (where ${identifier(`state_${j + 1}`)} = ${value(state)}) as ${identifier(`${name}_${j + 1}`)}`,
    ),
  ).flat();
  if (counts.length === 0) return [];
  const [row = {}] = await context.engine.rows(sql`select ${join(counts, ", ")} from ${keys}`, 1);
  return Array.from({ length: count }, (_, j) => ({
    usable: Number(row[`usable_${j + 1}`]),
    missing: Number(row[`missing_${j + 1}`]),
    invalid: Number(row[`invalid_${j + 1}`]),
    placeholder: Number(row[`placeholder_${j + 1}`]),
  }));
}
