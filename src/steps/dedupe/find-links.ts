import type { Context, StoredQuery, Table } from "../../core/context.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { alikeForms, type FormPair } from "../../model/linkage/alike-forms.ts";
import { inBytes, isAscii, wordList } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { compareFormsSql, compareNamesSql, type PersonForm } from "./compare-names.ts";
import { keyState } from "./key-sql.ts";
import { valueSql } from "../reading/values.ts";
import { comparedNameSql, nameTextSql, type PeopleColumns } from "./people.ts";

/** Names of one key value beyond which nobody's rows are merged by it: a shop's mailbox, a switchboard. */
export const mostNames = 50;
/** The same for names with their dates of birth. */
const mostForms = 200;

/** Rows that have a key value in common, row numbers from 0, in sets by what they are to each other. */
export interface KeyLinks {
  /** Calls back with every two rows that a key links, the key counted from 0. */
  each(link: (a: number, b: number, key: number) => void): void;
  /** Values under which unlike people met, in the order of keys and of their first rows. */
  readonly shared: readonly SharedValue[];
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

/**
 * Links the rows of each key value. Where people can be told apart, only those rows are linked whose names agree, and the
 * value is listed as shared. `stored` is the kept `keysQuery`; `people` is null where people cannot be told apart. Cost:
 * per key one aggregation and one join; of names, the pairs of distinct forms of each value, at most 50 names a value.
 */
export async function findKeyLinks(
  context: Context,
  stored: StoredQuery,
  keys: number,
  people: Persons | null,
): Promise<KeyLinks> {
  const { engine, compute } = context;
  const numbers = Array.from({ length: keys }, (_, j) => j);
  const held = join(
    numbers.map((j) => heldQuery(stored.relation, j)),
    "\nunion all\n",
  );
  const order = people === null ? sql`key_no, first_row` : sql`key_no, first_row, name_1, birth_1`;
  const named = sql`
    select *, ${comparedNameSql(sql`written_1`)} as name_1
    from (
      select key_no, first_row, row_no, ${people === null ? sql`` : personSql(people)}
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
    sql`select form_no, row_no, key_no, first_row from ${members.relation} order by form_no, row_no`,
    ["form", "row", "key", "first"],
    members.rows,
    compute,
  );
  const [form, row, key, first] = [0, 1, 2, 3].map((j) => columnOf(read, j)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const told = people === null ? null : await tellPeople(context, members, form.at(-1) ?? 0);
  const { shared, person } = sharedValues(form, key, first, told);
  return {
    shared,
    members: members.relation,
    each(link) {
      const firstOf = new Map<number, number>();
      for (let i = 0; i < members.rows; i++) {
        const own = person(form[i]!);
        if (own < 0) continue;
        const before = firstOf.get(own);
        if (before === undefined) firstOf.set(own, row[i]! - 1);
        else link(before, row[i]! - 1, key[i]!);
      }
    },
  };
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
      select row_number() over () as person_row, ${join(refs, ", ")}
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
function heldQuery(keys: Sql, j: number): Sql {
  const key = identifier(`key_${j + 1}`);
  const state = identifier(`state_${j + 1}`);
  return sql`
    select ${j} as key_no, first_row, row_no
    from ${keys}
    join (
      select ${key} as held_key, min(row_no) as first_row
      from ${keys}
      where ${state} = ${keyState.usable}
      group by ${key}
      having count(*) > 1
    ) on ${key} = held_key
    where ${state} = ${keyState.usable}
  `;
}

/** By form: the least form that is the same person, or -1 where there are too many names to tell. */
type Told = ReadonlyMap<number, number>;

/** Compares the forms of every value that has several. Only forms of such values are in the result. */
async function tellPeople(context: Context, members: StoredQuery, most: number): Promise<Told> {
  const { engine, compute } = context;
  const told = new Map<number, number>();
  if (most === 0) return told;
  const forms = await engine.store(sql`
    select
      form_no, key_no, first_row, name_1, birth_1,
      ${wordList(sql`name_1`)} as words_1,
      replace(name_1, ' ', '') as together_1,
      count(*) over (partition by key_no, first_row) as forms_1,
      dense_rank() over (partition by key_no, first_row order by name_1) as name_no
    from (
      select distinct form_no, key_no, first_row, name_1, birth_1
      from ${members.relation}
    )
    order by form_no
  `);
  const values = await engine.store(sql`
    select key_no, first_row, min(form_no) as least_form, max(form_no) as most_form, max(name_no) as names_1
    from ${forms.relation}
    where forms_1 > 1
    group by key_no, first_row
    order by least_form
  `);
  const ranges = await engine.matrix(
    sql`select least_form, most_form, names_1 from ${values.relation}`,
    ["least", "most", "names"],
    values.rows,
    compute,
  );
  const compared = await engine.store(sql`
    select a_1, b_1, ${compareFormsSql(sql`names_1`, formOf("a"), formOf("b"))} as grade_1
    from (
      select *, ${compareNamesSql(formOf("a"), formOf("b"))} as names_1
      from (
        select a.form_no as a_1, b.form_no as b_1, ${bytesOf("a", "b", 1)}, ${bytesOf("b", "a", 2)}
        from ${values.relation} v
        join ${forms.relation} a on a.key_no = v.key_no and a.first_row = v.first_row
        join ${forms.relation} b on b.key_no = v.key_no and b.first_row = v.first_row
        where a.form_no < b.form_no and v.names_1 <= ${mostNames} and a.forms_1 <= ${mostForms}
      )
    )
    order by a_1, b_1
  `);
  const pairs = await engine.matrix(
    sql`select a_1, b_1, grade_1 from ${compared.relation}`,
    ["a", "b", "grade"],
    compared.rows,
    compute,
  );
  let next = 0;
  for (let i = 0; i < values.rows; i++) {
    const least = columnOf(ranges, 0)[i]!;
    const count = columnOf(ranges, 1)[i]! - least + 1;
    const own: FormPair[] = [];
    for (; next < compared.rows && columnOf(pairs, 0)[next]! < least + count; next++) {
      own.push({
        a: columnOf(pairs, 0)[next]! - least,
        b: columnOf(pairs, 1)[next]! - least,
        grade: columnOf(pairs, 2)[next]!,
      });
    }
    const tooMany = columnOf(ranges, 2)[i]! > mostNames || count > mostForms;
    const people = tooMany ? null : alikeForms(count, own);
    for (let f = 0; f < count; f++) told.set(least + f, people === null ? -1 : least + people[f]!);
  }
  return told;
}

/** What `compareFormsSql` reads of one side of a pair; names beyond ASCII are put in bytes for this pair. */
function bytesOf(side: string, other: string, rest: number): Sql {
  const own = sql`${identifier(side)}.name_1`;
  const opposite = sql`${identifier(other)}.name_1`;
  const plain = sql`${isAscii(own)} and ${isAscii(opposite)}`;
  const bytes = inBytes(own, opposite, sql`chr(${rest})`);
  return sql`
    case when ${plain} then ${identifier(side)}.words_1 else ${wordList(bytes)} end as ${identifier(`${side}_words_1`)},
    case when ${plain} then ${identifier(side)}.together_1 else replace(${bytes}, ' ', '') end as ${identifier(`${side}_together_1`)},
    ${identifier(side)}.birth_1 as ${identifier(`${side}_birth_1`)}
  `;
}

function formOf(side: string): PersonForm {
  return {
    words: identifier(`${side}_words_1`),
    together: identifier(`${side}_together_1`),
    birth: identifier(`${side}_birth_1`),
  };
}

/** Which values are shared, from members in the order of forms, and the person that a form stands for (-1: not to be merged). */
function sharedValues(
  form: Float64Array,
  key: Float64Array,
  first: Float64Array,
  told: Told | null,
): { readonly shared: readonly SharedValue[]; person(form: number): number } {
  const person = (one: number): number => told?.get(one) ?? one;
  const shared: SharedValue[] = [];
  if (told === null) return { shared, person };
  for (let i = 0; i < form.length;) {
    let end = i;
    const people = new Set<number>();
    for (; end < form.length && key[end] === key[i] && first[end] === first[i]; end++) people.add(person(form[end]!));
    if (people.has(-1)) shared.push({ key: key[i]!, firstRow: first[i]!, rows: end - i, people: null });
    else if (people.size > 1) shared.push({ key: key[i]!, firstRow: first[i]!, rows: end - i, people: people.size });
    i = end;
  }
  return { shared, person };
}

/** The values of some shared keys with up to four of their names, for a report. At most some dozens. */
export async function showShared(
  context: Context,
  keys: Sql,
  members: Sql,
  shared: readonly SharedValue[],
): Promise<readonly { readonly value: string; readonly names: readonly string[] }[]> {
  const shown: { value: string; names: readonly string[] }[] = [];
  for (const { key, firstRow } of shared) {
    const rows = await context.engine.rows(
      sql`
        select ${identifier(`key_${key + 1}`)} as value_1, trim(m.written_1) as name_1, min(k.row_no) as row_1
        from ${keys} k
        join ${members} m on m.row_no = k.row_no
        where m.key_no = ${key} and m.first_row = ${firstRow}
        group by 1, 2
        order by row_1
        limit 4
      `,
      4,
    );
    shown.push({
      value: String(rows[0]?.["value_1"] ?? ""),
      names: rows.map((one) => String(one["name_1"])).filter((name) => name !== ""),
    });
  }
  return shown;
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
