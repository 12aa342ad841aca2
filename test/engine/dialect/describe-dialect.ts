import type { Engine } from "../../../src/core/context.ts";
import type { Dialect } from "../../../src/sql/dialect.ts";
import { describeLetters } from "./describe-letters.ts";
import { describeReadings } from "./describe-readings.ts";
import { describeValues } from "./describe-values.ts";

/** What every dialect promises of its members; run on the engine itself. */
export function describeDialect(dialect: Dialect, engine: () => Engine): void {
  describeReadings(dialect, engine);
  describeLetters(dialect, engine);
  describeValues(dialect, engine);
}
