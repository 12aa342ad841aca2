import type { Block, Cell, ReportColumn } from "../core/report.ts";
import { formatChange, formatCompact, formatCount, formatFixed, formatHalfWidth, formatShare } from "./number.ts";

/** What was measured for one number of segments; NaN where a figure does not exist. */
export interface Candidate {
  readonly k: number;
  /** What falls as k grows. */
  readonly inertia: number;
  /** Mean silhouette, -1…1. */
  readonly silhouette: number;
  /** Half the width of its 95 % interval; null when every row was compared with every row. */
  readonly halfWidth: number | null;
  readonly calinskiHarabasz: number;
  readonly daviesBouldin: number;
  /** Share of the smallest segment, 0–1. */
  readonly smallest: number;
  /** Of a method with a likelihood. */
  readonly likelihood?: { readonly bic: number; readonly icl: number };
}

export interface ChooseKInput {
  /** By rising k. */
  readonly candidates: readonly Candidate[];
  readonly chosen: number;
  /** Of the inertia curve (Kneedle); null where it has none. */
  readonly knee: number | null;
  /** Silhouettes within this of the best tie with it. */
  readonly tolerance: number;
  /** What falls as k grows, such as `inertia`. */
  readonly criterion: string;
}

/** The first line of a clustering report: `choose k · k-means · 120 431 rows · 6 features · seed 42 · 10 starts`. */
export function clusterTitle(facts: {
  readonly lead: string;
  readonly method: string;
  readonly rows: number;
  readonly features: number;
  readonly seed: number;
  /** Said where it is parallel. */
  readonly seeding: "greedy" | "parallel" | null;
  /** Null for a method that makes none. */
  readonly starts: number | null;
}): Block {
  const parts = [
    facts.lead,
    facts.method,
    `${formatCount(facts.rows)} ${facts.rows === 1 ? "row" : "rows"}`,
    `${formatCount(facts.features)} ${facts.features === 1 ? "feature" : "features"}`,
    `seed ${facts.seed}`,
    ...(facts.seeding === "parallel" ? ["parallel seeding"] : []),
    ...(facts.starts === null ? [] : [`${formatCount(facts.starts)} ${facts.starts === 1 ? "start" : "starts"}`]),
  ];
  return { kind: "title", parts };
}

/** One row per k, and in words how knee and silhouette led to the choice. With one candidate there was none: only the row. */
export function chooseKBlocks(input: ChooseKInput): readonly Block[] {
  const { candidates } = input;
  const likely = hasLikelihoods(candidates);
  const table: Block = {
    kind: "table",
    table: {
      name: "choose-k",
      columns: columns(candidates, input.criterion),
      rows: candidates.map((candidate, at) => ({
        cells: cells(candidate, candidates[at - 1], candidates),
        ...(candidate.k === input.chosen ? { chosen: true } : {}),
      })),
      data: {
        columns: [
          "k",
          input.criterion,
          ...(likely ? ["bic", "icl"] : []),
          "silhouette",
          "ci95_half_width",
          "calinski_harabasz",
          "davies_bouldin",
          "smallest_share",
          "chosen",
        ],
        rows: candidates.map((c) => [
          c.k,
          c.inertia,
          ...(likely ? [c.likelihood!.bic, c.likelihood!.icl] : []),
          c.silhouette,
          c.halfWidth,
          c.calinskiHarabasz,
          c.daviesBouldin,
          c.smallest,
          c.k === input.chosen ? 1 : 0,
        ]),
      },
    },
  };
  const legend =
    (likely ? "BIC and ICL: lower is better · " : "") +
    "C–H Calinski–Harabasz, higher is better · D–B Davies–Bouldin, lower is better";
  if (candidates.length < 2) return [table, { kind: "text", text: legend, emphasis: "dim" }];
  return [
    table,
    { kind: "text", text: choiceSentence(input), emphasis: "strong" },
    { kind: "text", text: choiceRule(input.tolerance), emphasis: "dim" },
    { kind: "text", text: legend, emphasis: "dim" },
  ];
}

/** What one criterion says of k. */
export interface KVote {
  readonly criterion: string;
  /** Null: it names none. */
  readonly k: number | null;
  /** By candidate; NaN where there is none. */
  readonly figures: readonly number[];
}

export interface KVotesInput {
  readonly ks: readonly number[];
  readonly chosen: number;
  readonly votes: readonly KVote[];
  /** Rows that gap statistic and prediction strength are of, at most. */
  readonly sampled: number;
}

/** Which k each criterion names, and how many name the chosen one. */
export function kVotesBlocks({ ks, chosen, votes, sampled }: KVotesInput): readonly Block[] {
  if (votes.length === 0) return [];
  const named = votes.filter(({ k }) => k === chosen).length;
  const isSampled = votes.some(({ criterion }) => criterion === "gap");
  return [
    { kind: "heading", text: `votes on k: ${named} of ${votes.length} criteria name ${chosen}` },
    {
      kind: "table",
      table: {
        name: "votes",
        columns: [
          { header: "criterion", align: "left" },
          { header: "k", align: "right" },
          { header: "names", align: "left", wrap: true },
        ],
        rows: votes.map((vote) => ({
          cells: [vote.criterion, vote.k === null ? "—" : String(vote.k), voteWords[vote.criterion] ?? ""],
          ...(vote.k === chosen ? { chosen: true } : {}),
        })),
        data: {
          columns: ["criterion", "vote", ...ks.map((k) => `k_${k}`)],
          rows: votes.map((vote) => [
            vote.criterion,
            vote.k,
            ...vote.figures.map((figure) => (Number.isNaN(figure) ? null : figure)),
          ]),
        },
      },
    },
    {
      kind: "text",
      text:
        "the rule above decides; votes only show how far its choice is shared" +
        (isSampled ? `; gap and prediction strength are of at most ${formatCount(sampled)} rows drawn by hash` : ""),
      emphasis: "dim",
    },
  ];
}

const voteWords: Readonly<Record<string, string>> = {
  silhouette: "the highest mean",
  knee: "where the curve bends (Kneedle)",
  "Calinski-Harabasz": "the highest",
  "Davies-Bouldin": "the lowest",
  BIC: "the lowest: likelihood, less a price for parameters",
  AIC: "the lowest: a lower price for parameters",
  ICL: "the lowest: also a price for overlap",
  gap: "the first within an error of the next (1: no segments)",
  "prediction strength": "the largest of at least 0.8 (1: none)",
};

/** The rule by which k is chosen, in words. */
export function choiceRule(tolerance: number): string {
  return `rule: the best mean silhouette; k within ${tolerance} of it tie, and the tie goes to the knee, else to the smallest k`;
}

/** How knee and silhouette led to the choice, and whether they agree. */
export function choiceSentence({ candidates, chosen, knee, tolerance }: ChooseKInput): string {
  const best = candidates
    .filter(({ silhouette }) => !Number.isNaN(silhouette))
    .reduce<Candidate | undefined>((most, one) => (most && most.silhouette >= one.silhouette ? most : one), undefined);
  if (best === undefined) return `${knee === null ? "no knee" : `knee k=${knee}`} · no silhouette → k=${chosen}`;
  const found = `${knee === null ? "no knee" : `knee k=${knee}`} · best silhouette k=${best.k}`;
  if (best.k === chosen) {
    if (knee === chosen) return `${found} → they agree`;
    if (knee === null) return `${found} → k=${chosen}`;
    const gap = best.silhouette - (candidates.find((candidate) => candidate.k === knee)?.silhouette ?? Number.NaN);
    const lower = Number.isNaN(gap) ? "" : `, the knee's silhouette is ${formatFixed(gap, 2)} lower`;
    return `${found} → they disagree: k=${chosen}${lower}`;
  }
  const tied = candidates.filter(({ silhouette }) => best.silhouette - silhouette <= tolerance).map(({ k }) => k);
  if (!tied.includes(chosen)) return `${found} → k=${chosen} as asked`;
  const reason = knee === chosen ? "the tie goes to the knee" : "the tie goes to the smallest";
  return `${found} → k=${listWords(tied)} tie within ${tolerance}, ${reason}: k=${chosen}`;
}

/** `2`, `2 and 3`, `2, 3 and 4`. */
function listWords(values: readonly number[]): string {
  if (values.length < 2) return values.join("");
  return `${values.slice(0, -1).join(", ")} and ${values[values.length - 1]}`;
}

function columns(candidates: readonly Candidate[], criterion: string): readonly ReportColumn[] {
  const right = { align: "right" } as const;
  const falling: readonly ReportColumn[] = hasLikelihoods(candidates)
    ? [
        { header: "BIC", ...right },
        { header: "ICL", ...right, priority: 3 },
      ]
    : [
        { header: criterion, ...right },
        { header: "drop", ...right, priority: 5 },
      ];
  return [
    { header: "k", ...right },
    ...falling,
    { header: "silhouette", ...right },
    ...(isSampled(candidates) ? [{ header: "±95%", ...right, priority: 4 }] : []),
    { header: "C–H", ...right, priority: 2 },
    { header: "D–B", ...right, priority: 3 },
    { header: "smallest", ...right, priority: 1 },
  ];
}

function cells(candidate: Candidate, before: Candidate | undefined, all: readonly Candidate[]): readonly Cell[] {
  const { halfWidth } = candidate;
  return [
    String(candidate.k),
    ...fallingCells(candidate, before, all),
    { text: formatFixed(candidate.silhouette, 2), bar: candidate.silhouette, style: "line" },
    ...(isSampled(all) ? [halfWidth === null ? "exact" : formatHalfWidth(halfWidth)] : []),
    formatCompact(candidate.calinskiHarabasz),
    formatFixed(candidate.daviesBouldin, 2),
    formatShare(candidate.smallest),
  ];
}

/** Criteria of a likelihood in full, as they are told apart by differences of ten in thousands; else what falls as k grows. */
function fallingCells(
  { inertia, likelihood }: Candidate,
  before: Candidate | undefined,
  all: readonly Candidate[],
): readonly Cell[] {
  if (likelihood !== undefined && hasLikelihoods(all)) {
    return [formatFixed(likelihood.bic, 0), formatFixed(likelihood.icl, 0)];
  }
  const most = all.reduce((largest, one) => Math.max(largest, one.inertia), 0);
  const drop = before === undefined ? Number.NaN : inertia / before.inertia - 1;
  return [{ text: formatCompact(inertia), bar: most > 0 ? inertia / most : 0 }, formatChange(drop)];
}

function hasLikelihoods(candidates: readonly Candidate[]): boolean {
  return candidates.every(({ likelihood }) => likelihood !== undefined);
}

function isSampled(candidates: readonly Candidate[]): boolean {
  return candidates.some(({ halfWidth }) => halfWidth !== null);
}
