import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scratch, segment } from "./run-segment.ts";

vi.setConfig({ testTimeout: 180_000 });
const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

interface Profile {
  readonly columns: readonly {
    readonly column: string;
    readonly missing: number;
    readonly problems: readonly { readonly code: string; readonly rows: number | null; readonly message: string }[];
  }[];
  readonly duplicates: { readonly keys: readonly { readonly values: number; readonly rows: number }[] };
  readonly by?: {
    readonly ungrouped: number;
    readonly groups: readonly { readonly rows: number }[];
    readonly tables: readonly {
      readonly column: string;
      readonly means?: {
        readonly everyone: number;
        readonly by_group: readonly number[];
        readonly indices: readonly number[];
      };
    }[];
  };
  readonly next: readonly { readonly run: string }[];
}

async function profile(file: string, ...words: readonly string[]): Promise<Profile> {
  const run = await segment(["profile", file, "--json", ...words], { cwd });
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.stdout) as Profile;
}

const problem = ({ columns }: Profile, column: string, code: string): string | undefined =>
  columns.find((one) => one.column === column)!.problems.find((one) => one.code === code)?.message;

test("everyone are the rows that have a group; the others are counted and named", async () => {
  // Group a: 10, 20; group b: 60; without a group: 1000 and 2000. Everyone is (10 + 20 + 60) / 3 = 30.
  put("by.csv", "g,n,k\na,10,1\na,20,2\nb,60,3\n,1000,4\n,2000,5\n");
  const { by } = await profile("by.csv", "--by", "g", "--columns", "n");
  expect(by!.ungrouped).toBe(2);
  const { means } = by!.tables.find(({ column }) => column === "n")!;
  expect(means!.everyone).toBeCloseTo(30, 12);
  expect(means!.by_group).toEqual([15, 60]);
  expect(means!.indices).toEqual([50, 200]);
  const drawn = await segment(["profile", "by.csv", "--by", "g", "--columns", "n"], { cwd });
  expect(drawn.stdout).toContain("2 rows have no g, and count nowhere below");
});

test("telephone numbers with and without their country are one, and the next command names the country", async () => {
  const number = (i: number): string => `6 12 34 5${Math.floor(i / 10)} 0${i % 10}`;
  // Each of 20 numbers stands twice: as +33 and with 0.
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 2 === 0 ? "+33 " : "0"}${number(i >> 1)}`);
  put("tel.csv", `id,tel\n${rows.join("\n")}\n`);
  const found = await profile("tel.csv");
  expect(found.duplicates.keys.find(({ values }) => values === 20)).toMatchObject({ values: 20, rows: 40 });
  expect(problem(found, "tel", "mixed-formats")).toContain("20 numbers with the country in front (+33 …), 20 without");
  expect(found.next.find(({ run }) => run.startsWith("segment dedupe"))!.run).toContain("--key tel --country FR");
  put("one.csv", `id,tel\n${rows.filter((_, i) => i % 2 === 0).join("\n")}\n`);
  expect(problem(await profile("one.csv"), "tel", "mixed-formats")).toBeUndefined();
});

test("first and last days that stand for none are both told, and emptied in their column alone", async () => {
  const day = (i: number): string =>
    i % 10 === 0 ? "9999-12-31" : i % 10 === 1 ? "1900-01-01" : `2024-0${1 + (i % 9)}-15`;
  put("days.csv", `id,d\n${Array.from({ length: 40 }, (_, i) => `${i},${day(i)}`).join("\n")}\n`);
  const found = await profile("days.csv");
  expect(problem(found, "d", "sentinels")).toBe("1900-01-01 and 9999-12-31 most likely stand for no date");
  expect(found.next.find(({ run }) => run.startsWith("segment clean"))!.run).toContain(
    "--null d=1900-01-01,d=9999-12-31",
  );
});

test("line breaks inside are no outer spaces, and words for nothing are told from empty cells", async () => {
  const note = (i: number): string =>
    i < 10 ? '"line\nbreak"' : i < 20 ? "N/A" : i < 25 ? "" : i < 27 ? " x" : "fine";
  put("notes.csv", `id,note\n${Array.from({ length: 40 }, (_, i) => `${i},${note(i)}`).join("\n")}\n`);
  const found = await profile("notes.csv");
  expect(problem(found, "note", "line-breaks")).toBe("10 values with a line break inside, which clean makes a space");
  expect(problem(found, "note", "outer-spaces")).toBe("2 values with odd or outer spaces");
  expect(found.columns[1]!.missing).toBe(15);
  expect(problem(found, "note", "high-missing")).toContain("5 empty cells, 10 words for nothing");
});

test("a text that was read in the wrong encoding says whether an option or the file did it", async () => {
  put("utf8.csv", `id,nom\n${Array.from({ length: 30 }, (_, i) => `${i},Hélène${i % 3}`).join("\n")}\n`);
  expect(problem(await profile("utf8.csv", "--encoding", "cp1252"), "nom", "encoding-damage")).toContain(
    "look at the file without --encoding cp1252",
  );
  put("twice.csv", `id,nom\n${Array.from({ length: 30 }, (_, i) => `${i},HÃ©lÃ¨ne${i % 3}`).join("\n")}\n`);
  expect(problem(await profile("twice.csv"), "nom", "encoding-damage")).toContain("the file itself holds them so");
});

test("measures of a rollup that are called first and last are no names of people", async () => {
  put("events.csv", "client,d,channel\nc1,2024-01-01,web\nc1,2024-02-01,app\nc2,2024-01-05,web\n");
  const measures = "  first: { first: channel }\n  last: { last: channel }\n  n: { count: rows }\n";
  put("r.yaml", `customer: client\ntime: d\nas_of: 2024-03-01\nmeasures:\n${measures}`);
  const run = await segment(["ingest", "events.csv", "--rollup", "r.yaml", "-o", "o.csv", "--json"], { cwd });
  expect(run.code, run.stderr).toBe(0);
  const { columns } = JSON.parse(run.stdout) as {
    columns: readonly { column?: string; name?: string; role: string }[];
  };
  expect(columns.map(({ role }) => role)).not.toContain("last-name");
  expect(columns.map(({ role }) => role)).not.toContain("first-name");
});
