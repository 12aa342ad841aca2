import type { Table } from "../../../core/context.ts";
import type { Sql } from "../../../core/sql.ts";
import type { GowerModel } from "../../../model/cluster/assignment-rule.ts";
import type { PrototypeModel } from "../../../model/cluster/k-prototypes.ts";
import { join, sql } from "../../../sql/template.ts";
import { double } from "../../double-sql.ts";
import { findColumn } from "../../match-columns.ts";
import { keySql } from "../../normalize/encode/category-sql.ts";
import type { ModelCategory } from "../model-category.ts";
import {
  firstEqual,
  labelSql,
  type LabelledRows,
  leastOf,
  nth,
  type PlacedRows,
  squaredDistance,
  withColumns,
} from "./steps.ts";

/** The words of a model's categorical columns, `_word_1` …, for a query over the table's relation; null where missing. */
export function wordsSql(table: Table, categories: readonly ModelCategory[]): readonly Sql[] {
  return categories.map(
    ({ column, type }, j) => sql`${keySql(findColumn(table.columns, column, "the model"), type)} as ${nth("word", j)}`,
  );
}

/** The prototype of least cost, of equals the first: the squared distance of the numbers, and γ for each word unlike its own. */
export function prototypesSql(
  rows: PlacedRows,
  { k, gamma, centres, modes }: PrototypeModel,
  categories: readonly ModelCategory[],
): LabelledRows {
  const d = rows.columns.length;
  const costs = Array.from({ length: k }, (_, c) => {
    const centre = rows.columns.map((_, j) => double(centres[c * d + j]!));
    const unlike = categories.map((category, j) => {
      return sql`case when ${isLike(category, j, modes[c * categories.length + j]!)} then 0 else 1 end`;
    });
    const price = unlike.length === 0 ? [] : [sql`${double(gamma)} * cast(${join(unlike, " + ")} as double)`];
    return join([...(d === 0 ? [] : [sql`(${squaredDistance(rows.columns, centre)})`]), ...price], " + ");
  });
  return ofLeastCost(rows, costs);
}

/** The medoid that is nearest by Gower's distance, of equals the first. */
export function gowerSql(
  rows: PlacedRows,
  { gower, medoids }: GowerModel,
  categories: readonly ModelCategory[],
): LabelledRows {
  const d = rows.columns.length;
  const { prices, categoryPrices } = gower;
  const costs = Array.from({ length: medoids.count }, (_, c) => {
    const numbers = rows.columns.map(
      (column, j) => sql`abs(${column} - ${double(medoids.values[c * d + j]!)}) * ${double(prices[j]!)}`,
    );
    const words = categories.map((category, j) => {
      const like = isLike(category, j, medoids.codes[c * categories.length + j]!);
      return sql`case when ${like} then 0e0 else ${double(categoryPrices[j]!)} end`;
    });
    return join([...numbers, ...words], " + ");
  });
  return ofLeastCost(rows, costs);
}

function ofLeastCost(rows: PlacedRows, costs: readonly Sql[]): LabelledRows {
  const names = costs.map((_, c) => nth("cost", c));
  const counted = withColumns(
    rows,
    "costs",
    costs.map((cost, c) => sql`${cost} as ${names[c]!}`),
  );
  return withColumns(counted, "labelled", [sql`${firstEqual(leastOf(names), names)} as ${labelSql}`]);
}

/** A missing word is like another missing one where the fit had such rows; a word that the fit has not seen is like none. */
function isLike({ words }: ModelCategory, j: number, code: number): Sql {
  const word = words[code];
  return word === undefined ? sql`${nth("word", j)} is null` : sql`${nth("word", j)} = ${word}`;
}
