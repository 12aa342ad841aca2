import type { Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import { itemAt } from "../../../sql/functions.ts";
import { identifier, join, sql, value } from "../../../sql/template.ts";
import { double } from "../../cluster/in-engine/nearest-sql.ts";
import { derived, deriveTable, passed } from "../../derive.ts";
import { findColumn } from "../../match-columns.ts";
import { numberSql } from "../number-sql.ts";
import { encodingWords, type ColumnEncoding } from "./encoding.ts";

/** A column of categories that was brought back. */
export interface DecodedColumn extends ColumnEncoding {
  readonly missing: number;
  /** Rows whose numbers stand for no one category: rare ones, unseen ones, and what no encoding gives. */
  readonly lost: number;
}

/** Refuses the way back of encodings that have none. Throws `usage`. */
export function requireWayBack(encodings: readonly ColumnEncoding[], others: readonly string[]): void {
  const without = encodings.filter(({ kind }) => kind === "frequency" || kind === "target");
  if (without.length === 0) return;
  const names = without.map((one) => `${one.column} (${encodingWords(one)})`).join(", ");
  const held = new Set(without.map(({ column }) => column));
  const rest = others.filter((name) => !held.has(name));
  const way =
    rest.length === 0
      ? "the column itself stands beside it"
      : `leave it out: --inverse --exclude ${[...held].join(",")}`;
  throw new SegmentError("usage", `${names} has no way back: different categories may have one number`, { hint: way });
}

/** How far a code may be from a whole number. */
const codeSlack = 1e-6;

/**
 * The way back of encodings as SQL: the value whose column is 1, or whose code it is; null where there is none. Where the
 * column stands it is replaced, else it comes last.
 */
export function decodeSql(table: Table, encodings: readonly ColumnEncoding[]): Table {
  if (encodings.length === 0) return table;
  const added = new Map(
    encodings.map((encoding) => [
      encoding.column,
      derived(encoding.column, encoding.type, "typed", typed(encoding, categorySql(table, encoding)), table.rows),
    ]),
  );
  const standing = new Set(table.columns.map(({ name }) => name));
  return deriveTable(table, [
    ...table.columns.map((column) => added.get(column.name) ?? passed(column)),
    ...[...added.values()].filter(({ name }) => !standing.has(name)),
  ]);
}

/** Counts what becomes of encoded columns on the way back: one scan. */
export async function decodedFacts(
  engine: Engine,
  table: Table,
  encodings: readonly ColumnEncoding[],
): Promise<readonly DecodedColumn[]> {
  if (encodings.length === 0) return [];
  const figures = encodings.flatMap((encoding, i) => {
    const isMissing = sql`${numberOf(table, encoding.targets[0]!)} is null`;
    return [
      sql`count(*) filter (where ${isMissing}) as ${identifier(`missing_${i + 1}`)}`,
      sql`count(${categorySql(table, encoding)}) as ${identifier(`count_${i + 1}`)}`,
    ];
  });
  const [row = {}] = await engine.rows(sql`select ${join(figures, ",\n")} from ${table.relation}`, 1);
  return encodings.map((encoding, i) => {
    const missing = Number(row[`missing_${i + 1}`] ?? 0);
    return { ...encoding, missing, lost: table.rows - missing - Number(row[`count_${i + 1}`] ?? 0) };
  });
}

/** The category of each row as text. */
function categorySql(table: Table, encoding: ColumnEncoding): Sql {
  const { kind, targets, categories, slots, grouped, counts } = encoding;
  const own = counts.length - (grouped ? 1 : 0);
  const names = Array.from({ length: own }, (_, slot) => categories[slots.indexOf(slot)]!);
  if (kind === "one-hot") {
    const cases = names.map((name, slot) => sql`when ${numberOf(table, targets[slot]!)} > 5e-1 then ${name}`);
    return cases.length === 0 ? sql`cast(null as varchar(1))` : sql`case ${join(cases, " ")} end`;
  }
  const scaled = numberOf(table, targets[0]!);
  const code =
    encoding.scaler === "none" ? scaled : sql`(${scaled} * ${double(encoding.scale)} + ${double(encoding.center)})`;
  const nearest = sql`floor(${code} + 5e-1)`;
  const isCode = sql`abs(${code} - ${nearest}) < ${codeSlack} and ${nearest} between 0 and ${own - 1}`;
  return sql`case when ${isCode} then ${itemAt(value(names), sql`cast(${nearest} as int) + 1`)} end`;
}

function numberOf(table: Table, name: string): Sql {
  return numberSql(findColumn(table.columns, name, "the model"));
}

function typed({ type }: ColumnEncoding, text: Sql): Sql {
  if (type === "integer") return sql`cast(${text} as bigint)`;
  return type === "boolean" ? sql`(${text} = 'true')` : text;
}
