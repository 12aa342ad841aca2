import type { Context, Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { freed, type ColumnScaling, type Ddof, type ScalingMethod } from "../../model/stats/column-scaling.ts";
import { byQuantiles, fitPower } from "../../model/stats/power-transform.ts";
import { fitKnots } from "../../model/stats/quantile-transform.ts";
import { skewLimit } from "../../model/stats/scaling.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { columnMoments, doubleSql, type WholeMoments } from "../cluster/in-engine/column-moments.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";
import { evidenceRows, sampleRows } from "../cluster/in-engine/sample-rows.ts";
import { readNumbers, requireFinite } from "../cluster/read-numbers.ts";
import { engineFacts } from "../in-engine/engine-facts.ts";
import { engineQuantiles } from "../in-engine/engine-quantiles.ts";
import type { OpenedTable } from "../open-table.ts";
import { reasonByFacts, type ChosenColumn } from "./choose-columns.ts";
import { askedWords, requireHeld, type LearnedColumns } from "./learn.ts";
import type { Methods } from "./methods.ts";
import { modelType, type ModelColumnScaling } from "./model.ts";
import { adaptiveMethod, fenceReach, shapeWords, type Shape } from "./shape.ts";
import { requireDomainBySql } from "./scale-by-sql.ts";
import { log1pSql, poweredTable } from "./transform-sql.ts";

/** A column with its method, and the range of its values. */
interface Learning {
  readonly column: string;
  readonly type: ModelColumnScaling["type"];
  readonly method: ScalingMethod;
  readonly minimum: number;
  readonly maximum: number;
  readonly missing: number;
  /** Why `adaptive` chose the method; null where it did not. */
  readonly adapted: string | null;
}

/**
 * Learns how columns that stay in the engine are scaled, from all rows: extremes and quantiles exactly, means and deviations
 * to about 1e-12 of a column's range. The λ of a power is of about `sampled` rows drawn by hash, since its likelihood is no
 * sum. Throws as `learnScaling`.
 */
export async function learnBySql(
  context: Context,
  { table, sources }: OpenedTable,
  chosen: readonly ChosenColumn[],
  methods: Methods,
  sampled: number = evidenceRows,
): Promise<LearnedColumns> {
  const { engine } = context;
  const all = await engineFacts(
    engine,
    table,
    chosen.map(({ column }) => column.name),
  );
  const left: LearnedColumns["left"][number][] = [];
  const adaptive = await adaptedMethods(context, table, chosen, methods, sampled);
  const learning: Learning[] = [];
  for (const one of chosen) {
    const { name, type } = one.column;
    const facts = all.get(name)!;
    const reason = reasonByFacts(one, facts);
    if (reason !== null) {
      left.push({ column: name, reason });
      continue;
    }
    await requireFinite(sources, name, facts.infiniteRow);
    const asked = methods.byColumn.get(name) ?? methods.all;
    const adapted = adaptive.get(name);
    const method = asked === "adaptive" ? adapted!.method : asked;
    if (method !== "auto") await requireDomainBySql(engine, table, sources, name, method.power, facts.minimum);
    learning.push({ ...facts, column: name, type: modelType(type), method, adapted: adapted?.why ?? null });
  }
  const byRule = learning.filter(({ method }) => method === "auto");
  const rules = new Map(await scalingsByRule(engine, table, byRule, methods.details.ddof));
  const { found: bends, rows } = await sampledBends(context, table, learning, sampled, methods.details.quantiles);
  const asked = learning.filter(({ method }) => method !== "auto");
  const frames = new Map(await framesOf(engine, table, asked, bends, methods.details.ddof));
  const columns = learning.map((one): ModelColumnScaling => {
    const { column, type, method, minimum, maximum } = one;
    if (method === "auto") return { column, type, scaling: rules.get(one)!.scaling, minimum, maximum };
    const scaling = { ...method, ...bendOf(bends, column), ...frames.get(one)! };
    requireHeld(column, scaling, minimum, maximum);
    return { column, type, scaling, minimum, maximum };
  });
  const why = learning.map((one) => {
    if (one.minimum === one.maximum) return "constant: scale 1";
    return one.adapted ?? rules.get(one)?.why ?? askedWords;
  });
  const sample = rows === null ? null : { rows, columns: [...bends.keys()] };
  return { columns, why, byRule: byRule.length > 0, left, numbers: null, sample };
}

interface ByRule {
  readonly scaling: ColumnScaling;
  readonly why: string;
}

/** The rule of `auto`, of columns whose gaps are filled by the median. */
async function scalingsByRule(
  engine: Engine,
  table: Table,
  columns: readonly Learning[],
  ddof: Ddof,
): Promise<readonly (readonly [Learning, ByRule])[]> {
  if (columns.length === 0) return [];
  const gappy = columns.filter(({ missing }) => missing > 0);
  const medians = await engineQuantiles(
    engine,
    table.relation,
    gappy.map(({ column }) => ({ value: doubleSql(table, column), probabilities: [0.5] })),
  );
  const filled = (one: Learning): Sql => {
    const at = gappy.indexOf(one);
    const own = doubleSql(table, one.column);
    return at < 0 ? own : sql`coalesce(${own}, ${double(medians[at]![0]!)})`;
  };
  const plain = await momentsOf(
    engine,
    table,
    columns.map((one) => [one.column, filled(one)]),
  );
  const skewed = columns.filter(({ minimum }, i) => minimum >= 0 && plain[i]!.skewness > skewLimit);
  const logged = await momentsOf(
    engine,
    table,
    skewed.map((one) => [one.column, log1pSql(filled(one))]),
  );
  const shapes = await shapesOf(engine, table, columns);
  return columns.map((one, i) => {
    const own = plain[i]!;
    const log = logged[skewed.indexOf(one)];
    const isLogged = log !== undefined && Math.abs(log.skewness) < own.skewness;
    const { mean, standardDeviation, count } = isLogged ? log : own;
    const power = isLogged ? "mirrored-log1p" : "none";
    const scaling = {
      power,
      lambda: null,
      knots: null,
      scaler: "zscore",
      center: mean,
      scale: freed(standardDeviation, count, ddof) || 1,
    } as const;
    return [
      one,
      { scaling, why: reasonOf(own.skewness, one.minimum, log?.skewness, isLogged) + shapeWords(shapes[i]!) },
    ];
  });
}

/** `shapeOf` of columns that stay in the engine. */
async function shapesOf(engine: Engine, table: Table, columns: readonly Learning[]): Promise<readonly Shape[]> {
  const values = columns.map(({ column }) => doubleSql(table, column));
  const quartiles = await engineQuantiles(
    engine,
    table.relation,
    values.map((value) => ({ value, probabilities: [0.25, 0.75] })),
  );
  const figures = values.flatMap((value, j) => {
    const [low, high] = quartiles[j] as [number, number];
    const reach = fenceReach * (high - low);
    const isBeyond = sql`${value} < ${double(low - reach)} or ${value} > ${double(high + reach)}`;
    return [
      sql`count(${value}) as ${identifier(`count_${j + 1}`)}`,
      sql`count(*) filter (where ${value} = 0) as ${identifier(`zeros_${j + 1}`)}`,
      sql`count(*) filter (where ${isBeyond}) as ${identifier(`outliers_${j + 1}`)}`,
    ];
  });
  const [row = {}] = await engine.rows(sql`select ${join(figures, ",\n")} from ${table.relation}`, 1);
  const at = (figure: string, j: number): number => Number(row[`${figure}_${j + 1}`]);
  return columns.map((_, j) => ({ count: at("count", j), zeros: at("zeros", j), outliers: at("outliers", j) }));
}

/** What `adaptive` chooses for the columns that it is asked for, from a sample where there are more rows. */
async function adaptedMethods(
  { engine, compute }: Context,
  table: Table,
  chosen: readonly ChosenColumn[],
  methods: Methods,
  sampled: number,
): Promise<ReadonlyMap<string, ReturnType<typeof adaptiveMethod>>> {
  const names = chosen
    .map(({ column }) => column.name)
    .filter((name) => (methods.byColumn.get(name) ?? methods.all) === "adaptive");
  if (names.length === 0) return new Map();
  const mark = compute.mark();
  try {
    const sample = await sampleRows(engine, table, sampled, drawSeed);
    const numbers = await readNumbers(engine, compute, sample, names);
    const told = sample === table ? "" : `; on ${sample.rows} rows drawn by hash`;
    return new Map(
      names.map((name) => {
        const { method, why } = adaptiveMethod(compute, numbers.get(name)!);
        return [name, { method, why: why + told }];
      }),
    );
  } finally {
    compute.release(mark);
  }
}

function reasonOf(skewness: number, minimum: number, logged: number | undefined, isLogged: boolean): string {
  const skew = `skewness ${skewness.toFixed(2)}`;
  if (skewness <= skewLimit) return `${skew}, not above 2`;
  if (minimum < 0 || logged === undefined) return `${skew}, but negative values`;
  const after = `${logged.toFixed(2)} by log1p`;
  return isLogged ? `${skew}, ${after}` : `${skew}, and no less: ${after}`;
}

/** What a sample tells of a column's transform: its λ, or its quantiles. */
type SampledBend = Pick<ColumnScaling, "lambda" | "knots">;

function bendOf(bends: ReadonlyMap<string, SampledBend>, column: string): SampledBend {
  return bends.get(column) ?? { lambda: null, knots: null };
}

/** The transforms that no sum tells, and how many rows they were found on; null where there is no such column. */
async function sampledBends(
  { engine, compute }: Context,
  table: Table,
  learning: readonly Learning[],
  sampled: number,
  quantiles: number,
): Promise<{ readonly found: ReadonlyMap<string, SampledBend>; readonly rows: number | null }> {
  const bent = learning.flatMap((one) => {
    const power = one.method === "auto" ? "none" : one.method.power;
    return power === "box-cox" || power === "yeo-johnson" || byQuantiles(power) ? [{ ...one, power }] : [];
  });
  if (bent.length === 0) return { found: new Map(), rows: null };
  const mark = compute.mark();
  try {
    const sample = await sampleRows(engine, table, sampled, drawSeed);
    const names = bent.map(({ column }) => column);
    const numbers = await readNumbers(engine, compute, sample, names);
    const found = bent.map(({ column, power, minimum, maximum }): [string, SampledBend] => {
      const values = numbers.get(column)!;
      if (byQuantiles(power)) {
        const knots = fitKnots(values, quantiles);
        // The ends are those of all rows.
        const inner = minimum < maximum ? knots.slice(1, -1) : [];
        return [column, { lambda: null, knots: minimum < maximum ? [minimum, ...inner, maximum] : [minimum] }];
      }
      return [column, { lambda: minimum === maximum ? 1 : fitPower(compute, power, values)!, knots: null }];
    });
    return { found: new Map(found), rows: sample === table ? null : sample.rows };
  } finally {
    compute.release(mark);
  }
}

/** The command draws nothing else, and has no option for it. */
const drawSeed = 42;

/** Centre and scale of what the powers give. */
async function framesOf(
  engine: Engine,
  table: Table,
  columns: readonly Learning[],
  bends: ReadonlyMap<string, SampledBend>,
  ddof: Ddof,
): Promise<readonly (readonly [Learning, Pick<ColumnScaling, "center" | "scale">])[]> {
  if (columns.length === 0) return [];
  const powered = poweredTable(
    table,
    columns.map(({ column, method }) => ({
      column,
      power: method === "auto" ? "none" : method.power,
      ...bendOf(bends, column),
    })),
  );
  const scalerOf = ({ method }: Learning): ColumnScaling["scaler"] => (method === "auto" ? "zscore" : method.scaler);
  const value = (one: Learning): Sql => powered.values[columns.indexOf(one)]!;
  const robust = columns.filter((one) => scalerOf(one) === "robust");
  const measured = columns.filter((one) => !["robust", "none"].includes(scalerOf(one)));
  const quartiles = await engineQuantiles(
    engine,
    powered.table.relation,
    robust.map((one) => ({ value: value(one), probabilities: [0.25, 0.5, 0.75] })),
  );
  const moments = await momentsOf(
    engine,
    powered.table,
    measured.map((one) => [one.column, value(one)]),
  );
  return columns.map((one) => {
    switch (scalerOf(one)) {
      case "none":
        return [one, { center: 0, scale: 1 }];
      case "robust": {
        const [low, middle, high] = quartiles[robust.indexOf(one)] as [number, number, number];
        return [one, { center: middle, scale: spread(high - low) }];
      }
      case "zscore": {
        const { mean, standardDeviation, count } = moments[measured.indexOf(one)]!;
        return [one, { center: mean, scale: spread(freed(standardDeviation, count, ddof)) }];
      }
      case "minmax": {
        const { minimum, maximum } = moments[measured.indexOf(one)]!;
        return [one, { center: minimum, scale: spread(maximum - minimum) }];
      }
      case "maxabs": {
        const { minimum, maximum } = moments[measured.indexOf(one)]!;
        return [one, { center: 0, scale: Math.max(maximum, -minimum) || 1 }];
      }
    }
  });
}

async function momentsOf(
  engine: Engine,
  table: Table,
  columns: readonly (readonly [name: string, value: Sql])[],
): Promise<readonly WholeMoments[]> {
  if (columns.length === 0) return [];
  return columnMoments(
    engine,
    table,
    columns.map(([name, value]) => ({ name, value })),
    null,
  );
}

function spread(range: number): number {
  return range > 0 ? range : 1;
}
