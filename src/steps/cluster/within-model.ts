import type { Fitted } from "../../core/fitted.ts";
import type { Json } from "../../core/report.ts";
import { list, readModelFile, record, requireSchema, word, type ModelFile } from "../model-file.ts";
import { readModel, toFitted, type ClusterModel } from "./model.ts";

export const withinSchema = "segment/model/cluster-within@1";

/** Segments that were split: a model for the rows of each. */
export interface WithinModel {
  readonly version: string;
  readonly seed: number;
  /** The column of the segments that were split. */
  readonly within: string;
  /** The column that it writes, which may be the same. */
  readonly name: string;
  readonly parents: readonly ParentModel[];
}

export interface ParentModel {
  /** The segment, as its column says it. */
  readonly label: string;
  readonly model: ClusterModel;
}

/** The model as plain, versioned JSON: that of each parent whole within it. */
export function withinToFitted({ version, seed, within, name, parents }: WithinModel): Fitted {
  const columns = new Map(
    parents.flatMap(({ model }) => toFitted(model).columns.map((column) => [column.name, column])),
  );
  return {
    schema: withinSchema,
    version,
    seed,
    columns: [{ name: within, type: "text" }, ...[...columns.values()].filter((column) => column.name !== within)],
    parameters: {
      within,
      name,
      parents: parents.map(({ label, model }) => ({ label, model: fittedJson(toFitted(model)) })),
    },
  };
}

/** Reads such a model file, every member checked. Throws `bad-model` with the member that is wrong. */
export function readWithinModel(model: ModelFile): WithinModel {
  requireSchema(model, withinSchema, "cluster --within");
  const { parameters, wrong: at, version, seed, file } = model;
  const parents = (list(parameters.parents) ?? at("parents")).map((item, i): ParentModel => {
    const parent = record(item) ?? at(`parents[${i}]`);
    const own = readModelFile(JSON.stringify(parent.model ?? null), file);
    const wrong = (member: string): never => at(`parents[${i}].model.${member}`);
    return { label: word(parent.label) || at(`parents[${i}].label`), model: readModel({ ...own, wrong }) };
  });
  if (new Set(parents.map(({ label }) => label)).size !== parents.length) at("parents (a segment stands twice)");
  return {
    version,
    seed,
    within: word(parameters.within) || at("within"),
    name: word(parameters.name) || at("name"),
    parents,
  };
}

/** A model as a member of another. */
function fittedJson({ columns, ...others }: Fitted): Json {
  return { ...others, columns: columns.map((column) => ({ ...column })) };
}
