import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start, startUnder, tableText, type Ended } from "./run.ts";

const old = "name,segment\nfrom yesterday,1\n";
let folder = "";
let input = "";
let spool = "";
let mounted = false;

function asAdministrator(command: string, given: readonly string[]): void {
  execFileSync(command, given, { stdio: "ignore" });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "segment-full-disk-"));
  input = join(folder, "in.csv");
  spool = join(folder, "spool");
  mkdirSync(spool);
  mkdirSync(join(folder, "small"));
  writeFileSync(input, tableText(30_000));
  try {
    asAdministrator("mount", ["-t", "tmpfs", "-o", "size=48k", "tmpfs", join(folder, "small")]);
    mounted = true;
  } catch {
    // Only the administrator may mount; a limit on the size of files stands for the full disk then.
  }
});

afterAll(() => {
  if (mounted) asAdministrator("umount", [join(folder, "small")]);
  rmSync(folder, { recursive: true, force: true });
});

const words = (place: string, name: string, more: readonly string[]): string[] => {
  const output = join(folder, place, name);
  return ["cluster", input, "--k", "4", "--starts", "1", "-q", "--threads", "1", "-o", output].concat(more);
};

/** Runs over an old file on the small disk. */
function onSmallDisk(name: string, more: readonly string[] = []): Promise<Ended> {
  const run = words("small", name, more);
  return (mounted ? start(run, spool) : startUnder("ulimit -f 16", run, spool)).ended;
}

describe("on a disk that fills up", () => {
  test.each(["out.csv", "out.csv.gz", "out.ndjson", "out.parquet"])(
    "%s: exit 4, the old file as it was, nothing left behind",
    async (name) => {
      const place = join(folder, "small");
      writeFileSync(join(place, name), old);
      const { code, stderr } = await onSmallDisk(name);
      expect(code).toBe(4);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stderr).toMatch(mounted ? /disk.*full|no space/i : /out\./);
      expect(readdirSync(place)).toEqual([name]);
      expect(readFileSync(join(place, name), "utf8")).toBe(old);
      expect(readdirSync(spool)).toEqual([]);
      rmSync(join(place, name));
    },
  );

  test("when the table has room and a second file has not, neither is put in place", async () => {
    const roomy = join(folder, "roomy");
    const model = join(folder, "small", "model.json");
    mkdirSync(roomy);
    writeFileSync(join(roomy, "out.csv"), old);
    if (mounted) expect(() => writeFileSync(join(folder, "small", "filler"), "x".repeat(64 * 1024))).toThrow();
    const run = words("roomy", "out.csv", [
      "--save-model",
      mounted ? model : join(folder, "no such folder", "model.json"),
    ]);
    const { code } = await start(run, spool).ended;
    expect(code).toBe(4);
    expect(readdirSync(roomy)).toEqual(["out.csv"]);
    expect(readFileSync(join(roomy, "out.csv"), "utf8")).toBe(old);
  });
});

test("beyond the size that a file may have: exit 4, the old file as it was, nothing left behind", async () => {
  const place = join(folder, "limited");
  mkdirSync(place);
  writeFileSync(join(place, "out.csv"), old);
  const { code, stderr } = await startUnder("ulimit -f 64", words("limited", "out.csv", []), spool).ended;
  expect([code, stderr.trimEnd().split("\n").length]).toEqual([4, 1]);
  expect(readdirSync(place)).toEqual(["out.csv"]);
  expect(readFileSync(join(place, "out.csv"), "utf8")).toBe(old);
});
