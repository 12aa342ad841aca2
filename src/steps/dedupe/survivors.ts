import type { Context, Engine, Table } from "../../core/context.ts";
import { type Column, nullWords } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, valueAtLeast } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { consentSql, refusalConsentSql } from "../contact/consent.ts";
import { deriveTable, derived, passed } from "../derive.ts";
import { isMissingSql, plainSpacesSql } from "../reading/number-sql.ts";
import { valueSql } from "../reading/values.ts";
import type { GroupedRelation, Groups } from "./groups.ts";
import { keepWords, type ConsentColumn, type KeepRule, type Survivorship } from "./keep-rules.ts";

/** One row for each group and each row alone, and what was found on the way. */
export interface Survivors {
  readonly table: Table;
  /** The rows of groups: `row_no` (from 1), `group_no`, `rank_1` (least for the row that is asked first) and `held_1` … as the table's columns. */
  readonly ranked: Sql;
  /** Groups in which a column of consent says yes in one row and no in another, counted once per column. */
  readonly conflicts: number;
  /** Answers of consent in rows of groups that are neither yes nor no nor missing, and the least of them; null without any. */
  readonly unreadable: { readonly cells: number; readonly word: string } | null;
}

/**
 * Folds each group into its first row: in every column the first value that is not missing, in the order of the rule; the
 * most restrictive answer of consent; the least id. Cells keep their text. Rows alone pass untouched, and only groups are
 * aggregated. `groupName` is a new column: the number (from 1) of the first row of the row's group.
 */
export async function foldGroups(
  context: Context,
  table: Table,
  groups: Groups,
  beside: GroupedRelation,
  survivorship: Survivorship,
  groupName: string | undefined,
): Promise<Survivors> {
  const { engine } = context;
  const { columns } = table;
  const held = columns.map((_, i) => identifier(`held_${i + 1}`));
  const at = (column: Column): HeldColumn => {
    const i = columns.indexOf(column);
    return { ...column, ref: held[i]!, lacks: identifier(`lacks_${i + 1}`) };
  };
  const rules = distinctRules(survivorship);
  const refs = columns.map(({ ref }, i) => sql`${ref} as ${held[i]!}`);
  const ranks = rules.map((rule, i) => sql`${ruleRank(rule, columns.length, at)} as ${identifier(`rank_${i + 1}`)}`);
  const lacking = columns.map((column) => sql`${missing(at(column))} as ${at(column).lacks}`);
  const filled = columns.map((column) => sql`case when ${at(column).lacks} then 0 else 1 end`);
  const id = survivorship.id;
  const idRank = id === null ? [] : [sql`${rankSql(idOrder(at(id)))} as id_rank_1`];
  const ranked = await engine.store(sql`
    select *, ${join([...ranks, ...idRank], ",\n")}
    from (
      select *, ${join(filled, " + ")} as filled_1
      from (
        select *, ${join(lacking, ",\n")}
        from (
          select
            ${beside.row} as row_no,
            ${beside.group} as group_no,
            ${beside.place} as place_no,
            ${join(refs, ",\n")}
          from ${beside.relation}
          where ${beside.group} > 0
        )
      )
    )
  `);
  const picked = columns.map((column, i) => {
    const own = at(column);
    const consent = survivorship.consent.find((one) => one.column === column);
    if (column === id) return sql`${firstHeld(own, sql`id_rank_1`)} as ${identifier(`survivor_${i + 1}`)}`;
    const rule = survivorship.byColumn.get(column.name) ?? survivorship.rule;
    const rank = identifier(`rank_${rules.findIndex((one) => keepWords(one) === keepWords(rule)) + 1}`);
    const survivor = consent === undefined ? firstHeld(own, rank) : leastConsent(own, consent, rank);
    return sql`${survivor} as ${identifier(`survivor_${i + 1}`)}`;
  });
  const conflicts = survivorship.consent.map((one) => {
    const says = consents(at(one.column), one);
    return sql`case when bool_or(${says}) and bool_or(not ${says}) then 1 else 0 end`;
  });
  const folded = await engine.store(sql`
    select
      group_no,
      min(row_no) as first_row,
      ${conflicts.length === 0 ? sql`0` : join(conflicts, " + ")} as conflicts_1,
      ${join(picked, ",\n")}
    from ${ranked.relation}
    group by group_no
    order by group_no
  `);
  const [counted = {}] = await engine.rows(sql`select sum(conflicts_1) as n from ${folded.relation}`, 1);
  return {
    ranked: ranked.relation,
    conflicts: Number(counted["n"] ?? 0),
    unreadable: await unreadableAnswers(engine, ranked.relation, survivorship.consent, at),
    table: foldedTable(table, groups, beside, folded.relation, groupName),
  };
}

/** Rows alone and survivors, each in the place of its first row. */
function foldedTable(
  table: Table,
  groups: Groups,
  { relation, row, group }: GroupedRelation,
  folded: Sql,
  groupName: string | undefined,
): Table {
  const rows = table.rows - groups.rows + groups.count;
  const cells = table.columns.map((_, i) => identifier(`cell_${i + 1}`));
  const alone = table.columns.map(({ ref }, i) => sql`${ref} as ${cells[i]!}`);
  const survivors = table.columns.map((_, i) => identifier(`survivor_${i + 1}`));
  const columns = table.columns.map((column, i) => ({ ...passed(column), value: cells[i]! }));
  const added = groupName === undefined ? [] : [derived(groupName, "integer", "typed", sql`row_no`, rows)];
  const ordered = table.position === undefined ? table : { ...table, position: sql`row_no` };
  return deriveTable(ordered, [...columns, ...added], {
    relation: sql`
      (
        select ${join(alone, ", ")}, ${row} as row_no
        from ${relation}
        where ${group} = 0
        union all
        select ${join(survivors, ", ")}, first_row
        from ${folded}
        order by row_no
      )
    `,
    rows,
  });
}

/** The rules in use, each once, that of all columns first. */
function distinctRules({ rule, byColumn }: Survivorship): readonly KeepRule[] {
  return [...new Map([rule, ...byColumn.values()].map((one) => [keepWords(one), one])).values()];
}

function rankSql(order: Sql): Sql {
  return sql`row_number() over (partition by group_no order by ${order})`;
}

/** A column among the rows of groups, with what says that a row lacks its value. */
export interface HeldColumn extends Column {
  readonly lacks: Sql;
}

/** A number that is less for a row that is asked earlier, another for each row of a group; below 2^50. */
function ruleRank(rule: KeepRule, columns: number, at: (column: Column) => Column): Sql {
  switch (rule.kind) {
    case "first":
      return sql`place_no`;
    case "most-complete":
      return sql`((${columns} - filled_1) * cast(${2 ** 32} as bigint) + place_no)`;
    case "most-recent":
      return rankSql(sql`${valueSql(at(rule.date))} desc nulls last, filled_1 desc, place_no`);
  }
}

function idOrder(id: HeldColumn): Sql {
  return sql`case when ${id.lacks} then 1 else 0 end, ${valueSql(id)} nulls last, ${id.ref} nulls last, place_no`;
}

/** The first value that is not missing; where all are, the first word for it. */
export function firstHeld(column: HeldColumn, rank: Sql): Sql {
  const late = sql`${rank} + case when ${column.lacks} then cast(${2 ** 50} as bigint) else 0 end`;
  return valueAtLeast(column.ref, late, sql`${column.ref} is not null`);
}

/** Whether an answer consents; null where that cannot be said. SQL. */
export function consents(column: Column, { refusal }: ConsentColumn): Sql {
  return refusal ? refusalConsentSql(column) : consentSql(column);
}

/**
 * What refuses most: a clear no, then what is unknown, then a clear yes. Where answers differ and one of them cannot be
 * read, and none is a clear no, none survives.
 */
export function leastConsent(column: HeldColumn, consent: ConsentColumn, rank: Sql): Sql {
  const says = consents(column, consent);
  const clear = (answer: boolean): Sql => sql`coalesce(${says} = ${value(answer)}, false)`;
  const unknown = sql`${says} is null`;
  const odd = isOdd(column, says);
  const word = sql`case when not ${column.lacks} then ${wordOf(column)} end`;
  return sql`
    case
      when bool_or(${clear(false)}) then ${valueAtLeast(column.ref, rank, clear(false))}
      when bool_or(${odd}) and min(${word}) <> max(${word}) then null
      when bool_or(${unknown}) then ${valueAtLeast(column.ref, rank, unknown)}
      else ${valueAtLeast(column.ref, rank, clear(true))}
    end
  `;
}

/** Whether there is an answer and it is neither yes nor no. SQL. */
function isOdd({ lacks }: HeldColumn, says: Sql): Sql {
  return sql`(${says} is null and not ${lacks})`;
}

function wordOf({ stored, ref }: Column): Sql {
  return sql`lower(${plainSpacesSql(stored === "text" ? ref : asText(ref))})`;
}

async function unreadableAnswers(
  engine: Engine,
  ranked: Sql,
  consent: readonly ConsentColumn[],
  at: (column: Column) => HeldColumn,
): Promise<Survivors["unreadable"]> {
  if (consent.length === 0) return null;
  const answers = consent.map((one) => {
    const column = at(one.column);
    return sql`
      select ${wordOf(column)} as word_1
      from ${ranked}
      where ${isOdd(column, consents(column, one))}
    `;
  });
  const [row = {}] = await engine.rows(
    sql`
      select count(*) as cells_1, min(word_1) as word_1
      from (
        ${join(answers, "\nunion all\n")}
      )
    `,
    1,
  );
  const cells = Number(row["cells_1"] ?? 0);
  return cells === 0 ? null : { cells, word: visibleWord(String(row["word_1"])) };
}

function visibleWord(word: string): string {
  return [...word].slice(0, 30).join("");
}

const longestWord = Math.max(...nullWords.map((word) => word.length));

/** Whether a cell lacks a value, as SQL. What is long and has no space at its ends is no word for a missing one, and is not compared with them. */
export function missing({ stored, ref }: Column): Sql {
  if (stored === "typed") return sql`(${ref} is null)`;
  return sql`
    case
      when length(${ref}) > ${longestWord} and left(${ref}, 1) between '!' and '~' and right(${ref}, 1) between '!' and '~' then false
      else ${isMissingSql(ref)}
    end
  `;
}
