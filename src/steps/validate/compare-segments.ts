import type { Context, OrderedRelation, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { agreementOf, alignedColumns, type Agreement, type Contingency } from "../../model/metrics/contingency.ts";
import { asText } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import { findColumn } from "../match-columns.ts";
import { openTable } from "../open-table.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";
import { countSegments, nameSql } from "./segment-labels.ts";

/** The group of rows that are in no segment. */
export const none = "0";

/** Another division of the rows that segments are compared with. */
export interface Comparison {
  readonly kind: "truth" | "against";
  /** What it is, such as `column kind`, or `column segment of old.csv`. */
  readonly against: string;
  /** By falling size; of segments, with `0` for rows in none. */
  readonly segments: readonly string[];
  readonly classes: readonly string[];
  readonly contingency: Contingency;
  readonly agreement: Agreement;
  /** The same for rows that are in a segment on both sides; null where that is all of them. */
  readonly assigned: Agreement | null;
  /** By segment: the class that it goes with, one to one; -1 for none. Rows in no segment go with none. */
  readonly aligned: readonly number[];
  /** Rows that were compared. */
  readonly rows: number;
  /** Rows of the table without a class, or without a row on the other side. */
  readonly left: number;
  /** Rows on the other side without one of the table; 0 for a column. */
  readonly unmatched: number;
}

const mostGroups = 1000;
const mostCells = 100_000;

/**
 * Compares the segments of a column with the classes of another column of the table: any values, of which a missing one is
 * no class. One scan. Throws `too-many-segments` for more than 1,000 groups on a side, `no-rows` where no row has both.
 */
export async function compareWithColumn(
  { engine }: Pick<Context, "engine">,
  table: Table,
  segments: Column,
  truth: string,
): Promise<Comparison> {
  const classes = findColumn(table.columns, truth, "--truth");
  const text = textOf(classes);
  const pairs = sql`
    select ${segmentSql(segments)} as left_1, case when not ${isMissingSql(text)} then ${text} end as right_1
    from ${table.relation}
  `;
  const names = { left: segments.name, right: classes.name, areSegments: false };
  return compare({ engine }, pairs, `column ${classes.name}`, names);
}

/**
 * Compares the segments of a table with those in a file, whose rows are those of the same `id`, or without one those in the
 * same places. One scan of each. Throws as `compareWithColumn`, `repeated-key` for an id in two rows, `rows-differ`.
 */
export async function compareWithFile(
  context: Context,
  table: Table,
  segments: Column,
  { file, name, id }: { readonly file: string; readonly name: string; readonly id: string | undefined },
): Promise<Comparison> {
  const { engine } = context;
  const { table: other, sources } = await openTable(context, [file], {});
  const column = findColumn(other.columns, name, `--name, in ${file}`);
  await countSegments(engine, other, sources, column, []);
  const against = `column ${column.name} of ${file}`;
  const about = { left: segments.name, right: `${column.name} of ${file}`, areSegments: true };
  if (id === undefined) {
    if (table.position !== undefined && engine.rowsStay)
      throw new SegmentError("usage", "rows of a cluster have no places to be compared by", {
        hint: "name the column that tells rows apart: --id COL",
      });
    if (other.rows !== table.rows) {
      throw new SegmentError("rows-differ", `has ${other.rows} rows, and the table ${table.rows}`, {
        place: { file },
        hint: "name the column that tells rows apart, in both: --id COL",
      });
    }
  }
  const keyOf = (of: Table): Sql => (id === undefined ? positionSql(of) : idSql(of, id));
  if (id !== undefined) {
    await refuseRepeated(context, table, id, null);
    await refuseRepeated(context, other, id, file);
  }
  const side = (of: OrderedRelation, key: Sql, label: Sql): Sql => sql`
    select key_1, label_1
    from (select ${key} as key_1, ${label} as label_1 from ${of.relation})
    where key_1 is not null
  `;
  const pairs = sql`
    select own_1.label_1 as left_1, other_1.label_1 as right_1
    from (${side(table, keyOf(table), segmentSql(segments))}) own_1
    join (${side(other, keyOf(other), segmentSql(column))}) other_1 on own_1.key_1 = other_1.key_1
  `;
  const compared = await compare(context, pairs, against, about);
  return { ...compared, left: table.rows - compared.rows, unmatched: other.rows - compared.rows };
}

/** The name of a row's segment, `0` where it is in none. SQL. */
export function segmentSql(column: Column): Sql {
  const isNumber = column.type === "integer" || column.type === "number";
  const name = isNumber ? asText(sql`cast(${valueSql(column)} as bigint)`) : nameSql(column);
  return sql`coalesce(${name}, ${none})`;
}

function idSql(table: Table, id: string): Sql {
  const text = textOf(findColumn(table.columns, id, "--id"));
  return sql`case when not ${isMissingSql(text)} then ${text} end`;
}

async function refuseRepeated(
  { engine }: Pick<Context, "engine">,
  table: Table,
  id: string,
  file: string | null,
): Promise<void> {
  const [row] = await engine.rows(
    sql`
      select key_1, count(*) as rows_1
      from (select ${idSql(table, id)} as key_1 from ${table.relation})
      where key_1 is not null
      group by key_1
      having count(*) > 1
      order by rows_1 desc, key_1
      limit 1
    `,
    1,
  );
  if (row === undefined) return;
  throw new SegmentError("repeated-key", `${String(row["key_1"])} stands in ${Number(row["rows_1"])} rows of ${id}`, {
    place: { ...(file === null ? {} : { file }), column: id },
    hint: "--id names a column whose values tell rows apart",
  });
}

async function compare(
  { engine }: Pick<Context, "engine">,
  pairs: Sql,
  against: string,
  names: { readonly left: string; readonly right: string; readonly areSegments: boolean },
): Promise<Comparison> {
  const found = await engine.rows(
    sql`
      select left_1, right_1, count(*) as rows_1
      from (${pairs})
      group by left_1, right_1
      order by rows_1 desc, left_1, right_1
      limit ${mostCells + 1}
    `,
    mostCells + 1,
  );
  const held = found.filter((row) => row["right_1"] !== null);
  const left = found.length === held.length ? 0 : sumOf(found) - sumOf(held);
  const segments = groupsOf(held, "left_1", names.left, found.length > mostCells);
  const classes = groupsOf(held, "right_1", names.right, found.length > mostCells);
  if (held.length === 0) {
    throw new SegmentError("no-rows", `no row has a segment and a value of ${names.right} to be compared`, {
      hint: "look at the column, and at the key of --id",
    });
  }
  const contingency = tabulate(held, segments, classes);
  const isSegment = (name: string): boolean => name !== none;
  const placed = segments.filter(isSegment);
  const known = names.areSegments ? classes.filter(isSegment) : classes;
  const isWhole = placed.length === segments.length && known.length === classes.length;
  const isNone = (row: Row): boolean => row["left_1"] === none || (names.areSegments && row["right_1"] === none);
  const table = isWhole
    ? contingency
    : tabulate(
        held.filter((row) => !isNone(row)),
        placed,
        known,
      );
  const columnOf = alignedColumns(table);
  return {
    kind: names.areSegments ? "against" : "truth",
    against,
    segments,
    classes,
    contingency,
    agreement: agreementOf(contingency),
    assigned: isWhole ? null : agreementOf(table),
    aligned: segments.map((name) => {
      const column = columnOf[placed.indexOf(name)] ?? -1;
      return column < 0 ? -1 : classes.indexOf(known[column]!);
    }),
    rows: sumOf(held),
    left,
    unmatched: 0,
  };
}

type Row = Readonly<Record<string, unknown>>;

function sumOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + Number(row["rows_1"]), 0);
}

/** The groups of a side, by falling size; equal ones by name. */
function groupsOf(rows: readonly Row[], side: string, name: string, isCut: boolean): readonly string[] {
  const sizes = new Map<string, number>();
  for (const row of rows) {
    const group = String(row[side]);
    sizes.set(group, (sizes.get(group) ?? 0) + Number(row["rows_1"]));
  }
  if (isCut || sizes.size > mostGroups) {
    throw new SegmentError("too-many-segments", `${name} holds more than ${mostGroups} different values`, {
      hint: "compare with a column of classes or segments",
    });
  }
  return [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([group]) => group);
}

function tabulate(rows: readonly Row[], segments: readonly string[], classes: readonly string[]): Contingency {
  const counts = new Float64Array(segments.length * classes.length);
  const placeOf = (names: readonly string[]): ReadonlyMap<string, number> => new Map(names.map((one, i) => [one, i]));
  const [left, right] = [placeOf(segments), placeOf(classes)];
  for (const row of rows) {
    const place = left.get(String(row["left_1"]))! * classes.length + right.get(String(row["right_1"]))!;
    counts[place] = Number(row["rows_1"]);
  }
  return { rows: segments.length, columns: classes.length, counts };
}
