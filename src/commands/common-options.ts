import type { OptionTable } from "../core/options.ts";
import { encodings } from "../core/source.ts";

/** Options of every command that reads a table. */
export const readOptions = {
  from: {
    kind: "choice",
    choices: ["csv", "parquet", "ndjson", "json", "xlsx"],
    group: "Reading",
    help: "input format, instead of by content",
  },
  sheet: {
    kind: "text",
    value: "NAME",
    group: "Reading",
    help: "of a workbook: the sheet to read, by name or number (default: the first visible one that holds anything)",
  },
  delimiter: {
    kind: "text",
    value: "CHAR",
    group: "Reading",
    help: "field delimiter, instead of by content (`tab` for a tab, `none` for one column)",
  },
  quote: {
    kind: "text",
    value: "CHAR",
    group: "Reading",
    help: "quote character, instead of by content (`none` for no quoting)",
  },
  table: {
    kind: "text",
    value: "NAME",
    group: "Reading",
    help: "of a database: the table to read, such as crm.customers",
  },
  query: { kind: "text", value: "SQL", group: "Reading", help: "of a database: the query whose result is read" },
  encoding: {
    kind: "choice",
    choices: encodings,
    group: "Reading",
    help: "text encoding, instead of by content",
  },
  header: {
    kind: "flag",
    negated: true,
    group: "Reading",
    help: "the first record holds data, not names; columns are column_1 …",
  },
  skipLines: {
    kind: "integer",
    value: "N",
    minimum: 0,
    maximum: 1000,
    group: "Reading",
    help: "lines before the table, such as a title, instead of by content",
  },
  headerRows: {
    kind: "integer",
    value: "N",
    minimum: 0,
    maximum: 10,
    group: "Reading",
    help: "lines of the header, joined as `group name`, instead of by content (0 as `--no-header`)",
  },
  footerLines: {
    kind: "integer",
    value: "N",
    minimum: 0,
    maximum: 1000,
    group: "Reading",
    help: "lines behind the table, such as totals, instead of by content",
  },
  decimal: {
    kind: "choice",
    choices: [".", ","],
    group: "Reading",
    help: "decimal mark, where the data leaves it open",
  },
  dates: {
    kind: "list",
    value: "COL=ORDER",
    group: "Reading",
    help: "order of day, month, year (`dmy`, `mdy`, `ymd`) for a column, or alone for all; or what a column's numbers count: `excel` (days, 1900 system), `excel1904`, `epoch` (seconds), `epoch-ms`; `none`: no dates",
  },
  null: {
    kind: "list",
    value: "WORDS",
    group: "Reading",
    help: "more words for a missing value, in any case: `inconnu` in any column, `age=999` in one (NA, N/A, NaN, NULL, none, nil, nd, n.d., vide, -, --, ?, #N/A, \\N are known in columns that are no text)",
  },
  ticked: {
    kind: "list",
    value: "COLS",
    group: "Reading",
    help: "columns of ticks: `x`, `✓`, 1 or a word for yes is yes, an empty cell no",
  },
  schema: {
    kind: "text",
    value: "FILE",
    reads: true,
    group: "Reading",
    help: "types and roles of the columns, from a YAML file that ingest or profile wrote: text stays text, ids and consents are no measures",
  },
  dialect: {
    kind: "text",
    value: "FILE",
    reads: true,
    group: "Reading",
    help: "read as FILE says, which `segment ingest --save-dialect` wrote; what does not fit is an error",
  },
  quarantine: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Reading",
    help: "set rows aside in FILE that cannot be read, or whose values are not as --dates, --decimal, --schema, --dialect or --ticked say, and go on",
  },
} as const satisfies OptionTable;

/** Options of every command. */
export const reportOptions = {
  json: { kind: "flag", group: "Report", help: "the report as one JSON document" },
  report: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Report",
    help: "also save the report (.json, .md, .html)",
  },
  quiet: { kind: "flag", short: "q", group: "Report", help: "no report" },
  verbose: {
    kind: "flag",
    short: "v",
    group: "Report",
    help: "durations, threads, paths and stack traces on standard error",
  },
  color: { kind: "flag", negated: true, group: "Report", help: "no colour" },
} as const satisfies OptionTable;

/** Options of every command that writes a table. */
export const writeOptions = {
  output: {
    kind: "text",
    value: "FILE",
    writes: true,
    short: "o",
    group: "Output",
    help: "write the table to FILE, format by extension (.csv .tsv .parquet .ndjson .json, and .gz or .zst)",
  },
  format: {
    kind: "choice",
    choices: ["csv", "parquet", "ndjson", "json"],
    group: "Output",
    help: "output format, instead of by extension",
  },
} as const satisfies OptionTable;

/** Options of every command that computes. */
export const engineOptions = {
  seed: {
    kind: "integer",
    value: "N",
    default: 42,
    minimum: 0,
    maximum: 4294967295,
    group: "Engine",
    help: "seed of everything random",
  },
  threads: {
    kind: "integer",
    value: "N",
    minimum: 1,
    maximum: 256,
    group: "Engine",
    help: "threads (default: all cores); the result is the same for any number",
  },
  memory: {
    kind: "text",
    value: "SIZE",
    group: "Engine",
    help: "memory for tables, such as 2GB (default: a quarter of the machine); beyond it they spill to disk",
  },
  engine: {
    kind: "text",
    value: "URL",
    group: "Engine",
    help: "run on a Spark cluster: sc://host:15002; the files or tables named are then the cluster's",
  },
  explain: { kind: "flag", group: "Engine", help: "print each step as SQL with its values in place; write nothing" },
} as const satisfies OptionTable;

/** `--schema` of a command that writes the file where it is not there yet. */
export const makeSchemaOption = {
  schema: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Reading",
    help: "types and roles of the columns: written to FILE (.yaml) where it is not there yet, else read from it, and a table that does not fit is an error; other commands read it",
  },
} as const satisfies OptionTable;

const { seed: _seed, ...seedless } = engineOptions;

/** The options that a command with a table in and a table out starts from, where nothing is random. */
export const tableOptions = { ...readOptions, ...writeOptions, ...seedless, ...reportOptions } as const;

/** The same where something is. */
export const commonOptions = { ...readOptions, ...writeOptions, ...engineOptions, ...reportOptions } as const;
