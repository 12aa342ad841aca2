import type { Context } from "../../core/context.ts";
import { measures, type Measure, type MeasureCuts } from "../../model/rfm/score.ts";
import { rowsStay } from "../cluster/in-engine/sample-rows.ts";
import { readNumbers } from "../cluster/read-numbers.ts";
import { engineMeasures } from "./engine-measures.ts";
import { fitCuts } from "./fit.ts";
import type { Measured } from "./measured.ts";
import type { RfmModel } from "./model.ts";
import { summarise, type RfmSummary } from "./summary.ts";

/** The three measures of customers, here or in the engine. */
export interface MeasuredNumbers {
  /** As `fitCuts`. */
  cuts(given: ReadonlyMap<Measure, readonly number[]>): Promise<MeasureCuts>;
  /** As `summarise`. */
  summary(model: RfmModel): Promise<RfmSummary>;
}

/** Reads the measures, 24 bytes a customer, unless rows stay in the engine. */
export async function measuredNumbers(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  { table }: Pick<Measured, "table">,
): Promise<MeasuredNumbers> {
  if (rowsStay(engine, table)) return engineMeasures(engine, table);
  const numbers = await readNumbers(engine, compute, table, measures);
  return {
    cuts: async (given) => fitCuts(compute, numbers, given),
    summary: async (model) => summarise(compute, numbers, model),
  };
}
