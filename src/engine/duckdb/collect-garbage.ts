import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: ((options: { type: "minor" }) => void) | undefined;

/**
 * Collects what was made lately and is not held any more (a millisecond). For loops over DuckDB's chunks: each holds
 * native memory that is freed when its wrapper is collected, and V8, which sees only the small wrapper, would leave a
 * hundred megabytes of them lying.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as typeof collect & {};
  }
  collect({ type: "minor" });
}
