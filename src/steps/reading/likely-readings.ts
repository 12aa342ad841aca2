import type { Column } from "../../core/schema.ts";
import type { Engine, LoadedColumn, Table } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { saysId } from "../column-kinds.ts";
import { countOf, sampleColumn } from "./candidates.ts";
import type { Candidate } from "./column-evidence.ts";
import { ownOrder } from "./date-families.ts";
import { wholeInStrings } from "./decide-numbers.ts";
import { quoted } from "./decision.ts";
import { notation, notationOf, notNumber } from "./number-shapes.ts";
import { sampleValues } from "./sample-values.ts";
import { short } from "./word-evidence.ts";

const words = {
  excel: "days of a spreadsheet",
  excel1904: "days of a spreadsheet",
  epoch: "seconds since 1970",
  "epoch-ms": "milliseconds since 1970",
} as const;

type LikelyWarning = { readonly code: string; readonly message: string };

/**
 * Warnings for columns that look like more than what the files themselves call them, which is what they are read as: numbers
 * that look like times, strings of Parquet that look like dates or amounts. One scan of the first, and a sample of the second.
 */
export async function likelyReadingWarnings(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
): Promise<readonly LikelyWarning[]> {
  return [...(await likelyCounts(engine, table)), ...(await likelyTexts(engine, table, sources))];
}

async function likelyTexts(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
): Promise<readonly LikelyWarning[]> {
  const isWhole = ({ name, why }: Column): boolean => why === wholeInStrings && !saysId(name);
  const ofParquet = sources.every(({ format, sender }) => format === "parquet" && sender === undefined);
  const asked = table.columns.filter(
    (column) => column.stored === "text" && (isWhole(column) || (ofParquet && isBareText(column))),
  );
  if (asked.length === 0) return [];
  const columns = asked.map(({ name, ref }): LoadedColumn => ({ name, ref, type: "text", stored: "text" }));
  const samples = await sampleValues(engine, { ...table, columns }, sources);
  return columns.flatMap((column, i) => {
    const { candidate, values } = sampleColumn(column, samples.get(column) ?? [], {});
    const says = likelyText(column.name, candidate, values, isWhole(asked[i]!));
    return says === null
      ? []
      : [{ code: "likely-reading", message: `${short(column.name)} stays text, as the file says; ${says}` }];
  });
}

/** Text that nothing but the file says that it is. */
function isBareText({ type, present, declared, why }: Column): boolean {
  return type === "text" && present > 0 && declared === undefined && why === "words";
}

function likelyText(name: string, candidate: Candidate, values: readonly string[], isWhole: boolean): string | null {
  if (candidate.kind === "date") {
    const order = ownOrder(candidate.written[0]!.family) ?? "dmy";
    return `it looks like dates such as ${quoted(candidate.example)}, and --dates ${short(name)}=${order} reads it as such`;
  }
  const bits = values.map(notationOf);
  // Whole numbers may be ids, which are strings by right.
  const isAmount =
    isWhole || (bits.every((one) => (one & notNumber) === 0) && bits.some((one) => one !== notation.integer));
  if (candidate.kind !== "number" || !isAmount) return null;
  const way = `a --schema FILE in which ${short(name)} is {type: number} reads it as such`;
  return `it looks like numbers such as ${quoted(candidate.example)}, and ${way}`;
}

/**
 * A warning for each column that a file itself calls numbers, whose name says date or time and whose values are those of a
 * count of days or seconds: they stay numbers, since the file has said so, and `--dates` reads them as times. One scan of
 * such columns.
 */
async function likelyCounts(engine: Engine, table: Table): Promise<readonly LikelyWarning[]> {
  // Any number of either kind will do to ask whether the name is one.
  const named = table.columns.filter(
    ({ name, stored, type, present }) =>
      stored === "typed" &&
      present > 0 &&
      (type === "integer" || type === "number") &&
      countOf({ name }, ["1700000000"]) !== null,
  );
  if (named.length === 0) return [];
  const ends = named.flatMap(({ ref }, i) => [
    sql`min(${ref}) as ${identifier(`least_${i}`)}`,
    sql`max(${ref}) as ${identifier(`greatest_${i}`)}`,
  ]);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(ends, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  return named.flatMap(({ name }, i) => {
    const count = countOf({ name }, [String(row[`least_${i}`]), String(row[`greatest_${i}`])]);
    if (count === null) return [];
    const option = `--dates ${short(name)}=${count}`;
    const message = `${short(name)} stays numbers, as the file says; they look like ${words[count]}, and ${option} reads them as times`;
    return [{ code: "likely-dates", message }];
  });
}
