import type { OptionTable } from "../core/options.ts";
import { tableOptions } from "./common-options.ts";

/** The options of `segment score rfm`. */
export const scoreRfmOptions = {
  customer: {
    kind: "text",
    value: "COL",
    group: "From transactions",
    help: "who bought; told apart by the exact text, outer spaces off",
  },
  date: { kind: "text", value: "COL", group: "From transactions", help: "when; a time counts by its UTC day" },
  amount: {
    kind: "text",
    value: "COL",
    group: "From transactions",
    help: "for how much; summed exactly to 8 decimals",
  },
  recency: {
    kind: "text",
    value: "COL",
    group: "From columns",
    help: "days since the last purchase, or its date",
  },
  frequency: { kind: "text", value: "COL", group: "From columns", help: "number of purchases" },
  monetary: { kind: "text", value: "COL", group: "From columns", help: "money spent" },
  asOf: {
    kind: "text",
    value: "DATE",
    group: "Scores",
    help: "day that recency is counted to, as YYYY-MM-DD (default: the last date in the data); rows after it are left out and counted",
  },
  missing: {
    kind: "choice",
    choices: ["error", "drop"],
    group: "Scores",
    help: "rows that lack a value: stop, or leave them out and count them (default: stop for transactions; rows of customers stay, without scores)",
  },
  cuts: {
    kind: "texts",
    value: "MEASURE=A,B,C,D",
    group: "Scores",
    help: "cuts of recency, frequency or monetary, instead of quantiles; once for each, such as recency=30,60,90,180",
  },
  weights: {
    kind: "list",
    value: "r=1,f=1,m=2",
    group: "Scores",
    help: "add rfm_composite, the weighted mean of the three scores",
  },
  grid: {
    kind: "text",
    reads: true,
    value: "FILE.yaml",
    group: "Scores",
    help: "segments of your own; --save-grid writes a file to edit",
  },
  model: {
    kind: "text",
    reads: true,
    value: "FILE",
    group: "Scores",
    help: "columns, cuts, weights and segments of a saved model, without fitting",
  },
  saveModel: { kind: "text", value: "FILE", writes: true, group: "Output", help: "save all that was fitted as JSON" },
  saveGrid: {
    kind: "text",
    value: "FILE.yaml",
    writes: true,
    group: "Output",
    help: "write the segments in use as YAML, to edit",
  },
  overwrite: { kind: "flag", group: "Output", help: "replace columns that have the names of the new ones" },
  ...tableOptions,
} as const satisfies OptionTable;
