import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start, tableText } from "./run.ts";

const old = "name,segment\nfrom yesterday,1\n";
let folder = "";
let input = "";
let spool = "";
let whole = "";
let duration = 0;

const options = ["--k", "4", "--starts", "1", "-q", "--threads", "1"];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segment-crash-"));
  input = join(folder, "in.csv");
  spool = join(folder, "spool");
  mkdirSync(spool);
  writeFileSync(input, tableText(15_000));
  const began = performance.now();
  const { code, stderr } = await start(["cluster", input, ...options, "-o", join(folder, "new.csv")], spool).ended;
  expect([code, stderr]).toEqual([0, ""]);
  duration = performance.now() - began;
  whole = readFileSync(join(folder, "new.csv"), "utf8");
  expect(whole.split("\n")).toHaveLength(15_002);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs over an old file and kills the run by `plan`; gives what then stands there. */
async function killed(name: string, plan: (kill: () => void, place: string) => () => void): Promise<string> {
  const place = join(folder, name);
  mkdirSync(place);
  const output = join(place, "out.csv");
  writeFileSync(output, old);
  const run = start(["cluster", input, ...options, "-o", output], spool);
  const stop = plan(() => run.process.kill("SIGKILL"), place);
  await run.ended;
  stop();
  const others = readdirSync(place).filter((entry) => entry !== "out.csv");
  for (const entry of others) expect(entry).toMatch(/^\.segment-/);
  expect(existsSync(output)).toBe(true);
  const text = readFileSync(output, "utf8");
  return text === old ? "old" : text === whole ? "new" : `partial, ${text.length} characters`;
}

async function inPairs<T>(count: number, run: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i += 2)
    results.push(...(await Promise.all([run(i), ...(i + 1 < count ? [run(i + 1)] : [])])));
  return results;
}

test("a run killed at any moment leaves the old file or the new one, whole", async () => {
  const moments = 12;
  const found = await inPairs(moments, (i) =>
    killed(`moment-${i}`, (kill) => {
      const timer = setTimeout(kill, ((i + 0.5) / moments) * duration * 1.5);
      return () => clearTimeout(timer);
    }),
  );
  expect(found.every((state) => state === "old" || state === "new")).toBe(true);
});

test("a run killed while it writes leaves the old file or the new one, whole", async () => {
  const seen: string[] = [];
  const found = await inPairs(8, (i) =>
    killed(`write-${i}`, (kill, place) => {
      const watcher = watch(place, (_, name) => {
        if (name?.startsWith(".segment-") !== true) return;
        seen.push(name);
        if (i < 5) kill();
        else setTimeout(kill, i);
      });
      return () => watcher.close();
    }),
  );
  expect(found.every((state) => state === "old" || state === "new")).toBe(true);
  expect(seen.length).toBeGreaterThan(0);
  expect(found).toContain("old");
});

test("what killed runs leave in the temporary folder goes with the next run", async () => {
  mkdirSync(join(spool, "segment-io-999999999-abc"));
  writeFileSync(join(spool, "segment-io-999999999-abc", "1.csv"), "left");
  mkdirSync(join(spool, "segment-handed-999999999-abc"));
  writeFileSync(join(spool, "segment-handed-999999999-abc", "table.parquet"), "left");
  mkdirSync(join(spool, "not-ours"));
  const compressed = join(folder, "in.csv.gz");
  const { gzipSync } = await import("node:zlib");
  writeFileSync(compressed, gzipSync(readFileSync(input)));
  const output = join(folder, "last.csv");
  const { code } = await start(["cluster", compressed, ...options, "-o", output], spool).ended;
  expect(code).toBe(0);
  expect(readFileSync(output, "utf8")).toBe(whole);
  expect(readdirSync(spool)).toEqual(["not-ours"]);
});

test("what killed runs leave beside their output goes with the next run into that folder", async () => {
  const place = join(folder, "beside");
  mkdirSync(place);
  const run = start(["cluster", input, ...options, "-o", join(place, "out.csv")], spool);
  const watcher = watch(place, (_, name) => {
    if (name?.startsWith(".segment-") === true) run.process.kill("SIGKILL");
  });
  await run.ended;
  watcher.close();
  writeFileSync(join(place, ".segment-of-somebody-else"), "theirs");
  const { code } = await start(["cluster", input, ...options, "-o", join(place, "out.csv")], spool).ended;
  expect(code).toBe(0);
  expect(readdirSync(place).sort()).toEqual([".segment-of-somebody-else", "out.csv"]);
});
