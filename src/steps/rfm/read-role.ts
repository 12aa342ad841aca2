import type { Context, LoadedColumn, OrderedRelation, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column } from "../../core/schema.ts";
import type { ReadingOptions } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { describeTable } from "../describe.ts";
import { findColumn } from "../match-columns.ts";
import type { OpenedTable } from "../open-table.ts";
import { sampleColumn } from "../reading/candidates.ts";
import type { Candidate } from "../reading/column-evidence.ts";
import { writtenTimeSql } from "../reading/date-families.ts";
import { notNumber } from "../reading/number-shapes.ts";
import { notationOfTextSql } from "../reading/amount-sql.ts";
import { placeOf } from "../reading/place-of.ts";
import { declaredNotations } from "../reading/reading-options.ts";
import { sampleValues } from "../reading/sample-values.ts";
import { requireSettled } from "../reading/ties.ts";
import { dateBit, withBits } from "../reading/value-bits.ts";
import { isNumber, isTime } from "./column-type.ts";
import type { MeasureOptions } from "./measured.ts";
import { carriedPosition, carrying } from "../row-position.ts";

/** A column that is used as numbers or dates. */
export interface ReadColumn {
  readonly column: Column;
  /** Whether a value is written as the others are; null where all are. SQL. */
  readonly fits: Sql | null;
}

export type RoleKind = "number" | "date" | "number or date";

/**
 * The column of a role, as numbers or dates. With `--missing drop`, one that holds other texts too is read by those of
 * its values that are numbers or dates. Throws `unknown-column`, `ambiguous-input`, `not-numeric` and `not-dates` with the
 * place of the first value that does not fit.
 */
export async function readRole(
  context: Context,
  opened: OpenedTable,
  role: { readonly option: string; readonly name: string; readonly kind: RoleKind },
  { missing, reading }: Pick<MeasureOptions, "missing" | "reading">,
): Promise<ReadColumn> {
  const { table, sources } = opened;
  const column = findColumn(table.columns, role.name, role.option);
  requireSettled(table, [role.name]);
  if (isOfKind(column, role.kind)) return { column, fits: null };
  const { oddValue } = column;
  if (oddValue === undefined) throw notOfKind(column, role, `this one holds ${held(column)}`, { column: column.name });
  const read = missing === "drop" ? await readDespiteOdd(context, opened, column, reading) : null;
  if (read !== null) {
    requireSettled({ ...table, columns: [read.column] });
    if (isOfKind(read.column, role.kind)) return read;
  }
  const more =
    oddValue.count === 1
      ? ""
      : `, and ${oddValue.count - 1} more ${oddValue.count === 2 ? "value is" : "values are"} not`;
  const place = await placeOf(sources, oddValue.row, column.name);
  throw notOfKind(column, role, `${quoted(oddValue.value)} is none${more}`, place);
}

function isOfKind(column: Column, kind: RoleKind): boolean {
  return (kind !== "date" && isNumber(column)) || (kind !== "number" && isTime(column));
}

/** The column read as if its odd values were not there; null where the rest is neither numbers nor dates. */
async function readDespiteOdd(
  { engine }: Context,
  { table, sources }: OpenedTable,
  column: Column,
  reading: ReadingOptions,
): Promise<ReadColumn | null> {
  const loaded: LoadedColumn = { name: column.name, ref: column.ref, type: "text", stored: "text" };
  const samples = await sampleValues(engine, { ...table, columns: [loaded] }, sources);
  const told = { ...reading, declared: declaredNotations([column]) };
  const { candidate } = sampleColumn(loaded, samples.get(loaded) ?? [], told);
  if (candidate.kind !== "number" && candidate.kind !== "date") return null;
  const fitting = withoutOdd(table, column.ref, candidate);
  const [counted = {}] = await engine.rows(sql`select count(*) as n from ${fitting.relation}`, 1);
  const rest = { ...fitting, rows: Number(counted["n"]), columns: [{ ...loaded, ref: identifier("text_1") }] };
  const described = (await describeTable(engine, rest, sources, told)).columns[0]!;
  return { column: { ...described, ref: column.ref }, fits: fitsSql(described, column.ref) };
}

function withoutOdd(table: Table, ref: Sql, candidate: Candidate): OrderedRelation {
  const odd = candidate.kind === "number" ? notNumber : dateBit.odd;
  const texts = sql`
    select ${join([sql`${ref} as text_1`, ...carriedPosition(table)], ", ")}
    from ${table.relation}
  `;
  const relation = sql`
    (
      select ${join([sql`text_1`, ...carriedPosition(carrying(table, texts))], ", ")}
      from (
        ${withBits(texts, candidate)}
      )
      where coalesce(bits_1 & ${odd}, 0) = 0
    )
  `;
  return carrying(table, relation);
}

/** Whether a text is written as a column is read. A year of fewer than four digits is no year. */
function fitsSql({ reading }: Column, ref: Sql): Sql {
  if ("format" in reading) {
    return sql`(${writtenTimeSql(ref, reading)} is not null)`;
  }
  return sql`(${notationOfTextSql(ref)} & ${notNumber} = 0)`;
}

function notOfKind(
  column: Column,
  { option, kind }: { readonly option: string; readonly kind: RoleKind },
  what: string,
  place: SegmentError["place"],
): SegmentError {
  const hint =
    column.oddValue === undefined
      ? "name another column"
      : "correct it; --missing drop leaves such rows out and counts them";
  const wanted = { number: "numbers", date: "dates", "number or date": "days or dates" }[kind];
  return new SegmentError(kind === "number" ? "not-numeric" : "not-dates", `${option} takes ${wanted}, and ${what}`, {
    place,
    hint,
  });
}

function held({ type, present }: Column): string {
  if (present === 0) return "no value at all";
  return typeWords[type];
}

function quoted(text: string): string {
  return `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}
