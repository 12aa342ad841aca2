import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import type { Block, Json } from "../core/report.ts";
import { modesBlocks } from "../report/modes.ts";
import { formatCount } from "../report/number.ts";
import { categoryChoice } from "../steps/cluster/choose-categories.ts";
import type { ModelCategory } from "../steps/cluster/model-category.ts";
import type { CategoryProfile } from "../steps/cluster/category-profile.ts";
import type { KChoice } from "../steps/cluster/settings.ts";
import type { clusterOptions } from "./cluster-options.ts";
import { refuseIdle } from "./refuse-options.ts";

type ClusterOptions = OptionsOf<typeof clusterOptions>;

/** Refuses k-prototypes without words, and parts of the run that a categorical column has no use for. Throws `usage`. */
export function refuseFewCategories(options: ClusterOptions, categories: readonly ModelCategory[]): void {
  const given = (options.missing ?? []).find((item) =>
    categories.some(({ column }) => item.slice(0, item.lastIndexOf("=")).trim() === column && item.includes("=")),
  );
  if (given !== undefined) {
    throw new SegmentError("usage", `--missing ${given}: a missing word is a word of its own`, {
      hint: "leave it out for categorical columns",
    });
  }
  if (categories.length > 0 || options.method !== "k-prototypes") return;
  throw new SegmentError("usage", `k-prototypes has no categorical column to go by: none is ${categoryChoice}`, {
    hint: "name some with --categories, or use k-means",
  });
}

/** Refuses what needs numbers where there are words alone. Throws `usage`. */
export function refuseWithoutNumbers(options: ClusterOptions, k: KChoice): void {
  if (k.asked !== "one") {
    throw new SegmentError("usage", "there are no numeric columns, and k is chosen by silhouettes of numbers", {
      hint: "say how many segments: --k N",
    });
  }
  refuseIdle(
    options.gamma === undefined ? [] : ["--gamma"],
    "there are no numbers to weigh words against",
    "leave it out",
  );
  const rules = [options.rules ? ["--rules"] : [], options.rulesSql === undefined ? [] : ["--rules-sql"]].flat();
  refuseIdle(rules, "rules are of numbers, and there are no numeric columns", "leave it out");
}

/** The most frequent words, and that other figures are not of them. */
export function categoriesBlocks(
  profiles: readonly CategoryProfile[],
  segments: readonly number[],
  isNamed: boolean,
): readonly Block[] {
  return modesBlocks({ segments, columns: profiles, chosen: isNamed ? null : categoryChoice });
}

/** What is to be said of figures that leave the words out. */
export function categoriesNotices(
  profiles: readonly CategoryProfile[],
  features: number,
  criterion: string,
): readonly { readonly code: string; readonly message: string }[] {
  if (profiles.length === 0) return [];
  const numbers = `${formatCount(features)} numeric ${features === 1 ? "column" : "columns"}`;
  const message =
    features === 0
      ? `there are no numeric columns: no silhouettes, profiles and test of structure; the ${criterion} is of the words`
      : `silhouettes, indices, profiles, names and the test of structure are of the ${numbers} alone; the ${criterion} counts the words too`;
  return [{ code: "numbers-only", message }];
}

/** Member `categories` of the JSON report. */
export function categoriesJson(profiles: readonly CategoryProfile[]): { readonly [member: string]: Json } {
  if (profiles.length === 0) return {};
  return { categories: profiles.map(({ column, words, missing }) => ({ column, words, missing })) };
}

/** Member `modes` of a segment of the JSON report; `s` is its place by number. */
export function modesJson(profiles: readonly CategoryProfile[], s: number): { readonly [member: string]: Json } {
  if (profiles.length === 0) return {};
  return { modes: Object.fromEntries(profiles.map(({ column, modes }) => [column, { ...modes[s]! }])) };
}
