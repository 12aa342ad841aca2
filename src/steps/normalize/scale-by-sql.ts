import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import { domainEnd, inDomain, type Transformation } from "../../model/stats/power-transform.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { columnMoments, doubleSql, type WholeMoments } from "../cluster/in-engine/column-moments.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";
import { requireFinite } from "../cluster/read-numbers.ts";
import { firstRow } from "../in-engine/engine-facts.ts";
import type { OpenedTable } from "../open-table.ts";
import type { ScaledColumn } from "./apply.ts";
import { outOfDomain } from "./learn.ts";
import { targetOf, type ModelColumnScaling, type NormalizeModel } from "./model.ts";
import { poweredTable } from "./transform-sql.ts";

/**
 * What becomes of columns that stay in the engine when a model scales them, judged by aggregates: seven scans, whatever the
 * columns. Throws as `scaleColumns`.
 */
export async function scaleBySql(
  engine: Engine,
  { table, sources }: OpenedTable,
  model: NormalizeModel,
): Promise<readonly ScaledColumn[]> {
  const { columns } = model;
  if (columns.length === 0) return [];
  const before = await momentsOf(engine, { table, sources }, columns);
  for (const [j, { column, scaling }] of columns.entries()) {
    await requireDomainBySql(engine, table, sources, column, scaling.power, before[j]!.minimum);
  }
  const bent = columns.filter(({ scaling }) => scaling.power !== "none");
  const powered = poweredTable(
    table,
    bent.map(({ column, scaling }) => ({ column, ...scaling })),
  );
  const after =
    bent.length === 0
      ? []
      : await columnMoments(
          engine,
          powered.table,
          bent.map(({ column }, j) => ({ name: column, value: powered.values[j]! })),
          null,
        );
  const outside = await outsideOf(engine, table, columns, before);
  return columns.map((learned, j): ScaledColumn => {
    const { column, scaling } = learned;
    const at = bent.indexOf(learned);
    const own = before[j]!;
    const image = at < 0 ? own : after[at]!;
    const ends = [image.minimum, image.maximum].map((end) => (end - scaling.center) / scaling.scale);
    if (image.count !== own.count || ends.some((end) => Math.abs(end) === Infinity)) {
      throw new SegmentError("not-finite", "a scaled value is too large for a double", {
        place: { column },
        hint: "correct the value, or fit the column anew",
      });
    }
    return {
      ...learned,
      target: targetOf(model, column),
      missing: own.missing,
      skewnessBefore: own.skewness,
      skewnessAfter: model.unitRows === undefined ? image.skewness : Number.NaN,
      ...outside[j]!,
    };
  });
}

async function momentsOf(
  engine: Engine,
  { table, sources }: Pick<OpenedTable, "table" | "sources">,
  columns: readonly ModelColumnScaling[],
): Promise<readonly WholeMoments[]> {
  const measured = columns.map(({ column }) => ({ name: column, value: doubleSql(table, column) }));
  try {
    return await columnMoments(engine, table, measured, null);
  } catch (error) {
    if (!(error instanceof SegmentError) || error.code !== "not-finite") throw error;
    const column = error.place.column!;
    await requireFinite(
      sources,
      column,
      await firstRow(engine, table, sql`abs(${doubleSql(table, column)}) = ${Infinity}`),
    );
    throw error;
  }
}

/** Throws `out-of-domain` with the place of the first value that a power does not take, where the least is such a one. */
export async function requireDomainBySql(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  column: string,
  power: Transformation,
  minimum: number,
): Promise<void> {
  if (inDomain(power, minimum) || Number.isNaN(minimum) || minimum === Infinity) return;
  const value = doubleSql(table, column);
  const row = await firstRow(engine, table, sql`${value} <= ${domainEnd(power)}`);
  throw await outOfDomain(sources, column, power, row, minimum);
}

async function outsideOf(
  engine: Engine,
  table: Table,
  columns: readonly ModelColumnScaling[],
  found: readonly WholeMoments[],
): Promise<readonly { readonly below: number; readonly above: number }[]> {
  const isOutside = columns.map((fit, j) => found[j]!.minimum < fit.minimum || found[j]!.maximum > fit.maximum);
  const counts = columns.flatMap(({ column, minimum, maximum }, j) => {
    if (!isOutside[j]) return [];
    const value = doubleSql(table, column);
    return [
      sql`count(*) filter (where ${value} < ${double(minimum)}) as ${identifier(`below_${j + 1}`)}`,
      sql`count(*) filter (where ${value} > ${double(maximum)}) as ${identifier(`above_${j + 1}`)}`,
    ];
  });
  const [row = {}] =
    counts.length === 0 ? [] : await engine.rows(sql`select ${join(counts, ", ")} from ${table.relation}`, 1);
  return columns.map((_, j) => ({
    below: Number(row[`below_${j + 1}`] ?? 0),
    above: Number(row[`above_${j + 1}`] ?? 0),
  }));
}
