import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/core/context.ts";

/** The Spark Connect server that tests run on, such as `sc://127.0.0.1:15002`. */
const remote = process.env["SPARK_REMOTE"];

/**
 * Tests on a session of the server that SPARK_REMOTE names. Without one they are left out, and the reason is printed;
 * with SEGMENT_REQUIRE_SERVERS=1 that is a failure.
 */
export function describeOnSpark(name: string, tests: (engine: () => Engine) => void): void {
  if (remote === undefined && process.env["SEGMENT_REQUIRE_SERVERS"] === "1") {
    test(name, () => expect.fail("SPARK_REMOTE names no Spark Connect server"));
    return;
  }
  if (remote === undefined) console.warn(`${name}: left out, since SPARK_REMOTE names no Spark Connect server`);
  describe.skipIf(remote === undefined)(name, { timeout: 120_000 }, () => {
    let engine: Engine | undefined;
    beforeAll(async () => {
      const { openSpark } = await import("../../../src/engine/spark/open-spark.ts");
      const signal = new AbortController().signal;
      engine = await openSpark({ url: remote!, token: undefined, version: "0.0.0", signal });
    }, 60_000);
    afterAll(() => engine?.close());
    tests(() => engine!);
  });
}
