import type { Compute } from "../../core/compute.ts";
import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ScalingMethod } from "../../model/stats/column-scaling.ts";
import { fillValue } from "../../model/stats/fill-value.ts";
import { moments } from "../../model/stats/moments.ts";
import { powerOf } from "../../model/stats/power-transform.ts";
import { rowsStay } from "../cluster/in-engine/sample-rows.ts";
import { readNumbers, requireFinite } from "../cluster/read-numbers.ts";
import { matchColumns } from "../match-columns.ts";
import type { OpenedTable } from "../open-table.ts";
import { unitMember } from "../read-currency.ts";
import { requireSettled } from "../reading/ties.ts";
import { refuseGroups, refuseScaled } from "./apply.ts";
import {
  chooseColumns,
  reasonByValues,
  scaledName,
  type ChooseOptions,
  type ChosenColumn,
  type DroppedColumn,
} from "./choose-columns.ts";
import { chooseEncoded, learnEncodings, type EncodeOptions, type LearnedEncodings } from "./encode/learn-encodings.ts";
import { learnBySql } from "./learn-by-sql.ts";
import { askedWords, learnScaling, type LearnedColumns, type LearnedScaling } from "./learn.ts";
import type { Methods } from "./methods.ts";
import { gathered, groupRows, learnGroups, readGroups, type ModelGroups } from "./groups.ts";
import type { Norm } from "./unit-rows.ts";
import { columnFacts } from "../column-facts.ts";
import { adaptiveMethod, shapeOf, shapeWords } from "./shape.ts";
import { modelType, type GroupScaling, type ModelColumnScaling, type NormalizeModel } from "./model.ts";

export interface FitOptions extends Omit<ChooseOptions, "methods" | "encoded"> {
  readonly methods: Methods;
  /** The column whose values are groups of rows that are scaled apart; absent: none. */
  readonly by?: string | undefined;
  /** Rows are brought to unit length; absent: they are not. */
  readonly unitRows?: Norm | undefined;
  /** Columns of categories to encode; absent: none. */
  readonly encode?: EncodeOptions;
  readonly inPlace: boolean;
  readonly overwrite: boolean;
}

/** What a table taught: the model, why each column has its method, and the columns that were left out. */
export interface NormalizeFit
  extends
    Pick<LearnedColumns, "why" | "byRule" | "numbers" | "sample">,
    Pick<LearnedEncodings, "outOfFold" | "withoutTarget"> {
  readonly model: NormalizeModel;
  readonly dropped: readonly DroppedColumn[];
}

/**
 * Chooses the columns of a table and learns how each is scaled. Throws `unknown-column`, `not-numeric`, `ambiguous-input`,
 * `column-exists`, `no-numeric-column`, and with the place `not-finite` and `out-of-domain`.
 */
export async function fitNormalize(context: Context, opened: OpenedTable, options: FitOptions): Promise<NormalizeFit> {
  const { table } = opened;
  const { methods } = options;
  const encode = chooseEncoded(table, options.encode?.asked ?? [], leftOutOf(table, options));
  const encoded = new Set(encode.columns.map(({ column }) => column.name));
  const { chosen, dropped } = chooseColumns(table, { ...options, methods: methods.byColumn.keys(), encoded });
  if (options.by !== undefined && rowsStay(context.engine, table)) refuseGroups(options.by);
  const by = options.by === undefined ? undefined : await learnGroups(context.engine, table, options.by);
  requireSettled(
    table,
    chosen.map(({ column }) => column.name),
  );
  const {
    columns: scaled,
    left,
    ...rest
  } = rowsStay(context.engine, table)
    ? await learnBySql(context, opened, chosen, methods)
    : await learnByRows(context, opened, chosen, methods, by);
  const columns = scaled.map((one) => ({
    ...one,
    ...unitMember(table.columns.find(({ name }) => name === one.column)),
  }));
  const taken = columns.map(({ column }) => (options.inPlace ? column : scaledName(column)));
  const { left: uncounted, ...learned } =
    options.encode === undefined
      ? { encodings: [], outOfFold: [], left: [], withoutTarget: new Map<string, number>() }
      : await learnEncodings(context, opened, encode.columns, options.encode, taken);
  const { encodings } = learned;
  const notEncoded = [...encode.left, ...uncounted];
  const told = new Set(notEncoded.map(({ column }) => column));
  const place = new Map(table.columns.map(({ name }, i) => [name, i]));
  const own = [...dropped, ...left].filter(({ column }) => !told.has(column));
  const out = [...own, ...notEncoded].sort((a, b) => place.get(a.column)! - place.get(b.column)!);
  if (columns.length + encodings.length === 0) throw nothingToScale(out);
  const { inPlace, unitRows } = options;
  const more = { ...(by === undefined ? {} : { by }), ...(unitRows === undefined ? {} : { unitRows }) };
  const model: NormalizeModel = { version: context.version, inPlace, columns, encodings, ...more };
  refuseScaled(table, model, options.overwrite);
  const { outOfFold, withoutTarget } = learned;
  return { ...rest, outOfFold, withoutTarget, model, dropped: out };
}

/** Columns that `--exclude` and `--id` leave out of what patterns meet; a name in full in both is refused. */
function leftOutOf(table: Table, { exclude, id }: FitOptions): ReadonlyMap<string, boolean> {
  const found = [
    matchColumns(table.columns, exclude ?? [], "--exclude"),
    matchColumns(table.columns, id ?? [], "--id"),
  ];
  return new Map(found.flatMap(({ names, exact }) => names.map((name): [string, boolean] => [name, exact.has(name)])));
}

async function learnByRows(
  { engine, compute }: Context,
  { table, sources }: OpenedTable,
  chosen: readonly ChosenColumn[],
  methods: Methods,
  by: ModelGroups | undefined,
): Promise<LearnedColumns> {
  const grouped = by === undefined ? null : groupRows(await readGroups(engine, compute, table, by), by);
  const names = chosen.map(({ column }) => column.name);
  const numbers = await readNumbers(engine, compute, table, names);
  const columns: ModelColumnScaling[] = [];
  const why: string[] = [];
  let byRule = false;
  const left: DroppedColumn[] = [];
  for (const one of chosen) {
    const { name, type } = one.column;
    const values = numbers.get(name)!;
    const { reason, facts } = reasonByValues(compute, one, values);
    if (reason !== null) {
      left.push({ column: name, reason });
      continue;
    }
    const asked = methods.byColumn.get(name) ?? methods.all;
    if (asked === "auto") byRule = true;
    await requireFinite(sources, name, facts.infiniteRow);
    const adapted = asked === "adaptive" ? adaptiveMethod(compute, values) : null;
    const method = asked === "adaptive" ? adapted!.method : asked;
    const mark = compute.mark();
    try {
      const source = method === "auto" && facts.missing > 0 ? filledByMedian(compute, values) : values;
      const learned = await learnScaling(compute, sources, name, source, facts, method, methods.details);
      const groups: (GroupScaling | null)[] = [];
      for (const at of grouped?.rows ?? []) groups.push(await learnGroup(name, gathered(compute, values, at), method));
      columns.push({ column: name, type: modelType(type), ...learned, ...(grouped === null ? {} : { groups }) });
      why.push(adapted?.why ?? reasonOf(source, method, learned, values));
    } finally {
      compute.release(mark);
    }
  }
  return { columns, why, byRule, left, numbers, sample: null };

  /** The same for the values of one group; null where it has none. */
  async function learnGroup(name: string, values: Float64Array, method: ScalingMethod): Promise<GroupScaling | null> {
    const facts = columnFacts(compute, values);
    if (facts.missing === facts.rows) return null;
    const source = method === "auto" && facts.missing > 0 ? filledByMedian(compute, values) : values;
    return learnScaling(compute, sources, name, source, facts, method, methods.details);
  }

  /** Why a column has its method, in words. */
  function reasonOf(
    values: Float64Array,
    method: ScalingMethod,
    { scaling, minimum, maximum }: LearnedScaling,
    present: Float64Array,
  ): string {
    if (minimum === maximum) return "constant: scale 1";
    if (method !== "auto") return askedWords;
    const { skewness } = moments(compute, values);
    const skew = `skewness ${skewness.toFixed(2)}`;
    const rest = shapeWords(shapeOf(compute, present));
    if (skewness <= 2) return `${skew}, not above 2${rest}`;
    if (minimum < 0) return `${skew}, but negative values${rest}`;
    const logged = compute.f64(values.length);
    for (let i = 0; i < values.length; i++) logged[i] = powerOf("log1p", null, values[i]!);
    const after = `${moments(compute, logged).skewness.toFixed(2)} by log1p`;
    return `${skew}, ${scaling.power === "none" ? "and no less: " : ""}${after}${rest}`;
  }
}

/** What `segment cluster` learns its scales from: the column as it clusters it, its gaps filled by the median. */
function filledByMedian(compute: Compute, values: Float64Array): Float64Array {
  const median = fillValue(compute, values, null, "median");
  const filled = compute.f64(values.length);
  for (let i = 0; i < values.length; i++) filled[i] = Number.isNaN(values[i]) ? median : values[i]!;
  return filled;
}

function nothingToScale(dropped: readonly DroppedColumn[]): SegmentError {
  const short = (name: string): string => (name.length > 40 ? `${name.slice(0, 39)}…` : name);
  const reasons = dropped.slice(0, 6).map(({ column, reason }) => `${short(column)} (${reason})`);
  const more = dropped.length > 6 ? ` and ${dropped.length - 6} more` : "";
  const found = reasons.length === 0 ? "the table has no columns" : `left out: ${reasons.join(", ")}${more}`;
  return new SegmentError("no-numeric-column", `no column to scale; ${found}`, {
    hint: "name columns with --columns to scale them all the same",
  });
}
