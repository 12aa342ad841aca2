import type { Context, StoredQuery } from "../../core/context.ts";
import { columnOf, type Matrix } from "../../core/matrix.ts";
import type { Sql } from "../../core/sql.ts";
import { alikeForms, type FormPair, openPairs } from "../../model/linkage/alike-forms.ts";
import { inBytes, isAscii, wordList } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import { type OpenPairs, readAgreement } from "./agreement.ts";
import { compareFormsSql, compareNamesSql, type PersonForm } from "./compare-names.ts";
import type { Persons } from "./find-links.ts";

/** Names of one key value beyond which nobody's rows are merged by it: a shop's mailbox, a switchboard. */
export const mostNames = 20;
/** The same for names with their dates of birth. */
export const mostForms = 200;

/** Who is who among the forms of key values. */
export interface Told {
  /** By form: the least form that is the same person, or -1 where there are too many names to tell. */
  readonly person: ReadonlyMap<number, number>;
  /** Persons, by their least forms, who had a form that fitted someone else too until other values were asked. */
  readonly chosen: ReadonlySet<number>;
}

/**
 * Compares the forms of every value that has several; only those are in the result. `members` are rows with `form_no`, the
 * names and dates of birth that a form stands for, and `most` is the last form. A form that fits two unlike people goes to
 * the one whose telephone, address or postcode it has; only such forms have these read.
 */
export async function tellPeople(
  context: Context,
  persons: Persons,
  members: StoredQuery,
  most: number,
): Promise<Told> {
  const told = new Map<number, number>();
  const chosen = new Set<number>();
  if (most === 0) return { person: told, chosen };
  const { ranges, pairs } = await compareForms(context, members);
  const open: OpenValue[] = [];
  let next = 0;
  for (let i = 0; i < ranges.rows; i++) {
    const least = columnOf(ranges, 0)[i]!;
    const count = columnOf(ranges, 1)[i]! - least + 1;
    const own: FormPair[] = [];
    for (; next < pairs.rows && columnOf(pairs, 0)[next]! < least + count; next++) {
      own.push({
        a: columnOf(pairs, 0)[next]! - least,
        b: columnOf(pairs, 1)[next]! - least,
        grade: columnOf(pairs, 2)[next]!,
      });
    }
    const tooMany = columnOf(ranges, 2)[i]! > mostNames || count > mostForms;
    const people = tooMany ? null : alikeForms(count, own);
    for (let f = 0; f < count; f++) told.set(least + f, people === null ? -1 : least + people[f]!);
    const left = people === null ? [] : openPairs(people, own);
    if (left.length > 0) open.push({ least, count, pairs: own, people: people!, open: left });
  }
  const asked: OpenPairs = {
    a: open.flatMap(({ least, open: left }) => left.map(({ a }) => least + a)),
    b: open.flatMap(({ least, open: left }) => left.map(({ b }) => least + b)),
  };
  const agreement = await readAgreement(context, persons.table, members, asked);
  if (agreement === null) return { person: told, chosen };
  for (const { least, count, pairs: own, people } of open) {
    const settled = alikeForms(count, own, (a, b) => agreement(least + a, least + b));
    settled.forEach((person, f) => {
      told.set(least + f, least + person);
      if (person !== people[f]) chosen.add(least + person);
    });
  }
  return { person: told, chosen };
}

/**
 * Compares the forms of every value (`key_no`, `first_row`) that has several. `ranges` are the least and the last form of such
 * values and their number of names; `pairs` are forms a < b and their grade, in order, none of values with too many names.
 */
export async function compareForms(
  context: Context,
  members: StoredQuery,
): Promise<{ readonly ranges: Matrix; readonly pairs: Matrix }> {
  const { engine, compute } = context;
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
    sql`select least_form, most_form, names_1 from ${values.relation} order by least_form`,
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
    sql`select a_1, b_1, grade_1 from ${compared.relation} order by a_1, b_1`,
    ["a", "b", "grade"],
    compared.rows,
    compute,
  );
  return { ranges, pairs };
}

/** A key value with forms that fit several people: its forms, how they compare, who they are and what is left open. */
interface OpenValue {
  readonly least: number;
  readonly count: number;
  readonly pairs: readonly FormPair[];
  readonly people: readonly number[];
  readonly open: readonly FormPair[];
}

/**
 * What `compareFormsSql` reads of one side of a pair, from `name_1`, `words_1`, `together_1` and `birth_1` of that side; names
 * beyond ASCII are put in bytes for this pair.
 */
export function bytesOf(side: string, other: string, rest: number): Sql {
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

/** One side of a pair as `bytesOf` gives it. */
export function formOf(side: string): PersonForm {
  return {
    words: identifier(`${side}_words_1`),
    together: identifier(`${side}_together_1`),
    birth: identifier(`${side}_birth_1`),
  };
}
