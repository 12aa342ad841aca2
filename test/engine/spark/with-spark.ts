import { afterAll, beforeAll } from "vitest";
import type { Context } from "../../../src/core/context.ts";
import type { SparkEngine } from "../../../src/engine/spark/open-spark.ts";
import { openContext } from "../../../src/wire.ts";
import { describeOnSpark } from "../../spark/spark-remote.ts";

/** An engine of its own on the Spark that tests may use. */
export async function openEngine(remote: string): Promise<SparkEngine> {
  const { openSpark } = await import("../../../src/engine/spark/open-spark.ts");
  return openSpark({ url: remote, token: undefined, version: "0.0.0", signal: new AbortController().signal });
}

/** `describeOnSpark` with a session that all tests of the block share. */
export function describeOnEngine(name: string, tests: (engine: () => SparkEngine, remote: string) => void): void {
  describeOnSpark(name, (remote) => {
    let engine: SparkEngine | undefined;
    beforeAll(async () => {
      engine = await openEngine(remote);
    });
    afterAll(() => engine?.close());
    tests(() => engine!, remote);
  });
}

/** `describeOnSpark` with the program's own context on it, for steps that open tables. */
export function describeWithContext(name: string, tests: (context: () => Context) => void): void {
  describeOnSpark(name, (remote) => {
    let context: ReturnType<typeof openContext> | undefined;
    beforeAll(() => {
      context = openContext({ engine: remote, quiet: true }, new AbortController().signal, "0.0.0");
    });
    afterAll(() => context?.close());
    tests(() => context!);
  });
}
