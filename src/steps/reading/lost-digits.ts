import type { Table } from "../../core/context.ts";
import type { Source } from "../../core/source.ts";
import type { Warning } from "../open-table.ts";

/**
 * A number as a spreadsheet shows one that is too long for its cell, from eleven digits on and with no more than six of
 * them: `3,01762E+12`. RE2 and JavaScript alike, to be matched against the whole text.
 */
export const scientificPattern = "[ ]*[-+]?[0-9](?:[.,][0-9]{1,5})?[eE][+](?:1[0-9]|2[0-9])[ ]*";

const scientific = new RegExp(`^${scientificPattern}$`);

/** Columns at least half of whose values, of those drawn from the files, are such numbers: codes that have lost their last digits. */
export function lostDigitsWarnings({ columns }: Table, sources: readonly Source[]): readonly Warning[] {
  const samples = sources.flatMap((source) => (source.format === "csv" ? [source] : []));
  return columns.flatMap(({ name }): readonly Warning[] => {
    const values = samples.flatMap((source) => {
      const at = source.columns.indexOf(name);
      return at === -1 ? [] : source.sample.flatMap((record) => record[at] ?? []);
    });
    const found = values.filter((value) => scientific.test(value));
    if (found.length === 0 || found.length * 2 < values.length) return [];
    const message =
      `${name} is written as a spreadsheet shows long numbers, such as ${found[0]!.trim()}: if they are codes, their last ` +
      "digits are lost, and only the file before the spreadsheet has them";
    return [{ code: "lost-digits", message }];
  });
}
