import type { OptionTable } from "../core/options.ts";
import { makeSchemaOption, readOptions, reportOptions, tableOptions } from "./common-options.ts";

const { threads, memory, engine, explain } = tableOptions;

/** The options of `segment profile`. */
export const profileOptions = {
  by: {
    kind: "text",
    value: "COL",
    group: "Profile",
    help: "cross-tables of every column by this one, of at most 50 different values (segment, country …): share, index (100 is everyone), Cramér's V",
  },
  columns: {
    kind: "list",
    value: "LIST",
    group: "Profile",
    help: "columns to look at (default: all): names, globs, :numeric, :date, :text",
  },
  exclude: { kind: "list", value: "LIST", group: "Profile", help: "columns to leave out" },
  asOf: {
    kind: "text",
    value: "DATE",
    group: "Profile",
    help: "the day of the data, as 2024-12-31: later dates are a problem (default: those far beyond all other dates)",
  },
  top: {
    kind: "integer",
    value: "N",
    default: 5,
    minimum: 1,
    maximum: 1000,
    group: "Profile",
    help: "most frequent values of each column in --json and saved tables",
  },
  ...readOptions,
  ...makeSchemaOption,
  threads,
  memory,
  engine,
  explain,
  ...reportOptions,
} as const satisfies OptionTable;
