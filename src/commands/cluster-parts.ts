import type { Compute } from "../core/compute.ts";
import type { Table } from "../core/context.ts";
import type { Lang } from "../core/lang.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import type { Column } from "../core/schema.ts";
import { dendrogramSvg } from "../report/dendrogram.ts";
import { modeNames, modeSentences } from "../report/mode-words.ts";
import { type CategoryProfile } from "../steps/cluster/category-profile.ts";
import { type Fit, type FitOptions } from "../steps/cluster/fit.ts";
import { type FittedRows } from "../steps/cluster/assigned-rows.ts";
import { buildModel, toFitted, type ClusterModel, type ModelFeature } from "../steps/cluster/model.ts";
import { updateNamesFile } from "../steps/cluster/names-file.ts";
import { type Numbered } from "../steps/cluster/number-segments.ts";
import { profileColumn, type SegmentProfiles } from "../steps/cluster/profile.ts";
import { type KeptCompany, labelNames } from "../steps/cluster/init-labels.ts";
import { type NumericColumns } from "../steps/cluster/read-numbers.ts";
import { figureByRow, type ExtraInput } from "../steps/cluster/row-extras.ts";
import { matchColumns } from "../steps/match-columns.ts";
import { requireSettled } from "../steps/reading/ties.ts";
import { clusterOptions } from "./cluster-options.ts";
import { dendrogramOf } from "./cluster-tree.ts";
import { givenTexts, segmentWords, type SegmentWords } from "./segment-texts.ts";

type ClusterOptions = OptionsOf<typeof clusterOptions>;

/** Figures that the method gives of each point, by row of the table. */
export function figuresByRow(
  { rowToPoint, chosen }: Fit,
  rows: FittedRows["rows"],
  tableRows: number,
): Pick<ExtraInput, "probabilities" | "outlierScores"> {
  const byRow = (figures: Float64Array | undefined): Float64Array | null => {
    if (figures === undefined) return null;
    const own = rowToPoint === null ? figures : Float64Array.from(rowToPoint, (point) => figures[point]!);
    return figureByRow(rows, own, tableRows);
  };
  return { probabilities: byRow(chosen.result.probabilities), outlierScores: byRow(chosen.result.outlierScores) };
}

/** The tree as a picture. */
export function pictureOf(fit: Fit, numbered: Numbered, { linkage }: FitOptions): string {
  const tree = dendrogramOf(fit, numbered);
  if (tree === null) throw new SegmentError("bug", "a picture of a tree was asked for where there is none");
  return dendrogramSvg(tree, `${numbered.segments.length} segments, ${linkage} linkage`);
}

/** The names and sentences of the segments. */
export function wordsOf(
  learned: readonly ModelFeature[],
  { segments }: Numbered,
  { z }: SegmentProfiles,
  lang: Lang,
  given: ReturnType<typeof givenTexts>,
  company: KeptCompany | null,
  modes: readonly CategoryProfile[],
): readonly SegmentWords[] {
  const byWords = learned.length === 0 ? modeNames(modes, segments) : new Map<number, string>();
  const called = company === null ? byWords : labelNames(company);
  const also = modeSentences(modes, segments);
  return segmentWords({ columns: learned.map(({ column }) => column), segments, z, lang }, given, called, also);
}

/** The names file with the segments of a fit. */
export async function namesFileText(
  text: string | null,
  { segments }: Numbered,
  words: readonly SegmentWords[],
): Promise<string> {
  return updateNamesFile(
    text,
    segments.map((segment, s) => ({ key: String(segment), ...words[s]! })),
  );
}

/** The model with what the segments are called. */
export function describedModel(
  about: Parameters<typeof buildModel>[0],
  learned: readonly ModelFeature[],
  fit: Fit,
  numbered: Numbered,
  profiles: SegmentProfiles,
  words: readonly SegmentWords[],
  like: ClusterModel | null,
): ClusterModel {
  const texts = words.map(({ generated: _generated, ...own }) => own);
  return buildModel(about, learned, fit, numbered, profiles, texts, like);
}

/** The model as the text of its file. */
export function modelText(model: ClusterModel): string {
  return `${JSON.stringify(toFitted(model), null, 2)}\n`;
}

/** The totals of the value column by segment. */
export function valueTotals(
  compute: Compute,
  column: string | null,
  numbers: NumericColumns,
  profiles: SegmentProfiles,
): { readonly column: string; readonly totals: readonly number[] } | null {
  return column === null
    ? null
    : { column, totals: profileColumn(compute, numbers.get(column)!, profiles.grouped).totals };
}

/** The columns of `--describe`. Throws `unknown-column`, `ambiguous-input`. */
export function describedColumns(table: Table, options: ClusterOptions): readonly Column[] {
  if (options.describe === undefined) return [];
  const { names } = matchColumns(table.columns, options.describe, "--describe");
  requireSettled(table, names);
  return table.columns.filter(({ name }) => names.includes(name));
}
