import type { Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { measures, type Cuts, type Measure } from "../../model/rfm/score.ts";
import { asText, replacePattern } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { findColumn } from "../match-columns.ts";
import { valueSql } from "../reading/values.ts";
import { segmentNames, type Grid, type GridRule } from "./grid.ts";
import type { RfmModel } from "./model.ts";
import type { ScoreWeights } from "./settings.ts";

const scoreNames: Readonly<Record<Measure, string>> = { recency: "r_score", frequency: "f_score", monetary: "m_score" };

/** The columns that a run adds, in order, the measures themselves first. */
export function addedNames(weights: ScoreWeights | null): readonly string[] {
  const scores = measures.map((name) => scoreNames[name]);
  const composite = weights === null ? [] : ["rfm_composite"];
  return [...measures, ...scores, "rfm_score", "rfm_segment", ...composite];
}

/**
 * The table with its scores: `r_score`, `f_score`, `m_score` (1 to 5), `rfm_score` (`543`), `rfm_segment`, and with
 * weights `rfm_composite`; columns of these names are replaced. A row without all three measures has none of them.
 */
export function scoreTable(table: Table, model: RfmModel, scored: number): Table {
  const added = new Set(addedNames(model.weights).slice(measures.length));
  const kept = table.columns.filter(({ name }) => !added.has(name));
  const numbers = measures.map((name) => sql`cast(${valueSql(findColumn(kept, name, `--${name}`))} as double)`);
  const complete = sql`${join(
    numbers.map((number) => sql`${number} is not null`),
    " and ",
  )}`;
  const scores = measures.map((name, i): DerivedColumn => {
    const score = sql`case when ${complete} then ${scoreSql(numbers[i]!, model.cuts[name], name)} end`;
    return derived(scoreNames[name], "integer", "typed", score, scored);
  });
  const withScores = deriveTable(table, [...kept.map(passed), ...scores]);
  const { columns } = withScores;
  const [r, f, m] = columns.slice(-3) as [Column, Column, Column];
  const digits = join(
    [r, f, m].map(({ ref }) => asText(ref)),
    " || ",
  );
  const last: DerivedColumn[] = [
    derived("rfm_score", "text", "text", digits, scored),
    derived("rfm_segment", "text", "text", segmentSql(model.grid, r.ref, f.ref, m.ref), scored),
  ];
  if (model.weights !== null) {
    const composite = compositeSql(model.weights, r.ref, f.ref, m.ref);
    last.push(derived("rfm_composite", "number", "text", composite, scored));
  }
  return deriveTable(withScores, [...columns.map(passed), ...last]);
}

/** As `scoreOf`, in SQL, for a number that is not null. */
export function scoreSql(number: Sql, { at, constant }: Cuts, measure: Measure): Sql {
  const falls = measure === "recency";
  // The first condition that holds has the most cuts on the right side of the value.
  const ordered = falls ? at : at.toReversed();
  const cases = ordered.map((cut, i) => sql`when ${number} ${falls ? sql`<` : sql`>`} ${cut} then ${5 - i}`);
  const middle = constant ? [sql`when ${number} = ${at[0]!} then 3`] : [];
  return sql`
    case
      ${join([...middle, ...cases], "\n")}
      else 1
    end
  `;
}

/** The segment of three scores; the grid holds every combination. */
function segmentSql(grid: Grid, r: Sql, f: Sql, m: Sql): Sql {
  const cases = segmentNames(grid).map((name) => {
    const rules = grid.filter((rule) => rule.name === name).map((rule) => ruleSql(rule, r, f, m));
    return sql`when ${join(rules, " or ")} then ${name}`;
  });
  return sql`
    case
      ${join(cases, "\n")}
    end
  `;
}

function ruleSql(rule: GridRule, r: Sql, f: Sql, m: Sql): Sql {
  const conditions = [
    sql`${r} between ${rule.r[0]} and ${rule.r[1]}`,
    sql`${f} between ${rule.f[0]} and ${rule.f[1]}`,
    sql`${m} between ${rule.m[0]} and ${rule.m[1]}`,
  ];
  return sql`(${join(conditions, " and ")})`;
}

/** The weighted mean of the scores as text, the shortest that reads back the same: `3.25`, `4`. */
function compositeSql({ r, f, m }: ScoreWeights, rScore: Sql, fScore: Sql, mScore: Sql): Sql {
  const double = (weight: number): Sql => sql`cast(${value(weight)} as double)`;
  const sum = sql`${rScore} * ${double(r)} + ${fScore} * ${double(f)} + ${mScore} * ${double(m)}`;
  return replacePattern(asText(sql`(${sum}) / ${double(r + f + m)}`), value("[.]0$"), value(""));
}
