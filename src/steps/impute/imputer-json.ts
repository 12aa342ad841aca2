import type { Json } from "../../core/report.ts";
import type { CodedColumns } from "../../model/impute/coded-columns.ts";
import type { Forest, ForestModel } from "../../model/impute/forest.ts";
import type { Tree } from "../../model/impute/grow-tree.ts";
import type { IterativeModel, RoundLine } from "../../model/impute/iterative.ts";
import type { KnnModel } from "../../model/impute/knn.ts";
import { blocksOf } from "../../model/impute/expanded.ts";
import { amount, finite, list, oneOf, record, whole, word, type JsonRecord } from "../model-file.ts";
import {
  featurePlace,
  type GroupImputer,
  type ImputeCheck,
  type ImputeFeature,
  type Imputer,
  type ImputeTarget,
  type LearnedImputer,
} from "./imputer.ts";
import { imputeMethods, type ImputeMethod } from "../clean/settings.ts";

/** An imputer as a model file holds it. Long lists of numbers are one text each, numbers in shortest form with a space between; nothing between two spaces is a gap. */
export function imputerJson({ features, targets, rows, of, learned, groups }: Imputer): Json {
  return {
    method: learned.method,
    rows,
    of,
    features: features.map(({ column, levels }) => ({ column, levels })),
    targets: targets.map(({ column, flag, check }) => ({ column, flag, check: check === null ? null : { ...check } })),
    ...learnedJson(learned),
    ...(groups === null
      ? {}
      : { groups: groups.map((own) => (own === null ? null : { places: own.places, ...learnedJson(own.learned) })) }),
  };
}

function learnedJson(learned: LearnedImputer): { readonly [key: string]: Json } {
  switch (learned.method) {
    case "knn": {
      const { neighbors, weights, centers, scales, fallbacks, counts, donors } = learned.model;
      const held = donors.levels.map((_, j) =>
        numbersText(donors.values.subarray(j * donors.rows, (j + 1) * donors.rows)),
      );
      return { neighbors, weights, centers, scales, fallbacks, counts, donors: { rows: donors.rows, columns: held } };
    }
    case "iterative": {
      const { means, counts, order, rounds, converged } = learned.model;
      const lines = rounds.map((round) =>
        round.map(({ intercept, coefficients }) => ({ intercept, coefficients: numbersText(coefficients) })),
      );
      return { means, counts, order, converged, rounds: lines };
    }
    case "forest": {
      const { starts, counts, order, forests, rounds } = learned.model;
      const trees = (tree: Tree): Json => ({
        columns: numbersText(tree.columns),
        values: numbersText(tree.values),
        children: numbersText(tree.children),
      });
      const held = forests.map((forest) =>
        forest === null ? null : { center: forest.center, trees: forest.trees.map(trees) },
      );
      return { starts, counts, order, rounds, forests: held };
    }
  }
}

function numbersText(numbers: ArrayLike<number>): string {
  return Array.from(numbers, (x) => (Number.isNaN(x) ? "" : String(x + 0))).join(" ");
}

/** What says that a member of the file is missing or wrong. */
type Wrong = (member: string) => never;

/**
 * Reads an imputer of a model file, every member checked: whatever passes can be applied. `isNumeric` tells of a column of
 * the model whether it holds numbers, null where there is none of the name; `groups` is how many groups the model has.
 */
export function readImputer(
  item: Json,
  wrong: Wrong,
  isNumeric: (column: string) => boolean | null,
  groups: number,
): Imputer {
  const given = record(item) ?? wrong("");
  const features = (list(given.features) ?? wrong(".features")).map((one, i): ImputeFeature => {
    const at = (member: string): never => wrong(`.features[${i}]${member}`);
    const feature = record(one) ?? at("");
    const column = word(feature.column) ?? at(".column");
    const levels = (list(feature.levels) ?? at(".levels")).map((level) => word(level) ?? at(".levels"));
    if (isNumeric(column) !== (levels.length === 0) || new Set(levels).size < levels.length) at(".levels");
    return { column, levels };
  });
  const names = features.map(({ column }) => column);
  if (features.length === 0 || new Set(names).size < names.length) wrong(".features");
  const targets = (list(given.targets) ?? wrong(".targets")).map((one, i): ImputeTarget => {
    const at = (member: string): never => wrong(`.targets[${i}]${member}`);
    const target = record(one) ?? at("");
    const column = word(target.column) ?? at(".column");
    if (featurePlace({ features }, column) < 0) at(".column");
    const flag = typeof target.flag === "boolean" ? target.flag : at(".flag");
    return { column, flag, check: target.check === null ? null : readCheck(target.check, at) };
  });
  if (targets.length === 0 || new Set(targets.map(({ column }) => column)).size < targets.length) wrong(".targets");
  const levels = features.map((feature) => feature.levels.length);
  const method = oneOf(given.method, imputeMethods) ?? wrong(".method");
  const frame = {
    features,
    targets,
    rows: whole(given.rows, 1, 2 ** 53) ?? wrong(".rows"),
    of: whole(given.of, 1, 2 ** 53) ?? wrong(".of"),
    chain: null,
  };
  const learned = readLearned(method, given, levels, wrong);
  if (given.groups === undefined) return { ...frame, learned, groups: null };
  const own = list(given.groups) ?? wrong(".groups");
  if (own.length !== groups) wrong(".groups");
  return {
    ...frame,
    learned,
    groups: own.map((one, g) => readGroup(one, method, levels, (at) => wrong(`.groups[${g}]${at}`))),
  };
}

function readGroup(item: Json, method: ImputeMethod, levels: readonly number[], wrong: Wrong): GroupImputer | null {
  if (item === null) return null;
  const group = record(item) ?? wrong("");
  const places = readOrder(group.places, levels.length) ?? wrong(".places");
  if (places.length === 0 || places.some((place, i) => i > 0 && place <= places[i - 1]!)) wrong(".places");
  const own = places.map((place) => levels[place]!);
  return { places, learned: readLearned(method, group, own, wrong) };
}

function readLearned(method: ImputeMethod, given: JsonRecord, levels: readonly number[], wrong: Wrong): LearnedImputer {
  switch (method) {
    case "knn":
      return { method, model: readKnn(given, levels, wrong) };
    case "iterative":
      return { method, model: readIterative(given, levels, wrong) };
    case "forest":
      return { method, model: readForest(given, levels, wrong) };
  }
}

function readCheck(item: Json | undefined, at: Wrong): ImputeCheck {
  const check = record(item) ?? at(".check");
  return {
    hidden: whole(check.hidden, 1, 2 ** 53) ?? at(".check.hidden"),
    error: amount(check.error) ?? at(".check.error"),
    plain: amount(check.plain) ?? at(".check.plain"),
  };
}

function readKnn(given: JsonRecord, levels: readonly number[], wrong: Wrong): KnnModel {
  const donors = record(given.donors) ?? wrong(".donors");
  const rows = whole(donors.rows, 1, 2 ** 31) ?? wrong(".donors.rows");
  const columns = list(donors.columns) ?? wrong(".donors.columns");
  if (columns.length !== levels.length) wrong(".donors.columns");
  const values = new Float64Array(rows * levels.length);
  columns.forEach((text, j) => {
    const at = (): never => wrong(`.donors.columns[${j}]`);
    const numbers = textNumbers(text, true) ?? at();
    if (numbers.length !== rows || !numbers.every((x) => Number.isNaN(x) || isValue(x, levels[j]!))) at();
    values.set(numbers, j * rows);
  });
  const scales = numbersOf(given.scales, levels.length) ?? wrong(".scales");
  if (!scales.every((scale) => scale > 0)) wrong(".scales");
  const held: CodedColumns = { rows, values, levels };
  return {
    neighbors: whole(given.neighbors, 1, 1000) ?? wrong(".neighbors"),
    weights: oneOf(given.weights, ["uniform", "distance"] as const) ?? wrong(".weights"),
    centers: numbersOf(given.centers, levels.length) ?? wrong(".centers"),
    scales,
    fallbacks: readStarts(given.fallbacks, levels) ?? wrong(".fallbacks"),
    counts: readCounts(given.counts, levels) ?? wrong(".counts"),
    donors: held,
  };
}

function readIterative(given: JsonRecord, levels: readonly number[], wrong: Wrong): IterativeModel {
  const { blocks, width } = blocksOf(levels);
  const blockOf = blocks.flatMap((block) => Array.from({ length: block.width }, () => block));
  const rounds = (list(given.rounds) ?? wrong(".rounds")).map((round, r) =>
    (list(round) ?? wrong(`.rounds[${r}]`)).map((item, e): RoundLine => {
      const at = (): never => wrong(`.rounds[${r}][${e}]`);
      const line = record(item) ?? at();
      const coefficients = textNumbers(line.coefficients, false) ?? at();
      if (coefficients.length !== width - (blockOf[e]?.width ?? at())) at();
      return { intercept: finite(line.intercept) ?? at(), coefficients, deviation: 0 };
    }),
  );
  if (rounds.length > 1000 || rounds.some((round) => round.length !== width)) wrong(".rounds");
  return {
    levels,
    means: numbersOf(given.means, width) ?? wrong(".means"),
    counts: readCounts(given.counts, levels) ?? wrong(".counts"),
    order: readOrder(given.order, levels.length) ?? wrong(".order"),
    rounds,
    converged: typeof given.converged === "boolean" ? given.converged : wrong(".converged"),
  };
}

function readForest(given: JsonRecord, levels: readonly number[], wrong: Wrong): ForestModel {
  const forests = (list(given.forests) ?? wrong(".forests")).map((item, j): Forest | null => {
    if (item === null) return null;
    const at = (member: string): never => wrong(`.forests[${j}]${member}`);
    const forest = record(item) ?? at("");
    const trees = (list(forest.trees) ?? at(".trees")).map((tree, t) => {
      return readTree(tree, levels, levels[j] ?? at("")) ?? at(`.trees[${t}]`);
    });
    if (trees.length === 0) at(".trees");
    return { center: finite(forest.center) ?? at(".center"), trees };
  });
  if (forests.length !== levels.length) wrong(".forests");
  return {
    levels,
    starts: readStarts(given.starts, levels) ?? wrong(".starts"),
    counts: readCounts(given.counts, levels) ?? wrong(".counts"),
    order: readOrder(given.order, levels.length) ?? wrong(".order"),
    forests,
    rounds: whole(given.rounds, 1, 1000) ?? wrong(".rounds"),
  };
}

/** A tree whose every path ends in a leaf, or null. */
function readTree(item: Json, levels: readonly number[], own: number): Tree | null {
  const tree = record(item);
  if (tree === null) return null;
  const columns = textNumbers(tree.columns, false);
  const values = textNumbers(tree.values, false);
  const children = textNumbers(tree.children, false);
  if (columns === null || values === null || children === null) return null;
  const nodes = columns.length;
  if (nodes === 0 || values.length !== nodes || children.length !== nodes) return null;
  const isRight = columns.every((column, node) => {
    if (column === -1) return isValue(values[node]!, own);
    if (!Number.isInteger(column) || column < 0 || column >= levels.length) return false;
    const child = children[node]!;
    return Number.isInteger(child) && child > node && child + 1 < nodes && isValue(values[node]!, levels[column]!);
  });
  if (!isRight) return null;
  return { columns: Int32Array.from(columns), values: Float64Array.from(values), children: Int32Array.from(children) };
}

/** Whether a number may stand in a column: any in one of numbers, a code in one of categories. */
function isValue(x: number, levels: number): boolean {
  return levels === 0 || (Number.isInteger(x) && x >= 0 && x < levels);
}

function readStarts(item: Json | undefined, levels: readonly number[]): readonly number[] | null {
  const starts = numbersOf(item, levels.length);
  return starts !== null && starts.every((x, j) => isValue(x, levels[j]!)) ? starts : null;
}

function readCounts(item: Json | undefined, levels: readonly number[]): readonly (readonly number[])[] | null {
  const counts = list(item)?.map((one, j) => numbersOf(one, levels[j] ?? 0));
  if (counts === undefined || counts.length !== levels.length) return null;
  return counts.every((one) => one !== null) ? counts : null;
}

function readOrder(item: Json | undefined, columns: number): readonly number[] | null {
  const order = list(item)?.map((one) => whole(one, 0, columns - 1));
  if (order === undefined || new Set(order).size < order.length) return null;
  return order.every((one) => one !== null) ? order : null;
}

function numbersOf(item: Json | undefined, length: number): readonly number[] | null {
  const numbers = list(item)?.map(finite);
  if (numbers === undefined || numbers.length !== length) return null;
  return numbers.every((x) => x !== null) ? numbers : null;
}

/** The numbers of a text; NaN for gaps, where there may be some. */
function textNumbers(item: Json | undefined, mayHaveGaps: boolean): number[] | null {
  const text = word(item);
  if (text === null) return null;
  if (text === "" && !mayHaveGaps) return [];
  const numbers: number[] = [];
  for (const part of text.split(" ")) {
    const x = part === "" && mayHaveGaps ? Number.NaN : Number(part);
    if (part === "" ? !mayHaveGaps : !Number.isFinite(x)) return null;
    numbers.push(x);
  }
  return numbers;
}
