import type { Block } from "../core/report.ts";
import type { Branch } from "../model/cluster/merge-tree.ts";
import { type Dendrogram, dendrogramBlocks } from "../report/dendrogram.ts";
import { formatCount, formatFixed } from "../report/number.ts";
import type { Fit } from "../steps/cluster/fit.ts";
import type { Numbered } from "../steps/cluster/number-segments.ts";

/** The tree above the segments, and how far it keeps the distances between rows. */
export function treeBlocks({
  fit,
  numbered,
  linkage,
}: {
  readonly fit: Fit;
  readonly numbered: Pick<Numbered, "numbers">;
  readonly linkage: string;
}): readonly Block[] {
  const { hierarchy } = fit.chosen.result;
  const tree = dendrogramOf(fit, numbered);
  if (hierarchy === undefined || tree === null) return [];
  const { correlation, sample } = hierarchy.cophenetic;
  const of = sample === null ? "" : ` on ${formatCount(sample)} rows drawn by hash`;
  const text = `cophenetic correlation ${correlation === null ? "—" : formatFixed(correlation, 2)}: how far the tree keeps the distances between rows (1: exactly)${of}`;
  return [...dendrogramBlocks(tree, linkage), { kind: "text", text, emphasis: "dim" }];
}

/** The tree above the segments under their numbers; null for a method that makes none. */
export function dendrogramOf({ chosen }: Fit, { numbers }: Pick<Numbered, "numbers">): Dendrogram | null {
  const { hierarchy } = chosen.result;
  if (hierarchy === undefined) return null;
  const named = (branch: Branch): Dendrogram => {
    const { height, size } = branch;
    if (branch.kind === "cluster") return { height, size, segment: numbers[branch.label]! };
    return { height, size, parts: [named(branch.parts[0]), named(branch.parts[1])] };
  };
  return named(hierarchy.top);
}
