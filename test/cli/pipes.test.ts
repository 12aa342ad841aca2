import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { program, scratch, segment, shell } from "./run-segment.ts";

const cwd = scratch();
const place = (name: string): string => join(cwd, name);
const put = (name: string, text: string): void => writeFileSync(place(name), text);
const read = (name: string): string => readFileSync(place(name), "utf8");
const run = (line: string): ReturnType<typeof shell> => shell(`${line}; echo "codes \${PIPESTATUS[*]}"`, { cwd });

put(
  "codes.csv",
  "customer_id,postcode,amount,since\n007,01000,1.50,2024-02-01\n008,75001,NA,2024-02-03\n009,13001,3,\n",
);
const marks = `/dev/shm/segment-pipes-${process.getuid?.() ?? 0}`;

test("types travel beside a plain CSV stream: what was text stays text, what was a number is one", async () => {
  // Strings of Parquet are text for good, and read again from CSV they would look like numbers and dates.
  const made = await run(
    "segment ingest codes.csv -q -o codes.parquet && segment ingest codes.parquet -q | segment ingest --json",
  );
  expect(made.stderr).toBe("");
  const report = JSON.parse(made.stdout.split("\ncodes ")[0]!) as { columns: { column: string; type: string }[] };
  expect(report).toMatchObject({
    input: { rows: 3 },
    columns: [
      { name: "customer_id", type: "text", why: "as its sender states" },
      { name: "postcode", type: "text" },
      { name: "amount", type: "number" },
      { name: "since", type: "date" },
    ],
  });
});

test("a row that holds nothing is a row of what a stage has sent", async () => {
  put("open.ndjson", '{"a":"x","b":"y"}\n{"a":null,"b":null}\n{"a":"z","b":null}\n');
  const made = await run("segment ingest open.ndjson -q | segment ingest --json");
  expect(JSON.parse(made.stdout.split("\ncodes ")[0]!)).toMatchObject({ input: { rows: 3, quarantined: 0 } });
});

test("the stream itself is the CSV that a file would hold", async () => {
  expect((await segment(["ingest", "codes.csv", "-q", "-o", "file.csv"], { cwd })).code).toBe(0);
  const piped = await shell("segment ingest codes.csv -q | cat", { cwd });
  expect(piped.stdout).toBe(read("file.csv"));
});

test("a table of one column and one without a digit keep their header through a pipe", async () => {
  put("one.csv", "name\nAnn\nBob\n");
  put("words.csv", "name,city\nAnn,Paris\nBob,Rome\n");
  expect((await shell("segment ingest one.csv -q | segment ingest -q | cat", { cwd })).stdout).toBe(read("one.csv"));
  expect((await shell("segment ingest words.csv -q | segment ingest -q | cat", { cwd })).stdout).toBe(
    read("words.csv"),
  );
});

test("a column that can be read in two ways is still open behind a pipe, and is settled there", async () => {
  put("open.csv", "id,a;b,when\n1,x,01/02/2024\n2,y,03/04/2024\n");
  const assigned = "segment cluster open.csv --columns id --k 2 -q";
  const open = await run(`${assigned} | segment ingest`);
  expect(open.stdout).toContain("codes 0 3");
  expect(open.stderr).toContain("can be read in two ways");
  const settled = await shell(`${assigned} | segment ingest --dates when=dmy -q | cat`, { cwd });
  expect(settled.stdout).toContain("2024-02-01");
});

describe("a stage that fails ends every stage behind it in its own code, and nothing is written", () => {
  test.each([
    ["bad input", "segment ingest missing.csv", 3, "segment ingest failed (exit 3)"],
    ["an unknown option", "segment ingest codes.csv --frm csv", 2, "segment ingest failed (exit 2)"],
    ["an unknown command", "segment ingst codes.csv", 2, "segment ingst failed (exit 2)"],
  ])("%s", async (_, first, code, message) => {
    put("out.csv", "the old file\n");
    const { stdout, stderr } = await run(`${first} -q | segment ingest -q | segment ingest -q -o out.csv`);
    expect(stdout).toBe(`codes ${code} ${code} ${code}\n`);
    expect(stderr.match(new RegExp(message.replaceAll(/[()]/g, "\\$&"), "g"))).toHaveLength(2);
    expect(read("out.csv")).toBe("the old file\n");
  });

  test("the first of several failures is named", async () => {
    const { stdout, stderr } = await run(
      "segment ingest codes.csv -q | segment cluster --columns amont -q | segment ingest -q | segment ingest -o out2.csv",
    );
    expect(stdout).toBe("codes 0 2 2 2\n");
    expect(stderr.match(/segment cluster failed \(exit 2\)/g)).toHaveLength(2);
    expect(existsSync(place("out2.csv"))).toBe(false);
  });

  test("a killed stage: 4", async () => {
    const held = `mkfifo held; { "${process.execPath}" "${program}" ingest held -q & echo $! >pid; wait; }`;
    const line = `${held} | segment ingest -q -o out3.csv & sleep 1; kill -9 $(cat pid); wait $!; echo "code $?"`;
    const killed = await shell(line, { cwd });
    expect(killed.stdout).toContain("code 4\n");
    expect(killed.stderr).toContain("segment ingest was killed before it had ended");
    expect(existsSync(place("out3.csv"))).toBe(false);
  });
});

test("a report in the place of a table is refused", async () => {
  const { stdout, stderr } = await run("segment ingest codes.csv --json | segment ingest -o out4.csv");
  expect(stdout).toBe("codes 0 3\n");
  expect(stderr).toContain("has sent no table");
});

test("a stream that something else writes to or reads from is not whole", async () => {
  const more = await run("(segment ingest codes.csv -q; echo 010,1,2,) | segment ingest -q -o out5.csv");
  expect(more.stdout).toBe("codes 0 3\n");
  expect(more.stderr).toMatch(/segment ingest has sent \d+ bytes and \d+ came/);
  const less = await run("segment ingest codes.csv -q | (read -r header; segment ingest -q -o out5.csv)");
  expect(less.stdout).toBe("codes 0 3\n");
  expect(existsSync(place("out5.csv"))).toBe(false);
});

describe("several writers on one pipe", () => {
  test.each([
    [
      "one after the other",
      "(segment ingest codes.csv -q; segment ingest codes.csv -q)",
      3,
      "several segment processes",
    ],
    [
      "a failure before",
      "(segment ingest missing.csv -q; segment ingest codes.csv -q)",
      3,
      "segment ingest failed (exit 3)",
    ],
    ["a failure behind", "(segment ingest codes.csv -q; segment ingest --bad -q)", 2, "segment ingest failed (exit 2)"],
  ])("%s", async (_, writers, code, message) => {
    const { stdout, stderr } = await run(`${writers} | segment ingest -q -o several.csv`);
    expect(stdout).toMatch(new RegExp(`codes \\d ${code}\n`));
    expect(stderr).toContain(message);
    expect(existsSync(place("several.csv"))).toBe(false);
  });
});

test("a pipe with a name is plain text: it outlives its writers", async () => {
  const line =
    "mkfifo named; segment ingest codes.csv -q >named & cat <named >/dev/null; wait; cat codes.csv >named & segment ingest -q <named | cat";
  const { stdout, stderr } = await shell(line, { cwd });
  expect(stderr).toBe("");
  expect(stdout).toContain("007,01000,1.50,2024-02-01\n");
});

test("options that would have the stream read otherwise are refused", async () => {
  const { stderr, stdout } = await run("segment ingest codes.csv -q | segment ingest --delimiter ';' --no-header -q");
  expect(stdout).toBe("codes 0 2\n");
  expect(stderr).toContain("so --delimiter, --no-header has no effect");
});

test("behind another program the stream is plain text, sniffed like any other", async () => {
  const { stdout } = await run("segment ingest codes.csv -q | cat | segment ingest --delimiter , -q");
  expect(stdout).toContain("007,01000,1.50,2024-02-01\n");
  expect(stdout).toContain("codes 0 0 0\n");
});

test("Parquet in a pipe is counted too", async () => {
  const { stdout } = await run("segment ingest codes.csv -q --format parquet | segment ingest -q");
  expect(stdout).toContain("007,01000,1.5,2024-02-01\n");
  const failed = await run("segment ingest missing.csv -q --format parquet | segment ingest -q -o out6.csv");
  expect(failed.stdout).toBe("codes 3 3\n");
});

describe("a table that is handed over as a file", () => {
  const tmp = join(cwd, "tmp");
  const chain = "segment ingest codes.csv -q | segment ingest -q";

  test("gives what the same text through a pipe gives, and leaves nothing behind", async () => {
    mkdirSync(tmp);
    const handed = await shell(`${chain} | segment ingest -q | cat`, { cwd, env: { TMPDIR: tmp } });
    const piped = await shell(`${chain} | cat | segment ingest -q | cat`, { cwd, env: { TMPDIR: tmp } });
    expect(handed.stdout).toBe(piped.stdout);
    expect(handed.stdout).toContain("007,01000,1.50,2024-02-01\n");
    expect(readdirSync(tmp)).toEqual([]);
  });

  test("keeps empty texts, nulls, quotes, line breaks and names that differ only in case", async () => {
    put("odd.csv", 'a,A,"b ""c"",d"\n"",,"x\ny"\n,"q""q",é\n');
    const through = await shell("segment ingest odd.csv -q | segment ingest -q | segment ingest -q | cat", { cwd });
    expect(through.stdout).toBe((await shell("segment ingest odd.csv -q | cat", { cwd })).stdout);
  });

  test("a late reader, which gets text, writes the same Parquet and JSON as one that gets the file", async () => {
    const { DuckDBInstance } = await import("@duckdb/node-api");
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    await connection.run(`copy (
      select
        1234567890123456.78::decimal(20, 2) as money, 7::tinyint as small, 0.1::float as single, i / 3 as third,
        case when i = 1 then 'nan'::double else i end as gap, 170141183460469231731687303715884105727 as huge,
        date '2024-02-29' as day, timestamp '2024-02-29 10:00:00.25' as time, i = 1 as yes, '007' as code, '' as nothing
      from range(3) as r(i)
    ) to '${place("types.parquet")}' (format parquet)`);
    connection.closeSync();
    for (const ending of ["parquet", "ndjson", "csv"]) {
      const reading = `segment ingest -q -o`;
      await shell(`segment ingest types.parquet -q | ${reading} early.${ending}`, { cwd });
      await shell(`segment ingest types.parquet -q | (sleep 1.5; ${reading} late.${ending})`, { cwd });
      expect(readFileSync(place(`late.${ending}`)).equals(readFileSync(place(`early.${ending}`))), ending).toBe(true);
    }
  }, 60_000);

  test("a reader that stops on an option takes its word back, and the writer ends quietly", async () => {
    const { stdout } = await run("segment ingest codes.csv -q | segment ingest --delimiter ';' -q");
    expect(stdout).toBe("codes 0 2\n");
    expect(existsSync(tmp) ? readdirSync(tmp) : []).toEqual([]);
  });
});

test("a mark is taken away by its reader", async () => {
  const before = new Set(existsSync(marks) ? readdirSync(marks) : []);
  await run("segment ingest codes.csv -q | segment ingest -q -o out7.csv");
  const left = readdirSync(marks).filter((name) => !before.has(name));
  // Other tests run beside this one: whatever mark is new must be of a process that lives.
  const stale = left.filter((name) => {
    // One that is taken away meanwhile is no more.
    const text = readIfThere(join(marks, name));
    return text !== null && !existsSync(`/proc/${(JSON.parse(text) as { pid: number }).pid}`);
  });
  expect(stale).toEqual([]);
});

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
