import type { LoadedColumn, LoadedTable } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf, lowerCase, matchesWhole } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { readNullWords, smallLetters } from "../clean/settings.ts";
import { plainSpaces } from "./number-shapes.ts";
import { plainSpacesSql } from "./number-sql.ts";
import { revaluedTable, sameValue } from "./revalued-table.ts";

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
  const columns = table.columns.map((column) => ({ ...sameValue(column), value: withoutWordsSql(column, words) }));
  const known = new Set(words);
  return {
    table: revaluedTable(table, columns),
    sources: sources.map((source) => sampledWithout(source, known)),
  };
}

/**
 * A pattern of the other ways in which whole numbers among some words are written in a column of numbers (`999.0`, `999,00`);
 * null where there is none.
 */
export function writtenNumbers(words: readonly string[]): string | null {
  const numbers = words.filter((word) => /^-?\d+$/.test(word));
  return numbers.length === 0 ? null : `(?:${numbers.join("|")})[.,]0+`;
}

function withoutWordsSql({ ref, type, stored }: LoadedColumn, words: readonly string[]): Sql {
  const without = (isWord: Sql): Sql => sql`case when ${isWord} then null else ${ref} end`;
  if (stored === "text") {
    const plain = plainSpacesSql(ref);
    const written = writtenNumbers(words);
    const isWord = isOneOf(lowerCase(plain), words);
    return without(written === null ? isWord : sql`${isWord} or ${matchesWhole(plain, value(written))}`);
  }
  if (type !== "integer" && type !== "number") return without(isOneOf(lowerCase(asText(ref)), words));
  const numbers = words.filter((word) => word.trim() !== "" && Number.isFinite(Number(word))).map(Number);
  return numbers.length === 0 ? ref : without(isOneOf(ref, numbers));
}

function sampledWithout(source: Source, words: ReadonlySet<string>): Source {
  if (source.format !== "csv") return source;
  const written = writtenNumbers([...words]);
  const isWritten = written === null ? null : new RegExp(`^${written}$`);
  const without = (text: string | null): string | null => {
    if (text === null) return null;
    const plain = plainSpaces(text);
    return words.has(smallLetters(plain)) || isWritten?.test(plain) === true ? null : text;
  };
  return { ...source, sample: source.sample.map((record) => record.map(without)), isChanged: true };
}
