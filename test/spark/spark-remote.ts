import { describe, test, vi } from "vitest";

/** The `sc://host:port` of the Spark that tests may use, or null: what `test/spark/serve` printed. */
export const sparkRemote = process.env.SPARK_REMOTE || null;

/** One server of two threads may serve two test files at once, beside what else the machine does, milliseconds. */
const sparkTimeout = 180_000;

const reason = "SPARK_REMOTE names no server; test/spark/serve starts one";

/**
 * `describe` for tests that need Spark. Without SPARK_REMOTE they are skipped and the reason is printed; with
 * SEGMENT_REQUIRE_SERVERS=1, as in continuous integration, the lack of it is a failure. Tests and hooks of the file may
 * take three minutes.
 */
export function describeOnSpark(name: string, body: (remote: string) => void): void {
  if (sparkRemote !== null) {
    vi.setConfig({ testTimeout: sparkTimeout, hookTimeout: sparkTimeout });
    describe(name, () => body(sparkRemote));
  } else if (process.env.SEGMENT_REQUIRE_SERVERS === "1") {
    test(name, () => {
      throw new Error(reason);
    });
  } else {
    console.warn(`skipped: ${name}: ${reason}`);
    describe.skip(name, () => body("sc://127.0.0.1:0"));
  }
}

/** Host and port of an `sc://host:port` address. */
export function hostAndPort(remote: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(remote.replace(/^sc:/, "http:"));
  return { host: hostname, port: Number(port || "15002") };
}
