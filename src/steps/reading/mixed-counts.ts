import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { saysId } from "../column-kinds.ts";
import { positionSql } from "../row-position.ts";
import { countOf } from "./candidates.ts";
import { likelyCount } from "./day-counts.ts";
import { quoted } from "./decision.ts";
import { plainSpaces } from "./number-shapes.ts";
import { placeOf } from "./place-of.ts";
import { valueSql } from "./values.ts";
import { short } from "./word-evidence.ts";

/** Years that `likelyCount` takes, as numbers. */
const units = [
  { count: "epoch", words: "seconds", other: "milliseconds", from: 1e9, to: 1.9e9 },
  { count: "epoch-ms", words: "milliseconds", other: "seconds", from: 1e12, to: 1.9e12 },
] as const;

/**
 * A warning for each column of whole numbers most of which are seconds or milliseconds since 1970, and some are not: it stays
 * numbers. Looks at columns whose name says moments, and at those that hold both units; two short scans where there are any.
 */
export async function mixedCountWarnings(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
): Promise<readonly { readonly code: string; readonly message: string }[]> {
  const suspects = table.columns.filter((column) => isSuspect(column, sources));
  if (suspects.length === 0) return [];
  const counts = suspects.flatMap((column, i) =>
    units.map(({ from, to }, u) => {
      const number = numberSql(column);
      return sql`count(*) filter (where ${number} >= ${from} and ${number} < ${to}) as ${identifier(`n_${i}_${u}`)}`;
    }),
  );
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  const warnings: { code: string; message: string }[] = [];
  for (const [i, column] of suspects.entries()) {
    const [seconds, millis] = units.map((_, u) => Number(row[`n_${i}_${u}`])) as [number, number];
    const main = units[millis > seconds ? 1 : 0];
    const unfit = column.present - Math.max(seconds, millis);
    const isNamed = countOf(column, [String(main.from)]) !== null;
    const isBoth = seconds > 0 && millis > 0;
    if (unfit === 0 || !(isBoth || isNamed) || Math.max(seconds, millis) * 2 < column.present) continue;
    const { value, position } = await firstUnfit(engine, table, column, main);
    const { line } = await placeOf(sources, position, column.name);
    const where = line === undefined ? `row ${position + 1}` : `line ${line}`;
    const isOther = units.some(({ from, to }) => Number(value) >= from && Number(value) < to);
    const looks = isOther ? `, which looks like ${main.other}` : "";
    const name = /^[\w.-]+$/.test(column.name) ? column.name : `'${column.name}'`;
    const option = `--dates ${name}=${main.count}`;
    const wayOut =
      main.count === "epoch" && isOther
        ? `${option} --quarantine FILE reads the others and sets such rows aside`
        : `${option} reads all of them as ${main.words}, so correct such values first`;
    const like = column.present - unfit;
    const message =
      `${short(column.name)} stays numbers: ${like} of ${column.present} values ${like === 1 ? "looks" : "look"} like ${main.words} ` +
      `since 1970, the ${unfit === 1 ? "other does" : `other ${unfit} do`} not, first ${quoted(value)} on ${where}${looks}; ${wayOut}`;
    warnings.push({ code: "mixed-units", message });
  }
  return warnings;
}

/** Whether half of the values drawn from the files are of one unit; of other files, whether the name says moments. */
function isSuspect(column: Column, sources: readonly Source[]): boolean {
  const { name, type, present, declared } = column;
  if (type !== "integer" || present === 0 || declared !== undefined || saysId(name)) return false;
  if (countOf(column, ["1000000000000"]) !== null && column.stored === "typed") return true;
  const values = sources.flatMap((source) => {
    const at = source.format === "csv" ? source.columns.indexOf(name) : -1;
    return source.format !== "csv" || at < 0 ? [] : source.sample.map((record) => plainSpaces(record[at] ?? ""));
  });
  const counts = values.filter((value) => value !== "").map((value) => likelyCount([value]));
  return units.some(({ count }) => counts.filter((one) => one === count).length * 2 >= Math.max(1, counts.length));
}

function numberSql(column: Column): Sql {
  return sql`cast(${valueSql(column)} as double)`;
}

/** The first value outside a unit's years. */
async function firstUnfit(
  engine: Engine,
  table: Table,
  column: Column,
  { from, to }: (typeof units)[number],
): Promise<{ readonly value: string; readonly position: number }> {
  const number = identifier("number_1");
  const [row] = await engine.rows(
    sql`
      select
        text_1,
        position_1
      from (
        select
          ${asText(column.ref)} as text_1,
          ${numberSql(column)} as ${number},
          ${positionSql(table)} as position_1
        from ${table.relation}
      )
      where ${number} < ${from} or ${number} >= ${to}
      order by position_1
      limit 1
    `,
    1,
  );
  return { value: String(row!["text_1"]), position: Number(row!["position_1"]) };
}
