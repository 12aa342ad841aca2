import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Json } from "../../src/core/report.ts";
import { scratch, segment } from "../cli/run-segment.ts";
import { lcg } from "../model/cluster/data.ts";
import { expectAlike } from "./alike.ts";
import { writeBlobs } from "./blobs.js";
import { labelsOf, nearTies } from "./near-ties.ts";
import { killGroup, privateSpark, startTimeout, type PrivateSpark } from "./private-spark.ts";
import { proxy } from "./proxy.ts";
import { describeOnSpark, hostAndPort } from "./spark-remote.ts";

const folder = scratch();
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  for (const [name, seed] of [
    ["customers.csv", "1"],
    ["customers.parquet", "2"],
  ] as const) {
    const run = await segment(["sample", "customers", "--rows", "4000", "--seed", seed, "-q", "-o", at(name)]);
    expect(run).toMatchObject({ code: 0 });
  }
  writeFileSync(at("weighted.csv"), weightedTable());
  writeFileSync(at("gaps.csv"), gapsTable());
});

/** Five clusters of two digits after the point, weights from 0 to 3 in quarters. */
function weightedTable(): string {
  const numbers = lcg(6 * 3000, 71);
  const lines = Array.from({ length: 3000 }, (_, i) => {
    const [place, weight, ...rest] = [...numbers.subarray(6 * i, 6 * i + 6)] as [number, number, ...number[]];
    const values = rest.map((u, j) => (((Math.floor(place * 5) >> (j % 3)) & 1) * 2 + 2 * u * u).toFixed(2));
    return [...values, Math.floor(weight * 13) / 4].join();
  });
  return ["a,b,c,d,rows_like_it", ...lines, ""].join("\n");
}

/** Four clusters in which a value of ten is missing, but never all of a row, which would be no row. */
function gapsTable(): string {
  const numbers = lcg(7 * 3000, 72);
  const lines = Array.from({ length: 3000 }, (_, i) => {
    const [place, ...rest] = [...numbers.subarray(7 * i, 7 * i + 7)] as [number, ...number[]];
    const values = [0, 1, 2].map((j) => ((Math.floor(place * 4) >> j) & 1) * 30 + Math.floor(rest[j]! * 40));
    return values.map((value, j) => (j < 2 && rest[3 + j]! < 0.1 ? "" : value)).join();
  });
  return ["spent,visits,age_of_account", ...lines, ""].join("\n");
}

/** What a fit left: the report as people read it and as JSON, the table and the model. */
interface Fitted {
  readonly text: string;
  readonly json: string;
  readonly csv: string;
  readonly model: string;
}

/** Members of a report that are read here. */
interface Report {
  readonly scale: Json;
  readonly inertia: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly sample?: { readonly rows: number };
  readonly choice: {
    readonly candidates: readonly { calinski_harabasz: number; davies_bouldin: number; smallest: number }[];
  };
  readonly segments: readonly { readonly size: number; readonly share: number; readonly centroid: Json }[];
}

let runs = 0;

/** A run of the built program, in a folder of its own. */
async function run(
  words: readonly string[],
  remote: string | null,
): Promise<{ text: string; place: string; csv: string }> {
  const place = at(`run-${++runs}`);
  mkdirSync(place);
  const where = remote === null ? ["--threads", "2"] : ["--engine", remote];
  const ended = await segment([...words, "-o", "out.csv", ...where], { cwd: place });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const output = join(place, "out.csv");
  const parts = statSync(output).isDirectory()
    ? readdirSync(output)
        .filter((name) => name.startsWith("part-"))
        .sort()
        .map((name) => join(output, name))
    : [output];
  const lines = parts.map((part) => readFileSync(part, "utf8").trimEnd().split("\n"));
  const csv = [lines[0]![0]!, ...lines.flatMap((own) => own.slice(1)), ""].join("\n");
  return { text: ended.stdout, place, csv };
}

const fits = new Map<string, Promise<Fitted>>();

/** A fit on this machine (null) or on a Spark; made once for the same words. */
function fit(input: string, more: readonly string[], remote: string | null): Promise<Fitted> {
  const key = [input, ...more, remote].join(" ");
  const known = fits.get(key) ?? newFit(input, more, remote);
  fits.set(key, known);
  return known;
}

async function newFit(input: string, more: readonly string[], remote: string | null): Promise<Fitted> {
  const words = ["cluster", at(input), ...more, "--report", "report.json", "--save-model", "model.json"];
  const { text, place, csv } = await run(words, remote);
  const read = (name: string): string => readFileSync(join(place, name), "utf8");
  return { text, json: read("report.json"), csv, model: read("model.json") };
}

/** The part of what a run sends after which it is in its iterations. */
const middle = 0.6;
const parallel = ["--seeding", "parallel"];

const tables: [string, string, string[]][] = [
  ["customers of a CSV file, k chosen", "customers.csv", ["--k", "3..5"]],
  ["customers of a Parquet file", "customers.parquet", ["--k", "6"]],
  ["numbers with weights", "weighted.csv", ["--k", "5", "--weights", "rows_like_it"]],
  ["gaps, rows with one left out", "gaps.csv", ["--k", "4", "--missing", "drop"]],
];

describeOnSpark("k-means on a Spark is k-means on this machine", (remote) => {
  test.each(tables)("%s: the same segment in every row, the same report", async (_, input, options) => {
    const here = await fit(input, [...options, ...parallel], null);
    const there = await fit(input, options, remote);
    const expected = labelsOf(here.csv);
    const ties = nearTies(here.csv, here.model);
    const different = labelsOf(there.csv).flatMap((label, i) => (label === expected[i] ? [] : [i]));
    expect(different.filter((row) => !ties.includes(row))).toEqual([]);
    expect(ties).toHaveLength(0);
    expect(there.csv).toBe(here.csv);
    expect(there.text).toBe(here.text);
    expectAlike(JSON.parse(there.json) as Json, JSON.parse(here.json) as Json);
    expectAlike(JSON.parse(there.model) as Json, JSON.parse(here.model) as Json);
  });

  test("each with its own way of starting: inertia within 0.1 % of each other", async () => {
    const options = ["--k", "6"];
    const inertia = ({ json }: Fitted): number => (JSON.parse(json) as Report).inertia;
    const here = inertia(await fit("customers.parquet", options, null));
    const there = inertia(await fit("customers.parquet", options, remote));
    const greedy = inertia(
      await fit("customers.parquet", [...options, "--seeding", "greedy", "--starts", "3"], remote),
    );
    for (const found of [there, greedy]) expect(Math.abs(found / here - 1)).toBeLessThan(0.001);
  });

  test("a table of which only a sample comes here: sizes, centroids, inertia and indices are those of all rows", async () => {
    const table = await writeBlobs(at("many.parquet"), 120_000);
    const report = async (more: readonly string[]): Promise<Report> => {
      const words = ["cluster", table, "--k", "4", "--scale", "zscore", "--tol", "0.001", "--json", ...more];
      const ended = await segment(words);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      return JSON.parse(ended.stdout) as Report;
    };
    const expected = await report([...parallel, "--threads", "2"]);
    const found = await report(["--engine", remote]);
    expect(found.sample?.rows).toBeGreaterThan(98_000);
    expect(found.sample?.rows).toBeLessThan(102_000);
    const ofAll = ({ scale, inertia, iterations, converged, choice: { candidates }, segments }: Report): Json => ({
      scale,
      inertia,
      iterations,
      converged,
      candidates: candidates.map((one) => [one.calinski_harabasz, one.davies_bouldin, one.smallest]),
      segments: segments.map(({ size, share, centroid }) => ({ size, share, centroid })),
    });
    expectAlike(ofAll(found), ofAll(expected));
  });

  test("a model fitted there gives here the segments that were written there, and the other way round", async () => {
    const [, table, options] = tables[0]!;
    const there = await fit(table, options, remote);
    const here = await fit(table, [...options, ...parallel], null);
    writeFileSync(at("there.json"), there.model);
    writeFileSync(at("here.json"), here.model);
    const input = at(table);
    expect((await run(["assign", input, "--model", at("there.json"), "-q"], null)).csv).toBe(there.csv);
    expect((await run(["assign", input, "--model", at("here.json"), "-q"], remote)).csv).toBe(here.csv);
    expect((await run(["cluster", input, "--model", at("here.json"), "-q"], remote)).csv).toBe(here.csv);
  });
});

interface Steps {
  readonly points: number;
  readonly steps: readonly { readonly batches: number; readonly rows: number; readonly bytes: number }[];
}

describeOnSpark("what comes here from a Spark", (remote) => {
  const k = 6;
  const iterations = 4;

  /** In a process of 256 MB for what JavaScript holds. */
  async function stepsOf(rows: number): Promise<Steps> {
    const table = await writeBlobs(at(`blobs-${rows}.parquet`), rows);
    const script = fileURLToPath(new URL("lloyd-steps.js", import.meta.url));
    const words = ["--max-old-space-size=256", script, remote, table, String(k), String(iterations)];
    const { stdout } = await promisify(execFile)(process.execPath, words);
    return JSON.parse(stdout) as Steps;
  }

  test("an iteration of a million rows brings no more than one of ten thousand: k rows", async () => {
    const few = await stepsOf(10_000);
    const many = await stepsOf(1_000_000);
    expect([few.points, many.points]).toEqual([10_000, 1_000_000]);
    for (const { steps } of [few, many]) {
      expect(steps).toHaveLength(iterations);
      expect(steps.map(({ rows }) => rows)).toEqual(steps.map(() => k));
    }
    const bytes = few.steps[0]!.bytes;
    expect(bytes).toBeGreaterThan(0);
    for (const step of [...few.steps, ...many.steps]) expect(Math.abs(step.bytes / bytes - 1)).toBeLessThan(0.02);
  });
});

describeOnSpark("k-means on two workers", (remote) => {
  let spark: PrivateSpark;
  beforeAll(async () => {
    spark = await privateSpark({ workers: 2 });
  }, startTimeout);
  afterAll(() => spark?.stop());

  test("the same to the bit as on one: report, model and table", async () => {
    const options = ["--k", "5", "--weights", "rows_like_it"];
    expect(await fit("weighted.csv", options, spark.remote)).toEqual(await fit("weighted.csv", options, remote));
  });

  test(
    "one of which is killed in the middle of an iteration: the model of an undisturbed run",
    async () => {
      const table = await writeBlobs(at("blobs.parquet"), 20_000);
      const [columns, places] = [8, [0.6, 1, 1.4, 1.8]];
      const line = (of: (j: number) => unknown): string =>
        `${Array.from({ length: columns }, (_, j) => of(j)).join()}\n`;
      writeFileSync(at("init.csv"), [line((j) => `v_${j + 1}`), ...places.map((x) => line((j) => x + j / 9))].join(""));
      const words = ["cluster", table, "--init", at("init.csv"), "--max-iter", "20", "--tol", "0", "-q"];
      words.push("--save-model", "model.json");
      const between = await proxy(hostAndPort(spark.remote));
      onTestFinished(between.close);
      const through = `sc://127.0.0.1:${between.port}`;
      const whole = await run(words, through);
      const usual = between.sent();
      const running = run(words, through);
      const over = running.then(() => "over");
      while (between.sent() < (1 + middle) * usual && (await Promise.race([over, pause(5)])) !== "over");
      // The statement has reached its tasks, and is not answered yet.
      await pause(150);
      const sent = between.sent();
      killGroup(spark.workerPids[0]!);
      expect(sent).toBeLessThan((1.2 + middle) * usual);
      const ended = await running;
      const model = ({ place }: { place: string }): string => readFileSync(join(place, "model.json"), "utf8");
      expect(model(ended)).toBe(model(whole));
      expect(ended.csv).toBe(whole.csv);
    },
    startTimeout,
  );
});
