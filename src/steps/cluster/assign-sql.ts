import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { double } from "../double-sql.ts";
import { findColumn } from "../match-columns.ts";
import { textSql, valueSql } from "../reading/values.ts";
import { carriedPosition, carrying, inOrder, numbered } from "../row-position.ts";
import { numbersByCentre } from "./merged-segments.ts";
import { segmentNamesOf, type ClusterModel, type ModelFeature } from "./model.ts";
import { requireModelFigures } from "./model-figures.ts";
import { extraNames } from "./row-extras.ts";
import { nearestCentre, squaredSql, withDistances } from "./rule-sql/centre-sql.ts";
import { embedSql } from "./rule-sql/embedding-sql.ts";
import { wordsSql } from "./rule-sql/mixed-sql.ts";
import { looksAtPairs, ruleSql } from "./rule-sql/rule-sql.ts";
import {
  labelSql,
  type LabelledRows,
  leastOf,
  nth,
  type PlacedRows,
  probabilitySql,
  withColumns,
} from "./rule-sql/steps.ts";
import type { Extra } from "./settings.ts";

/**
 * Assignment by a model as SQL: missing values filled, each column scaled, embedded where the model embeds, then the number of the
 * nearest centre's segment (the first on a tie), or of that which the model's rule gives, beside the table's columns. The
 * arithmetic is that of the kernels, term by term; a logarithm or exponential may differ in its last bit, so only a row as near to
 * two segments can be told apart. The number is 0 for a row in no segment, null for one whose densities are beyond what numbers
 * can hold. In the table's order; the position of a table that has one stands last. Throws `usage` for figures that the model
 * has not, and as `ruleSql`.
 */
export function assignSql(table: Table, model: ClusterModel, extras: readonly Extra[] = []): Sql {
  requireSqlFigures(model, extras);
  const { segments, rule, categories = [] } = model;
  const added = [model.name, ...extraNames(model.name, extras)];
  const source = looksAtPairs(rule) ? numbered(table) : table;
  const kept = source.columns.filter(({ name }) => !added.includes(name));
  const texts = kept.map((column, i) => sql`${textSql(column)} as ${identifier(`_column_${i + 1}`)}`);
  const words = wordsSql(source, categories);
  const placed = placedRows(source, model, [...texts, ...words, ...carriedPosition(source)]);
  const wantsDistances = rule === null || extras.includes("distance") || extras.includes("second");
  const measured = wantsDistances ? withDistances(placed, placed.columns, segments) : placed;
  const labelled =
    rule === null
      ? nearestCentre(measured, segments)
      : ruleSql(measured, rule, categories, extras.includes("probability"));
  const { steps, last } = extras.includes("second") ? withOthers(labelled, model) : labelled;
  const passed = kept.map(({ name }, i) => sql`${identifier(`_column_${i + 1}`)} as ${identifier(name)}`);
  const more = extras.map((extra) => sql`${extraSql(extra, model)} as ${identifier(`${model.name}_${extra}`)}`);
  const found = [sql`${numberOf(model)} as ${identifier(model.name)}`, ...more];
  const made = carrying(source, last);
  const positions = table.position === undefined ? [] : carriedPosition(made);
  const query = sql`
    with ${join(steps, ",\n")}
    select
      ${join([...passed, ...found, ...positions], ",\n")}
    from ${last}
  `;
  return table.position === undefined ? join([query, inOrder(made)], "") : query;
}

/** What no SQL here gives of rows. Throws `usage`. */
function requireSqlFigures(model: ClusterModel, extras: readonly Extra[]): void {
  requireModelFigures(model, extras);
  if (!extras.includes("silhouette")) return;
  throw new SegmentError("usage", "--with silhouette measures a row against all others, and is not written as SQL", {
    hint: "leave it out",
  });
}

/** Rows where the model's centres are. */
function placedRows(table: Table, { features, embedding }: ClusterModel, others: readonly Sql[]): PlacedRows {
  const { steps, last } = featureSql(table, features, others);
  const rows = { steps: [steps], last, columns: features.map((_, j) => nth("scaled", j)) };
  return embedding === null ? rows : embedSql(rows, embedding);
}

/** By label the number that rows are given, 0 for none, null for what is no place of a segment. */
function numberOf(model: ClusterModel): Sql {
  const cases = Array.from(numbersByCentre(model), (number, c) => sql`when ${labelSql} = ${c} then ${number}`);
  return sql`case when ${labelSql} is null then 0 ${join(cases, " ")} end`;
}

/** Rows with `_other_1` …: the squared distance to a centre of another number than their own. */
function withOthers(rows: LabelledRows, model: ClusterModel): LabelledRows {
  const numbers = numbersByCentre(model);
  const own = identifier("_number");
  const counted = withColumns(rows, "numbered", [sql`${numberOf(model)} as ${own}`]);
  const others = model.segments.map(
    (segment, c) =>
      sql`case when ${own} > 0 and ${own} <> ${numbers[c]!} then ${squaredSql(segment)} end as ${nth("other", c)}`,
  );
  return withColumns(counted, "others", others);
}

/** The name of the segment, the distance to the own centre, the probability, or the next nearest segment (0 for a row in none). */
function extraSql(extra: Extra, model: ClusterModel): Sql {
  const { segments } = model;
  const numbers = numbersByCentre(model);
  const byLabel = (values: readonly Sql[]): Sql =>
    sql`case ${labelSql} ${join(
      values.map((own, c) => sql`when ${c} then ${own}`),
      " ",
    )} end`;
  switch (extra) {
    case "name": {
      const names = segmentNamesOf(model);
      return byLabel(Array.from(numbers, (number) => sql`${names.get(number)!}`));
    }
    case "distance":
      return sql`sqrt(${byLabel(segments.map(squaredSql))})`;
    case "second": {
      if (new Set(numbers).size < 2) return sql`0`;
      const others = segments.map((_, c) => nth("other", c));
      const cases = others.map((other, c) => sql`when ${other} then ${numbers[c]!}`);
      return sql`coalesce(case ${leastOf(others)} ${join(cases, " ")} end, 0)`;
    }
    case "probability":
      return probabilitySql;
    case "silhouette":
    case "outlier":
      throw new SegmentError("bug", `--with ${extra} was to be refused`);
  }
}

/**
 * The features of a model filled and scaled, `_scaled_1` … in its order, beside `others`, which read the table's relation:
 * the named steps of a `with`, and the last one's name; or all of it as one query.
 */
export function featureSql(
  table: Table,
  features: readonly ModelFeature[],
  others: readonly Sql[],
): { readonly steps: Sql; readonly last: Sql; readonly query: Sql } {
  const source = (name: string): Sql => doubleSql(findColumn(table.columns, name, "the model"));
  const filled = features.map(
    (feature, j) => sql`${fill(feature, source(feature.source))} as ${identifier(`_filled_${j + 1}`)}`,
  );
  const scaled = features.map(
    (feature, j) => sql`${scale(feature, identifier(`_filled_${j + 1}`))} as ${identifier(`_scaled_${j + 1}`)}`,
  );
  const steps = sql`
    filled as (
      select
        ${join([...others, ...filled], ",\n")}
      from ${table.relation}
    ),
    scaled as (
      select
        ${join([sql`*`, ...scaled], ",\n")}
      from filled
    )
  `;
  const last = sql`scaled`;
  return { steps, last, query: sql`with ${steps} select * from ${last}` };
}

function fill(feature: ModelFeature, column: Sql): Sql {
  return feature.fill === null ? column : sql`coalesce(${column}, ${double(feature.fill)})`;
}

/** A column as doubles, null where it is missing or NaN. */
function doubleSql(column: Column): Sql {
  const number = sql`cast(${valueSql(column)} as double)`;
  return column.stored === "typed" && column.type === "number" ? sql`nullif(${number}, ${Number.NaN})` : number;
}

/** A feature's column filled, its logarithm taken where the model takes one, not yet scaled. */
export function rawSql(feature: ModelFeature, column: Sql): Sql {
  return logged(feature, fill(feature, column));
}

function logged({ transform }: ModelFeature, column: Sql): Sql {
  return transform.log1p ? sql`sign(${column}) * ln(1 + abs(${column}))` : column;
}

function scale(feature: ModelFeature, column: Sql): Sql {
  const raw = logged(feature, column);
  const { transform } = feature;
  if (transform.kind === "none" || transform.kind === "given") return raw;
  return sql`(${raw} - ${double(transform.center)}) / ${double(transform.scale)}`;
}
