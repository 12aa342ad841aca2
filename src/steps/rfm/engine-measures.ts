import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import {
  cellCount,
  cutProbabilities,
  measures,
  type Cuts,
  type Measure,
  type MeasureCuts,
} from "../../model/rfm/score.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { doubleSql } from "../cluster/in-engine/column-moments.ts";
import { inSteps, stepsFor } from "../cluster/in-engine/lloyd.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";
import { engineQuantiles } from "../in-engine/engine-quantiles.ts";
import { segmentNames, segmentOfCell } from "./grid.ts";
import type { MeasuredNumbers } from "./measured-numbers.ts";
import type { RfmModel } from "./model.ts";
import { scoreSql } from "./score-table.ts";
import { summaryOf } from "./summary.ts";

/**
 * The measures of customers who have all three, kept in the engine once more as doubles. Cuts, sizes and medians are exact, shares
 * of monetary to about 1e-12. Four to six scans for the cuts, two more and four to six for the summary.
 */
export async function engineMeasures(engine: Engine, table: Table): Promise<MeasuredNumbers> {
  const doubles = measures.map((name) => doubleSql(table, name));
  const names = measures.map((_, j) => identifier(`measure_${j + 1}`));
  const { relation, rows } = await engine.store(sql`
    select ${join(
      doubles.map((number, j) => sql`${number} as ${names[j]!}`),
      ", ",
    )}
    from ${table.relation}
    where ${join(
      doubles.map((number) => sql`${number} is not null`),
      " and ",
    )}
  `);
  return {
    async cuts(given) {
      const sought = measures.filter((name) => !given.has(name));
      const found = await engineQuantiles(
        engine,
        relation,
        sought.map((name) => ({ value: names[measures.indexOf(name)]!, probabilities: [...cutProbabilities, 0, 1] })),
      );
      const cuts = measures.map((name): [Measure, Cuts] => {
        const at = given.get(name);
        if (at !== undefined) return [name, { at, constant: false }];
        const [a, b, c, d, low, high] = found[sought.indexOf(name)] as [number, number, number, number, number, number];
        return [name, { at: [a, b, c, d], constant: rows === 0 || low === high }];
      });
      return Object.fromEntries(cuts) as MeasureCuts;
    },
    async summary(model) {
      const scored = scoredSql(relation, names, model);
      const { cells, totals } = await countCells(engine, scored, names[2]!, rows, model);
      const sizes = segmentNames(model.grid).map(() => 0);
      segmentOfCell(model.grid).forEach((segment, cell) => (sizes[segment]! += cells[cell]!));
      const wanted = sizes.flatMap((size, segment) => (size === 0 ? [] : measures.map((_, j) => ({ segment, j }))));
      const found = await engineQuantiles(
        engine,
        sql`(${scored})`,
        wanted.map(({ segment, j }) => ({
          value: sql`case when segment_1 = ${segment} then ${names[j]!} end`,
          probabilities: [0.5],
        })),
      );
      const medians = measures.map(() => sizes.map(() => Number.NaN));
      wanted.forEach(({ segment, j }, i) => (medians[j]![segment] = found[i]![0]!));
      return summaryOf(model, cells, medians, totals);
    },
  };
}

/** The measures with their place among the combinations of scores, `cell_1`, and their segment's, `segment_1`. */
function scoredSql(relation: Sql, names: readonly Sql[], model: RfmModel): Sql {
  const [r, f, m] = measures.map((name, j) => sql`(${scoreSql(names[j]!, model.cuts[name], name)})`) as [Sql, Sql, Sql];
  const segments = segmentOfCell(model.grid);
  const cases = segmentNames(model.grid).flatMap((_, segment) => {
    const own = segments.flatMap((of, cell) => (of === segment ? [sql`${cell}`] : []));
    return own.length === 0 ? [] : [sql`when cell_1 in (${join(own, ", ")}) then ${segment}`];
  });
  return sql`
    select *, case ${join(cases, " ")} end as segment_1
    from (
      select *, 25 * ${r} + 5 * ${f} + ${m} - 31 as cell_1
      from ${relation}
    )
  `;
}

/** Customers by combination of scores, and the sum of monetary by segment. */
async function countCells(
  engine: Engine,
  scored: Sql,
  monetary: Sql,
  rows: number,
  model: RfmModel,
): Promise<{ readonly cells: Float64Array; readonly totals: readonly number[] }> {
  const [most = {}] = await engine.rows(sql`select max(abs(${monetary})) as most_1 from (${scored})`, 1);
  const reach = Number(most["most_1"] ?? 0);
  const steps = stepsFor(rows, 1);
  const sum = reach > 0 ? sql`sum(${inSteps(sql`(${monetary} / ${double(reach)})`, steps)})` : sql`0`;
  const found = await engine.rows(
    sql`
      select cell_1, count(*) as rows_1, ${sum} as sum_1
      from (
        ${scored}
      )
      group by cell_1
    `,
    cellCount,
  );
  const cells = new Float64Array(cellCount);
  const totals = segmentNames(model.grid).map(() => 0);
  const segments = segmentOfCell(model.grid);
  for (const row of found) {
    const cell = Number(row["cell_1"]);
    cells[cell] = Number(row["rows_1"]);
    totals[segments[cell]!]! += (Number(row["sum_1"]) / steps) * reach;
  }
  return { cells, totals };
}
