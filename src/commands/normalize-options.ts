import type { OptionTable } from "../core/options.ts";
import { clusterOptions } from "./cluster-options.ts";
import { commonOptions } from "./common-options.ts";

/** The options of `segment normalize`. */
export const normalizeOptions = {
  columns: {
    kind: "list",
    value: "LIST",
    group: "Columns",
    help: "columns to scale: names (a,,b for one with a comma), globs, :numeric (default: every number that measures behaviour; ids, codes, flags and dates in digits only by name)",
  },
  exclude: clusterOptions.exclude,
  id: { kind: "list", value: "COL", group: "Columns", help: "columns that identify a row; never scaled" },
  method: {
    kind: "list",
    value: "METHOD",
    group: "Scaling",
    help: "for all columns, or COL=METHOD for one, which is then scaled whatever it measures: auto (default), adaptive (the first of zscore, robust, log1p+zscore, yeo-johnson+zscore and quantile-normal+zscore that suits the column), zscore, minmax, robust, maxabs, log, log10, log1p, box-cox, yeo-johnson, quantile (to 0 … 1), quantile-normal, none, or a chain of a transform and a scaler such as log1p+zscore",
  },
  by: {
    kind: "text",
    value: "COL",
    group: "Scaling",
    help: "each value of COL is a group of rows with parameters of its own; rows of other groups take those of all rows",
  },
  unitRows: {
    kind: "choice",
    choices: ["l1", "l2", "max"],
    group: "Scaling",
    help: "then divide each row by its length over the scaled columns (without --method: over the columns as they are); rows of zeros stay, a row without some value has no length",
  },
  encode: {
    kind: "list",
    value: "COL=HOW",
    group: "Encoding",
    help: "categories in numbers: COL=one-hot (NAME_VALUE_scaled, 0 and 1), COL=ordinal or COL=ordinal:S<M<L, COL=frequency, COL=target:OTHER (mean of OTHER), into NAME_scaled; each but one-hot with a scaler behind a plus, such as city=frequency+zscore; COL is a name, a glob or :text",
  },
  minCount: {
    kind: "integer",
    value: "N",
    default: 1,
    minimum: 1,
    group: "Encoding",
    help: "categories of fewer rows than N share one place, NAME_other_scaled",
  },
  maxCategories: {
    kind: "integer",
    value: "N",
    minimum: 2,
    group: "Encoding",
    help: "at most N places a column, that of the rarest together among them (default: 50 for one-hot, else no limit)",
  },
  smooth: {
    kind: "text",
    value: "auto|N",
    default: "auto",
    group: "Encoding",
    help: "target: how many rows the mean of all counts for in the mean of a category; auto: from both variances",
  },
  folds: {
    kind: "integer",
    value: "N",
    default: 5,
    minimum: 2,
    maximum: 1000,
    group: "Encoding",
    help: "target: folds by a hash of the row's place and --seed; a row gets the mean of the others",
  },
  quantiles: {
    kind: "integer",
    value: "N",
    default: 1000,
    minimum: 2,
    maximum: 10000,
    group: "Scaling",
    help: "quantile, quantile-normal: the column's quantiles that the transform goes through, at most one a row (rows without a value count, as by scikit-learn)",
  },
  ddof: {
    kind: "choice",
    choices: ["0", "1"],
    default: "0",
    group: "Scaling",
    help: "what is taken off the number of values under the standard deviation of zscore and auto",
  },
  model: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Scaling",
    help: "scale by a saved model, without fitting",
  },
  inverse: {
    kind: "flag",
    group: "Scaling",
    help: "with --model: from NAME_scaled back to NAME (from NAME itself where the model scales in place); --columns and --exclude choose among the model's columns",
  },
  inPlace: {
    kind: "flag",
    group: "Output",
    help: "scaled values take the place of the column's own (default: NAME_scaled is added); nothing then tells a table that is scaled already, so apply such a model once",
  },
  overwrite: { kind: "flag", group: "Output", help: "replace the columns to be added if the table has them" },
  saveModel: { kind: "text", value: "FILE", writes: true, group: "Output", help: "save what was learned as JSON" },
  ...commonOptions,
} as const satisfies OptionTable;
