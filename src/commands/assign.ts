import type { Command } from "../core/command.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionTable } from "../core/options.ts";
import { readAnyModel, type AnyModel } from "../steps/apply-models.ts";
import { readModelFile } from "../steps/model-file.ts";
import { assignRows } from "./assign-rows.ts";
import { clusterOptions } from "./cluster-options.ts";
import { tableOptions } from "./common-options.ts";

const assignOptions = {
  model: {
    kind: "texts",
    reads: true,
    value: "FILE",
    group: "Models",
    help: "a saved model of clean, normalize, score rfm or cluster; repeat for several, applied in the order given (required)",
  },
  asOf: {
    kind: "text",
    value: "DATE",
    group: "Models",
    help: "for a model of score rfm: the day that recency is counted to, as YYYY-MM-DD (default: the last date in the data)",
  },
  missing: {
    kind: "choice",
    choices: ["error", "drop"],
    group: "Models",
    help: "for a model of score rfm: rows that lack a value (default: stop for transactions; customers stay, without scores)",
  },
  name: { kind: "text", value: "COL", group: "Output", help: "name of the segment column (default: the model's)" },
  names: {
    kind: "text",
    reads: true,
    value: "FILE.yaml",
    group: "Report",
    help: "what the segments are called: a names file of segment cluster --names (default: the model's names)",
  },
  overwrite: clusterOptions.overwrite,
  with: clusterOptions.with,
  tables: clusterOptions.tables,
  ...tableOptions,
} as const satisfies OptionTable;

/** `segment assign`: saved models applied to new rows. */
export const assign: Command<typeof assignOptions> = {
  name: "assign",
  summary: "apply saved models to new rows: cleaned, scaled, scored, segmented",
  description:
    "Applies models that --save-model wrote, each to what the one before it gave: segment clean, normalize, score rfm and " +
    "cluster. Nothing is learned: bounds, fills, scales, cuts and centres are those of the fit, and segments keep their " +
    "numbers. On the rows of the fit it gives what the fit gave.",
  inputs: "files",
  options: assignOptions,
  examples: [
    {
      run: "segment assign new.csv --model model.json -o segments.csv",
      does: "tonight's rows, the segments of the model",
    },
    { run: "segment assign new.csv --model model.json --with distance,second", does: "and how sure each row is" },
    {
      run: "segment assign new.csv --model clean.json --model normalize.json --model cluster.json -o segments.csv",
      does: "clean, scale and assign as at the fit",
    },
    {
      run: "segment assign orders.csv --model rfm.json --as-of 2025-01-31 -o scores.csv",
      does: "recency, frequency and monetary scores by the cuts of the fit",
    },
  ],
  async run(context, inputs, options) {
    if (options.model.length === 0) {
      throw new SegmentError("usage", "assign needs a model", { hint: "segment assign FILE --model MODEL.json" });
    }
    const models: AnyModel[] = [];
    for (const file of options.model) models.push(readAnyModel(readModelFile(await context.io.readText(file), file)));
    return assignRows(context, inputs, models, options);
  },
};
