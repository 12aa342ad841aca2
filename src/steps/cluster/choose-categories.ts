import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { matchColumns, type MatchedColumns } from "../match-columns.ts";
import { categoryType, countCategories, noCategories, notCategories } from "../normalize/encode/count-categories.ts";
import type { CategoryType } from "../normalize/encode/encoding.ts";
import { requireSettled } from "../reading/ties.ts";
import { columnRoles } from "../roles/column-roles.ts";
import type { ModelCategory } from "./model-category.ts";

export interface CategoryOptions {
  /** Of `--categories`; undefined: text of few words. */
  readonly categories: readonly string[] | undefined;
  readonly columns: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly id: readonly string[] | undefined;
  readonly weights: string | undefined;
  /** Names that the run itself adds. */
  readonly added: readonly string[];
  /** Columns that are to describe the segments. */
  readonly described: readonly string[];
}

/** Words of a column that nobody named, and of one that was. */
export const mostWords = 50;
const mostNamedWords = 1000;

/** How the columns are chosen that nobody named. */
export const categoryChoice = `text of 2 to ${mostWords} words that rows share`;

/**
 * The categorical columns of a clustering: those that are named, else text of 2 to 50 words that rows share (no ids, people,
 * addresses, labels). One scan a column, and those of `columnRoles` where none is named. Throws `unknown-column`,
 * `ambiguous-input`, `bad-option-value` for a column that holds no categories or too many, `usage` for one that has another
 * part in the run.
 */
export async function chooseCategories(
  engine: Engine,
  table: Table,
  options: CategoryOptions,
): Promise<readonly ModelCategory[]> {
  const left = notFree(table, options);
  if (options.categories === undefined) return usualCategories(engine, table, left);
  const matched = matchColumns(table.columns, options.categories, "--categories");
  refuseOtherParts(matched, options);
  const found: ModelCategory[] = [];
  for (const name of matched.names.filter((one) => !left.has(one) || matched.exact.has(one))) {
    const column = table.columns.find((one) => one.name === name)!;
    const type = categoryType(column);
    const isNamed = matched.exact.has(name);
    if (type === null && isNamed) throw notCategories("--categories", name, noCategories(column));
    if (type === null) continue;
    requireSettled(table, [name]);
    const category = await countWords(engine, table, column, type, mostNamedWords, "--categories");
    if (category === null) continue;
    const isNearlyUnique = category.words.length > mostWords && category.words.length * 2 > column.present;
    if (isNearlyUnique && isNamed) {
      throw notCategories(
        "--categories",
        name,
        `has ${category.words.length} different words in ${column.present} rows`,
      );
    }
    if (!isNearlyUnique) found.push(category);
  }
  return found;
}

async function usualCategories(
  engine: Engine,
  table: Table,
  left: ReadonlySet<string>,
): Promise<readonly ModelCategory[]> {
  const { roles } = await columnRoles(engine, table);
  const found: ModelCategory[] = [];
  for (const [i, column] of table.columns.entries()) {
    const { role } = roles[i]!;
    const isFree = column.type === "text" && column.tie === undefined && !left.has(column.name);
    if (!isFree || !["category", "city", "country"].includes(role)) continue;
    const category = await countWords(engine, table, column, "text", mostWords, null);
    if (category === null || category.words.length < 2 || category.words.length * 2 > column.present) continue;
    found.push(category);
  }
  return found;
}

async function countWords(
  engine: Engine,
  table: Table,
  column: Column,
  type: CategoryType,
  most: number,
  option: string | null,
): Promise<ModelCategory | null> {
  const counted = await countCategories(engine, table, { column, type }, most, option);
  if (counted === null) return null;
  const held = counted.reduce((sum, { count }) => sum + count, 0);
  const words = counted.map(({ value }) => value);
  return { column: column.name, type, words, hasMissing: held < table.rows };
}

/** Columns that have another part in the run, or are left out. */
function notFree(table: Table, { exclude, id, weights, added, described }: CategoryOptions): ReadonlySet<string> {
  const names = [...(exclude ?? []), ...(id ?? [])];
  const out = matchColumns(table.columns, names, exclude === undefined ? "--id" : "--exclude").names;
  return new Set([...out, ...(weights === undefined ? [] : [weights]), ...added, ...described]);
}

function refuseOtherParts(matched: MatchedColumns, { columns, exclude, id, weights }: CategoryOptions): void {
  const parts = { "--columns": columns, "--exclude": exclude, "--id": id, "--weights": weights };
  for (const [option, names] of Object.entries(parts)) {
    const name = [names ?? []].flat().find((one) => matched.exact.has(one));
    if (name === undefined) continue;
    throw new SegmentError("usage", `--categories and ${option} both name ${name}`, {
      hint: "leave it out of one of the two",
    });
  }
}
