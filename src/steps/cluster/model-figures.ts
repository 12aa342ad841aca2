import { methods } from "../../model/cluster/methods/index.ts";
import type { ClusterModel } from "./model.ts";
import { refuseNumberFigures, requireFigures } from "./row-extras.ts";
import type { Extra } from "./settings.ts";

/** Refuses what `--with` asks of a saved model that cannot give it. Throws `usage`. */
export function requireModelFigures(model: ClusterModel, extras: readonly Extra[]): void {
  // Of joined segments only the probability of the part is known, and outlier scores are of the rows of the fit.
  const figures =
    model.merged === undefined ? methods[model.method].figures.filter((figure) => figure !== "outlier") : [];
  const what = model.merged === undefined ? `a saved model of ${model.method}` : "a model of joined segments";
  requireFigures(extras, figures, what);
  if (model.categories !== undefined) refuseNumberFigures(extras, what);
}
