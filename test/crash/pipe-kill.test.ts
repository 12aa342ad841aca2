import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { program, spawnShell } from "./run.ts";

const stages = [
  "ingest in.csv",
  "clean",
  "dedupe --key email",
  "normalize",
  "cluster --k 4 --starts 1",
  "export --per-segment out",
];
/** `SEGMENT_KILLS=100` for the long run. */
const kills = Number(process.env.SEGMENT_KILLS ?? 10);
let folder = "";
let duration = 0;
let whole = "";

/** Each stage a process of its own whose number is in `pid-N`; the last stage's exit code is the line's. */
const line = stages
  .map((words, i) => `sh -c 'echo $$ >pid-${i}; exec "${process.execPath}" "${program}" ${words} -q'`)
  .join(" | ");

/** Runs the pipe in a folder of its own, over the output of an earlier run if asked. */
async function run(name: string, over: boolean, kill: ((cwd: string) => Promise<void>) | null): Promise<number | null> {
  const cwd = join(folder, name);
  const before = over ? "cp -r ../whole/out out;" : "";
  mkdirSync(cwd);
  const { ended } = spawnShell(`cp ../in.csv .; ${before} ${line}`, cwd, join(folder, "spool"));
  await kill?.(cwd);
  return (await ended).code;
}

/** The files that a folder's manifest lists, as one text; throws where one is not what the manifest says. */
function published(cwd: string): string {
  const place = (file: string): string => join(cwd, "out", file);
  const { files } = JSON.parse(readFileSync(place("manifest.json"), "utf8")) as {
    files: readonly { file: string; rows: number; sha256: string }[];
  };
  expect(readdirSync(join(cwd, "out")).sort()).toEqual([...files.map(({ file }) => file), "manifest.json"].sort());
  for (const { file, rows, sha256 } of files) {
    const bytes = readFileSync(place(file));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
    expect(bytes.toString("utf8").trimEnd().split("\n")).toHaveLength(rows + 1);
  }
  return readFileSync(place("manifest.json"), "utf8");
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segment-pipe-kill-"));
  mkdirSync(join(folder, "spool"));
  const made = `"${process.execPath}" "${program}" sample customers --rows 1500 --dirty 0.05 --duplicates 0.1 -q -o in.csv`;
  expect((await spawnShell(made, folder, join(folder, "spool")).ended).code).toBe(0);
  const began = performance.now();
  expect(await run("whole", false, null)).toBe(0);
  duration = performance.now() - began;
  whole = published(join(folder, "whole"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  "killing any stage at any moment: no zero exit, and the folder is the old one, whole, or not there",
  async () => {
    const outcomes = { failed: 0, late: 0 };
    for (let i = 0; i < kills; i++) {
      const stage = i % stages.length;
      // Moments spread evenly over the run, whatever their number.
      const moment = ((i * 0.618) % 1) * duration;
      const over = i % 2 === 0;
      let hit = false;
      const code = await run(`kill-${i}`, over, async (cwd) => {
        await new Promise((resume) => setTimeout(resume, moment));
        const file = join(cwd, `pid-${stage}`);
        try {
          process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
          hit = true;
        } catch {
          // Not started yet, or ended.
        }
      });
      const cwd = join(folder, `kill-${i}`);
      if (code === 0) {
        // The kill came too early or too late to change anything: then all must be there.
        expect(published(cwd)).toBe(whole);
        outcomes.late++;
      } else {
        expect(hit).toBe(true);
        expect(existsSync(join(cwd, "out"))).toBe(over);
        if (over) expect(published(cwd)).toBe(whole);
        outcomes.failed++;
      }
      rmSync(cwd, { recursive: true, force: true });
    }
    expect(outcomes.failed).toBeGreaterThan(kills / 3);
  },
  60_000 + kills * 20_000,
);
