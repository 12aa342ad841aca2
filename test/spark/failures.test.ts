import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { program, scratch, segment, type Run } from "../cli/run-segment.ts";
import { oldServer } from "./old-server.ts";
import { killGroup, privateSpark, startTimeout, type PrivateSpark } from "./private-spark.ts";
import { proxy, type Proxy } from "./proxy.ts";
import { describeOnSpark, hostAndPort } from "./spark-remote.ts";

/** Where the program looks for the token, which never stands in an address. */
const tokenVariable = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

// Until the program has the option there is nothing to test.
const offered = execFileSync(process.execPath, [program, "cluster", "--help"], { encoding: "utf8" }).includes(
  "--engine",
);
const folder = scratch();
const input = join(folder, "customers.parquet");
const old = "name,segment\nfrom yesterday,1\n";

beforeAll(async () => {
  const run = await segment(["sample", "customers", "--rows", "20000", "-q", "-o", input]);
  expect(run).toMatchObject({ code: 0 });
});

describe.skipIf(!offered)("a Spark that cannot be used", () => {
  test("a port where nothing listens: exit 4, one line with the address", async () => {
    const port = await closedPort();
    const ended = await cluster(input, { remote: `sc://127.0.0.1:${port}` });
    expectRefusal(ended, 4, `127.0.0.1:${port}`, /refused|reach|listen|connect/i);
  });

  test("a port that speaks plain HTTP: exit 4, one line with the address", async () => {
    const http = createHttpServer((request, response) => response.end(request.url));
    const port = await listen(http);
    onTestFinished(() => void http.close());
    const ended = await cluster(input, { remote: `sc://127.0.0.1:${port}` });
    expectRefusal(ended, 4, `127.0.0.1:${port}`, /Spark Connect/i);
  });

  test("a port that takes the connection and never answers: exit 4, not an endless wait", async () => {
    const mute = createServer((socket) => socket.on("error", () => undefined).resume());
    const port = await listen(mute);
    onTestFinished(() => void mute.close());
    const ended = await cluster(input, { remote: `sc://127.0.0.1:${port}` });
    expectRefusal(ended, 4, `127.0.0.1:${port}`, /answer|reach|respon|time/i);
  });

  test("a server of Spark 3.3: exit 4, one line with its version", async () => {
    const server = await oldServer({ version: "3.3.0" });
    onTestFinished(() => server.close());
    const ended = await cluster(input, { remote: `sc://127.0.0.1:${server.port}` });
    expectRefusal(ended, 4, `127.0.0.1:${server.port}`, /3\.3\.0/);
  });

  test("a server that lacks the calls we need: exit 4, one line that says it is too old", async () => {
    const server = await oldServer({ unimplemented: ["AnalyzePlan", "Config"] });
    onTestFinished(() => server.close());
    const ended = await cluster(input, { remote: `sc://127.0.0.1:${server.port}` });
    expectRefusal(ended, 4, `127.0.0.1:${server.port}`, /old|version|protocol|support/i);
  });

  test("a token in the address: exit 2, and the token is not repeated", async () => {
    const ended = await cluster(input, { remote: "sc://127.0.0.1:15002/;token=hush-hush" });
    expectRefusal(ended, 2, "token", new RegExp(tokenVariable));
    expect(ended.run.stderr).not.toContain("hush-hush");
  });
});

describe.skipIf(!offered)("with --engine", () => {
  describeOnSpark("a Spark that lacks what was named", (remote) => {
    test.each(["no_such_table", join(folder, "absent.parquet")])("%s: exit 3, one line with its name", async (name) => {
      expectRefusal(await cluster(name, { remote }), 3, name, /no such|not found|missing|there is no/i);
    });
  });

  describeOnSpark("a Spark that asks for a token", () => {
    let spark: PrivateSpark;
    beforeAll(async () => {
      spark = await privateSpark({ token: "open-sesame" });
    }, startTimeout);
    afterAll(() => spark?.stop());

    test("none given: exit 4, one line that says how to give one", async () => {
      const ended = await cluster(input, { remote: spark.remote });
      expectRefusal(ended, 4, address(spark.remote), new RegExp(tokenVariable));
    });

    test("another one given: exit 4, one line, and the token is not repeated", async () => {
      const ended = await cluster(input, { remote: spark.remote, env: { [tokenVariable]: "open-barley" } });
      expectRefusal(ended, 4, address(spark.remote), /token/i);
      expect(ended.run.stderr).not.toContain("open-barley");
    });

    test("the right one given: it runs", async () => {
      const { run, left } = await cluster(input, {
        remote: spark.remote,
        env: { [tokenVariable]: "open-sesame" },
      });
      expect(run).toMatchObject({ code: 0, stderr: "" });
      expect(left).not.toBe(old);
    });
  });

  describeOnSpark("a Spark that is lost in the middle of a run", () => {
    test(
      "exit 4, one line with the address, and the old output as it was",
      async () => {
        const spark = await privateSpark();
        onTestFinished(spark.stop);
        const between = await slowProxy(spark.remote);
        const ended = await clusterUntil(between, () => killGroup(spark.serverPid));
        expectRefusal(ended, 4, `127.0.0.1:${between.port}`, /lost|gone|reach|closed|refused|answer/i);
      },
      startTimeout,
    );

    test(
      "a lost worker changes nothing: the same bytes come out",
      async () => {
        const spark = await privateSpark({ workers: 2 });
        onTestFinished(spark.stop);
        const whole = await cluster(input, { remote: spark.remote });
        expect(whole.run).toMatchObject({ code: 0, stderr: "" });
        const between = await slowProxy(spark.remote);
        const ended = await clusterUntil(between, () => killGroup(spark.workerPids[0] ?? 0));
        expect(ended.run).toMatchObject({ code: 0, stderr: "" });
        expect(ended.left).toBe(whole.left);
      },
      startTimeout,
    );
  });
});

interface Ended {
  readonly run: Run;
  /** What stands in the output file, which held `old` before. */
  readonly left: string;
  /** The names in the output folder, which held one file before. */
  readonly names: readonly string[];
}

let runs = 0;

/** Clusters `name` on a Spark, over an old output file. */
async function cluster(name: string, on: { remote: string; env?: Record<string, string> }): Promise<Ended> {
  runs += 1;
  const place = join(folder, `run-${runs}`);
  const output = join(place, "segments.csv");
  mkdirSync(place);
  writeFileSync(output, old);
  const words = ["cluster", name, "--k", "4", "--starts", "2", "-q", "-o", output, "--engine", on.remote];
  const run = await segment(words, { cwd: folder, env: on.env ?? {} });
  return { run, left: readFileSync(output, "utf8"), names: readdirSync(place) };
}

/** One line that has both what it is about and the way out; no stack trace, nothing written. */
function expectRefusal({ run, left, names }: Ended, code: number, about: string, words: RegExp): void {
  expect(run.stderr).toContain(about);
  expect(run.stderr).toMatch(words);
  expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(run).toMatchObject({ code, stdout: "" });
  expect(left).toBe(old);
  expect(names).toEqual(["segments.csv"]);
}

function address(remote: string): string {
  const { host, port } = hostAndPort(remote);
  return `${host}:${port}`;
}

/** A proxy that makes a run long enough to be met in its middle. */
async function slowProxy(remote: string): Promise<Proxy> {
  const between = await proxy(hostAndPort(remote));
  between.delay(100);
  onTestFinished(between.close);
  return between;
}

/**
 * A run through a proxy; `strike` once it has sent several queries and got their answers, more than opening a session
 * alone takes.
 */
async function clusterUntil(between: Proxy, strike: () => void): Promise<Ended> {
  const running = cluster(input, { remote: `sc://127.0.0.1:${between.port}` });
  const over = running.then(() => "over");
  while (between.received() < 8_000 && (await Promise.race([over, pause(20)])) !== "over");
  strike();
  return running;
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  return port;
}
