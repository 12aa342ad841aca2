import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { refuseWithExplain } from "./assign-rows.ts";
import { clusterOptions } from "./cluster-options.ts";
import { refuseBesideMiniBatch } from "./cluster-method.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";

type ClusterOptions = OptionsOf<typeof clusterOptions>;

/** Refuses options that have no use beside one another, or not where the rows stay elsewhere. Throws `usage`, `engine-refused`. */
export function refuseClashes(context: Context, options: ClusterOptions): void {
  const { engine } = context;
  refuseWithExplain(options);
  if (options.explain) {
    refuseIdle(givenFlags(clusterOptions, options, ["rules", "rulesSql"]), "--explain shows how the segment is found");
  }
  if (options.init !== undefined) {
    refuseIdle(givenFlags(clusterOptions, options, ["seeding", "initLabels"]), "--init gives the starting centres");
    refuseIdle(givenFlags(clusterOptions, options, ["embed"]), "--init gives centres in columns of their own");
  }
  if (options.embed === undefined) refuseIdle(givenFlags(clusterOptions, options, ["embedSize"]), "without --embed");
  if (options.initLabels !== undefined) refuseBesideLabels(context, options);
  if (engine.rowsStay) {
    const given = givenFlags(clusterOptions, options, ["minSize", "maxSize"]);
    if (given.length > 0) {
      throw new SegmentError("engine-refused", `${given.join(", ")} needs the rows here, and Spark's rows stay there`, {
        hint: "leave it out there, or run without --engine",
      });
    }
  }
  if (engine.rowsStay && options.with?.includes("outlier") === true) {
    const message = "--with outlier compares a row with those around it, and Spark's rows stay there";
    throw new SegmentError("engine-refused", message, { hint: "leave it out there, or run without --engine" });
  }
  if (options.miniBatch) {
    refuseBesideMiniBatch(options, engine.rowsStay);
    refuseIdle(givenFlags(clusterOptions, options, ["embed"]), "--mini-batch reads rows block by block");
  }
}

/** Options that labelled rows leave nothing to, and rows that are not here. Throws `usage`, `engine-refused`. */
function refuseBesideLabels({ engine }: Context, options: ClusterOptions): void {
  const label = options.initLabels!;
  refuseIdle(givenFlags(clusterOptions, options, ["seeding", "starts"]), "--init-labels gives the starting centres");
  if (options.columns?.includes(label) === true) {
    throw new SegmentError("usage", `--init-labels ${label}: labels are not clustered by`, {
      hint: `leave ${label} out of --columns`,
    });
  }
  if (!engine.rowsStay) return;
  throw new SegmentError(
    "engine-refused",
    "--init-labels takes means of rows that are here, and Spark's rows stay there",
    {
      hint: "give the means in a file: --init FILE",
    },
  );
}
