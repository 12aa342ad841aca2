import type { OptionTable } from "../core/options.ts";
import { clusterOptions } from "./cluster-options.ts";
import { tableOptions } from "./common-options.ts";

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
    help: "for all columns, or COL=METHOD for one, which is then scaled whatever it measures: auto (default), zscore, minmax, robust, maxabs, log1p, box-cox, yeo-johnson, or a chain such as log1p+zscore",
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
    help: "with --model: from NAME_scaled back to NAME (from NAME itself where the model scales in place)",
  },
  inPlace: {
    kind: "flag",
    group: "Output",
    help: "scaled values take the place of the column's own (default: NAME_scaled is added)",
  },
  overwrite: { kind: "flag", group: "Output", help: "replace the columns to be added if the table has them" },
  saveModel: { kind: "text", value: "FILE", writes: true, group: "Output", help: "save what was learned as JSON" },
  ...tableOptions,
} as const satisfies OptionTable;
