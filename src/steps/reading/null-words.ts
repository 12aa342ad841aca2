import type { LoadedColumn, LoadedTable } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf, lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { readNullWords, smallLetters } from "../clean/settings.ts";
import { carriedPosition, carrying } from "../row-position.ts";
import { plainSpaces } from "./number-shapes.ts";
import { plainSpacesSql } from "./number-sql.ts";

/**
 * A loaded table and its sources with the words of `--null` as missing values, in columns of every type, so that they are
 * missing to whatever reads the table: a word is compared in small letters without spaces around it, a number with numbers.
 */
export function withoutNullWords(
  table: LoadedTable,
  sources: readonly Source[],
  items: readonly string[],
): { readonly table: LoadedTable; readonly sources: readonly Source[] } {
  const words = [...new Set(readNullWords(items).flatMap((word) => [word, word.normalize("NFD")]))];
  if (words.length === 0) return { table, sources };
  const refs = table.columns.map((_, i) => identifier(`given_${i + 1}`));
  const values = table.columns.map((column, i) => sql`${withoutWordsSql(column, words)} as ${refs[i]!}`);
  const relation = sql`
    (
      select
        ${join([...values, ...carriedPosition(table)], ",\n")}
      from ${table.relation}
    )
  `;
  const known = new Set(words);
  return {
    table: {
      ...carrying(table, relation),
      rows: table.rows,
      columns: table.columns.map((column, i) => ({ ...column, ref: refs[i]! })),
    },
    sources: sources.map((source) => sampledWithout(source, known)),
  };
}

function withoutWordsSql({ ref, type, stored }: LoadedColumn, words: readonly string[]): Sql {
  const without = (isWord: Sql): Sql => sql`case when ${isWord} then null else ${ref} end`;
  if (stored === "text") return without(isOneOf(lowerCase(plainSpacesSql(ref)), words));
  if (type !== "integer" && type !== "number") return without(isOneOf(lowerCase(asText(ref)), words));
  const numbers = words.filter((word) => word.trim() !== "" && Number.isFinite(Number(word))).map(Number);
  return numbers.length === 0 ? ref : without(isOneOf(ref, numbers));
}

function sampledWithout(source: Source, words: ReadonlySet<string>): Source {
  if (source.format !== "csv") return source;
  const without = (text: string | null): string | null =>
    text !== null && words.has(smallLetters(plainSpaces(text))) ? null : text;
  return { ...source, sample: source.sample.map((record) => record.map(without)), isChanged: true };
}
