import { disjointSets } from "./disjoint-sets.ts";

/** How two ways to write a person compare. */
export const grade = {
  /** Two people. */
  unlike: -1,
  /** Neither one person nor two can be told. */
  unsure: 0,
  /** One person as far as the shorter form goes: a name is missing or an initial. */
  partly: 1,
  /** One person: the same names but for order, marks and a slip of the finger. */
  alike: 2,
} as const;

/** Two forms of one key value, by number, and how they compare. */
export interface FormPair {
  readonly a: number;
  readonly b: number;
  readonly grade: number;
}

/**
 * Which forms of one key value are one person: the set of each form 0 … forms - 1, by its least member. Alike forms are
 * joined, also by way of a third, but never so that two unlike ones come together: a form that is alike to both sides of
 * a disagreement stays alone, unless `agreement` of two forms (how far what else is known of them agrees, 0 for not at all)
 * is more with one side. Forms that are partly alike are joined where they leave no choice. The result does not depend on
 * the order of the pairs. O(forms² · pairs) at worst, for at most some hundred forms.
 */
export function alikeForms(
  forms: number,
  pairs: readonly FormPair[],
  agreement?: (a: number, b: number) => number,
): readonly number[] {
  if (forms === 2 && pairs.length === 1) return [0, pairs[0]!.grade >= grade.partly ? 0 : 1];
  const sorted = [...pairs].sort((x, y) => x.a - y.a || x.b - y.b);
  const apart = new Set(
    sorted.filter((pair) => pair.grade === grade.unlike).flatMap(({ a, b }) => [a * forms + b, b * forms + a]),
  );
  const of = (wanted: number): readonly FormPair[] => sorted.filter((pair) => pair.grade === wanted);
  const sure = joinForms(forms, of(grade.alike), apart, new Set());
  const fitting = [...of(grade.alike), ...of(grade.partly)];
  const whole = joinWhole(forms, sure, fitting, apart);
  if (agreement === undefined) return whole;
  const agreeing = openPairs(whole, fitting).map((pair) => ({ ...pair, agreed: agreement(pair.a, pair.b) }));
  const levels = [...new Set(agreeing.map(({ agreed }) => agreed))].filter((level) => level > 0).sort((x, y) => y - x);
  return levels.reduce((sets, level) => {
    const reached = agreeing.filter(({ agreed }) => agreed >= level);
    return joinWhole(forms, sets, reached, apart);
  }, whole);
}

/** Pairs that fit and were left in two sets, as each could go with someone else too. */
export function openPairs(sets: readonly number[], pairs: readonly FormPair[]): readonly FormPair[] {
  return pairs.filter((pair) => pair.grade >= grade.partly && sets[pair.a] !== sets[pair.b]);
}

/** Joins pairs one by one unless that would bring unlike forms together; forms that could go either way are then left out. */
function joinForms(
  forms: number,
  pairs: readonly FormPair[],
  apart: ReadonlySet<number>,
  left: ReadonlySet<number>,
): readonly number[] {
  const sets = disjointSets(forms);
  const undecided = new Set<number>();
  const membersOf = (root: number): number[] =>
    Array.from({ length: forms }, (_, form) => form).filter((form) => sets.find(form) === root);
  for (const { a, b } of pairs) {
    if (left.has(a) || left.has(b) || sets.find(a) === sets.find(b)) continue;
    const here = membersOf(sets.find(a));
    const there = membersOf(sets.find(b));
    const clash = (one: number, others: readonly number[]): boolean =>
      others.some((other) => apart.has(one * forms + other));
    if (!here.some((one) => clash(one, there))) {
      sets.union(a, b);
      continue;
    }
    if (!clash(a, there)) undecided.add(a);
    if (!clash(b, here)) undecided.add(b);
  }
  if (undecided.size > 0) return joinForms(forms, pairs, apart, new Set([...left, ...undecided]));
  return Array.from({ length: forms }, (_, form) => sets.find(form));
}

/** Joins all that hangs together by the pairs, where no two of it are unlike. */
function joinWhole(
  forms: number,
  before: readonly number[],
  pairs: readonly FormPair[],
  apart: ReadonlySet<number>,
): readonly number[] {
  const sets = disjointSets(forms);
  before.forEach((root, form) => sets.union(root, form));
  for (const { a, b } of pairs) sets.union(a, b);
  const whole = Array.from({ length: forms }, (_, form) => sets.find(form));
  const clashes = new Set<number>();
  for (const pair of apart) {
    const a = Math.floor(pair / forms);
    if (whole[a] === whole[pair % forms]) clashes.add(whole[a]!);
  }
  return before.map((root, form) => (clashes.has(whole[form]!) ? root : whole[form]!));
}
