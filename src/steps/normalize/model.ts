import type { Fitted } from "../../core/fitted.ts";
import type { Json } from "../../core/report.ts";
import type { ColumnType } from "../../core/schema.ts";
import { byQuantiles, type Transformation } from "../../model/stats/power-transform.ts";
import type { ColumnScaling } from "../../model/stats/column-scaling.ts";
import type { ModelGroups } from "./groups.ts";
import { norms, type Norm } from "./unit-rows.ts";
import { finite, list, oneOf, record, requireSchema, word, type ModelColumn, type ModelFile } from "../model-file.ts";
import { scaledName } from "./choose-columns.ts";
import type { ColumnEncoding } from "./encode/encoding.ts";
import { encodingJson, readEncoding } from "./encode/read-encoding-model.ts";

export const modelSchema = "segment/model/normalize@1";

/** What was learned of a column. */
export interface ModelColumnScaling {
  readonly column: string;
  /** At the fit; yes and no count as 1 and 0. */
  readonly type: "integer" | "number" | "boolean";
  /** The currency that its amounts were written in; absent: none, or it is not known. */
  readonly unit?: string;
  readonly scaling: ColumnScaling;
  /** Range of the values of the fit, in the column's own unit. */
  readonly minimum: number;
  readonly maximum: number;
  /** Where groups have parameters of their own: by group of the model, null for one without a value; `scaling` is for other rows. */
  readonly groups?: readonly (GroupScaling | null)[];
}

/** What was learned of a column in one group. */
export type GroupScaling = Pick<ModelColumnScaling, "scaling" | "minimum" | "maximum">;

/** The type of a column of a model: what is neither yes and no nor whole is a number. */
export function modelType(type: ColumnType): ModelColumnScaling["type"] {
  return type === "boolean" || type === "integer" ? type : "number";
}

/** A fitted normalization: all that scaling other rows, and the way back, need. */
export interface NormalizeModel {
  readonly version: string;
  /** Whether the scaled values take the place of the column's own, instead of standing in `NAME_scaled`. */
  readonly inPlace: boolean;
  readonly columns: readonly ModelColumnScaling[];
  /** Columns of categories, which are not scaled but encoded. */
  readonly encodings: readonly ColumnEncoding[];
  /** The groups of rows that are scaled apart from each other; absent: none. */
  readonly by?: ModelGroups;
  /** Rows are then brought to unit length over the scaled columns; absent: they are not. */
  readonly unitRows?: Norm;
}

/** The column that a model's scaled values stand in. */
export function targetOf({ inPlace }: NormalizeModel, column: string): string {
  return inPlace ? column : scaledName(column);
}

/** All the columns that a model adds or replaces. */
export function targetsOf(model: NormalizeModel): readonly string[] {
  const scaled = model.columns.map(({ column }) => targetOf(model, column));
  return [...scaled, ...model.encodings.flatMap(({ targets }) => targets)];
}

/** The columns that a model reads, with their types. */
export function sourcesOf({ columns, encodings, by }: NormalizeModel): readonly ModelColumn[] {
  const own: readonly ModelColumn[] = [
    ...columns.map(({ column, type, unit }) => ({ name: column, type, ...(unit === undefined ? {} : { unit }) })),
    ...encodings.map(({ column, type }) => ({ name: column, type })),
  ];
  const isMore = by !== undefined && own.every(({ name }) => name !== by.column);
  return isMore ? [...own, { name: by.column, type: by.type }] : own;
}

/** The model as plain, versioned JSON. */
export function toFitted(model: NormalizeModel): Fitted {
  const { version, inPlace, columns, encodings, by, unitRows } = model;
  return {
    schema: modelSchema,
    version,
    seed: 0,
    columns: sourcesOf(model),
    parameters: {
      in_place: inPlace,
      columns: columns.map(({ column, groups, ...own }) => ({
        column,
        ...scalingJson(own),
        ...(groups === undefined ? {} : { groups: groups.map((one) => (one === null ? null : scalingJson(one))) }),
      })),
      ...(by === undefined ? {} : { by: { ...by, categories: [...by.categories] } }),
      ...(unitRows === undefined ? {} : { unit_rows: unitRows }),
      ...(encodings.length === 0 ? {} : { encodings: encodings.map(encodingJson) }),
    },
  };
}

/** Reads the parameters of a model file, every member checked. Throws `bad-model` with the member that is wrong. */
export function readNormalizeModel(model: ModelFile): NormalizeModel {
  requireSchema(model, modelSchema, "normalize");
  const { parameters, wrong: at } = model;
  const items = list(parameters.columns) ?? at("parameters.columns");
  const encodings =
    parameters.encodings === undefined ? [] : (list(parameters.encodings) ?? at("parameters.encodings"));
  const count = items.length + encodings.length;
  const by = parameters.by === undefined ? null : readGroups(parameters.by, (member) => at(`parameters.by${member}`));
  const own = model.columns.slice(0, count);
  const more = by === null || own.some(({ name }) => name === by.column) ? 0 : 1;
  if (count === 0 || count + more !== model.columns.length) at("parameters.columns");
  if (new Set(model.columns.map(({ name }) => name)).size !== count + more) at("columns (a column stands twice)");
  if (more === 1 && model.columns[count]!.name !== by!.column) at("parameters.by.column");
  return {
    version: model.version,
    inPlace: typeof parameters.in_place === "boolean" ? parameters.in_place : at("parameters.in_place"),
    columns: items.map((item, i) => {
      const wrong = (member: string): never => at(`parameters.columns[${i}]${member}`);
      const { name, type, unit } = model.columns[i]!;
      if (record(item)?.column !== name) wrong(".column");
      return {
        column: name,
        type: oneOf(type, ["integer", "number", "boolean"] as const) ?? at(`columns[${i}].type`),
        ...(unit === undefined ? {} : { unit }),
        ...readScaling(item, wrong),
        ...(by === null ? {} : { groups: readGroupScalings(item, by, wrong) }),
      };
    }),
    ...(by === null ? {} : { by }),
    ...(parameters.unit_rows === undefined
      ? {}
      : { unitRows: oneOf(parameters.unit_rows, norms) ?? at("parameters.unit_rows") }),
    encodings: encodings.map((item, i) =>
      readEncoding(item, model.columns[items.length + i]!, (member) => at(`parameters.encodings[${i}]${member}`)),
    ),
  };
}

function readGroupScalings(
  item: Json,
  { categories }: ModelGroups,
  wrong: (member: string) => never,
): readonly (GroupScaling | null)[] {
  const items = list(record(item)!.groups) ?? wrong(".groups");
  if (items.length !== categories.length) wrong(".groups");
  return items.map((one, i) => (one === null ? null : readScaling(one, (member) => wrong(`.groups[${i}]${member}`))));
}

const transformations = [
  "none",
  "log",
  "log10",
  "log1p",
  "mirrored-log1p",
  "box-cox",
  "yeo-johnson",
  "quantile",
  "quantile-normal",
] as const satisfies readonly Transformation[];

/** A scaling as plain JSON. */
function scalingJson({ scaling: { knots, ...rest }, minimum, maximum }: GroupScaling): {
  readonly [member: string]: Json;
} {
  return { ...rest, ...(knots === null ? {} : { knots: [...knots] }), minimum, maximum };
}

function readGroups(item: Json, wrong: (member: string) => never): ModelGroups {
  const members = record(item) ?? wrong("");
  const categories = (list(members.categories) ?? wrong(".categories")).map((one) => word(one) ?? wrong(".categories"));
  if (categories.length === 0 || new Set(categories).size !== categories.length) wrong(".categories");
  return {
    column: word(members.column) ?? wrong(".column"),
    type: oneOf(members.type, ["text", "integer", "boolean"] as const) ?? wrong(".type"),
    categories,
  };
}

function readScaling(
  item: Json,
  wrong: (member: string) => never,
): Pick<ModelColumnScaling, "scaling" | "minimum" | "maximum"> {
  const members = record(item) ?? wrong("");
  const power = oneOf(members.power, transformations) ?? wrong(".power");
  const scaler = oneOf(members.scaler, ["none", "zscore", "minmax", "robust", "maxabs"] as const) ?? wrong(".scaler");
  const hasLambda = power === "box-cox" || power === "yeo-johnson";
  const lambda = hasLambda ? (finite(members.lambda) ?? wrong(".lambda")) : null;
  if (!hasLambda && members.lambda !== null) wrong(".lambda");
  const knots = byQuantiles(power)
    ? (list(members.knots) ?? wrong(".knots")).map((x) => finite(x) ?? wrong(".knots"))
    : null;
  if (knots !== null && (knots.length === 0 || knots.some((x, i) => i > 0 && x < knots[i - 1]!))) wrong(".knots");
  const center = finite(members.center) ?? wrong(".center");
  const scale = finite(members.scale) ?? wrong(".scale");
  if (!(scale > 0)) wrong(".scale");
  if (scaler === "none" && (center !== 0 || scale !== 1)) wrong(".scaler");
  const minimum = finite(members.minimum) ?? wrong(".minimum");
  const maximum = finite(members.maximum) ?? wrong(".maximum");
  if (minimum > maximum) wrong(".minimum");
  return { scaling: { power, lambda, knots, scaler, center, scale }, minimum, maximum };
}
