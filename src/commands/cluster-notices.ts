import { bySegment, type ClusterFacts } from "./cluster-facts.ts";
import type { Context } from "../core/context.ts";
import type { Block } from "../core/report.ts";
import { flagName } from "../core/options.ts";
import { methods } from "../model/cluster/methods/index.ts";
import { formatCount, formatShare } from "../report/number.ts";
import { categoriesNotices } from "./cluster-categories.ts";

/** Share of the rows below which a segment is told to be small. */
const smallShare = 0.01;

/** What is to be said beside the figures, from the reading to the method. */
export function noticeBlocks(context: Context, facts: ClusterFacts): readonly Block[] {
  const { fit, numbered } = facts;
  const notices: { code: string; message: string }[] = [...facts.opened.warnings];
  const small = bySegment(facts).filter(({ share }) => share < smallShare);
  if (small.length > 0) {
    const list = small.map(({ segment, share }) => `${segment} (${formatShare(share)})`).join(", ");
    const subject = small.length === 1 ? `segment ${list} holds` : `segments ${list} hold`;
    notices.push({ code: "small-segment", message: `${subject} under 1% of the rows; outliers, or a niche?` });
  }
  if (!fit.chosen.result.converged) {
    const { iterations } = fit.chosen.result;
    const [one, several] = methods[facts.model.method].iteration;
    const message = `${facts.model.method} stopped after ${iterations} ${iterations === 1 ? one : several}, before it had converged; raise --max-iter`;
    notices.push({ code: "not-converged", message });
  }
  const { drawn } = fit;
  if (drawn !== null) {
    const message = `the segments were found among ${formatCount(drawn)} rows drawn by hash; every other row belongs where the nearest ${facts.model.method === "k-medoids" ? "medoid" : "of them"} does`;
    notices.push({ code: "fitted-on-sample", message });
  }
  if (fit.chosen.result.k === 1) {
    const { method } = facts.model;
    const way =
      method === "bayesian-gmm"
        ? ""
        : `; steer it by ${methods[method].parameters
            .slice(0, 2)
            .map((key) => `--${flagName(key)}`)
            .join(" and ")}`;
    notices.push({ code: "one-segment", message: `${method} found one segment alone, which tells nobody apart${way}` });
  }
  const { emptied = 0, dropped = 0, k: kept } = fit.chosen.result;
  if (dropped > 0) {
    const [subject, whose] = dropped === 1 ? ["component was", "its"] : ["components were", "their"];
    const message = `${dropped} ${subject} taken away and gave ${whose} rows to the others, which raised the evidence bound`;
    notices.push({ code: "components-dropped", message });
  }
  if (emptied > 0) {
    const message = `${emptied} of ${kept + emptied + dropped} components own no row and ${emptied === 1 ? "is" : "are"} left out`;
    notices.push({ code: "components-emptied", message });
  }
  const micro = fit.chosen.result.hierarchy?.micro ?? null;
  if (micro !== null) {
    const message = `the hierarchy is over ${formatCount(micro)} micro-clusters that k-means made of the rows, which are too many for one of their own`;
    notices.push({ code: "two-stages", message });
  }
  if (facts.nearerElsewhere > 0) {
    const { nearerElsewhere: rows } = facts;
    const message = `${formatCount(rows)} ${rows === 1 ? "row is" : "rows are"} nearer to the mean of another segment than to their own's; a saved model gives each row the nearest`;
    notices.push({ code: "nearer-elsewhere", message });
  }
  if (fit.chosen.result.parameters?.some(({ option }) => option === "miniBatch") === true) {
    const message =
      "by mini-batch: centres moved with every 1,024 rows, read in turn; the inertia may be some percent above that of all rows together";
    notices.push({ code: "mini-batch", message });
  }
  if (facts.sample !== null) notices.push(sampleNotice(facts, facts.sample));
  if (facts.silhouetteReference !== null) {
    const message = `each row's silhouette was estimated from ${formatCount(facts.silhouetteReference)} rows that stand for all`;
    notices.push({ code: "silhouette-estimated", message });
  }
  const { like } = numbered;
  if (like !== null) {
    const added = like.added.length === 0 ? "" : `; new: ${like.added.join(", ")}`;
    const retired = like.retired.length === 0 ? "" : `; gone: ${like.retired.join(", ")}`;
    const message = `numbered like the earlier model: ${formatCount(like.moved)} ${like.moved === 1 ? "row" : "rows"} moved to another segment${added}${retired}`;
    notices.push({ code: "numbered-like", message });
  }
  notices.push(
    ...categoriesNotices(facts.categories, facts.features.length, methods[facts.model.method].criterion),
    ...facts.notices,
  );
  if (context.compute.backend === "typescript") {
    const message = "WebAssembly threads are missing here: the numbers are the same, the run is slower";
    notices.push({ code: "kernels-fallback", message });
  }
  return notices.map(({ code, message }) => ({ kind: "notice", code, text: message }));
}

/** What came here of the rows, and which figures are of these alone. */
function sampleNotice(
  { fit, model, how }: ClusterFacts,
  { rows, of, seed, isFit }: NonNullable<ClusterFacts["sample"]>,
): { readonly code: string; readonly message: string } {
  const drawn = `${formatCount(rows)} rows drawn by hash`;
  const judged = "profiles, rules, silhouettes, shares of --describe and the test of structure";
  if (!isFit) {
    const starts =
      how.method === "gmm" && how.init === null
        ? "; starts were made on these, and the rounds of all rows go on from them"
        : "";
    const message = `fills, scales, sizes, centres and ${methods[how.method].criterion} are of all rows; ${judged} of ${drawn}${starts}`;
    return { code: "sampled", message };
  }
  const isDensity = methods[model.method].k === "found";
  const sizes =
    isDensity && fit.chosen.result.parameters !== undefined
      ? ", its parameters that count rows count those of the sample"
      : "";
  const message =
    `fitted on a hash sample of ${formatCount(rows)} of ${formatCount(of)} rows (seed ${seed})${sizes}; every row then assigned by SQL; ` +
    `fills, scales, sizes and unassigned rows are of all rows; centres, the ${methods[model.method].criterion}, the choice of k, ${judged} of the sample`;
  return { code: "fitted-on-sample", message };
}
