import { grade, alikeForms, type FormPair } from "./alike-forms.ts";
import { disjointSets, type DisjointSets } from "./disjoint-sets.ts";

/** A link of two rows, from 0. */
export interface RowLink {
  readonly a: number;
  readonly b: number;
}

/** Sets of one component beyond which links are taken one by one. */
const mostSets = 200;

/**
 * Which links can be added to `before` so that no set holds two rows whose dates of birth differ: all of a component where
 * none do; else those that leave no choice, as of forms that are alike (`alikeForms`): a row without a date that fits both
 * sides stays apart. Beyond 200 sets the links are taken in order. `births` are numbers such as 19500304, 0 for none.
 */
export function joinDated(
  rows: number,
  before: DisjointSets,
  links: readonly RowLink[],
  births: Float64Array,
): readonly boolean[] {
  const after = disjointSets(rows);
  for (let row = 0; row < rows; row++) after.union(before.find(row), row);
  for (const { a, b } of links) after.union(a, b);
  const own = valuesBy(rows, births, (row) => before.find(row));
  const all = valuesBy(rows, births, (row) => after.find(row));
  const clashing = new Map<number, number[]>();
  const kept = links.map(({ a }, i) => {
    const root = after.find(a);
    if (!disagree(all.get(root) ?? [])) return true;
    clashing.set(root, [...(clashing.get(root) ?? []), i]);
    return false;
  });
  for (const indexes of clashing.values()) {
    const sets = [...new Set(indexes.flatMap((i) => [before.find(links[i]!.a), before.find(links[i]!.b)]))].sort(
      (x, y) => x - y,
    );
    const place = new Map(sets.map((set, i) => [set, i]));
    const at = (row: number): number => place.get(before.find(row))!;
    const born = sets.map((set) => own.get(set) ?? []);
    const joined = sets.length > mostSets ? inOrder(born, indexes, links, at) : together(born, indexes, links, at);
    for (const i of indexes) kept[i] = joined(at(links[i]!.a)) === joined(at(links[i]!.b));
  }
  return kept;
}

/** Whether two dates differ in more than one of day, month and year, and day and month are not merely swapped. */
export function datesDiffer(a: number, b: number): boolean {
  if (a === 0 || b === 0 || a === b) return false;
  const parts = (date: number): readonly number[] => [
    Math.floor(date / 10_000),
    Math.floor(date / 100) % 100,
    date % 100,
  ];
  const [x, y] = [parts(a), parts(b)];
  const differing = x.filter((part, i) => part !== y[i]).length;
  return differing >= 2 && !(x[0] === y[0] && x[1] === y[2] && x[2] === y[1]);
}

function disagree(dates: readonly number[], others: readonly number[] = dates): boolean {
  return dates.some((one) => others.some((other) => datesDiffer(one, other)));
}

/** The distinct dates of each set; sets without any are left out. */
function valuesBy(rows: number, births: Float64Array, rootOf: (row: number) => number): Map<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const birth = births[row]!;
    if (birth === 0) continue;
    const root = rootOf(row);
    const known = found.get(root);
    if (known === undefined) found.set(root, [birth]);
    else if (!known.includes(birth)) known.push(birth);
  }
  return found;
}

function together(
  born: readonly (readonly number[])[],
  indexes: readonly number[],
  links: readonly RowLink[],
  at: (row: number) => number,
): (set: number) => number {
  const pairs = new Map<string, FormPair>();
  const add = (x: number, y: number, grade_: number): void => {
    if (x !== y)
      pairs.set(`${Math.min(x, y)} ${Math.max(x, y)}`, { a: Math.min(x, y), b: Math.max(x, y), grade: grade_ });
  };
  for (const i of indexes) add(at(links[i]!.a), at(links[i]!.b), grade.alike);
  born.forEach((dates, x) => {
    for (let y = x + 1; y < born.length; y++) if (disagree(dates, born[y]!)) add(x, y, grade.unlike);
  });
  const sets = alikeForms(born.length, [...pairs.values()]);
  return (set) => sets[set]!;
}

function inOrder(
  born: readonly (readonly number[])[],
  indexes: readonly number[],
  links: readonly RowLink[],
  at: (row: number) => number,
): (set: number) => number {
  const sets = disjointSets(born.length);
  const dates = born.map((one) => [...one]);
  for (const i of indexes) {
    const [x, y] = [sets.find(at(links[i]!.a)), sets.find(at(links[i]!.b))];
    if (x === y || disagree(dates[x]!, dates[y]!)) continue;
    sets.union(x, y);
    dates[sets.find(x)] = [...new Set([...dates[x]!, ...dates[y]!])];
  }
  return (set) => sets.find(set);
}
