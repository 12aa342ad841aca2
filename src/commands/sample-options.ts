import { SegmentError } from "../core/errors.ts";
import type { OptionsOf, OptionTable } from "../core/options.ts";
import { dayNumber } from "../steps/sample/calendar.ts";
import type { SampleOptions } from "../steps/sample/population.ts";
import { engineOptions, reportOptions, writeOptions } from "./common-options.ts";

const { explain: _explain, engine: _engine, ...seedThreadsMemory } = engineOptions;

/** The options that make a customer base; the same values give customers, transactions and events that match. */
export const sampleOptions = {
  rows: {
    kind: "integer",
    value: "N",
    default: 1000,
    minimum: 1,
    maximum: 100_000_000,
    group: "Base",
    help: "rows of the customer file, duplicates included",
  },
  duplicates: {
    kind: "number",
    value: "SHARE",
    default: 0,
    minimum: 0,
    maximum: 0.9,
    group: "Base",
    help: "share of its rows that are a further record of a person already there, written differently",
  },
  dirty: {
    kind: "number",
    value: "SHARE",
    default: 0,
    minimum: 0,
    maximum: 0.5,
    group: "Base",
    help: "share of cells damaged: outer spaces, case, accents, words for nothing, other notations",
  },
  locale: {
    kind: "choice",
    choices: ["fr", "en", "mixed"],
    default: "mixed",
    group: "Base",
    help: "names, addresses and telephone numbers of France, the United Kingdom, or both",
  },
  asOf: {
    kind: "text",
    value: "DATE",
    default: "2025-12-31",
    group: "Base",
    help: "day on which the base was drawn, as YYYY-MM-DD; nothing happens after it",
  },
  ...writeOptions,
  ...seedThreadsMemory,
  ...reportOptions,
} as const satisfies OptionTable;

/** The parsed options as the generators take them. Throws `bad-option-value` for a day that is none or not in 1970 … 2099. */
export function readSampleOptions(options: OptionsOf<typeof sampleOptions>): SampleOptions {
  const { seed, rows, duplicates, dirty, locale } = options;
  const asOf = dayNumber(options.asOf);
  if (!(asOf >= dayNumber("1970-01-01") && asOf <= dayNumber("2099-12-31"))) {
    const hint = "write it as YYYY-MM-DD, from 1970-01-01 to 2099-12-31";
    throw new SegmentError("bad-option-value", `--as-of ${options.asOf}: not a day`, { hint });
  }
  return { seed, rows, duplicates, dirty, locale, asOf };
}
