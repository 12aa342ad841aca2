import type { Fitted } from "../../core/fitted.ts";
import type { Json } from "../../core/report.ts";
import type { ColumnType } from "../../core/schema.ts";
import { byQuantiles, type Transformation } from "../../model/stats/power-transform.ts";
import type { ColumnScaling } from "../../model/stats/column-scaling.ts";
import { finite, list, oneOf, record, requireSchema, type ModelColumn, type ModelFile } from "../model-file.ts";
import { scaledName } from "./choose-columns.ts";
import type { ColumnEncoding } from "./encode/encoding.ts";
import { encodingJson, readEncoding } from "./encode/read-encoding-model.ts";

export const modelSchema = "segment/model/normalize@1";

/** What was learned of a column. */
export interface ModelColumnScaling {
  readonly column: string;
  /** At the fit; yes and no count as 1 and 0. */
  readonly type: "integer" | "number" | "boolean";
  readonly scaling: ColumnScaling;
  /** Range of the values of the fit, in the column's own unit. */
  readonly minimum: number;
  readonly maximum: number;
}

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
export function sourcesOf({ columns, encodings }: NormalizeModel): readonly ModelColumn[] {
  return [...columns, ...encodings].map(({ column, type }) => ({ name: column, type }));
}

/** The model as plain, versioned JSON. */
export function toFitted(model: NormalizeModel): Fitted {
  const { version, inPlace, columns, encodings } = model;
  return {
    schema: modelSchema,
    version,
    seed: 0,
    columns: sourcesOf(model),
    parameters: {
      in_place: inPlace,
      columns: columns.map(({ column, scaling, minimum, maximum }) => ({
        column,
        ...scalingJson(scaling),
        minimum,
        maximum,
      })),
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
  if (count === 0 || count !== model.columns.length) at("parameters.columns");
  const names = new Set(model.columns.map(({ name }) => name));
  if (names.size !== count) at("columns (a column stands twice)");
  return {
    version: model.version,
    inPlace: typeof parameters.in_place === "boolean" ? parameters.in_place : at("parameters.in_place"),
    columns: items.map((item, i) => {
      const wrong = (member: string): never => at(`parameters.columns[${i}]${member}`);
      const { name, type } = model.columns[i]!;
      if (record(item)?.column !== name) wrong(".column");
      return {
        column: name,
        type: oneOf(type, ["integer", "number", "boolean"] as const) ?? at(`columns[${i}].type`),
        ...readScaling(item, wrong),
      };
    }),
    encodings: encodings.map((item, i) =>
      readEncoding(item, model.columns[items.length + i]!, (member) => at(`parameters.encodings[${i}]${member}`)),
    ),
  };
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
function scalingJson({ knots, ...rest }: ColumnScaling): { readonly [member: string]: Json } {
  return knots === null ? rest : { ...rest, knots: [...knots] };
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
