import { Client, credentials, Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { oldServer } from "./old-server.ts";
import { privateSpark, startTimeout } from "./private-spark.ts";
import { describeOnSpark, hostAndPort } from "./spark-remote.ts";

// AnalyzePlanRequest { session_id = 1: "00112233-4455-6677-8899-aabbccddeeff", user_context = 2: {}, spark_version = 10: {} }
const session = "00112233-4455-6677-8899-aabbccddeeff";
const askVersion = Buffer.from(`\x0a\x24${session}\x12\x00\x52\x00`, "latin1");
// AnalyzePlanResponse: spark_version = 8 { version = 1: "3.3.0" }
const oldVersion = Buffer.from("\x42\x07\x0a\x053.3.0", "latin1");

test("without a Spark it says the version it was given and answers Config, and lacks the rest", async () => {
  const server = await oldServer({ version: "3.3.0" });
  expect(await call(server.port, "AnalyzePlan")).toEqual(Buffer.concat([askVersion.subarray(0, 38), oldVersion]));
  expect(await call(server.port, "Config")).toEqual(askVersion.subarray(0, 38));
  expect(await code(server.port, "Interrupt")).toBe("UNIMPLEMENTED");
  expect(server.calls).toEqual(["AnalyzePlan", "Config", "Interrupt"]);
  server.close();
});

test("a call that it is told to lack is unimplemented", async () => {
  const server = await oldServer({ version: "3.3.0", unimplemented: ["AnalyzePlan", "Config"] });
  expect(await code(server.port, "AnalyzePlan")).toBe("UNIMPLEMENTED");
  expect(await code(server.port, "Config")).toBe("UNIMPLEMENTED");
  server.close();
});

describeOnSpark("in front of a real Spark", (remote) => {
  test("it hands calls on, and its version follows the real one", async () => {
    const { host, port } = hostAndPort(remote);
    const plain = await oldServer({ behind: `${host}:${port}` });
    const old = await oldServer({ behind: `${host}:${port}`, version: "3.3.0" });
    const real = await call(plain.port, "AnalyzePlan");
    expect(real.includes(session)).toBe(true);
    expect(real.toString("latin1")).toMatch(/\d+\.\d+\.\d+/);
    expect((await call(old.port, "AnalyzePlan")).subarray(-oldVersion.length)).toEqual(oldVersion);
    plain.close();
    old.close();
  });

  test(
    "a private server with a token refuses a call without it or with another",
    async () => {
      const spark = await privateSpark({ token: "hush" });
      onTestFinished(spark.stop);
      const { port } = hostAndPort(spark.remote);
      expect(await code(port, "AnalyzePlan")).toBe("UNAUTHENTICATED");
      expect(await code(port, "AnalyzePlan", "wrong")).toBe("UNAUTHENTICATED");
      expect((await call(port, "AnalyzePlan", "hush")).includes(session)).toBe(true);
    },
    startTimeout,
  );
});

function call(port: number, method: string, token = ""): Promise<Buffer> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const metadata = new Metadata();
  if (token !== "") metadata.set("authorization", `Bearer ${token}`);
  const path = `/spark.connect.SparkConnectService/${method}`;
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise<Buffer>((resolve, reject) => {
    client.makeUnaryRequest(path, same, same, askVersion, metadata, (error, reply) => {
      client.close();
      if (error !== null || reply === undefined) reject(error ?? new Error("no answer"));
      else resolve(reply);
    });
  });
}

/** The name of the status in which a call failed. */
function code(port: number, method: string, token = ""): Promise<string> {
  return call(port, method, token).then(
    () => "OK",
    (error: ServiceError) => status[error.code] ?? "",
  );
}
