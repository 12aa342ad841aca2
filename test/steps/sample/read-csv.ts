import papaparse from "papaparse";
import { dayNumber } from "../../../src/steps/sample/calendar.ts";
import type { SampleOptions } from "../../../src/steps/sample/population.ts";

/** The options of a small clean base, with what a test changes. */
export function sampleOf(changes: Partial<SampleOptions> = {}): SampleOptions {
  const asOf = dayNumber("2025-12-31");
  return { seed: 42, rows: 1000, duplicates: 0, dirty: 0, locale: "mixed", asOf, ...changes };
}

/** The rows of CSV text, by column name. */
export function readCsv(chunks: Iterable<string>): readonly Readonly<Record<string, string>>[] {
  const { data, errors } = papaparse.parse<Record<string, string>>([...chunks].join(""), {
    header: true,
    delimiter: ",",
    newline: "\n",
    skipEmptyLines: true,
  });
  if (errors.length > 0) throw new Error(JSON.stringify(errors[0]));
  return data;
}
