import type { OptionTable } from "../core/options.ts";
import { type MethodName, methodNames } from "../model/cluster/clustering.ts";
import { gateLimits } from "../steps/validate/gates.ts";
import { commonOptions } from "./common-options.ts";

const { schema: _schema, ...otherOptions } = commonOptions;

const limits = (gate: keyof typeof gateLimits): { minimum: number; maximum: number } => ({
  minimum: gateLimits[gate].minimum,
  maximum: gateLimits[gate].maximum,
});

/** Those that numbers are enough for. */
const refitMethods = methodNames.filter((name): name is Exclude<MethodName, "k-prototypes"> => name !== "k-prototypes");

/** The options of `segment validate`. */
export const validateOptions = {
  notNull: {
    kind: "list",
    value: "LIST",
    group: "Checks",
    help: "columns with a value in every row: names, globs, :numeric (an empty or blank cell is none)",
  },
  unique: {
    kind: "texts",
    value: "KEY",
    group: "Checks",
    help: "no two rows share the key: a column, or several as store+number; rows without a key are counted apart",
  },
  range: {
    kind: "texts",
    value: "COL:LOW..HIGH",
    group: "Checks",
    help: "numbers or dates within bounds, both included, either open: age:18..99, age:18.., signup:2020-01-01..",
  },
  set: {
    kind: "texts",
    value: "COL:A,B,C",
    group: "Checks",
    help: "values of a list (a,,b for one with a comma); numbers compare as numbers, yes and no in any case",
  },
  regex: {
    kind: "texts",
    value: "COL:PATTERN",
    group: "Checks",
    help: "the whole value matches a pattern (RE2)",
  },
  schema: {
    kind: "list",
    value: "COL:TYPE|FILE",
    group: "Checks",
    help: "the column is there, every value of it text, integer, number, boolean, date or timestamp; or all columns of a schema file (.yaml), whose roles are then known too",
  },
  rows: { kind: "text", value: "LOW..HIGH", group: "Checks", help: "how many rows the table has" },
  fresh: {
    kind: "texts",
    value: "COL:DAYS",
    group: "Checks",
    help: "the newest date is at most DAYS before --as-of, and none is after it",
  },
  asOf: { kind: "text", value: "DATE", group: "Checks", help: "the day from which --fresh counts, as 2024-12-31" },
  checks: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Checks",
    help: "more checks and gates by the names of their options, from a YAML file",
  },
  segments: {
    kind: "flag",
    group: "Segments",
    help: "report the segments of the table: sizes, silhouettes, Calinski-Harabasz, Davies-Bouldin",
  },
  minSilhouette: {
    kind: "number",
    value: "X",
    ...limits("min-silhouette"),
    group: "Segments",
    help: "the mean silhouette is at least X",
  },
  minSize: {
    kind: "integer",
    value: "N",
    ...limits("min-size"),
    group: "Segments",
    help: "every segment has at least N rows",
  },
  maxNoise: {
    kind: "number",
    value: "SHARE",
    ...limits("max-noise"),
    group: "Segments",
    help: "at most this share of the rows (0 to 1) is in no segment",
  },
  minJaccard: {
    kind: "number",
    value: "X",
    ...limits("min-jaccard"),
    group: "Segments",
    help: "the least stable segment has a mean Jaccard coefficient of at least X",
  },
  stability: {
    kind: "flag",
    group: "Segments",
    help: "report how often the method finds each segment again in rows drawn anew (bootstrap, Hennig 2007), and how its other fits agree",
  },
  method: {
    kind: "choice",
    choices: refitMethods,
    group: "Segments",
    help: "method that --stability fits anew (default: the model's with its parameters, else k-means)",
  },
  draws: {
    kind: "integer",
    value: "N",
    default: 50,
    minimum: 2,
    maximum: 10_000,
    group: "Segments",
    help: "bootstrap draws",
  },
  stabilityRows: {
    kind: "integer",
    value: "N",
    default: 20_000,
    minimum: 10,
    maximum: 10_000_000,
    group: "Segments",
    help: "rows to draw from; of a larger table a sample by the seed",
  },
  name: {
    kind: "text",
    value: "COL",
    default: "segment",
    group: "Segments",
    help: "the column of the segments: numbers, 0 for none, or names",
  },
  model: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Segments",
    help: "judge by the columns, fills and scaling of a saved clustering",
  },
  columns: {
    kind: "list",
    value: "LIST",
    group: "Segments",
    help: "columns to judge the segments by (default: those that cluster would choose)",
  },
  exclude: { kind: "list", value: "LIST", group: "Segments", help: "columns not to judge the segments by" },
  rules: {
    kind: "flag",
    group: "Segments",
    help: "rules that a person can read for each segment, from a shallow decision tree, and how far they are true",
  },
  truth: {
    kind: "text",
    value: "COL",
    group: "Segments",
    help: "compare the segments with the known classes of a column: adjusted Rand index, adjusted mutual information and others",
  },
  against: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Segments",
    help: "compare them with the segments of another file: by --id, or row by row where both have the same rows",
  },
  kpi: {
    kind: "list",
    value: "COLS",
    group: "Segments",
    help: "outcomes that the segments were not made from: a segment that changes none of them against its nearest is told",
  },
  protected: {
    kind: "list",
    value: "COLS",
    group: "Segments",
    help: "attributes (gender, age band, region …) whose groups should not be over- or under-represented: ratios with intervals",
  },
  id: {
    kind: "text",
    value: "COL",
    group: "Segments",
    help: "the column that tells rows apart, here and in --against",
  },
  failures: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Output",
    help: "write every failing row, once for each check it fails, to FILE; only a header where none does",
  },
  ...otherOptions,
} as const satisfies OptionTable;
