import type { Context } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { grade } from "../../model/linkage/alike-forms.ts";
import { wordList } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { compareFormsSql, compareNamesSql } from "../dedupe/compare-names.ts";
import { keysQuery, keyState, type PhoneFacts } from "../dedupe/key-sql.ts";
import { comparedNameSql, nameTextSql, type PeopleColumns } from "../dedupe/people.ts";
import { bytesOf, formOf } from "../dedupe/tell-people.ts";
import { valueSql } from "../reading/values.ts";
import { rowNumberSql } from "../row-position.ts";
import type { CombineKey } from "./choose-keys.ts";
import type { Stack } from "./stack.ts";

/** Which rows are one customer. Sources, keys and rows of the stack; customers are named by their first row, from 1. */
export interface Matches {
  /** `row_no`, `source_0`, `key_1` …, `state_1` … (as `keysQuery` gives them) of every row. */
  readonly keyTable: Sql;
  /** `row_no`, `customer_1`, `matched_by` (from 1) of every row that joined the customer of an earlier source. */
  readonly joined: Sql;
  /** `key_no`, `source_0`, `value_1`, `rows_1`, `first_1` of every usable key value that several rows of a source have. */
  readonly repeated: Sql;
  readonly repeatedValues: number;
  /** By source and key. */
  readonly found: readonly (readonly KeyFindings[])[];
}

/** What a key came to for the rows of a source that no earlier key had matched. */
export interface KeyFindings {
  readonly matched: number;
  /** The value is that of several customers, or several rows claim one customer. */
  readonly ambiguous: number;
  /** The customer has another id. */
  readonly otherId: number;
  /** The names, or names and dates of birth, say two people. */
  readonly otherName: number;
}

const verdict = { matched: 0, ambiguous: 1, otherId: 2, otherName: 3 } as const;

/**
 * Matches the rows of each source, in order, to the customers that the sources before it made: by the first key, what is
 * left by the second, and so on. A customer takes one row of a source at most, and rows of one source are never one
 * customer. Only a value that says who is meant matches: it is usable (no placeholder), stands in one row of its source
 * and belongs to one customer; the customer has no other id, and where the key is none itself, no unlike name. So a
 * telephone number that many share glues nobody together, and no chain of keys does. Cost: per source and key one
 * aggregation of the rows before it and one join.
 */
export async function matchRows(
  context: Context,
  stack: Stack,
  keys: readonly CombineKey[],
  phone: PhoneFacts,
  people: PeopleColumns,
): Promise<Matches> {
  const { engine } = context;
  if (keys.length === 0) return unmatched(context, stack);
  const hasPeople = people.names.length > 0 || people.birth !== null;
  const names = hasPeople
    ? [
        { name: "written_name", sql: nameTextSql(people.names) },
        { name: "birth_1", sql: people.birth === null ? sql`cast(null as date)` : valueSql(people.birth) },
      ]
    : [];
  const kept = [{ name: "stack_source", sql: stack.source }, ...names];
  const { relation: keyTable } = await engine.store(
    sql`
    select *, stack_source as source_0
    from (
      ${keysQuery(stack.table, keys, phone, kept)}
    )
  `,
    { apart: true },
  );
  const repeats = keys.map((_, j) => {
    const key = identifier(`key_${j + 1}`);
    return sql`
      select ${value(j)} as key_no, source_0, ${key} as value_1, count(*) as rows_1, min(row_no) as first_1
      from ${keyTable}
      where ${identifier(`state_${j + 1}`)} = ${keyState.usable}
      group by source_0, ${key}
      having count(*) > 1
    `;
  });
  const repeated = await engine.store(join(repeats, "\nunion all\n"), { apart: true });
  const pairs: Sql[] = [];
  const found: KeyFindings[][] = [];
  const joined = (): Sql =>
    pairs.length === 0
      ? noneJoined
      : sql`
        (
          ${join(
            pairs.map(
              (pair) => sql`select row_no, customer_1, matched_by from ${pair} where verdict_1 = ${verdict.matched}`,
            ),
            "\nunion all\n",
          )}
        )
      `;
  for (let s = 0; s < stack.starts.length; s++) {
    const ofSource: KeyFindings[] = [];
    const named = keys.flatMap(({ isId }, j) => (hasPeople && !isId && s > 0 ? [j] : []));
    const grades = named.length === 0 ? null : await compareNames(context, keyTable, s, named);
    for (const j of keys.keys()) {
      if (s === 0) {
        ofSource.push({ matched: 0, ambiguous: 0, otherId: 0, otherName: 0 });
        continue;
      }
      context.terminal.progress(`matching source ${s + 1} by ${keys[j]!.label}`);
      const asked = { keyTable, repeated: repeated.relation, joined: joined(), s, j, keys, grades };
      const stored = await engine.store(pairsQuery(asked), { apart: true });
      pairs.push(stored.relation);
      ofSource.push(await countVerdicts(context, stored.relation));
    }
    found.push(ofSource);
  }
  return { keyTable, joined: joined(), repeated: repeated.relation, repeatedValues: repeated.rows, found };
}

const noneJoined = sql`(select cast(0 as bigint) as row_no, cast(0 as bigint) as customer_1, 0 as matched_by where 1 = 0)`;

/** Without keys every row is a customer. */
async function unmatched({ engine }: Context, stack: Stack): Promise<Matches> {
  const { relation: keyTable } = await engine.store(
    sql`
    select ${rowNumberSql(stack.table)} as row_no, ${stack.source} as source_0
    from ${stack.table.relation}
  `,
    { apart: true },
  );
  const repeated = sql`(select 0 as key_no, 0 as source_0, 0 as rows_1 where 1 = 0)`;
  return { keyTable, joined: noneJoined, repeated, repeatedValues: 0, found: stack.starts.map(() => []) };
}

interface Asked {
  readonly keyTable: Sql;
  readonly repeated: Sql;
  readonly joined: Sql;
  /** The source whose rows are matched, and the key. */
  readonly s: number;
  readonly j: number;
  readonly keys: readonly CombineKey[];
  /** What names say of pairs of rows that have a key in common: `graded_row`, `graded_holder`, `grade_1`; null without names. */
  readonly grades: Sql | null;
}

/** Rows of a source that have a key value in common with a customer, and what came of it. */
function pairsQuery(asked: Asked): Sql {
  const { keyTable, repeated, joined, s, j, keys, grades } = asked;
  const key = identifier(`key_${j + 1}`);
  const usable = (of: number): Sql => sql`${identifier(`state_${of + 1}`)} = ${keyState.usable}`;
  const ids = keys.flatMap(({ isId }, i) => (isId && i !== j ? [i] : []));
  const isGraded = grades !== null && !keys[j]!.isId;
  const id = (i: number): Sql => sql`case when ${usable(i)} then ${identifier(`key_${i + 1}`)} end`;
  const rowIds = ids.map((i) => sql`, ${id(i)} as ${identifier(`row_id_${i + 1}`)}`);
  const assigned = sql`
    select k.*, coalesce(m.customer_1, k.row_no) as customer_1
    from ${keyTable} k
    left join ${joined} m on m.row_no = k.row_no
    where k.source_0 < ${value(s)}
  `;
  const customerIds =
    ids.length === 0
      ? sql``
      : sql`
        left join (
          select customer_1 as id_customer, ${join(
            ids.map((i) => sql`max(${id(i)}) as ${identifier(`customer_id_${i + 1}`)}`),
            ", ",
          )}
          from (
            ${assigned}
          )
          group by customer_1
        ) on id_customer = h.least_customer
      `;
  const differs = ids.map((i) => sql`${identifier(`customer_id_${i + 1}`)} <> ${identifier(`row_id_${i + 1}`)}`);
  const holders = sql`
    select ${key} as held_value, min(customer_1) as least_customer, max(customer_1) as most_customer, min(row_no) as holder_row
    from (
      ${assigned}
    )
    where ${usable(j)}
    group by ${key}
  `;
  const rows = sql`
    select k.row_no as asked_row, k.${key} as asked_value ${join(rowIds, "")}
    from ${keyTable} k
    left join ${joined} m on m.row_no = k.row_no
    left join (
      select value_1 as repeated_value
      from ${repeated}
      where key_no = ${value(j)} and source_0 = ${value(s)}
    ) on repeated_value = k.${key}
    where k.source_0 = ${value(s)} and ${usable(j)} and m.row_no is null and repeated_value is null
  `;
  const met = sql`
    select
      asked_row, h.least_customer as customer_1, holder_row,
      case
        when h.least_customer <> h.most_customer then ${verdict.ambiguous}
        ${differs.length === 0 ? sql`` : sql`when ${join(differs, " or ")} then ${verdict.otherId}`}
        ${isGraded ? sql`when grade_1 < ${grade.partly} then ${verdict.otherName}` : sql``}
        else ${verdict.matched}
      end as own_verdict
    from (
      ${rows}
    )
    join (
      ${holders}
    ) h on h.held_value = asked_value
    left join (
      select customer_1 as taken_customer
      from ${joined} t
      join ${keyTable} tk on tk.row_no = t.row_no
      where tk.source_0 = ${value(s)}
    ) on taken_customer = h.least_customer
    ${customerIds}
    ${isGraded ? sql`left join ${grades} on graded_row = asked_row and graded_holder = holder_row` : sql``}
    where taken_customer is null
  `;
  return sql`
    select
      asked_row as row_no, customer_1, ${value(j + 1)} as matched_by,
      case
        when own_verdict = ${verdict.matched} and count(case when own_verdict = ${verdict.matched} then 1 end) over (partition by customer_1) > 1
          then ${verdict.ambiguous}
        else own_verdict
      end as verdict_1
    from (
      ${met}
    )
  `;
}

/**
 * Compares the names and dates of birth of every row of a source with those of the first row before it that has one of its
 * keys: at least partly alike is one person, as it is for `dedupe`. Null where there is no such pair.
 */
async function compareNames(
  { engine }: Context,
  keyTable: Sql,
  s: number,
  keys: readonly number[],
): Promise<Sql | null> {
  const ofKeys = keys.map((j) => {
    const key = identifier(`key_${j + 1}`);
    const usable = sql`${identifier(`state_${j + 1}`)} = ${keyState.usable}`;
    return sql`
      select row_no as graded_row, holder_row as graded_holder
      from ${keyTable}
      join (
        select ${key} as held_value, min(row_no) as holder_row
        from ${keyTable}
        where source_0 < ${value(s)} and ${usable}
        group by ${key}
      ) on held_value = ${key}
      where source_0 = ${value(s)} and ${usable}
    `;
  });
  const pairs = await engine.store(
    sql`
      select distinct graded_row, graded_holder
      from (
        ${join(ofKeys, "\nunion all\n")}
      )
    `,
    { apart: true },
  );
  if (pairs.rows === 0) return null;
  const person = (row: Sql): Sql => sql`
    select row_no, name_1, birth_1, ${wordList(sql`name_1`)} as words_1, replace(name_1, ' ', '') as together_1
    from (
      select row_no, ${comparedNameSql(sql`written_name`)} as name_1, birth_1
      from ${keyTable}
      join (
        select distinct ${row} as wanted_row
        from ${pairs.relation}
      ) on wanted_row = row_no
    )
  `;
  const { relation } = await engine.store(
    sql`
      select graded_row, graded_holder, ${compareFormsSql(sql`names_1`, formOf("a"), formOf("b"))} as grade_1
      from (
        select *, ${compareNamesSql(formOf("a"), formOf("b"))} as names_1
        from (
          select graded_row, graded_holder, ${bytesOf("a", "b", 1)}, ${bytesOf("b", "a", 2)}
          from ${pairs.relation}
          join (
            ${person(sql`graded_row`)}
          ) a on a.row_no = graded_row
          join (
            ${person(sql`graded_holder`)}
          ) b on b.row_no = graded_holder
        )
      )
    `,
    { apart: true },
  );
  return relation;
}

async function countVerdicts({ engine }: Context, pairs: Sql): Promise<KeyFindings> {
  const rows = await engine.rows(sql`select verdict_1, count(*) as rows_1 from ${pairs} group by verdict_1`, 4);
  const count = (of: number): number => Number(rows.find((row) => Number(row["verdict_1"]) === of)?.["rows_1"] ?? 0);
  return {
    matched: count(verdict.matched),
    ambiguous: count(verdict.ambiguous),
    otherId: count(verdict.otherId),
    otherName: count(verdict.otherName),
  };
}
