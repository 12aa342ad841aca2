import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment, shell, terminal, type Run } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const run = (words: readonly string[]): Promise<Run> => segment(["export", ...words], { cwd });
/** The first field of every row of a file. */
const ids = (name: string): string =>
  read(name)
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(",")[0])
    .join("");

interface ExportJson {
  readonly input: { rows: number; used: number; quarantined: number };
  readonly removed: number;
  readonly output: { rows: number };
  readonly warnings: { code: string; message: string }[];
  readonly funnel: Record<string, number>;
  readonly consent: Record<string, unknown> | null;
  readonly suppressed: Record<string, number> | null;
  readonly escaped: number | null;
  readonly unhashed: number | null;
  readonly files: { file: string; segment: string | number; rows: number }[] | null;
  readonly columns: { column: string; from: string; form: string }[];
}

async function json(words: readonly string[]): Promise<ExportJson> {
  const { code, stdout, stderr } = await run([...words, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as ExportJson;
}

const sha256 = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");

// Rows: a yes; b no; c unclear; d consent missing; e suppressed; f e-mail missing; g e-mail invalid; h in no segment; i yes.
const rows = [
  "a,Ann@Inbox.example,yes,1,1.50,007,0.1",
  "b,bob@inbox.example,no,1,-2,008,0.2",
  "c,cy@inbox.example,perhaps,2,3,009,0.3",
  "d,di@inbox.example,,2,4,010,0.4",
  "e, EVE@inbox.example ,yes,2,5,011,0.5",
  "f,,yes,3,6,012,0.6",
  "g,gus@,yes,3,7,013,0.7",
  "h,hal@inbox.example,yes,0,8,014,0.8",
  "i,ida@inbox.example,yes,3,9,015,0.9",
];
const header = "id,email,consent_email,segment,spent,code,spent_scaled";

beforeAll(() => {
  put("t.csv", `${header}\n${rows.join("\n")}\n`);
  put("list.csv", "who\neve@inbox.example\nnobody@inbox.example\n");
});

test("without options the table is copied as it is, but for scaled columns, and consent is spoken of", async () => {
  const report = await json(["t.csv", "-o", "plain.csv"]);
  const expected = [header, ...rows].map((line) => line.slice(0, line.lastIndexOf(",")));
  expect(read("plain.csv")).toBe(`${expected.join("\n")}\n`);
  expect(report).toMatchObject({
    schema: "segment/export@1",
    removed: 0,
    output: { rows: 9 },
    consent: null,
    suppressed: null,
    escaped: null,
    files: null,
    left_out: [{ column: "spent_scaled", reason: "scaled" }],
  });
  expect(report.warnings).toHaveLength(1);
  expect(report.warnings[0]).toMatchObject({ code: "consent-not-applied" });
  expect(report.warnings[0]!.message).toContain("--consent consent_email");
});

test("rows leave by filter, then consent, then suppression, and each is counted once", async () => {
  const words = ["--filter", "spent >= 1", "--consent", "consent_email", "--suppress", "list.csv"];
  const report = await json(["t.csv", ...words, "-o", "funnel.csv"]);
  // b is left out by the filter before its no is asked.
  expect(ids("funnel.csv")).toBe("ahi");
  expect(report).toMatchObject({
    input: { rows: 9, used: 9, quarantined: 0 },
    removed: 6,
    output: { rows: 3 },
    warnings: [],
    funnel: { rows: 9, filtered: 1, unassigned: 0, no_consent: 2, unchecked: 2, suppressed: 1, out: 3 },
    consent: { columns: ["consent_email"], yes: 6, no: 0, unclear: 1, missing: 1 },
    suppressed: { listed: 2, unreadable: 0, matched: 1, unchecked: 2 },
  });
});

test("digests suppress as the addresses do", async () => {
  put("digests.txt", `${sha256("eve@inbox.example").toUpperCase()}\n`);
  await json(["t.csv", "--suppress", "list.csv", "-o", "by-address.csv"]);
  await json(["t.csv", "--suppress", "digests.txt", "-o", "by-digest.csv"]);
  expect(ids("by-address.csv")).toBe("abcdhi");
  expect(read("by-digest.csv")).toBe(read("by-address.csv"));
});

test("several consents must all say yes; one no outweighs what is unclear", async () => {
  put("two.csv", "id,sms,mail\na,1,OUI\nb,0,maybe\nc,maybe,\nd,,yes\ne,TRUE,non\n");
  const report = await json(["two.csv", "--consent", "sms", "--consent", "mail", "-o", "two-out.csv"]);
  expect(ids("two-out.csv")).toBe("a");
  expect(report.consent).toEqual({ columns: ["sms", "mail"], yes: 1, no: 2, unclear: 1, missing: 1 });
});

describe("a folder of segments", () => {
  test("has a file per segment and a manifest of what is in it", async () => {
    const report = await json(["t.csv", "--per-segment", "folder"]);
    expect(readdirSync(join(cwd, "folder")).sort()).toEqual([
      "manifest.json",
      "segment-1.csv",
      "segment-2.csv",
      "segment-3.csv",
    ]);
    expect(["1", "2", "3"].map((k) => ids(`folder/segment-${k}.csv`))).toEqual(["ab", "cde", "fgi"]);
    expect(report).toMatchObject({ removed: 1, funnel: { unassigned: 1, out: 8 } });
    expect(report.files).toEqual([
      { file: "segment-1.csv", segment: 1, rows: 2 },
      { file: "segment-2.csv", segment: 2, rows: 3 },
      { file: "segment-3.csv", segment: 3, rows: 3 },
    ]);
    const manifest = JSON.parse(read("folder/manifest.json")) as {
      files: { file: string; rows: number; sha256: string }[];
    };
    expect(manifest.files).toHaveLength(3);
    for (const { file, rows: count, sha256: digest } of manifest.files) {
      expect(digest).toBe(sha256(readFileSync(join(cwd, "folder", file))));
      expect(count).toBe(ids(`folder/${file}`).length);
    }
  });

  test("is replaced as a whole, so that yesterday's segment does not linger", async () => {
    await json(["t.csv", "--per-segment", "nightly", "--with-unassigned"]);
    expect(readdirSync(join(cwd, "nightly"))).toContain("segment-0.csv");
    expect(ids("nightly/segment-0.csv")).toBe("h");
    await json(["t.csv", "--per-segment", "nightly", "--filter", "segment in 1,2", "--format", "ndjson"]);
    expect(readdirSync(join(cwd, "nightly")).sort()).toEqual(["manifest.json", "segment-1.ndjson", "segment-2.ndjson"]);
  });

  test("stays as it was when no row is left, and the exit code says so", async () => {
    await json(["t.csv", "--per-segment", "kept"]);
    const before = read("kept/manifest.json");
    const none = await run(["t.csv", "--per-segment", "kept", "--filter", "spent > 100"]);
    expect(none).toMatchObject({ code: 3, stdout: "" });
    expect(none.stderr).toMatch(/^segment: no row is left to write: filter: spent > 100 \(9 rows\); [^\n]+\n$/);
    expect(read("kept/manifest.json")).toBe(before);
  });

  test("with a file that is not ours is refused", async () => {
    mkdirSync(join(cwd, "foreign"));
    put("foreign/notes.txt", "mine");
    expect((await run(["t.csv", "--per-segment", "foreign"])).code).toBe(4);
    expect(readdirSync(join(cwd, "foreign"))).toEqual(["notes.txt"]);
  });

  test("takes its names from words, and the renamed column stays the column of segments", async () => {
    put("words.csv", "id,rfm_segment\na,Can't lose\nb,Fidèles\nc,\nd,Fidèles\n");
    const report = await json([
      "words.csv",
      "--per-segment",
      "words",
      "--name",
      "rfm_segment",
      "--rename",
      "rfm_segment=group",
    ]);
    expect(report.files?.map(({ file, segment: name }) => [file, name])).toEqual([
      ["segment-can-t-lose.csv", "Can't lose"],
      ["segment-fideles.csv", "Fidèles"],
    ]);
    expect(read("words/segment-fideles.csv")).toBe("id,group\nb,Fidèles\nd,Fidèles\n");
  });
});

test("numbers keep their type in Parquet and NDJSON under a new name, codes stay text", async () => {
  const words = ["--columns", "spent,code,spent_scaled", "--rename", "spent=amount"];
  await json(["t.csv", ...words, "-o", "typed.ndjson"]);
  expect(JSON.parse(read("typed.ndjson").split("\n")[0]!)).toEqual({ amount: 1.5, code: "007", spent_scaled: 0.1 });
  await json(["t.csv", ...words, "-o", "typed.parquet"]);
  const { stdout } = await segment(["ingest", "typed.parquet", "--json"], { cwd });
  const { columns } = JSON.parse(stdout) as { columns: { name: string; type: string }[] };
  expect(columns.map(({ name, type }) => [name, type])).toEqual([
    ["amount", "number"],
    ["code", "text"],
    ["spent_scaled", "number"],
  ]);
  // From Parquet it goes out as it came in.
  await json(["typed.parquet", "--columns", "*,*_scaled", "-o", "again.parquet"]);
  expect(readFileSync(join(cwd, "again.parquet")).equals(readFileSync(join(cwd, "typed.parquet")))).toBe(true);
});

test("the hash of an address is what Python's hashlib gives, and the address itself stays at home", async () => {
  const reference = new URL("../../fixtures/reference/export/email-sha256.json", import.meta.url);
  const { digests } = JSON.parse(readFileSync(reference, "utf8")) as { digests: { address: string; sha256: string }[] };
  put("mails.csv", `n,mail\n${digests.map(({ address }, i) => `${i},"${address}"\n`).join("")}x,\ny,nobody at all\n`);
  const report = await json(["mails.csv", "--hash-email", "-o", "hashed.csv"]);
  const lines = digests.map(({ sha256: digest }, i) => `${i},${digest}\n`).join("");
  expect(read("hashed.csv")).toBe(`n,email_sha256\n${lines}x,\ny,\n`);
  expect(report).toMatchObject({ unhashed: 2, left_out: [{ column: "mail", reason: "hashed" }] });
  expect(report.warnings).toEqual([
    { code: "unhashed", message: "2 rows have no valid address in mail, and so no hash of one" },
  ]);
  await json(["mails.csv", "--hash-email", "--columns", "mail", "-o", "both.csv"]);
  expect(read("both.csv").split("\n")[0]).toBe("mail,email_sha256");
});

test("a second column of addresses that goes out unchecked, or in plain beside a hash, is told", async () => {
  put("pair.csv", "a,b\nx@inbox.example,y@inbox.example\n");
  expect((await run(["pair.csv", "--hash-email", "-o", "pair-out.csv"])).stderr).toContain("a, b all hold e-mail");
  const report = await json(["pair.csv", "--hash-email", "--email", "a", "-o", "pair-out.csv"]);
  expect(report.warnings).toEqual([
    { code: "other-addresses", message: "b also holds e-mail addresses, and goes out in plain" },
  ]);
  const checked = await json(["pair.csv", "--suppress", "list.csv", "--email", "a", "-o", "pair-out.csv"]);
  expect(checked.warnings[0]!.message).toContain("b also holds e-mail addresses, and was not compared with");
  const without = ["--suppress", "list.csv", "--email", "a", "--exclude", "b"];
  expect((await json(["pair.csv", ...without, "-o", "pair-out.csv"])).warnings).toEqual([]);
});

test("a spreadsheet gets no formula, neither in cells nor in names", async () => {
  put("cells.csv", '=id,name,note,phone\na,"=HYPERLINK(""x"")",-5,+33612345678\nb,"@x, y",n/a,+1 (2)\n');
  const report = await json(["cells.csv", "--spreadsheet", "-o", "cells-out.csv"]);
  expect(read("cells-out.csv")).toBe(
    `'=id,name,note,phone\na,"'=HYPERLINK(""x"")",-5,+33612345678\nb,"'@x, y",n/a,'+1 (2)\n`,
  );
  expect(report.escaped).toBe(3);
});

describe("what would have no effect, or is not said, is refused before anything is written", () => {
  test.each([
    [["--require-consent"], 2, "consent is required"],
    [["--columns", "id", "--exclude", "id"], 2, "no column is left"],
    [["--consent", "consent"], 2, "no column consent"],
    [["--filter", "spnt > 1"], 2, "did you mean spent?"],
    [["--filter", "spent > 1 and id = a"], 2, "within a value"],
    [["--name", "segment"], 2, "--name has no effect without --per-segment"],
    [["--with-unassigned"], 2, "--with-unassigned has no effect"],
    [["--suppress-column", "who"], 2, "--suppress-column has no effect"],
    [["--suppress-lenient"], 2, "--suppress-lenient has no effect"],
    [["--email", "email"], 2, "--email has no effect"],
    [["--spreadsheet", "--format", "parquet"], 2, "--spreadsheet is for CSV"],
    [["--per-segment", "dir"], 2, "--per-segment writes a folder, and --output a file"],
    [["--rename", "spent=code"], 2, "two columns the name code"],
    [["--suppress", "nowhere.csv"], 3, "no such file"],
    [["--suppress", "out.csv"], 2, "--output names a file that is being read"],
    [["--explain", "--quarantine", "q.csv"], 2, "--quarantine would have no effect"],
  ])("%j ends in %i: %s", async (words, code, message) => {
    const result = await run(["t.csv", "-o", "out.csv", ...words]);
    expect(result).toMatchObject({ code, stdout: "" });
    expect(result.stderr).toContain(message);
    expect(existsSync(join(cwd, "out.csv"))).toBe(false);
    expect(existsSync(join(cwd, "dir"))).toBe(false);
  });

  test("--require-consent also without a column of consent, and not with --consent", async () => {
    put("bare.csv", "id,x\na,1\nb,2\n");
    const bare = await run(["bare.csv", "--require-consent", "-o", "bare-out.csv"]);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain("the table has no column that says so");
    await json(["t.csv", "--require-consent", "--consent", "consent_email", "-o", "required.csv"]);
    expect(ids("required.csv")).toBe("aefghi");
  });

  test("a table without a column segment has no files of segments", async () => {
    put("bare.csv", "id,x\na,1\nb,2\n");
    const bare = await run(["bare.csv", "--per-segment", "bare"]);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain("--per-segment needs a column of segments (--name COL)");
  });
});

describe("the same bytes", () => {
  const many = Array.from({ length: 300_000 }, (_, i) => {
    const mail = i % 11 === 0 ? "" : `k${i}@inbox.example`;
    return `${i},${mail},${i % 3 === 0 ? "no" : "yes"},${(i * 7) % 5},${(i % 1000) / 4}`;
  });

  beforeAll(() => {
    put("many.csv", `id,email,consent_email,segment,spent\n${many.join("\n")}\n`);
    put("many-list.csv", `${many.flatMap((_, i) => (i % 4 === 1 ? [`K${i}@inbox.example`] : [])).join("\n")}\n`);
  });

  test.each(["csv", "parquet", "ndjson"])(
    "for any number of threads, rows in the order of the input: %s",
    async (format) => {
      const words = [
        "many.csv",
        "--consent",
        "consent_email",
        "--suppress",
        "many-list.csv",
        "--filter",
        "spent >= 10",
      ];
      for (const threads of ["1", "2"]) {
        const settings = ["--threads", threads, "--format", format, "-q"];
        expect((await run([...words, ...settings, "--per-segment", `many-${threads}`])).code).toBe(0);
        expect((await run([...words, ...settings, "-o", `many-${threads}.${format}`])).code).toBe(0);
      }
      expect(read("many-1/manifest.json")).toBe(read("many-2/manifest.json"));
      const [one, two] = ["1", "2"].map((threads) => readFileSync(join(cwd, `many-${threads}.${format}`)));
      expect(one!.equals(two!)).toBe(true);
      if (format !== "csv") return;
      const wanted = many.filter((_, i) => i % 3 !== 0 && i % 11 !== 0 && i % 4 !== 1 && i % 1000 >= 40);
      expect(one!.toString("utf8")).toBe(`id,email,consent_email,segment,spent\n${wanted.join("\n")}\n`);
      const third = wanted.filter((line) => line.split(",")[3] === "3");
      expect(read("many-1/segment-3.csv")).toBe(`id,email,consent_email,segment,spent\n${third.join("\n")}\n`);
    },
  );
}, 120_000);

test("what --explain prints gives, in another engine, the rows that are written", async () => {
  const words = [
    "t.csv",
    "--consent",
    "consent_email",
    "--suppress",
    "list.csv",
    "--hash-email",
    "--rename",
    "spent=x",
  ];
  await json([...words, "-o", "explained.csv"]);
  const { code, stdout } = await run([...words, "--explain", "-o", "untouched.csv"]);
  expect(code).toBe(0);
  expect(existsSync(join(cwd, "untouched.csv"))).toBe(false);
  expect(await inAnotherEngine(stdout)).toBe(read("explained.csv"));
  const split = await run([...words, "--explain", "--per-segment", "untouched"]);
  const byFile = await inAnotherEngine(split.stdout);
  await json([...words, "--per-segment", "explained"]);
  const expected = ["1", "3"].flatMap((k) =>
    read(`explained/segment-${k}.csv`)
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => `segment-${k}.csv,${line}`),
  );
  expect(byFile.trimEnd().split("\n").slice(1)).toEqual(expected);
});

/** Runs SQL in a DuckDB of its own and gives the last result as CSV. */
async function inAnotherEngine(script: string): Promise<string> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(
    script.replaceAll("'t.csv'", `'${cwd}/t.csv'`).replaceAll("'list.csv'", `'${cwd}/list.csv'`),
  );
  const lines = [reader.columnNames(), ...reader.getRows()];
  connection.closeSync();
  instance.closeSync();
  return lines.map((line) => `${line.map((cell) => (cell === null ? "" : String(cell))).join(",")}\n`).join("");
}

test("in a pipe the table goes on and the report to standard error", async () => {
  const line = "cat t.csv | segment export --consent consent_email --columns id,segment | cat";
  const { stdout, stderr } = await shell(line, { cwd });
  expect(stdout).toBe("id,segment\na,1\ne,2\nf,3\ng,3\nh,0\ni,3\n");
  expect(stderr).toContain("rows: 9 in = 6 out + 3 removed");
});

test("at a terminal the funnel and the files are read at a glance", async () => {
  const line =
    "segment export t.csv --per-segment glance --consent consent_email --suppress list.csv --no-color 2> errors.txt";
  const { code, stdout } = await terminal(line, 80, { cwd });
  expect(code).toBe(0);
  expect(stdout).toBe(
    [
      "export · 2 of 9 rows · 6 columns · 2 files",
      "",
      "rows that go out",
      "step                                          removed  left",
      "rows in                                                   9",
      "in no segment                                      -1     8",
      "no consent: a clear no in consent_email            -1     7",
      "no consent: not a clear yes                        -1     6",
      "no consent: missing                                -1     5",
      "without a valid e-mail, so not to be checked       -2     3",
      "on the suppression list                            -1     2",
      "",
      "files",
      "file           rows  share",
      "segment-1.csv     1  50.0% █████████",
      "segment-3.csv     1  50.0% █████████",
      "left out, for models only: spent_scaled; --columns would take them by name",
      "rows: 9 in = 2 out + 7 removed",
      "",
    ].join("\n"),
  );
});

test("rows that could not be read are accounted for beside those removed", async () => {
  put("ragged.csv", "id,email,consent_email\na,x@inbox.example,yes\nb,y@inbox.example\nc,z@inbox.example,no\n");
  const report = await json(["ragged.csv", "--consent", "consent_email", "--quarantine", "q.csv", "-o", "r.csv"]);
  expect(report).toMatchObject({ input: { rows: 3, used: 2, quarantined: 1 }, removed: 1, output: { rows: 1 } });
});

test("a yes to being unsubscribed is no consent", async () => {
  writeFileSync(join(cwd, "refusals.csv"), "id,unsubscribed,opt_out_email\n1,yes,0\n2,no,1\n3,,0\n");
  for (const column of ["unsubscribed", "opt_out_email"]) {
    const refused = await run(["refusals.csv", "--consent", column, "-o", "kept.csv"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("a yes there is a refusal");
    expect(existsSync(join(cwd, "kept.csv"))).toBe(false);
  }
  const said = await run(["refusals.csv", "-o", "all.csv", "--json"]);
  expect((JSON.parse(said.stdout) as { warnings: unknown }).warnings).toMatchObject([{ code: "consent-not-applied" }]);
  expect((await run(["refusals.csv", "--filter", "unsubscribed = no", "-o", "kept.csv", "-q"])).code).toBe(0);
  expect(readFileSync(join(cwd, "kept.csv"), "utf8")).toBe("id,unsubscribed,opt_out_email\n2,no,1\n");
});
