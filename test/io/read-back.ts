import { readFileSync } from "node:fs";
import Papa from "papaparse";
import type { DelimitedSource } from "../../src/core/source.ts";

/** The data records of an opened source, read by Papa Parse from the file that the engine would read. */
export function readBack(source: DelimitedSource): string[][] {
  let text = readFileSync(source.path, "utf8");
  if (text.startsWith("\ufeff")) text = text.slice(1);
  for (let i = 0; i < source.skip; i++) text = text.slice(text.indexOf("\n") + 1);
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter: source.delimiter,
    newline: source.newline,
    // Papa Parse cannot be told that nothing is quoted, but for a character that does not occur.
    quoteChar: source.quote === "" ? "\u0001" : source.quote,
    header: false,
  });
  if (errors.length > 0 && errors[0]?.code !== "UndetectableDelimiter") throw new Error(JSON.stringify(errors[0]));
  if (text.endsWith(source.newline)) data.pop();
  return source.columns.length > 1 ? data.filter((row) => row.length > 1 || row[0] !== "") : data;
}
