import type { OutputTable } from "../../core/command.ts";
import type { Context, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, listedRows } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { textSql, valueSql } from "../reading/values.ts";
import type { KeyLinks } from "./find-links.ts";
import type { FuzzyLinks } from "./fuzzy.ts";
import type { Groups } from "./groups.ts";
import { keyState, partMark } from "./key-sql.ts";
import type { KeySpec } from "./keys.ts";
import { isSharedMailboxSql } from "./shared-mailboxes.ts";
import { carriedPosition, carrying, inOrder, rowNumberSql } from "../row-position.ts";

/** All that was found, for the file that lists it. */
export interface DuplicatesInput {
  readonly table: Table;
  readonly sources: readonly Source[];
  readonly groups: Groups;
  /** The rows of groups, as `foldGroups` gives them. */
  readonly ranked: Sql;
  readonly keys: readonly KeySpec[];
  /** The kept `keysQuery`; null without keys. */
  readonly keyTable: Sql | null;
  readonly links: KeyLinks | null;
  readonly fuzzy: FuzzyLinks | null;
  /** What fuzzy links are called, such as `name`. */
  readonly fuzzyLabel: string;
  readonly blocks: readonly KeySpec[];
}

const own = ["group", "row", "reason", "value", "kept"] as const;

/** Why a row is listed. */
const section = { group: 1, shared: 2, placeholder: 3 } as const;

/**
 * The table that `--duplicates` writes: every row of a group, then every row of a value that unlike people share, then
 * those of placeholders; with `group`, `row` (the line of the file where every record is one line of one file, else the
 * number of the row), `reason`, `value` (of the key, normalised), `kept` (no: folded into another row) and the columns of
 * the table. A column of the table that has one of these names keeps it, and ours is then called `duplicate_` and its name.
 */
export async function duplicatesTable(context: Context, input: DuplicatesInput): Promise<OutputTable> {
  const { engine } = context;
  const { table, groups, ranked } = input;
  const offset = await lineOffset(input.sources, table.rows);
  const why = await engine.attach(table, table.rows, [
    { name: "reason", values: groups.reason },
    { name: "score", values: groups.score },
    { name: "chosen", values: chosenRows(table.rows, input.links) },
  ]);
  const held = table.columns.map((_, i) => identifier(`held_${i + 1}`));
  const refs = table.columns.map(({ ref }, i) => sql`${ref} as ${held[i]!}`);
  const listed = [groupRows(ranked), ...sharedRows(input), ...placeholderRows(input)];
  const order = sql`section_no, order_1, order_2, order_3`;
  const listPosition = carriedPosition(
    table.position === undefined ? table : { ...table, position: sql`row_number() over (order by ${order})` },
  );
  const stored = await engine.store(sql`
    select
      section_no,
      ranked_group as group_1,
      row_no + ${offset - 1} as line_1,
      ${reasonSql(input)} as why_1,
      replace(${valueOf(input)}, ${partMark}, ' + ') as value_1,
      case when rank_no > least_rank then 'no' else 'yes' end as kept_1,
      ${join([...held, ...listPosition], ", ")}
    from (
      ${join(listed, "\nunion all\n")}
    )
    join (
      select ${rowNumberSql(table)} as held_row, ${why.refs[0]!} as reason_no, ${why.refs[1]!} as score_no, ${why.refs[2]!} as chosen_no, ${join(refs, ", ")}
      from ${why.relation}
    ) on held_row = row_no
    left join (
      select
        row_no as ranked_row, group_no as ranked_group, rank_1 as rank_no,
        min(rank_1) over (partition by group_no) as least_rank
      from ${ranked}
    ) on ranked_row = row_no
    ${besideSql("key", input.keyTable, input.keys)}
    ${besideSql("block", input.fuzzy?.blocks ?? null, input.blocks)}
    order by ${order}
  `);
  const names = new Set(table.columns.map(({ name }) => name));
  const values = [sql`group_1`, sql`line_1`, sql`why_1`, sql`value_1`, sql`kept_1`];
  const added = own.map((name, i) => ({ name: names.has(name) ? `duplicate_${name}` : name, sql: values[i]! }));
  const columns = table.columns.map((column, i): Column => ({ ...column, ref: held[i]! }));
  const form = (of: (column: Column) => Sql): Sql => {
    const all = [...added, ...columns.map((column) => ({ name: column.name, sql: of(column) }))];
    return sql`
      select
        ${join(
          all.map(({ name, sql: cell }) => sql`${cell} as ${identifier(name)}`),
          ",\n",
        )}
      from ${stored.relation}${inOrder(carrying(table, stored.relation))}
    `;
  };
  return { query: form(textSql), typed: form(valueSql), rows: stored.rows };
}

/** What a row's number is on the first physical line, when every record is one line of a single file; else 1. */
async function lineOffset(sources: readonly Source[], rows: number): Promise<number> {
  const [source] = sources;
  if (sources.length !== 1 || source === undefined || source.format !== "csv" || rows === 0) return 1;
  const first = await source.lineOf(0);
  return (await source.lineOf(rows - 1)) === first + rows - 1 ? first : 1;
}

/** By row: the key by which it was merged with the one of two people whose other values it has, from 1; else 0. */
function chosenRows(rows: number, links: KeyLinks | null): Int32Array {
  const keys = new Int32Array(rows);
  for (const { chosen, key, rows: own } of links?.doubtful ?? []) {
    if (chosen) for (const row of own) keys[row - 1] ||= key + 1;
  }
  return keys;
}

function groupRows(ranked: Sql): Sql {
  return sql`
    select
      ${section.group} as section_no, row_no, 0 as key_no,
      group_no as order_1, place_no as order_2, 0 as order_3
    from ${ranked}
  `;
}

function sharedRows({ links }: DuplicatesInput): readonly Sql[] {
  if (links === null || links.shared.length === 0) return [];
  const keys = links.shared.map(({ key }) => key);
  const rows = links.shared.map(({ firstRow }) => firstRow);
  return [
    sql`
      select
        ${section.shared}, row_no, m.key_no, m.key_no, m.first_row, row_no
      from ${links.members} m
      join ${listedRows({ shared_key_1: keys, shared_row_1: rows })} on shared_key_1 = m.key_no and shared_row_1 = m.first_row
    `,
  ];
}

function placeholderRows({ keys, keyTable }: DuplicatesInput): readonly Sql[] {
  if (keyTable === null) return [];
  return keys.map(
    (_, j) => sql`
      select
        ${section.placeholder}, row_no, ${j}, ${j},
        min(row_no) over (partition by ${identifier(`key_${j + 1}`)}), row_no
      from ${keyTable}
      where ${identifier(`state_${j + 1}`)} = ${keyState.placeholder}
    `,
  );
}

/** A join that sets the values of keys or blocks, as `key_value_1` …, beside the rows; nothing where there are none. */
function besideSql(stem: string, values: Sql | null, keys: readonly KeySpec[]): Sql {
  if (values === null || keys.length === 0) return sql``;
  const columns = keys.map((_, j) => sql`${identifier(`key_${j + 1}`)} as ${valueName(stem, j)}`);
  return sql`
    left join (
      select row_no as ${identifier(`${stem}_row`)}, ${join(columns, ", ")}
      from ${values}
    ) on ${identifier(`${stem}_row`)} = row_no
  `;
}

function valueOf({ keys, fuzzy, blocks }: DuplicatesInput): Sql {
  const ofKeys = keys.map(
    (_, j) =>
      sql`when case when section_no = ${section.group} then reason_no - 1 else key_no end = ${j} then ${valueName("key", j)}`,
  );
  const ofBlocks =
    fuzzy === null
      ? []
      : blocks.map(
          (_, j) => sql`when section_no = ${section.group} and reason_no = ${-(j + 1)} then ${valueName("block", j)}`,
        );
  return sql`
    case
      ${join([...ofBlocks, ...ofKeys], "\n")}
    end
  `;
}

function reasonSql({ keys, blocks, fuzzy, fuzzyLabel }: DuplicatesInput): Sql {
  const ofKeys = keys.map(({ label, parts }, j) => {
    const mailbox =
      parts.length === 1 && parts[0]!.kind === "email"
        ? sql`when reason_no = ${j + 1} and ${isSharedMailboxSql(valueName("key", j))} then ${`${label}, a shared mailbox by its name`}`
        : sql``;
    return sql`
      ${mailbox}
      when reason_no = ${j + 1} and chosen_no = ${j + 1} then ${`${label}, chosen by telephone or address`}
      when reason_no = ${j + 1} then ${label}
    `;
  });
  const ofBlocks =
    fuzzy === null
      ? []
      : blocks.map(
          ({ label }, j) =>
            sql`when reason_no = ${-(j + 1)} then ${`${fuzzyLabel} `} || ${asText(sql`cast(score_no as decimal(3, 2))`)} || ${` in ${label}`}`,
        );
  return sql`
    case
      when section_no = ${section.shared} then 'shared key, not merged'
      when section_no = ${section.placeholder} then 'placeholder key, not merged'
      ${join([...ofKeys, ...ofBlocks], "\n")}
    end
  `;
}

function valueName(stem: string, j: number): Sql {
  return identifier(`${stem}_value_${j + 1}`);
}
