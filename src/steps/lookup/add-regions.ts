import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed } from "../derive.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import { readPhoneCountry } from "../dedupe/phone-country.ts";
import { findColumn } from "../match-columns.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { departmentFactSql, departmentSql, postcodeSql } from "./departments.ts";

/** What a column of postcodes came to. */
export interface Regions {
  readonly table: Table;
  readonly column: string;
  readonly rows: number;
  readonly matched: number;
  readonly missing: number;
  /** Rows of another country; null where the country was not asked about. */
  readonly abroad: number | null;
  /** Codes of four digits, read with a zero before them. */
  readonly padded: number;
  /** Values that are no postcode of a department, the most frequent first. */
  readonly unmatched: readonly { readonly value: string; readonly rows: number }[];
  /** Rows that have one of these. */
  readonly unmatchedRows: number;
}

const added = ["department_code", "department", "region"] as const;
const french = "FR GP MQ GF RE YT PM BL MF NC PF WF TF".split(" ");
export const shownUnmatched = 10;

/**
 * Adds `department_code`, `department` and `region` (those since 2016) of the French postcodes of a column. `country` is a
 * column of countries, or one for all rows: rows of another country get none. Rows without a country count as French.
 * Two scans. Throws `unknown-column`, `column-exists`, `unknown-choice`.
 */
export async function addRegions(
  context: Context,
  table: Table,
  name: string,
  country: string | undefined,
): Promise<Regions> {
  const { engine } = context;
  const column = findColumn(table.columns, name, "--regions");
  const taken = added.find((one) => table.columns.some((other) => other.name === one));
  if (taken !== undefined) {
    throw new SegmentError("column-exists", `--regions adds a column ${taken}, and the table has one`, {
      place: { column: taken },
      hint: "rename or leave out yours first",
    });
  }
  const text = textOf(column);
  const home = country === undefined ? null : await homeOf(context, table, country);
  const isAbroad = home === null ? sql`false` : sql`coalesce(not ${isOneOf(home, french)}, false)`;
  const [code, postcode, abroad, lacks] = ["department_1", "postcode_1", "abroad_1", "lacks_1"].map(identifier);
  const relation = sql`
    (
      select *, ${departmentSql(postcode!)} as ${code!}
      from (
        select *, case when not ${abroad!} and not ${lacks!} then ${postcodeSql(text)} end as ${postcode!}
        from (
          select *, ${isAbroad} as ${abroad!}, ${isMissingSql(text)} as ${lacks!}
          from ${table.relation}
        )
      )
    )
  `;
  const bare = sql`trim(${text})`;
  const [counted = {}] = await engine.rows(
    sql`
      select
        count(*) as rows_1,
        count(${code!}) as matched_1,
        count(case when ${abroad!} then 1 end) as abroad_1,
        count(case when ${lacks!} and not ${abroad!} then 1 end) as missing_1,
        count(case when ${postcode!} like '0%' and left(${bare}, 1) <> '0' and length(${bare}) <= 6 and ${code!} is not null then 1 end) as padded_1
      from ${relation}
    `,
    1,
  );
  const unmatched = await engine.rows(
    sql`
      select ${bare} as value_1, count(*) as rows_1
      from ${relation}
      where ${code!} is null and not ${lacks!} and not ${abroad!}
      group by 1
      order by rows_1 desc, value_1
      limit ${shownUnmatched}
    `,
    shownUnmatched,
  );
  const [rows, matched, away, missing] = ["rows_1", "matched_1", "abroad_1", "missing_1"].map((one) =>
    Number(counted[one]),
  );
  const made = (one: string, of: Sql) => derived(one, "text", "text", of, matched!);
  const columns = [
    ...table.columns.map(passed),
    made(added[0], code!),
    made(added[1], departmentFactSql(code!, "name")),
    made(added[2], departmentFactSql(code!, "region")),
  ];
  return {
    table: deriveTable(table, columns, { relation }),
    column: column.name,
    rows: rows!,
    matched: matched!,
    missing: missing!,
    abroad: home === null ? null : away!,
    padded: Number(counted["padded_1"]),
    unmatched: unmatched.map((row) => ({ value: String(row["value_1"]), rows: Number(row["rows_1"]) })),
    unmatchedRows: rows! - matched! - missing! - away!,
  };
}

async function homeOf({ engine }: Context, table: Table, country: string): Promise<Sql> {
  const { phonePlans } = await import("../dedupe/phone-plan.ts");
  const { facts } = await readPhoneCountry(engine, table, country, phonePlans());
  return facts.home!.country;
}
