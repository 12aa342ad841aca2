import type { Json } from "./report.ts";

/** A column that a model was learned from; `unit`: the currency that its amounts were written in, as a code or sign. */
interface FittedColumn {
  readonly name: string;
  readonly type: string;
  readonly unit?: string;
}

/** Anything learned from data: plain, versioned JSON that `--save-model` writes and `--model` applies without refitting. */
export interface Fitted {
  /** Such as `segment/model/cluster@1`. */
  readonly schema: string;
  /** Version of the tool that fitted it. */
  readonly version: string;
  readonly seed: number;
  readonly columns: readonly FittedColumn[];
  readonly parameters: Json;
}
