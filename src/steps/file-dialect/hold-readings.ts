import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { type Column, type Reading, typeWords } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { countWords, isDateCount } from "../reading/day-counts.ts";
import { firstOddValue, isUnfitText, unfitTexts } from "../reading/odd-values.ts";
import { placeOf } from "../reading/place-of.ts";
import type { UnfitReason, ValueAside } from "../set-aside/value-aside.ts";
import { firstUnfitWord, type HeldColumn, holdValues } from "./held-values.ts";
import { type NamedDialect, wayOut } from "./open-by-dialect.ts";

/**
 * Gives the columns of a described table the readings of a dialect, whatever the data of this run would suggest. Every
 * value must be readable by them, but for rows that `aside` takes: those of columns of which most values are. Cost: that of `holdValues`;
 * one more scan for each column that does not fit. Throws `dialect-mismatch` with the first column that does not fit, its
 * first such value and the place of it.
 */
export async function holdReadings(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  { dialect, file }: NamedDialect,
  inputs: readonly string[],
  aside: ValueAside | null,
): Promise<{ readonly table: Table; readonly sources: readonly Source[] }> {
  const frozen = new Map(dialect.columns.map(({ name, reading }) => [name, reading]));
  const refuse = (what: string, place: object = { file: sources[0]?.label }): SegmentError =>
    new SegmentError("dialect-mismatch", `does not fit ${file}: ${what}`, { place, hint: wayOut(file, inputs) });
  const columns = table.columns.map((column): Column => {
    const reading = frozen.get(column.name);
    if (reading === undefined) throw refuse(`column ${column.name} is not expected`);
    if (column.stored === "typed" || column.isPlain === true) {
      if (column.type === reading.type) return column;
      throw refuse(`${column.name} holds ${typeWords[column.type]} (${column.type}), ${reading.type} expected`);
    }
    const { tie: _tie, oddValue: _odd, ...rest } = column;
    return { ...rest, type: reading.type, reading, why: `as ${file} says` };
  });
  const isLikely = !dialect.settled.includes("dates");
  const texts = columns.filter(({ stored, isPlain }) => stored === "text" && isPlain !== true);
  const held = await holdValues(engine, table, texts, isLikely);
  const presentOf = new Map(held.map(({ column, present }) => [column, present]));
  const counted = columns.map((column) => ({ ...column, present: presentOf.get(column) ?? column.present }));
  const faulty = held.filter(({ unfit }) => unfit !== null);
  const [first] = faulty;
  if (first === undefined) return { table: { ...table, columns: counted }, sources };
  const errorOf = async (fault: HeldColumn): Promise<SegmentError> => {
    const { column } = fault;
    const { text, row, rows } = await firstUnfit(engine, { ...table, columns }, fault);
    const more = rows === 1 ? "the only such value" : `${rows} such values`;
    const what = `“${text.slice(0, 60)}” is no ${wordsOf(column.reading)}, which ${column.name} holds; ${more}`;
    return refuse(what, await placeOf(sources, row, column.name));
  };
  if (aside === null) throw await errorOf(first);
  const unfit: UnfitReason[] = [];
  for (const fault of faulty) {
    const { column, present } = fault;
    const found = await unfitCondition(engine, table, fault);
    if (found === null || found.rows * 2 > present) throw await errorOf(fault);
    const reason = (text: string): string => `“${text}” is no ${wordsOf(column.reading)}, which ${file} expects`;
    unfit.push({ column: column.name, ref: column.ref, isUnfit: found.isUnfit, isCostly: true, reason });
  }
  const left = await aside.take(table, sources, unfit, () => errorOf(first));
  return holdReadings(engine, left.table, left.sources, { dialect, file }, inputs, aside);
}

async function firstUnfit(
  engine: Engine,
  table: Table,
  { column, unfit }: HeldColumn,
): Promise<{ readonly text: string; readonly row: number; readonly rows: number }> {
  if (unfit !== null && "isUnfit" in unfit) {
    const { value: text, row } = await firstUnfitWord(engine, table, column, unfit);
    return { text, row, rows: unfit.rows };
  }
  const odd = unfit === null ? undefined : await firstOddValue(engine, table, unfit.evidence, unfit.bits, unfit.keys);
  if (odd === undefined) throw new SegmentError("bug", `every value of ${column.name} fits`);
  return { text: odd.value, row: odd.row, rows: odd.count };
}

/** The rows of such values as a condition over the table, and their number; null where there are too many different ones. */
async function unfitCondition(
  engine: Engine,
  table: Table,
  { column, unfit }: HeldColumn,
): Promise<{ readonly isUnfit: Sql; readonly rows: number } | null> {
  if (unfit === null || "isUnfit" in unfit) return unfit;
  const found = await unfitTexts(engine, table, unfit);
  return found === null ? null : { isUnfit: isUnfitText(table, column.ref, unfit, found.texts), rows: found.rows };
}

function wordsOf(reading: Reading): string {
  switch (reading.type) {
    case "integer":
      return `whole number${marksOf(reading)}`;
    case "number":
      return `number${marksOf(reading)}`;
    case "date":
    case "timestamp": {
      const what = reading.type === "date" ? "date" : "time";
      if (isDateCount(reading.order)) return `${what} as ${countWords[reading.order]}`;
      return `${what} written ${(reading.formats ?? [reading.format]).join(" or ")}`;
    }
    case "boolean":
      return "word for yes or no";
    case "text":
      return "text";
  }
}

function marksOf({ decimal, thousands, amounts }: Reading & { readonly type: "integer" | "number" }): string {
  const marks = [
    ...(decimal === "," ? ["a decimal comma"] : []),
    ...(thousands === "" ? [] : [`thousands parted by “${thousands}”`]),
    ...(amounts?.percent === true ? ["a percent sign"] : []),
  ];
  const unit = amounts?.currency == null ? "" : ` in ${amounts.currency}`;
  return unit + (marks.length === 0 ? "" : ` with ${marks.join(" and ")}`);
}
