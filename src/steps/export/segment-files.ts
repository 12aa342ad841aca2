import type { OutputTable } from "../../core/command.ts";
import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { FileFormat } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { requireSettled } from "../reading/ties.ts";
import { valueSql } from "../reading/values.ts";
import { carriedPosition, carrying, inOrder } from "../row-position.ts";

/** One file of a folder of segments. */
export interface SegmentFile {
  readonly file: string;
  /** The segment as it stands in the table; 0 for rows of none. */
  readonly segment: string | number;
  readonly table: OutputTable;
}

/** How a column tells the segment of a row, over the table's relation. */
export interface SegmentKey {
  readonly column: Column;
  /** A number, or a text; null where missing. */
  readonly key: Sql;
  /** Whether the row is in no segment: missing, or 0. */
  readonly unassigned: Sql;
}

const mostFiles = 1000;
/** Bytes of a file name, which file systems limit to 255. */
const longestName = 200;

/** How a column tells segments: by whole numbers from 1, or by words. Throws `ambiguous-input`. */
export function segmentKey(table: Table, column: Column): SegmentKey {
  requireSettled(table, [column.name]);
  const value = valueSql(column);
  if (isNumber(column)) return { column, key: value, unassigned: sql`(${value} is null or ${value} = 0)` };
  const text = column.stored === "text" ? column.ref : asText(column.ref);
  return { column, key: text, unassigned: sql`(${isMissingSql(text)} or trim(${text}) = '0')` };
}

/**
 * One table per segment, in order of number or file name, rows in the order of the table. `columns` are the output's,
 * in the form they are written in, over the relation of `table`; what they give is computed once and kept. Throws
 * `ambiguous-input` for numbers that are no segments, `too-many-segments`, `column-exists` for two names with one file.
 */
export async function segmentFiles(
  engine: Engine,
  table: Table,
  { column, key, unassigned }: SegmentKey,
  columns: readonly { readonly name: string; readonly value: Sql }[],
  format: FileFormat,
): Promise<readonly SegmentFile[]> {
  const ref = (i: number): Sql => identifier(`column_${i + 1}`);
  const values = columns.map(({ value }, i) => sql`${value} as ${ref(i)}`);
  const nobody = isNumber(column) ? sql`0` : sql`'0'`;
  const stored = await engine.store(sql`
    select
      ${join(values, ",\n")},
      ${join([sql`case when ${unassigned} then ${nobody} else ${key} end as segment_1`, ...carriedPosition(table)], ",\n")}
    from ${table.relation}
  `);
  const groups = await engine.rows(
    sql`
      select
        segment_1,
        count(*) as rows_1
      from ${stored.relation}
      group by segment_1
      order by segment_1
      limit ${mostFiles + 1}
    `,
    mostFiles + 1,
  );
  if (groups.length > mostFiles) {
    throw new SegmentError("too-many-segments", `${column.name} holds more than ${mostFiles} different values`, {
      hint: "name the column of segments: --name COL",
    });
  }
  const names = columns.map(({ name }, i) => sql`${ref(i)} as ${identifier(name)}`);
  const files = groups.map((group): SegmentFile => {
    const segment = group["segment_1"] as string | number;
    const query = sql`
      select
        ${join(names, ",\n")}
      from ${stored.relation}
      where segment_1 = ${segment}${inOrder(carrying(table, stored.relation))}
    `;
    const stem = typeof segment === "number" ? numberStem(segment, column) : wordStem(segment, column);
    return {
      file: `segment-${stem}.${format}`,
      segment: segment === "0" ? 0 : segment,
      table: { query, typed: query, rows: Number(group["rows_1"]) },
    };
  });
  refuseSameFile(files);
  return isNumber(column) ? files : [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
}

function isNumber({ type }: Column): boolean {
  return type === "integer" || type === "number";
}

function numberStem(segment: number, column: Column): string {
  if (Number.isSafeInteger(segment) && segment >= 0) return String(segment);
  throw new SegmentError(
    "ambiguous-input",
    `${column.name} holds ${segment}; segments are whole numbers from 1, and 0 stands for rows of none`,
    { hint: "name the column of segments: --name COL; or number them from 1, or give them names" },
  );
}

const ligatures: Readonly<Record<string, string>> = {
  œ: "oe", æ: "ae", ø: "o", ł: "l", ß: "ss", ı: "i", đ: "d", ð: "d", þ: "th",
}; // prettier-ignore

/** `Can't lose them` → `can-t-lose-them`, `Fidèles` → `fideles`: small letters and digits, of any script, without accents. */
export function wordStem(name: string, column: Pick<Column, "name">): string {
  const stem = name
    .normalize("NFKD")
    .replace(/(?<=\p{Script=Latin})\p{M}+/gu, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[œæøłßıđðþ]/g, (letter) => ligatures[letter] ?? letter)
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, "-")
    .replace(/^-|-$/g, "");
  if (stem !== "" && new TextEncoder().encode(stem).length <= longestName) return stem;
  const shown = name.length > 60 ? `${name.slice(0, 59)}…` : name;
  const why = stem === "" ? "has no letter or digit to name a file by" : "is too long to name a file by";
  throw new SegmentError("ambiguous-input", `the segment “${shown}” of ${column.name} ${why}`, {
    hint: "rename the segment, or name the column of segments: --name COL",
  });
}

function refuseSameFile(files: readonly SegmentFile[]): void {
  const byFile = new Map<string, SegmentFile>();
  for (const one of files) {
    const other = byFile.get(one.file);
    if (other !== undefined) {
      throw new SegmentError(
        "ambiguous-input",
        `the segments “${other.segment}” and “${one.segment}” would both be ${one.file}`,
        { hint: "give the segments names that differ in more than case, accents and spaces" },
      );
    }
    byFile.set(one.file, one);
  }
}
