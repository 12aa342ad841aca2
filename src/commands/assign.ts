import type { Command } from "../core/command.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionTable } from "../core/options.ts";
import { assignRows } from "./assign-rows.ts";
import { clusterOptions } from "./cluster-options.ts";
import { engineOptions, readOptions, reportOptions, writeOptions } from "./common-options.ts";

const { threads, memory, explain } = engineOptions;

const assignOptions = {
  model: { kind: "text", value: "FILE", group: "Segments", help: "the saved model (required)" },
  name: { kind: "text", value: "COL", group: "Output", help: "name of the new column (default: the model's)" },
  overwrite: clusterOptions.overwrite,
  with: clusterOptions.with,
  tables: clusterOptions.tables,
  ...readOptions,
  ...writeOptions,
  threads,
  memory,
  explain,
  ...reportOptions,
} as const satisfies OptionTable;

/** `segment assign`: the segments of a saved model for new rows. */
export const assign: Command<typeof assignOptions> = {
  name: "assign",
  summary: "give new rows the segments of a saved model",
  description:
    "Gives every row its segment of a model that segment cluster --save-model wrote: fills, scales and compares as at the " +
    "fit, and never renumbers. On the rows of the fit it gives the labels of the fit.",
  inputs: "files",
  options: assignOptions,
  examples: [
    {
      run: "segment assign new.csv --model model.json -o segments.csv",
      does: "tonight's rows, the segments of the model",
    },
    { run: "segment assign new.csv --model model.json --with distance,second", does: "and how sure each row is" },
  ],
  async run(context, inputs, options) {
    if (options.model === undefined) {
      throw new SegmentError("usage", "assign needs a model", { hint: "segment assign FILE --model MODEL.json" });
    }
    return assignRows(context, inputs, options.model, options);
  },
};
