import type { LoadedColumn, LoadedTable } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf, lowerCase, matchesWhole } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { readNullWords, smallLetters } from "../clean/settings.ts";
import { findColumn } from "../match-columns.ts";
import { plainSpaces } from "./number-shapes.ts";
import { plainSpacesSql } from "./number-sql.ts";
import { revaluedTable, sameValue } from "./revalued-table.ts";

/**
 * A loaded table and its sources with the words of `--null` as missing values, in columns of every type, so that they are
 * missing to whatever reads the table: a word is compared in small letters without spaces around it, a number with numbers.
 * With `idle: "allowed"` a column that a word is of may be one of another table. Throws `unknown-column`.
 */
export function withoutNullWords(
  table: LoadedTable,
  sources: readonly Source[],
  items: readonly string[],
  idle?: "allowed",
): { readonly table: LoadedTable; readonly sources: readonly Source[] } {
  const { all, byColumn } = readNullWords(items);
  if (all.length + byColumn.size === 0) return { table, sources };
  if (idle === undefined) for (const name of byColumn.keys()) findColumn(table.columns, name, "--null");
  const wordsIn = (name: string): readonly string[] => [
    ...new Set([...all, ...(byColumn.get(name) ?? [])].flatMap((word) => [word, word.normalize("NFD")])),
  ];
  const columns = table.columns.map((column) => {
    const words = wordsIn(column.name);
    return { ...sameValue(column), value: words.length === 0 ? column.ref : withoutWordsSql(column, words) };
  });
  return {
    table: revaluedTable(table, columns),
    sources: sources.map((source) => sampledWithout(source, wordsIn)),
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

function sampledWithout(source: Source, wordsIn: (column: string) => readonly string[]): Source {
  if (source.format !== "csv") return source;
  const known = source.columns.map((name) => {
    const words = wordsIn(name);
    const written = writtenNumbers(words);
    return { words: new Set(words), isWritten: written === null ? null : new RegExp(`^${written}$`) };
  });
  const without = (text: string | null, i: number): string | null => {
    if (text === null) return null;
    const { words, isWritten } = known[i]!;
    const plain = plainSpaces(text);
    return words.has(smallLetters(plain)) || isWritten?.test(plain) === true ? null : text;
  };
  return { ...source, sample: source.sample.map((record) => record.map(without)), isChanged: true };
}
