import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { scratch, segment, shell } from "./run-segment.ts";
import { shownIn, walk } from "./walk.ts";

const top = fileURLToPath(new URL("../../", import.meta.url));
const customers = `${top}examples/customers/customers.csv`;

test("the README opens with what its first command prints", async () => {
  const readme = readFileSync(`${top}README.md`, "utf8");
  const shown = /```\n(choose k[\s\S]*?)\n```/.exec(readme)?.[1] ?? "";
  expect(shown.split("\n").length).toBeGreaterThan(50);
  const run = await segment(["cluster", customers, "-o", "/dev/null", "--format", "csv"]);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout.slice(0, shown.length)).toBe(shown);
});

test("the example's script makes its file again, byte for byte", async () => {
  const words = /npx segment (sample customers .*) -o customers\.csv/.exec(
    readFileSync(`${top}examples/customers/make.sh`, "utf8"),
  )?.[1];
  expect(words).toBeDefined();
  const cwd = scratch();
  expect((await segment([...(words ?? "").split(" "), "-q", "-o", "customers.csv"], { cwd })).code).toBe(0);
  expect(readFileSync(`${cwd}/customers.csv`).equals(readFileSync(customers))).toBe(true);
});

describe("the first hour", () => {
  const example = `${top}examples/first-hour`;

  test("each command prints what the page shows, and one line gives the same files", async () => {
    const found = await walk(example, join(scratch(), "walk"));
    expect(found.at(-1)?.output).toBe("the same bytes");
    expect(found).toEqual(shownIn(readFileSync(`${example}/README.md`, "utf8")));
  }, 120_000);

  test("its export is made again byte for byte", async () => {
    const cwd = scratch();
    expect(await shell(`node '${example}/make.js' made.csv`, { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(readFileSync(join(cwd, "made.csv")).equals(readFileSync(`${example}/crm.csv`))).toBe(true);
  });
});

test("two sources: each command prints what the page shows", async () => {
  const example = `${top}examples/two-sources`;
  const found = await walk(example, join(scratch(), "walk"));
  expect(found).toEqual(shownIn(readFileSync(`${example}/README.md`, "utf8")));
}, 120_000);

describe("the night's job", () => {
  const example = `${top}examples/nightly`;
  const cwd = join(scratch(), "nightly");
  cpSync(example, cwd, { recursive: true });
  const run = (line: string): ReturnType<typeof shell> => shell(`export -f segment; ${line}`, { cwd });
  const files = (folder: string): readonly (readonly [string, string])[] =>
    readdirSync(join(cwd, folder))
      .sort()
      .map((name) => [name, readFileSync(join(cwd, folder, name), "utf8")] as const);

  test("run twice, it gives the same bytes", async () => {
    expect((await run("./nightly.sh tonight.csv audiences && ./nightly.sh tonight.csv again")).code).toBe(0);
    expect(files("audiences").length).toBeGreaterThan(3);
    expect(files("again")).toEqual(files("audiences"));
    // Over its own output too.
    const before = files("audiences");
    expect((await run("./nightly.sh tonight.csv audiences")).code).toBe(0);
    expect(files("audiences")).toEqual(before);
  }, 60_000);

  test("nobody who has unsubscribed or not consented is in the files", () => {
    const written = files("audiences")
      .map(([, text]) => text)
      .join("");
    expect(written).not.toContain("@");
    expect(written).not.toMatch(/,false,(true|false),\d+,[0-9a-f]{64}$/m);
  });

  test("a night that fails a check, or comes cut short, leaves yesterday's files and says why", async () => {
    const before = files("audiences");
    const [header = "", ...rows] = readFileSync(join(cwd, "tonight.csv"), "utf8").trimEnd().split("\n");
    writeFileSync(join(cwd, "few.csv"), `${[header, ...rows.slice(0, 100)].join("\n")}\n`);
    const few = await run("./nightly.sh few.csv audiences");
    expect(few.code).toBe(1);
    expect(few.stderr).toContain("segment validate failed (exit 1)");
    writeFileSync(join(cwd, "cut.csv"), `${rows.slice(0, 900).join("\n").slice(0, -30)}\n`);
    expect((await run("./nightly.sh cut.csv audiences")).code).toBe(3);
    expect(files("audiences")).toEqual(before);
  }, 60_000);

  test("the models are those that fit.sh saves, and the data those that make.sh writes", async () => {
    const kept = ["models/clean.json", "models/normalize.json", "models/cluster.json", "fitted.csv", "tonight.csv"];
    for (const name of kept) rmSync(join(cwd, name));
    expect((await run("./make.sh && ./fit.sh")).code).toBe(0);
    for (const name of [...kept, "unsubscribed.csv"]) {
      expect(existsSync(join(cwd, name))).toBe(true);
      expect(readFileSync(join(cwd, name), "utf8"), name).toBe(readFileSync(join(example, name), "utf8"));
    }
  }, 60_000);
});
