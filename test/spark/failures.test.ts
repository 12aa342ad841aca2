import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { scratch, segment, type Run } from "../cli/run-segment.ts";
import { oldServer } from "./old-server.ts";
import { killGroup, privateSpark, startTimeout, type PrivateSpark } from "./private-spark.ts";
import { proxy, type Proxy } from "./proxy.ts";
import { describeOnSpark, hostAndPort } from "./spark-remote.ts";

/** Where the program looks for the token, which never stands in an address. */
const tokenVariable = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

const folder = scratch();
const input = join(folder, "customers.parquet");
const old = ["name,segment", "from yesterday,1"];

beforeAll(async () => {
  const run = await segment(["sample", "customers", "--rows", "5000", "-q", "-o", input]);
  expect(run).toMatchObject({ code: 0 });
});

describe("a Spark that cannot be used", () => {
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

describeOnSpark("a Spark that lacks what was named", (remote) => {
  test.each(["no_such_table", join(folder, "absent.parquet")])("%s: exit 3, one line with its name", async (name) => {
    expectRefusal(await cluster(name, { remote }), 3, name, /no such|not (be )?found|does not exist/i);
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
    expect(left).toHaveLength(5_001);
  });
});

describeOnSpark("a Spark that dies in the middle of a run", () => {
  // A session's opening alone takes less than that many bytes; a name with a dot is a folder being written.
  const moments: readonly (readonly [string, (between: Proxy, place: string) => boolean])[] = [
    ["computes", (between) => between.received() > 8_000],
    ["writes", (_, place) => readdirSync(place).some((name) => name.startsWith("."))],
  ];

  test.each(moments)(
    "while it %s: exit 4, one line with the address, and the old output as it was",
    async (_, isMet) => {
      const spark = await privateSpark();
      onTestFinished(spark.stop);
      const between = await slowProxy(spark.remote);
      const ended = await clusterUntil(between, isMet, () => killGroup(spark.serverPid));
      expectRefusal(ended, 4, `127.0.0.1:${between.port}`, /lost|gone|reach|closed|refused|answer/i);
    },
    startTimeout,
  );

  test(
    "a worker of two is lost: the run goes on, and the same rows come out",
    async () => {
      const spark = await privateSpark({ workers: 2 });
      onTestFinished(spark.stop);
      const whole = await cluster(input, { remote: spark.remote });
      expect(whole.run).toMatchObject({ code: 0, stderr: "" });
      const between = await slowProxy(spark.remote);
      const ended = await clusterUntil(between, moments[0]![1], () => killGroup(spark.workerPids[0] ?? 0));
      expect(ended.run).toMatchObject({ code: 0, stderr: "" });
      expect(ended.left).toEqual(whole.left);
    },
    startTimeout,
  );
});

interface Ended {
  readonly run: Run;
  /** The lines in the output, which held `old` before: the header and the rows of all parts. */
  readonly left: readonly string[];
  /** The names beside the output, and its own. */
  readonly names: readonly string[];
}

let runs = 0;

/** A folder of its own for a run, with the output of an earlier one. */
function newPlace(): string {
  runs += 1;
  const place = join(folder, `run-${runs}`);
  mkdirSync(join(place, "segments.csv"), { recursive: true });
  for (const mark of ["_SUCCESS", "_segment.json"]) writeFileSync(join(place, "segments.csv", mark), "");
  writeFileSync(join(place, "segments.csv", "part-00000.csv"), `${old.join("\n")}\n`);
  return place;
}

/** Clusters `name` on a Spark, over an earlier output. */
async function cluster(
  name: string,
  on: { remote: string; env?: Record<string, string>; place?: string },
): Promise<Ended> {
  const place = on.place ?? newPlace();
  const output = join(place, "segments.csv");
  const words = ["cluster", name, "--k", "4", "--starts", "1", "-q", "-o", output, "--engine", on.remote];
  const run = await segment(words, { cwd: folder, env: on.env ?? {} });
  const parts = readdirSync(output).filter((part) => part.startsWith("part-"));
  const tables = parts.sort().map((part) => readFileSync(join(output, part), "utf8").trimEnd().split("\n"));
  const left = [...(tables[0]?.slice(0, 1) ?? []), ...tables.flatMap((lines) => lines.slice(1))];
  return { run, left, names: readdirSync(place) };
}

/** One line that has both what it is about and the way out; no stack trace, nothing written. */
function expectRefusal({ run, left, names }: Ended, code: number, about: string, words: RegExp): void {
  expect(run.stderr).toContain(about);
  expect(run.stderr).toMatch(words);
  expect(run.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(run).toMatchObject({ code, stdout: "" });
  expect(left).toEqual(old);
  expect(names).toEqual(["segments.csv"]);
}

function address(remote: string): string {
  const { host, port } = hostAndPort(remote);
  return `${host}:${port}`;
}

/** A proxy that makes a run long enough to be met in its middle. */
async function slowProxy(remote: string): Promise<Proxy> {
  const between = await proxy(hostAndPort(remote));
  between.delay(20);
  onTestFinished(between.close);
  return between;
}

/** A run through a proxy; `strike` once the moment has come, or the run is over without it. */
async function clusterUntil(
  between: Proxy,
  isMet: (between: Proxy, place: string) => boolean,
  strike: () => void,
): Promise<Ended> {
  const place = newPlace();
  const running = cluster(input, { remote: `sc://127.0.0.1:${between.port}`, place });
  const over = running.then(() => "over");
  while (!isMet(between, place) && (await Promise.race([over, pause(5)])) !== "over");
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
