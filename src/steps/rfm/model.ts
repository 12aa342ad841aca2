import type { Fitted } from "../../core/fitted.ts";
import type { Json } from "../../core/report.ts";
import { measures, type Cuts, type Measure, type MeasureCuts } from "../../model/rfm/score.ts";
import { amount, finite, list, oneOf, record, requireSchema, whole, word } from "../model-file.ts";
import type { ModelColumn, ModelFile } from "../model-file.ts";
import { gridFault, type Grid, type GridRule, type ScoreRange } from "./grid.ts";
import { roleColumns, type RfmRoles } from "./roles.ts";
import type { ScoreWeights } from "./settings.ts";

const modelSchema = "segment/model/rfm@1";

/** All that scoring other rows needs: which columns, the cuts, the weights of the composite, the segments. */
export interface RfmModel {
  readonly version: string;
  /** The columns of the roles, in the order of the roles. */
  readonly columns: readonly ModelColumn[];
  readonly roles: RfmRoles;
  readonly cuts: MeasureCuts;
  /** Null: no composite. */
  readonly weights: ScoreWeights | null;
  readonly grid: Grid;
}

/** The model as plain, versioned JSON. */
export function toFitted({ version, columns, roles, cuts, weights, grid }: RfmModel): Fitted {
  return {
    schema: modelSchema,
    version,
    seed: 0,
    columns: columns.map((column) => ({ ...column })),
    parameters: {
      roles: { ...roles },
      cuts: Object.fromEntries(measures.map((name) => [name, { at: cuts[name].at, constant: cuts[name].constant }])),
      weights: weights === null ? null : { ...weights },
      grid: grid.map(({ name, r, f, m }) => ({ name, r, f, m })),
    },
  };
}

/** Reads a model file of `score rfm`, every member checked. Throws `bad-model` with the member that is wrong. */
export function readRfmModel(file: ModelFile): RfmModel {
  requireSchema(file, modelSchema, "score rfm");
  const { parameters, columns, wrong } = file;
  const roles = readModelRoles(parameters.roles, wrong);
  const names = roleColumns(roles);
  if (columns.length !== names.length || columns.some(({ name }, i) => name !== names[i])) wrong("columns");
  const given = record(parameters.cuts) ?? wrong("cuts");
  const cuts = Object.fromEntries(
    measures.map((name): [Measure, Cuts] => [name, readModelCuts(given[name], () => wrong(`cuts.${name}`))]),
  ) as MeasureCuts;
  const grid = (list(parameters.grid) ?? wrong("grid")).map((rule, i) => readRule(rule, () => wrong(`grid[${i}]`)));
  if (gridFault(grid) !== null) wrong("grid (each combination of scores must be in one segment)");
  return { version: file.version, columns, roles, cuts, weights: readModelWeights(parameters.weights, wrong), grid };
}

function readModelRoles(value: Json | undefined, wrong: (member: string) => never): RfmRoles {
  const roles = record(value) ?? wrong("roles");
  const kind = oneOf(roles.kind, ["transactions", "columns"] as const) ?? wrong("roles.kind");
  const name = (member: string): string => word(roles[member]) ?? wrong(`roles.${member}`);
  return kind === "transactions"
    ? { kind, customer: name("customer"), date: name("date"), amount: name("amount") }
    : { kind, recency: name("recency"), frequency: name("frequency"), monetary: name("monetary") };
}

function readModelCuts(value: Json | undefined, wrong: () => never): Cuts {
  const cuts = record(value) ?? wrong();
  const at = (list(cuts.at) ?? wrong()).map((cut) => finite(cut) ?? wrong());
  if (at.length !== 4 || at.some((cut, i) => i > 0 && cut < at[i - 1]!)) wrong();
  const constant = typeof cuts.constant === "boolean" ? cuts.constant : wrong();
  if (constant && at[0] !== at[3]) wrong();
  return { at, constant };
}

function readModelWeights(value: Json | undefined, wrong: (member: string) => never): ScoreWeights | null {
  if (value === null) return null;
  const weights = record(value) ?? wrong("weights");
  const [r, f, m] = (["r", "f", "m"] as const).map((name) => amount(weights[name]) ?? wrong(`weights.${name}`)) as [
    number,
    number,
    number,
  ];
  return r + f + m > 0 && Number.isFinite(r + f + m) ? { r, f, m } : wrong("weights");
}

function readRule(value: Json, wrong: () => never): GridRule {
  const rule = record(value) ?? wrong();
  const range = (member: "r" | "f" | "m"): ScoreRange => {
    const [low, high, ...more] = (list(rule[member]) ?? wrong()).map((score) => whole(score, 1, 5) ?? wrong());
    return low !== undefined && high !== undefined && low <= high && more.length === 0 ? [low, high] : wrong();
  };
  return { name: word(rule.name) || wrong(), r: range("r"), f: range("f"), m: range("m") };
}
