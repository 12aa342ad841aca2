import type { Compute } from "../../core/compute.ts";
import type { Context } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Matrix } from "../../core/matrix.ts";
import { assign } from "../../model/cluster/assign.ts";
import type { AssignmentRule, RuleAssignment } from "../../model/cluster/assignment-rule.ts";
import type { Categories } from "../../model/cluster/categories.ts";
import type { MixedSpace } from "../../model/explain/mixed-facts.ts";
import { transformValue } from "../../model/stats/scaling.ts";
import { identifier, sql } from "../../sql/template.ts";
import { readFeatures } from "../cluster/apply.ts";
import { assignMatrix, modelCentres } from "../cluster/assign-model.ts";
import { numbersByCentre } from "../cluster/merged-segments.ts";
import type { ClusterModel, ModelFeature } from "../cluster/model.ts";
import { codesOf, missingWord, type ModelCategory, wordOf } from "../cluster/model-category.ts";
import { readCodes } from "../cluster/read-codes.ts";
import { applyFeatures } from "../cluster/prepare.ts";
import { readNumbers, type NumericColumns } from "../cluster/read-numbers.ts";
import { columnFacts } from "../column-facts.ts";
import type { Column } from "../../core/schema.ts";
import type { OpenedTable } from "../open-table.ts";
import { valueSql } from "../reading/values.ts";
import { positionSql } from "../row-position.ts";
import { isNumeric } from "../cluster/select-features.ts";
import { findColumn } from "../match-columns.ts";
import { defaultSpace } from "../validate/segment-features.ts";
import { nameSql, segmentLabels } from "../validate/segment-labels.ts";
import { type ExplainedRow, whyRow, type WhyRow } from "./why-row.ts";

/** A row's segment and the reasons for it. */
export interface Explanation {
  readonly features: readonly ModelFeature[];
  readonly segments: readonly (number | string)[];
  /** k × features, row-major, in the scaled space. */
  readonly centres: Float64Array;
  /** Place of the row's segment in `segments`; -1 for none. */
  readonly own: number;
  /** By feature, in its own unit; what the gap is taken as where the row has none; NaN where nothing fills it. */
  readonly values: readonly number[];
  /** Features of which the row has no value. */
  readonly gaps: readonly number[];
  /** By feature that came scaled beside its own column: that column; else null. */
  readonly inUnits: readonly (OwnUnits | null)[];
  readonly decides: ExplainedRow["decides"];
  /** By column of words that the model goes by: the row's word and those of the segments. */
  readonly words: readonly RowWord[];
  /** Null where a gap that nothing fills leaves the row no place to be explained by. */
  readonly why: WhyRow | null;
}

/** A column of words and what the row has there. */
export interface RowWord {
  readonly column: string;
  readonly value: string;
  readonly isMissing: boolean;
  /** By segment. */
  readonly centres: readonly string[];
  /** By code. */
  readonly words: readonly string[];
}

/** The column that a scaled one was made from. */
export interface OwnUnits {
  readonly column: string;
  /** The row's value; NaN where it has none. */
  readonly value: number;
  /** By segment; NaN where no row has a value. */
  readonly centres: readonly number[];
  /** The value beside a scaled one in the table; null where there is none, or it or the row's own has several scaled ones. */
  of(scaled: number): number | null;
}

/** Why a saved model gives a row of a table its segment. Throws as `readFeatures`. */
export async function explainByModel(
  context: Context,
  opened: OpenedTable,
  model: ClusterModel,
  row: number,
): Promise<Explanation> {
  const { engine, compute } = context;
  const { numbers } = await readFeatures(context, opened, model);
  const { features, rule, embedding } = model;
  const categories = model.categories ?? [];
  const read = categories.length === 0 ? null : await readCodes(engine, compute, opened.table, categories);
  const codes = categories.map((_, j) => read!.codes[j * read!.rows + row]!);
  const siblings = await siblingsOf(compute, model, numbers, row, codes);
  const isJoined = siblings.others.size > 0;
  // The other parts of the row's own segment are no other segment: they go by the part that the row is in.
  const kept = model.segments.map((_, c) => c).filter((c) => !siblings.others.has(c));
  const all = numbersByCentre(model);
  const segments = kept.map((c) => all[c]!);
  const d = features.length;
  const allCentres = embedding === null ? modelCentres(model) : scaledCentroids(model);
  const centres = Float64Array.from(kept.flatMap((c) => Array.from(allCentres.subarray(c * d, (c + 1) * d))));
  const isMixture = rule?.kind === "mixture" && !isJoined;
  const space = embedding === null ? mixedSpace(rule, centres, kept) : null;
  const plain = embedding !== null ? "rows" : rule === null ? "nearest" : isMixture ? rule.model : "rows";
  const decides = space === null ? plain : "mixed";
  const mixed = space === null ? null : { space, codes: Int32Array.from(codes), sizes: categories.map(codesOf) };
  const assigned = async (matrix: Matrix, words?: readonly Int32Array[]): Promise<RuleAssignment> => {
    const own = words ?? Array.from({ length: matrix.rows }, () => Int32Array.from(codes));
    const found = await assignMatrix(compute, model, matrix, categoriesOf(compute, categories, own));
    if (!isJoined) return found;
    const labels = found.labels.map((label) => kept.indexOf(siblings.others.has(label) ? siblings.own : label));
    return { labels, probabilities: null };
  };
  const units = await readUnits(context, opened, features);
  const centreOf = (_: Float64Array, j: number): readonly number[] => kept.map((c) => model.segments[c]!.centroid[j]!);
  const about = { features, segments, centres, numbers, units, centreOf, row, isJoined };
  const explained = await explain(compute, { ...about, decides, mixed, assign: assigned, own: null });
  const words = await Promise.all(
    categories.map(async (category, j): Promise<RowWord> => {
      const text =
        codes[j]! >= 0 ? wordOf(category, codes[j]!) : await segmentInFile(context, opened, category.column, row);
      return {
        column: category.column,
        value: text ?? missingWord,
        isMissing: codes[j] === category.words.length || text === null,
        centres: kept.map((_, c) => wordOf(category, space!.words[c * categories.length + j]!)),
        words: Array.from({ length: codesOf(category) }, (_, code) => wordOf(category, code)),
      };
    }),
  );
  return { ...explained, words };
}

/** The rows' words as the model's rule takes them; null for a model of numbers. */
function categoriesOf(
  compute: Compute,
  categories: readonly ModelCategory[],
  rows: readonly Int32Array[],
): Categories | null {
  if (categories.length === 0) return null;
  const codes = compute.i32(rows.length * categories.length);
  rows.forEach((row, i) => row.forEach((code, j) => (codes[j * rows.length + i] = code)));
  return {
    rows: rows.length,
    columns: categories.map(({ column }) => column),
    codes,
    sizes: categories.map(codesOf),
  };
}

/** The space of a rule that goes by numbers and words, with the centres that are kept; null for another rule. */
function mixedSpace(rule: AssignmentRule | null, centres: Float64Array, kept: readonly number[]): MixedSpace | null {
  if (rule?.kind !== "prototypes" && rule?.kind !== "gower") return null;
  const all = rule.kind === "gower" ? rule.model.medoids.codes : rule.model.modes;
  const count = rule.kind === "gower" ? rule.model.medoids.count : rule.model.k;
  const m = all.length / count;
  const words = Int32Array.from(kept.flatMap((c) => Array.from(all.subarray(c * m, (c + 1) * m))));
  const { prices, categoryPrices: wordPrices } =
    rule.kind === "gower"
      ? rule.model.gower
      : { prices: null, categoryPrices: new Float64Array(m).fill(rule.model.gamma) };
  return { centres, words, prices, wordPrices };
}

/** The segments' centroids as rows are scaled, k × features: of a model whose centres are elsewhere. */
function scaledCentroids({ features, segments }: ClusterModel): Float64Array {
  return Float64Array.from(
    segments.flatMap(({ centroid }) =>
      features.map(({ transform: { kind, ...transform } }, j) => {
        return kind === "given" || kind === "none"
          ? centroid[j]!
          : transformValue({ ...transform, kind }, centroid[j]!);
      }),
    ),
  );
}

/** The part of joined segments that a row is in, and the other parts of the same; none where its segment was not joined. */
async function siblingsOf(
  compute: Compute,
  model: ClusterModel,
  numbers: NumericColumns,
  row: number,
  codes: readonly number[],
): Promise<{ readonly own: number; readonly others: ReadonlySet<number> }> {
  if (model.merged === undefined) return { own: -1, others: new Set() };
  const mark = compute.mark();
  const columns = model.features.map(({ source }) => Float64Array.of(numbers.get(source)![row]!));
  const words = categoriesOf(compute, model.categories ?? [], [Int32Array.from(codes)]);
  const fill = model.features.every(({ fill: value }, j) => value !== null || !Number.isNaN(columns[j]![0]!));
  const own = fill
    ? (await assignMatrix(compute, model, applyFeatures(compute, model.features, columns).matrix, words)).labels[0]!
    : -1;
  compute.release(mark);
  const all = numbersByCentre(model);
  const others = model.segments.map((_, c) => c).filter((c) => own >= 0 && c !== own && all[c] === all[own]);
  return { own, others: new Set(others) };
}

/**
 * Why a row is in the segment that the table says: by the segments' means in the columns that `cluster` would choose of those
 * given, scaled by its defaults. Segments without a row there have no mean. Throws as `segmentLabels` and `defaultSpace`.
 */
export async function explainByMeans(
  context: Context,
  opened: OpenedTable,
  column: Column,
  given: { readonly columns: readonly string[] | undefined; readonly exclude: readonly string[] | undefined },
  row: number,
): Promise<Explanation> {
  const { engine, compute } = context;
  const { table, sources } = opened;
  const labels = await segmentLabels(engine, compute, table, sources, column, []);
  const { features, rows } = await defaultSpace(context, opened, column.name, given);
  const { matrix, kept } = rows;
  const width = features.length;
  const counts = new Float64Array(labels.names.length);
  const sums = new Float64Array(labels.names.length * width);
  for (let i = 0; i < matrix.rows; i++) {
    const label = labels.byRow[kept === null ? i : kept[i]!]!;
    if (label < 0) continue;
    counts[label]!++;
    for (let j = 0; j < width; j++) sums[label * width + j]! += matrix.values[j * matrix.rows + i]!;
  }
  const held = labels.names.map((_, c) => c).filter((c) => counts[c]! > 0);
  if (held.length === 0) {
    throw new SegmentError("no-rows", `no row of the table is in a segment by column ${column.name}`, {
      hint: "name the column of segments with --name, or give the model with --model",
    });
  }
  const centres = Float64Array.from(
    held.flatMap((c) => Array.from(sums.subarray(c * width, (c + 1) * width), (sum) => sum / counts[c]!)),
  );
  const segments = held.map((c) => labels.names[c]!);
  const numbers = await readNumbers(
    engine,
    compute,
    table,
    features.map(({ source }) => source),
  );
  const nearest = async (points: Matrix): Promise<RuleAssignment> => ({
    labels: assign(compute, points, centres, segments.length),
    probabilities: null,
  });
  const own = held.indexOf(labels.byRow[row]!);
  const units = await readUnits(context, opened, features);
  const centreOf = (values: Float64Array): readonly number[] => held.map((c) => meanOf(values, labels.byRow, c));
  const about = { features, segments, centres, numbers, units, centreOf, row, isJoined: false };
  return {
    ...(await explain(compute, { ...about, decides: "nearest", mixed: null, assign: nearest, own })),
    words: [],
  };
}

/** The numbers of the columns that scaled ones stand beside, by name. */
function readUnits(
  { engine, compute }: Context,
  { table }: OpenedTable,
  features: readonly ModelFeature[],
): Promise<NumericColumns> {
  const scaled = features.filter(({ column, source }) => column !== source).map(({ column }) => column);
  const columns = table.columns.filter((column) => scaled.includes(column.name) && isNumeric(column));
  return readNumbers(
    engine,
    compute,
    table,
    columns.map(({ name }) => name),
  );
}

function meanOf(values: Float64Array, labels: Int32Array, label: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (labels[i] !== label || Number.isNaN(values[i]!)) continue;
    sum += values[i]!;
    count++;
  }
  return sum / count;
}

/** The segment that a table's column says of a row, as text; null where it says none. */
export async function segmentInFile({ engine }: Context, { table }: OpenedTable, name: string, row: number) {
  const column = findColumn(table.columns, name, "--name");
  const isNumber = column.type === "integer" || column.type === "number";
  const [found = {}] = await engine.rows(
    sql`
      select label_1
      from (
        select ${isNumber ? valueSql(column) : nameSql(column)} as label_1, ${positionSql(table)} as ${identifier("position_1")}
        from ${table.relation}
      )
      where position_1 = ${row}
    `,
    1,
  );
  const label = found["label_1"];
  return label === null || label === undefined ? null : String(label);
}

async function explain(
  compute: Compute,
  input: Pick<ExplainedRow, "features" | "centres" | "decides" | "mixed" | "assign" | "own" | "isJoined"> & {
    readonly segments: readonly (number | string)[];
    readonly numbers: NumericColumns;
    /** Of the columns that scaled ones stand beside. */
    readonly units: NumericColumns;
    readonly row: number;
    /** The centres of feature j in the unit of the column that it stands beside. */
    centreOf(values: Float64Array, j: number): readonly number[];
  },
): Promise<Omit<Explanation, "words">> {
  const { features, segments, centres, numbers, units, row, decides, mixed, assign } = input;
  const found = features.map(({ source }) => numbers.get(source)![row]!);
  const gaps = found.flatMap((value, j) => (Number.isNaN(value) ? [j] : []));
  const values = found.map((value, j) => (Number.isNaN(value) ? (features[j]!.fill ?? Number.NaN) : value));
  const inUnits = features.map(({ column, source }, j): OwnUnits | null => {
    const own = column === source ? undefined : units.get(column);
    if (own === undefined) return null;
    const scaled = numbers.get(source)!;
    // Scaled by groups, a value has several scaled ones, and stands for none of them alone.
    const standsForOne = (at: number): boolean => own.every((one, i) => one !== own[at] || scaled[i] === scaled[at]);
    const isPlain = standsForOne(row);
    const of = (value: number): number | null => {
      const at = isPlain ? scaled.findIndex((one, i) => one === value && !Number.isNaN(own[i]!)) : -1;
      return at < 0 || !standsForOne(at) ? null : own[at]!;
    };
    return { column, value: own[row]!, centres: input.centreOf(own, j), of };
  });
  const about = { features, segments, centres, values, gaps, inUnits, decides };
  if (values.some(Number.isNaN)) return { ...about, own: input.own ?? -1, why: null };
  const ranges = features.map(({ source }) => {
    const { minimum, maximum, allIntegers } = columnFacts(compute, numbers.get(source)!);
    return { minimum, maximum, isWhole: allIntegers };
  });
  const observed = features.map(({ source }, j) => (inUnits[j] === null ? null : numbers.get(source)!));
  const space = { features, centres, values, ranges, observed, isJoined: input.isJoined };
  const why = await whyRow(compute, { ...space, decides, mixed, assign, own: input.own });
  return { ...about, own: input.own ?? why.byRule, why };
}
