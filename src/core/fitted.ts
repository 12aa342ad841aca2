import type { Json } from "./report.ts";

/** Anything learned from data: plain, versioned JSON that `--save-model` writes and `--model` applies without refitting. */
export interface Fitted {
  /** Such as `segment/model/cluster@1`. */
  readonly schema: string;
  /** Version of the tool that fitted it. */
  readonly version: string;
  readonly seed: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly parameters: Json;
}
