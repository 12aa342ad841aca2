import type { Engine, LoadedTable, Table } from "../../core/context.ts";
import { currencyOf } from "../../core/currencies.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, Reading } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import { percentMark } from "../reading/amount-shapes.ts";
import type { Candidate, ColumnEvidence } from "../reading/column-evidence.ts";
import { familyOfFormat } from "../reading/date-families.ts";
import { notation } from "../reading/number-shapes.ts";
import { isMissingSql, type FastCheck } from "../reading/number-sql.ts";
import type { UnfitValues } from "../reading/odd-values.ts";
import { surveyTable } from "../reading/survey.ts";
import { dateBit } from "../reading/value-bits.ts";
import { valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";

/** A column of text, and what of it its reading does not fit. */
export interface HeldColumn {
  readonly column: Column;
  /** Rows that hold a value. */
  readonly present: number;
  /** Null where every value is written as the reading says. */
  readonly unfit: UnfitValues | UnfitWords | null;
}

/** Values that are neither a yes nor a no of their column. */
export interface UnfitWords {
  readonly isUnfit: Sql;
  readonly rows: number;
}

type NumberReading = Reading & { readonly type: "integer" | "number" };
type DateReading = Reading & { readonly type: "date" | "timestamp" };

/**
 * Looks whether every value of a table's text columns is written as the reading of its column says: in its marks, its unit,
 * its ways of writing dates, and nothing that the reading would turn into something else. `isLikely`: what counts days or
 * seconds is only of years in which no other reading is likely. Cost: as for `surveyTable`, of which all is asked.
 */
export async function holdValues(
  engine: Engine,
  table: Table,
  columns: readonly Column[],
  isLikely: boolean,
): Promise<readonly HeldColumn[]> {
  const loaded: LoadedTable = { ...table, columns };
  const candidates = columns.map((column) => candidateOf(column.reading, isLikely));
  const sampled = columns.map((column, i) => ({ column, candidate: candidates[i]!, values: [] }));
  const evidence = await surveyTable(engine, loaded, sampled, null);
  const held: HeldColumn[] = [];
  for (const [i, column] of columns.entries()) {
    const own = evidence[i]!;
    const { reading } = column;
    if (reading.type === "text") held.push({ column, present: own.held, unfit: null });
    else if (reading.type === "boolean") held.push(await holdWords(engine, table, column, own));
    else {
      const { bits, keys } = "decimal" in reading ? unfitNumbers(own, reading) : unfitDates(own, reading);
      const isFit = bits === 0 && keys.length === 0;
      held.push({ column, present: own.present, unfit: isFit ? null : { evidence: own, bits, keys, stated: "" } });
    }
  }
  return held;
}

function candidateOf(reading: Reading, isLikely: boolean): Candidate {
  switch (reading.type) {
    case "text":
      return { kind: "text" };
    case "boolean":
      return { kind: "boolean", example: "" };
    case "integer":
    case "number":
      return { kind: "number", check: checkOf(reading), example: "" };
    case "date":
    case "timestamp": {
      const written = formatsOf(reading).map((format) => ({ family: familyOfFormat(format, isLikely), example: "" }));
      return { kind: "date", written, example: "" };
    }
  }
}

function checkOf({ type, decimal, thousands, amounts }: NumberReading): FastCheck {
  if (thousands !== "" || amounts !== undefined) return null;
  if (type === "integer") return "integer";
  return decimal === "," ? "comma" : "plain";
}

/** The values that are written with other marks, or in another unit, than a reading has. */
function unfitNumbers(
  { bits, groups }: ColumnEvidence,
  reading: NumberReading,
): { readonly bits: number; readonly keys: readonly string[] } {
  const { type, amounts, thousands } = reading;
  const known = notation.integer | groupBits[thousands] | (type === "number" ? fractionBits(reading) : 0);
  const allowed = known | (amounts === undefined ? 0 : notation.amount);
  const isUnit = (key: string): boolean => {
    if (amounts?.percent === true) return key === percentMark;
    return key === "" || (amounts !== undefined && key !== percentMark && currencyOf(key) === amounts.currency);
  };
  return { bits: bits & ~allowed, keys: groups.flatMap(({ key }) => (isUnit(key) ? [] : [key])) };
}

const groupBits = {
  "": 0,
  " ": notation.spaceGroups,
  "'": notation.quoteGroups,
  ".": notation.eitherPoint | notation.pointGroups,
  ",": notation.eitherComma | notation.commaGroups,
} as const;

function fractionBits({ decimal, thousands }: NumberReading): number {
  const any = notation.exponent | notation.infinite;
  if (decimal === ".") {
    const grouped = { ",": notation.commaGroupsPoint, " ": notation.spaceGroupsPoint, "'": notation.quoteGroupsPoint };
    const both = thousands in grouped ? grouped[thousands as keyof typeof grouped] : 0;
    return any | notation.point | notation.plain | notation.eitherPoint | both;
  }
  const grouped = { ".": notation.pointGroupsComma, " ": notation.spaceGroupsComma, "'": notation.quoteGroupsComma };
  const both = thousands in grouped ? grouped[thousands as keyof typeof grouped] : 0;
  return any | notation.comma | notation.eitherComma | both;
}

/** The values that are written in another way, or in the other order. */
function unfitDates(
  { bits, groups }: ColumnEvidence,
  reading: DateReading,
): { readonly bits: number; readonly keys: readonly string[] } {
  const formats = formatsOf(reading);
  const against = { ymd: 0, dmy: dateBit.second, mdy: dateBit.first };
  const order = reading.order in against ? against[reading.order as keyof typeof against] : 0;
  // Ways of writing that were only found now come after those that are known.
  const keys = groups.flatMap(({ key }) => (key !== "" && Number(key) >= formats.length ? [key] : []));
  return { bits: bits & (dateBit.odd | order), keys };
}

function formatsOf({ format, formats }: DateReading): readonly string[] {
  return formats ?? [format];
}

async function holdWords(
  engine: Engine,
  table: Table,
  column: Column,
  { present }: ColumnEvidence,
): Promise<HeldColumn> {
  // A dialect file may hold words of its own.
  const isUnfit = sql`not ${isMissingSql(column.ref)} and ${valueSql(column)} is null`;
  const [row] = await engine.rows(
    sql`
      select
        count(case when ${isUnfit} then 1 end) as unfit_1
      from ${table.relation}
    `,
    1,
  );
  const rows = Number(row?.["unfit_1"] ?? 0);
  return { column, present, unfit: rows === 0 ? null : { isUnfit, rows } };
}

/** The first of such words, and its row. */
export async function firstUnfitWord(
  engine: Engine,
  table: Table,
  { ref, name }: Column,
  { isUnfit }: UnfitWords,
): Promise<{ readonly value: string; readonly row: number }> {
  const [row] = await engine.rows(
    sql`
      select
        ${ref} as value_1,
        position_1
      from (
        select
          *,
          ${positionSql(table)} as position_1
        from ${table.relation}
      )
      where ${isUnfit}
      order by position_1
      limit 1
    `,
    1,
  );
  if (row === undefined) throw new SegmentError("bug", `no value of ${name} is unfit`);
  return { value: String(row["value_1"]), row: Number(row["position_1"]) };
}
