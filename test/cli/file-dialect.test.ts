import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { scratch, segment } from "./run-segment.ts";

const folder = scratch();
const run = (...words: string[]) => segment(words, { cwd: folder });
const write = (name: string, text: string): void =>
  writeFileSync(join(folder, name), Buffer.from(text.replaceAll("é", "\xe9"), "latin1"));

const night =
  "Export du 12/03/2024\n\nid;nom;montant;date\n1;Ann;12,5;13/01/2024\n2;Bob;1 234,56;02/03/2024\n3;Zoé;7;05/06/2024\n\nTotal;;1 254,06;\n";
const table = "id,nom,montant,date\n1,Ann,12.5,2024-01-13\n2,Bob,1234.56,2024-03-02\n3,Zoé,7,2024-06-05\n";

async function saved(name: string): Promise<string> {
  write("night.csv", night);
  const made = await run("ingest", "night.csv", "--save-dialect", name, "-o", "night-out.csv", "-q");
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(folder, "night-out.csv"), "utf8")).toBe(table);
  return readFileSync(join(folder, name), "utf8");
}

test("a dialect file holds all that was decided, as YAML or JSON by its name", async () => {
  const dialect: unknown = parse(await saved("crm.yaml"));
  expect(dialect).toEqual({
    schema: "segment/file-dialect@1",
    format: "csv",
    encoding: "cp1252",
    text: {
      delimiter: ";",
      quote: '"',
      escape: "double",
      lineEnding: "lf",
      skipLines: 2,
      headerRows: 1,
      footerLines: 1,
      trailingDelimiter: false,
    },
    settled: [],
    columns: [
      { name: "id", reading: { type: "integer", decimal: ".", thousands: "" } },
      { name: "nom", reading: { type: "text" } },
      { name: "montant", reading: { type: "number", decimal: ",", thousands: " " } },
      { name: "date", reading: { type: "date", order: "dmy", format: "%d/%m/%Y" } },
    ],
  });
  expect(JSON.parse(await saved("crm.json"))).toEqual(dialect);
});

test("a file that fits is read as it says, though it could be read otherwise by itself", async () => {
  await saved("fits.yaml");
  // By itself 1,234 may be a whole number, and 01/02/2024 a day of January.
  write("open.csv", "Export du 13/03/2024\n\nid;nom;montant;date\n1;Ann;1,234;01/02/2024\n\nTotal;;1,234;\n");
  const read = await run("clean", "open.csv", "--dialect", "fits.yaml", "-q");
  expect([read.code, read.stdout]).toEqual([0, "id,nom,montant,date\n1,Ann,1.234,2024-02-01\n"]);
});

test.each([
  [
    "another delimiter",
    (text: string) => text.replaceAll(",", "").replaceAll(";", ","),
    "delimiter: `;` expected, `,` found",
  ],
  ["a column renamed", (text: string) => text.replace(";nom;", ";name;"), "column 2: “nom” expected, “name” found"],
  ["a column missing", (text: string) => text.replaceAll(/;[^;\n]*$/gm, ""), "columns: “date” missing"],
  ["columns in another order", (text: string) => text.replace("id;nom", "nom;id"), "order of columns: “id” expected"],
  [
    "one line more above",
    (text: string) => `Confidentiel 2024\n${text}`,
    "lines before the table: 2 expected, 3 found",
  ],
  ["no totals", (text: string) => text.replace(/\nTotal.*\n/, ""), "lines below the table: 1 expected, 0 found"],
  ["a word in a number", (text: string) => text.replace("12,5", "douze"), "“douze” is no number"],
  [
    "the other decimal mark",
    (text: string) => text.replace("12,5", "12.5"),
    "“12.5” is no number with a decimal comma",
  ],
  ["a date in another order", (text: string) => text.replace("13/01/2024", "01/13/2024"), "“01/13/2024” is no date"],
])("%s is an error that says what was expected and what was found", async (name, change, message) => {
  await saved("held.yaml");
  write("changed.csv", change(night));
  const read = await run("clean", "changed.csv", "--dialect", "held.yaml", "-q");
  expect([name, read.code, read.stdout]).toEqual([name, 3, ""]);
  expect(read.stderr).toContain("does not fit held.yaml");
  expect(read.stderr).toContain(message);
  expect(read.stderr).toContain("segment ingest changed.csv --save-dialect held.yaml");
});

test.each([
  ["fractions among whole numbers", "5\n6", "5.5\n2.500", "“5.5” is no whole number"],
  ["whole numbers with a tie", "5\n6", "1.234\n2.500", "“1.234” is no whole number"],
  ["codes", "5\n6", "6\n007", "“007” is no whole number"],
  ["years of two digits", "13/01/2024\n14/01/2024", "13/01/2024\n14/01/24", "“14/01/24” is no date written %d/%m/%Y"],
  ["years of two digits in front", "2024-01-13", "24-01-13", "“24-01-13” is no date written %Y-%m-%d"],
  ["times among dates", "2024-01-13", "2024-01-13 10:00", "“2024-01-13 10:00” is no date written"],
  ["another currency", "12,50 €\n3,00 €", "12,50 €\n13,50 $", "“13,50 $” is no number in EUR"],
  ["percentages among money", "12,50 €\n3,00 €", "12,50 €\n13,50 %", "“13,50 %” is no number in EUR"],
  [
    "shares where there were percentages",
    "12,5 %\n3 %",
    "12,5 %\n0,125",
    "“0,125” is no number with a decimal comma and a",
  ],
  ["milliseconds", "1700000000\n1700000001", "1700000000000", "“1700000000000” is no time as seconds since 1970"],
  ["another word", "oui\nnon", "oui\npeut-être", "“peut-être” is no word for yes or no"],
])(
  "%s: a value that the dialect would turn into another is an error, and goes aside alone",
  async (_, old, now, message) => {
    const file = (values: string): string =>
      `date;b\n${values
        .split("\n")
        .map((value) => `${value};x\n`)
        .join("")}`;
    const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    put("then.csv", file(old));
    expect((await run("ingest", "then.csv", "--save-dialect", "then.yaml", "-q", "-o", "then-out.csv")).code).toBe(0);
    put("now.csv", file(now));
    const read = await run("ingest", "now.csv", "--dialect", "then.yaml", "-q", "-o", "now.parquet");
    expect([read.code, read.stderr]).toEqual([3, expect.stringContaining(message)]);
    put("most.csv", file([old, old, old, now.split("\n").at(-1)].join("\n")));
    const words = ["--dialect", "then.yaml", "--quarantine", "aside.csv", "--json", "-o", "most.parquet"];
    const { code, stdout } = await run("ingest", "most.csv", ...words);
    const rows = 3 * old.split("\n").length;
    expect([code, (JSON.parse(stdout) as { input: unknown }).input]).toEqual([
      0,
      { rows: rows + 1, used: rows, quarantined: 1 },
    ]);
  },
);

test("UTF-8 where Windows-1252 was saved is an error, and plain ASCII is not", async () => {
  await saved("western.yaml");
  writeFileSync(join(folder, "utf8.csv"), night);
  const utf8 = await run("clean", "utf8.csv", "--dialect", "western.yaml", "-q");
  expect([utf8.code, utf8.stderr]).toEqual([3, expect.stringContaining("encoding: cp1252 expected, utf-8 found")]);
  writeFileSync(join(folder, "ascii.csv"), night.replace("é", "e"));
  expect((await run("clean", "ascii.csv", "--dialect", "western.yaml", "-q")).code).toBe(0);
});

test("options beside a dialect are refused, as is a file that is none", async () => {
  await saved("alone.yaml");
  const beside = await run("clean", "night.csv", "--dialect", "alone.yaml", "--delimiter", ";");
  expect([beside.code, beside.stderr]).toEqual([2, expect.stringContaining("--delimiter would have no effect")]);
  writeFileSync(join(folder, "other.yaml"), "name: x\n");
  const other = await run("clean", "night.csv", "--dialect", "other.yaml");
  expect([other.code, other.stderr]).toEqual([3, expect.stringContaining("other.yaml: is no dialect file")]);
  const text = readFileSync(join(folder, "alone.yaml"), "utf8");
  writeFileSync(join(folder, "typo.yaml"), text.replace("headerRows", "headerRow"));
  const typo = await run("clean", "night.csv", "--dialect", "typo.yaml");
  expect([typo.code, typo.stderr]).toEqual([3, expect.stringContaining("text.headerRow is unknown")]);
});

test("what the user settled stays settled", async () => {
  // Two readings of one file; the user has said which.
  write("tie.csv", "a,b;c\nx,y;z\nu,v;w\n");
  const made = await run(
    "ingest",
    "tie.csv",
    "--delimiter",
    ";",
    "--save-dialect",
    "tie.yaml",
    "-q",
    "-o",
    "tie-out.csv",
  );
  expect(made.code).toBe(0);
  const read = await run("clean", "tie.csv", "--dialect", "tie.yaml", "-q");
  expect([read.code, read.stdout]).toEqual([0, '"a,b",c\n"x,y",z\n"u,v",w\n']);
});

test("a footer is told by a warning with its line, in the row account and in JSON", async () => {
  write("footer.csv", night);
  const read = await run("ingest", "footer.csv", "--json");
  const report: unknown = JSON.parse(read.stdout);
  expect(report).toMatchObject({
    input: { rows: 4, used: 3, quarantined: 1 },
    warnings: [{ code: "footer-lines", message: expect.stringContaining("line 8 “Total;;1 254,06;”") }],
    sources: [
      {
        skipLines: 2,
        headerRows: 1,
        footerLines: 1,
        preamble: [{ line: 1, text: "Export du 12/03/2024" }],
        footer: [{ line: 8, text: "Total;;1 254,06;" }],
        rival: { delimiter: "," },
      },
    ],
  });
});

test("--skip-lines, --header-rows and --footer-lines say where the table is", async () => {
  write("given.csv", "x;y\nA;\na;b\n1;2\n3;4\nend\n");
  const words = ["--skip-lines", "1", "--header-rows", "2", "--footer-lines", "1"];
  const read = await run("clean", "given.csv", ...words, "-q");
  expect([read.code, read.stdout]).toEqual([0, "A a,A b\n1,2\n3,4\n"]);
  const clash = await run("clean", "given.csv", "--no-header", "--header-rows", "2");
  expect([clash.code, clash.stderr]).toEqual([2, expect.stringContaining("contradict")]);
});

test("a dialect knows a line of totals below any number of rows", async () => {
  const rows = (count: number): string =>
    `code;CA;Date\n${Array.from({ length: count }, (_, i) => `C${i};${i},50;13/01/2024\n`).join("")}`;
  write("few.csv", `${rows(600)}Total;1 000,00;\n`);
  write("many.csv", `${rows(1500)}Total;1 000,00;\n`);
  write("none.csv", rows(1500));
  expect((await run("ingest", "few.csv", "--save-dialect", "totals.yaml", "-q", "-o", "few-out.csv")).code).toBe(0);
  expect((await run("ingest", "none.csv", "--save-dialect", "plain.yaml", "-q", "-o", "none-out.csv")).code).toBe(0);
  const fits = await run("ingest", "many.csv", "--dialect", "totals.yaml", "-q", "-o", "many-out.csv");
  expect([fits.code, fits.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(folder, "many-out.csv"), "utf8").trim().split("\n")).toHaveLength(1501);
  for (const [file, dialect, found] of [
    ["many.csv", "plain.yaml", "0 expected, 1 found"],
    ["none.csv", "totals.yaml", "1 expected, 0 found"],
  ] as const) {
    const refused = await run("ingest", file, "--dialect", dialect, "-q", "-o", "refused.csv");
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining(`lines below the table: ${found}`)]);
  }
});

test("missing words and ticks are part of a dialect, and what is no tick does not fit it", async () => {
  writeFileSync(join(folder, "ticks.csv"), "id;nom;v;cb\n1;inconnu;999;x\n2;INCONNU;12;\n3;ok;13;✓\n");
  const options = ["--null", "inconnu,999", "--ticked", "cb"];
  const made = await run("ingest", "ticks.csv", ...options, "--save-dialect", "ticks.yaml", "-o", "first.csv", "-q");
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(parse(readFileSync(join(folder, "ticks.yaml"), "utf8"))).toMatchObject({
    schema: "segment/file-dialect@2",
    nullWords: ["inconnu", "999"],
    ticked: ["cb"],
  });
  const again = await run("ingest", "ticks.csv", "--dialect", "ticks.yaml", "-q", "-o", "second.csv");
  expect([again.code, again.stderr]).toEqual([0, ""]);
  const read = readFileSync(join(folder, "second.csv"), "utf8");
  expect(read).toBe("id,nom,v,cb\n1,,,true\n2,,12,false\n3,ok,13,true\n");
  expect(readFileSync(join(folder, "first.csv"), "utf8")).toBe(read);
  writeFileSync(join(folder, "maybe.csv"), "id;nom;v;cb\n1;a;1;x\n2;b;2;maybe\n");
  const maybe = await run("ingest", "maybe.csv", "--dialect", "ticks.yaml", "-q");
  expect([maybe.code, maybe.stderr]).toEqual([
    3,
    expect.stringContaining("maybe.csv, line 3, column cb: does not fit ticks.yaml: cb: “maybe” is no tick"),
  ]);
});

test("a dialect of a workbook reads the next one, and says which sheet is not there", async () => {
  const { utils, write: bytes } = await import("@e965/xlsx");
  const book = (name: string): void => {
    const made = utils.book_new();
    utils.book_append_sheet(made, utils.aoa_to_sheet([["id"], [0]]), "first");
    utils.book_append_sheet(
      made,
      utils.aoa_to_sheet([
        ["id", "note"],
        [1, "a; b"],
        [2, "c; d"],
        [3, "e, f"],
      ]),
      name,
    );
    writeFileSync(join(folder, "book.xlsx"), bytes(made, { type: "buffer", bookType: "xlsx" }) as Buffer);
  };
  book("2024");
  const words = ["ingest", "book.xlsx"];
  const made = await run(...words, "--sheet", "2024", "--save-dialect", "book.yaml", "-q", "-o", "sheet.csv");
  expect([made.code, made.stderr]).toEqual([0, ""]);
  expect(parse(readFileSync(join(folder, "book.yaml"), "utf8"))).toMatchObject({
    format: "xlsx",
    sheet: "2024",
    text: { skipLines: 0, headerRows: 1, footerLines: 0 },
  });
  const again = await run(...words, "--dialect", "book.yaml", "-q", "-o", "again.csv");
  expect([again.code, again.stderr]).toEqual([0, ""]);
  expect(readFileSync(join(folder, "again.csv"), "utf8")).toBe('id,note\n1,a; b\n2,c; d\n3,"e, f"\n');
  writeFileSync(join(folder, "text.csv"), "id,note\n1,a\n");
  const text = await run("ingest", "text.csv", "--dialect", "book.yaml", "-q");
  expect([text.code, text.stderr]).toEqual([3, expect.stringContaining("format: xlsx expected, csv found")]);
  book("2025");
  const gone = await run(...words, "--dialect", "book.yaml", "-q");
  expect([gone.code, gone.stderr]).toEqual([
    3,
    expect.stringMatching(/sheet: “2024” expected, and the workbook has none such; [^;]+; mend the export/),
  ]);
});
