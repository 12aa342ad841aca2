import type { Context } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { keyState } from "../dedupe/key-sql.ts";
import type { CombineKey } from "./choose-keys.ts";
import type { Matches } from "./match-rows.ts";
import type { OpenedSource } from "./open-sources.ts";
import type { Stack } from "./stack.ts";

/** Where the rows of a source went. rows = matched + alone = out + merged + removed. */
export interface SourceAccount {
  readonly name: string;
  readonly rows: number;
  readonly quarantined: number;
  /** By key: rows of customers that another source has too; of a customer's first row, the strongest key that joined another. */
  readonly matched: readonly number[];
  /** Rows of customers that no other source has. */
  readonly alone: number;
  readonly out: number;
  /** Folded into the row of an earlier source. */
  readonly merged: number;
  /** Customers that the first source does not have, left out by `--combine left`. */
  readonly removed: number;
  readonly keys: readonly SourceKey[];
}

/** How the rows of a source stand by a key. */
export interface SourceKey {
  readonly usable: number;
  readonly missing: number;
  readonly invalid: number;
  readonly placeholder: number;
  /** Rows whose value other rows of the source have too: it matches nothing. */
  readonly repeated: number;
}

/** Customers that two sources have in common. */
export interface PairMatches {
  readonly a: number;
  readonly b: number;
  readonly customers: number;
  /** By key: the first that is the same in both rows. */
  readonly byKey: readonly number[];
  /** No key is the same in both: a third source joins them. */
  readonly through: number;
}

/** Counts all rows, once, by where they went. One scan of the keys. Throws `bug` where a source does not add up. */
export async function accountRows(
  { engine }: Context,
  opened: readonly OpenedSource[],
  stack: Stack,
  keys: readonly CombineKey[],
  matches: Matches,
  kind: "union" | "left" | "full",
): Promise<{ readonly sources: readonly SourceAccount[]; readonly pairs: readonly PairMatches[] }> {
  const states = keys.flatMap((_, j) =>
    Object.entries(keyState).map(
      ([name, state]) =>
        sql`count(case when ${identifier(`state_${j + 1}`)} = ${value(state)} then 1 end) as ${identifier(`${name}_${j + 1}`)}`,
    ),
  );
  const matched = keys.map(
    (_, j) => sql`count(case when met_by = ${value(j + 1)} then 1 end) as ${identifier(`met_${j + 1}`)}`,
  );
  const first = stack.starts[1] ?? stack.table.rows;
  const rows = await engine.rows(
    sql`
      select
        source_0, count(*) as rows_1,
        count(case when matched_by is not null then 1 end) as joined_1,
        count(case when matched_by is null then 1 end) as first_1,
        count(case when matched_by is not null and customer_0 <= ${first} then 1 end) as joined_first,
        count(case when matched_by is null and customer_0 <= ${first} then 1 end) as first_first,
        count(case when customer_0 > ${first} then 1 end) as beyond_first,
        count(case when met_by is null then 1 end) as alone_1
        ${states.length === 0 ? sql`` : sql`, ${join([...states, ...matched], ",\n")}`}
      from (
        select k.*, j.matched_by, coalesce(j.customer_1, k.row_no) as customer_0, coalesce(j.matched_by, c.least_1) as met_by
        from ${matches.keyTable} k
        left join ${matches.joined} j on j.row_no = k.row_no
        left join (
          select customer_1, min(matched_by) as least_1
          from ${matches.joined}
          group by customer_1
        ) c on c.customer_1 = k.row_no
      )
      group by source_0
      order by source_0
    `,
    opened.length,
  );
  const repeats = await engine.rows(
    sql`
      select key_no, source_0, sum(rows_1) as rows_1
      from ${matches.repeated}
      group by key_no, source_0
      order by key_no, source_0
    `,
    Math.max(1, keys.length * opened.length),
  );
  const repeated = (j: number, s: number): number =>
    Number(repeats.find((row) => Number(row["key_no"]) === j && Number(row["source_0"]) === s)?.["rows_1"] ?? 0);
  const sources = opened.map(({ name, table, quarantined }, s): SourceAccount => {
    const row = rows.find((one) => Number(one["source_0"]) === s) ?? {};
    const count = (key: string): number => Number(row[key] ?? 0);
    const [out, merged, removed] = {
      union: [table.rows, 0, 0],
      left: [count("first_first"), count("joined_first"), count("beyond_first")],
      full: [count("first_1"), count("joined_1"), 0],
    }[kind] as [number, number, number];
    const matched = keys.map((_, j) => count(`met_${j + 1}`));
    const alone = count("alone_1");
    const met = matched.reduce((sum, own) => sum + own, 0);
    if (out + merged + removed !== table.rows || met + alone !== table.rows) {
      const message = `source ${name}: ${table.rows} rows are not ${out} out, ${merged} merged, ${removed} removed, nor ${met} matched, ${alone} alone`;
      throw new SegmentError("bug", message);
    }
    return {
      name,
      rows: table.rows,
      quarantined,
      matched,
      alone,
      out,
      merged,
      removed,
      keys: keys.map((_, j) => ({
        usable: count(`usable_${j + 1}`),
        missing: count(`missing_${j + 1}`),
        invalid: count(`invalid_${j + 1}`),
        placeholder: count(`placeholder_${j + 1}`),
        repeated: repeated(j, s),
      })),
    };
  });
  return { sources, pairs: await countPairs(engine, opened.length, keys, matches) };
}

async function countPairs(
  engine: Context["engine"],
  sources: number,
  keys: readonly CombineKey[],
  matches: Matches,
): Promise<readonly PairMatches[]> {
  const same = keys.map((_, j) => {
    const key = identifier(`key_${j + 1}`);
    const state = identifier(`state_${j + 1}`);
    return sql`when x.${state} = ${keyState.usable} and y.${state} = ${keyState.usable} and x.${key} = y.${key} then ${value(j + 1)}`;
  });
  const members = sql`
    select k.*, m.customer_1
    from ${matches.keyTable} k
    join (
      select row_no as member_row, customer_1
      from ${matches.joined}
      union all
      select distinct customer_1, customer_1
      from ${matches.joined}
    ) m on m.member_row = k.row_no
  `;
  const rows =
    keys.length === 0
      ? []
      : await engine.rows(
          sql`
            select a_1, b_1, by_1, count(*) as rows_1
            from (
              select x.source_0 as a_1, y.source_0 as b_1, case ${join(same, "\n")} else 0 end as by_1
              from (
                ${members}
              ) x
              join (
                ${members}
              ) y on x.customer_1 = y.customer_1 and x.source_0 < y.source_0
            )
            group by a_1, b_1, by_1
            order by a_1, b_1, by_1
          `,
          sources * sources * (keys.length + 1),
        );
  const pairs: PairMatches[] = [];
  for (let a = 0; a < sources; a++) {
    for (let b = a + 1; b < sources; b++) {
      const own = rows.filter((row) => Number(row["a_1"]) === a && Number(row["b_1"]) === b);
      const by = (j: number): number => Number(own.find((row) => Number(row["by_1"]) === j)?.["rows_1"] ?? 0);
      pairs.push({
        a,
        b,
        customers: own.reduce((sum, row) => sum + Number(row["rows_1"]), 0),
        byKey: keys.map((_, j) => by(j + 1)),
        through: by(0),
      });
    }
  }
  return pairs;
}

/** A key value that several rows of one source have. */
export interface RepeatedValue {
  readonly key: number;
  readonly source: number;
  readonly value: string;
  /** Rows of the source from 0, at most `mostRepeatedRows` of them. */
  readonly rows: readonly number[];
  readonly count: number;
}

const mostRepeatedRows = 3;

/** The repeated values of keys that most rows have, at most `count` of each key and source, with their first rows. */
export async function repeatedValues(
  { engine }: Context,
  stack: Stack,
  matches: Matches,
  wanted: { readonly key: number; readonly source: number },
  count: number,
): Promise<readonly RepeatedValue[]> {
  const key = identifier(`key_${wanted.key + 1}`);
  const rows = await engine.rows(
    sql`
      select value_1, rows_1, row_no, place_1
      from (
        select value_1, rows_1, first_1, k.row_no, row_number() over (partition by value_1 order by k.row_no) as place_1
        from (
          select *
          from ${matches.repeated}
          where key_no = ${value(wanted.key)} and source_0 = ${value(wanted.source)}
          order by first_1
          limit ${count}
        ) r
        join ${matches.keyTable} k on k.${key} = r.value_1 and k.source_0 = r.source_0
      )
      where place_1 <= ${mostRepeatedRows}
      order by first_1, row_no
    `,
    count * mostRepeatedRows,
  );
  const values = new Map<string, { rows: number[]; count: number }>();
  for (const row of rows) {
    const text = String(row["value_1"]);
    const found = values.get(text) ?? { rows: [], count: Number(row["rows_1"]) };
    found.rows.push(Number(row["row_no"]) - 1 - stack.starts[wanted.source]!);
    values.set(text, found);
  }
  return [...values].map(([text, found]) => ({ ...wanted, value: text, ...found }));
}
