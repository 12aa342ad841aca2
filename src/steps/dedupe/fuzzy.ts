import type { Context, StoredQuery, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { jaroWinkler } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { valueSql } from "../reading/values.ts";
import { findColumn } from "../match-columns.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { birthsDiffer } from "./compare-names.ts";
import { foldWordsSql } from "./fold.ts";
import { textOf } from "./key-kinds.ts";
import { keysQuery, keyState, type PhoneFacts } from "./key-sql.ts";
import type { KeySpec } from "./keys.ts";
import { nameColumns, nameTextSql } from "./people.ts";

/** One text that two rows must have nearly alike. */
export interface FuzzyRule {
  readonly label: string;
  readonly columns: readonly Column[];
  /** Least Jaro–Winkler similarity, over 0 to 1. */
  readonly threshold: number;
}

/** Pairs that one run may compare. */
const mostPairs = 1e8;

/** Reads `--fuzzy "name:0.92"`. Throws `bad-option-value`, `unknown-column`. */
export function readFuzzy(
  table: Table,
  items: readonly string[],
  names: readonly string[] | undefined,
): readonly FuzzyRule[] {
  return items.map((item) => {
    const colon = item.lastIndexOf(":");
    const label = item.slice(0, colon);
    const threshold = /^\d*\.?\d+$/.test(item.slice(colon + 1)) ? Number(item.slice(colon + 1)) : Number.NaN;
    if (colon < 1 || !(threshold > 0 && threshold <= 1)) {
      throw new SegmentError("bad-option-value", `--fuzzy ${item}: not a column and a similarity above 0, at most 1`, {
        hint: 'write it as --fuzzy "name:0.92"',
      });
    }
    const own = table.columns.find(({ name }) => name === label);
    if (own !== undefined) return { label, columns: [own], threshold };
    const whole = label === "name" ? nameColumns(table, names) : [];
    return { label, columns: whole.length > 0 ? whole : [findColumn(table.columns, label, "--fuzzy")], threshold };
  });
}

/** Pairs of rows that are nearly alike. */
export interface FuzzyLinks {
  /** Pairs compared: those with a block in common, once for each block rule. */
  readonly pairs: number;
  readonly matched: number;
  /** Calls back with every match, rows from 0, the block rule from 0 and the least similarity of its texts. */
  each(link: (a: number, b: number, block: number, score: number) => void): void;
  /** `row_no` (from 1) and `key_1` …, the block values by rule. */
  readonly blocks: Sql;
  /** Dates of birth by row, as numbers such as 19500304; 0 where there is none. Null without such a column. */
  readonly births: Float64Array | null;
}

/**
 * Compares every two rows that have a block value in common: all texts must reach their thresholds, after folding
 * (accents, ligatures, case, marks), by code point. A row without a text or a block value is not compared. Throws
 * `usage` beyond 10^8 pairs, naming the largest block. Two rows whose dates of birth are known and differ are never linked.
 */
export async function findFuzzyLinks(
  context: Context,
  table: Table,
  rules: readonly FuzzyRule[],
  blocks: readonly KeySpec[],
  phone: PhoneFacts,
  birth: Column | null,
): Promise<FuzzyLinks> {
  const { engine, compute } = context;
  const texts = rules.map(({ columns }, i) => ({ name: `text_${i + 1}`, sql: foldedText(columns) }));
  const born = birth === null ? null : { name: "birth_1", sql: valueSql(birth) };
  const likely = born === null ? sql`true` : sql`not coalesce(${birthsDiffer(sql`a.birth_1`, sql`b.birth_1`)}, false)`;
  const stored = await engine.store(keysQuery(table, blocks, phone, born === null ? texts : [...texts, born], true));
  const pairs = await countPairs(context, stored, rules, blocks);
  const scores = rules.map((_, i) => {
    const text = identifier(`text_${i + 1}`);
    return sql`${jaroWinkler(sql`a.${text}`, sql`b.${text}`)} as ${identifier(`score_${i + 1}`)}`;
  });
  const reached = rules.map(({ threshold }, i) => sql`${identifier(`score_${i + 1}`)} >= ${threshold}`);
  const least = rules.map((_, i) => identifier(`score_${i + 1}`));
  const worst = least.length === 1 ? least[0]! : sql`least(${join(least, ", ")})`;
  const filled = filledSql(rules, null);
  const byBlock = blocks.map((_, j) => {
    const key = identifier(`key_${j + 1}`);
    const usable = sql`${identifier(`state_${j + 1}`)} = ${keyState.usable}`;
    return sql`
      select a_1, b_1, ${j} as block_1, ${worst} as score_1
      from (
        select a.row_no as a_1, b.row_no as b_1, ${join(scores, ", ")}
        from (select * from ${stored.relation} where ${usable} and ${filled}) a
        join (select * from ${stored.relation} where ${usable} and ${filled}) b on a.${key} = b.${key}
        where a.row_no < b.row_no and ${likely}
      )
      where ${join(reached, " and ")}
    `;
  });
  const matches = await engine.store(sql`
    select a_1, b_1, min(block_1) as block_1, max(score_1) as score_1
    from (
      ${join(byBlock, "\nunion all\n")}
    )
    group by a_1, b_1
    order by a_1, b_1
  `);
  const read = await engine.matrix(
    sql`select a_1, b_1, block_1, score_1 from ${matches.relation} order by a_1, b_1`,
    ["a", "b", "block", "score"],
    matches.rows,
    compute,
  );
  return {
    pairs,
    matched: matches.rows,
    blocks: stored.relation,
    births: born === null ? null : await readBirths(context, table, stored.relation),
    each(link) {
      const [a, b, block, score] = [0, 1, 2, 3].map((j) => columnOf(read, j));
      for (let i = 0; i < matches.rows; i++) link(a![i]! - 1, b![i]! - 1, block![i]!, score![i]!);
    },
  };
}

async function readBirths({ engine, compute }: Context, table: Table, stored: Sql): Promise<Float64Array> {
  const part = (name: string): Sql => sql`date_part(${name}, birth_1)`;
  const number = sql`${part("year")} * 10000 + ${part("month")} * 100 + ${part("day")}`;
  const query = sql`select row_no, coalesce(${number}, 0) as birth_no from ${stored} order by row_no`;
  return columnOf(await engine.matrix(query, ["row", "birth"], table.rows, compute), 1);
}

function foldedText(columns: readonly Column[]): Sql {
  if (columns.length > 1) return sql`nullif(${foldWordsSql(nameTextSql(columns))}, '')`;
  const text = textOf(columns[0]!);
  return sql`case when not ${isMissingSql(text)} then nullif(${foldWordsSql(text)}, '') end`;
}

function filledSql(rules: readonly FuzzyRule[], alias: Sql | null): Sql {
  const texts = rules.map((_, i) => identifier(`text_${i + 1}`));
  return join(
    texts.map((text) => sql`${alias === null ? text : sql`${alias}.${text}`} is not null`),
    " and ",
  );
}

async function countPairs(
  context: Context,
  stored: StoredQuery,
  rules: readonly FuzzyRule[],
  blocks: readonly KeySpec[],
): Promise<number> {
  let total = 0;
  let largest = { rows: 0, value: "", label: "" };
  for (const [j, { label }] of blocks.entries()) {
    const key = identifier(`key_${j + 1}`);
    const [row = {}] = await context.engine.rows(
      sql`
        select sum(rows_1 * (rows_1 - 1)) as pairs_1, max(rows_1) as rows_1, min(value_1) filter (where place_1 = 1) as value_1
        from (
          select *, row_number() over (order by rows_1 desc, value_1) as place_1
          from (
            select ${key} as value_1, count(*) as rows_1
            from ${stored.relation}
            where ${identifier(`state_${j + 1}`)} = ${keyState.usable} and ${filledSql(rules, null)}
            group by ${key}
          )
        )
      `,
      1,
    );
    total += Number(row["pairs_1"] ?? 0) / 2;
    if (Number(row["rows_1"]) > largest.rows) {
      largest = { rows: Number(row["rows_1"]), value: String(row["value_1"]).replaceAll("\u001f", " + "), label };
    }
  }
  if (total <= mostPairs) return total;
  throw new SegmentError(
    "usage",
    `--block gives ${total.toExponential(1).replace("e+", "e")} pairs to compare, at most 1e8 are; the largest block is ${largest.label} “${largest.value}” with ${largest.rows} rows`,
    { hint: `add a column to it, such as --block ${largest.label}+birth_date, or clean that value first` },
  );
}
