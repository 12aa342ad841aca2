import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const quiet = { code: 0, stdout: "", stderr: "" };

const crm = [
  "id,nom,email,tel,cp,pays,solde",
  "1, Zoé  Œ,Zoe@Ex.FR,06 12 34 56 78,1000,France,10",
  "2,BOB,info@müller.de,0033612345678,75001,FR,20",
  '3,"Le, Roy",bad@,01.23,69000,Allemagne,30',
  "4,na,x@yopmail.com,+49 30 1234567,1067,DE,4000",
  "5,Éve,,612345678,20090,,50",
  "",
].join("\n");
const rules = ["--phone", "tel", "--postcode", "cp", "--country", "FR", "--country-column", "pays"];
const flags = [
  ...rules,
  "--country-names",
  "pays",
  "--case",
  "nom=title",
  "--fold-accents",
  "nom",
  "--check",
  "flag,tel=null",
  "--email",
  "email",
  "--email-flags",
  "role,disposable",
  "--exclude-where",
  "tests: nom is missing",
  "--null",
  "na,null",
];
const yaml = `
# the same as the flags
phone: tel
postcode: [cp]
country: FR
country-column: pays
country-names: [pays]
case: {nom: title}
fold-accents: [nom]
check: [flag, tel=null]
email: [email]
email-flags: [role, disposable]
exclude-where:
  tests: nom is missing
null: [na, null]
`;

beforeAll(() => {
  put("crm.csv", crm);
  put("clean.yaml", yaml);
});

test("a rules file does what the flags do, a saved model does it again, and assign applies it", async () => {
  const save = ["--save-model", "flags.json"];
  expect(await segment(["clean", "crm.csv", ...flags, ...save, "-q", "-o", "flags.csv"], { cwd })).toEqual(quiet);
  const filed = ["clean", "crm.csv", "--rules", "clean.yaml", "--save-model", "file.json", "-q", "-o", "file.csv"];
  expect(await segment(filed, { cwd })).toEqual(quiet);
  expect(read("file.csv")).toBe(read("flags.csv"));
  expect(read("file.json")).toBe(read("flags.json"));
  expect(read("flags.csv").split("\n").slice(0, 3)).toEqual([
    "id,nom,email,tel,cp,pays,solde,email_valid,email_role,email_disposable,cp_valid,pays_valid",
    "1,Zoe Oe,zoe@ex.fr,+33612345678,01000,FR,10,true,false,false,true,true",
    "2,Bob,info@xn--mller-kva.de,+33612345678,75001,FR,20,true,true,false,true,true",
  ]);
  expect(await segment(["clean", "crm.csv", "--model", "file.json", "-q", "-o", "model.csv"], { cwd })).toEqual(quiet);
  expect(read("model.csv")).toBe(read("flags.csv"));
  expect(await segment(["assign", "crm.csv", "--model", "file.json", "-q", "-o", "assigned.csv"], { cwd })).toEqual(
    quiet,
  );
  expect(read("assigned.csv")).toBe(read("flags.csv"));
});

test("flags add to a rules file, and take its place for a column that both name", async () => {
  const run = await segment(
    ["clean", "crm.csv", "--rules", "clean.yaml", "--case", "nom=upper", "--null", "bob", "-q"],
    { cwd },
  );
  expect(run.stdout.split("\n")[1]).toMatch(/^1,ZOE OE,/);
  expect(run.stdout).not.toMatch(/BOB/);
});

test("a model of the first version is read still", async () => {
  const columns = [{ name: "nom", type: "text" }];
  const parameters = {
    columns: [{ column: "nom", email: false, case: "upper", order: null, decimal: null }],
    null_words: null,
    email_check: null,
    outliers: [],
    outlier_action: "flag",
    fills: [],
  };
  put("old.json", JSON.stringify({ schema: "segment/model/clean@1", version: "0.2.0", seed: 0, columns, parameters }));
  const run = await segment(["clean", "crm.csv", "--model", "old.json", "-q"], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout.split("\n")[1]).toMatch(/^1,ZOÉ Œ,/);
});

describe("a rules file with a mistake stops the run with its place", () => {
  test.each([
    ["phnoe: [tel]\n", "rules.yaml, line 1, column 1: phnoe is no rule; did you mean phone?"],
    ["phone: [tel]\ncase:\n  nom: titel\n", "--case titel: not one of lower, upper, title; did you mean title?"],
    ["unicode: nfd\n", "rules.yaml, line 1, column 10: unicode nfd: not one of nfc, nfkc"],
    ["iqr-factor: many\n", 'rules.yaml, line 1, column 13: iqr-factor is "many"'],
    ["phone: [tel]\nphone: [cp]\n", "rules.yaml, line 2, column 1"],
    ["- phone\n", "rules.yaml, line 1, column 1: holds no map of rules"],
    ["phone: {a: [b]}\n", "rules.yaml, line 1, column 12: phone: a list or map stands where a text belongs"],
  ])("%j", async (text, message) => {
    put("rules.yaml", text);
    const run = await segment(["clean", "crm.csv", "--rules", "rules.yaml", "-q"], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(message);
  });
});

test("rows that a check sets aside go to the quarantine with file, line, column and reason", async () => {
  const words = [...rules, "--check", "phone=quarantine", "--quarantine", "aside.csv", "--json", "-o", "kept.csv"];
  const run = await segment(["clean", "crm.csv", ...words], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  const json = JSON.parse(run.stdout) as { input: object; output: object; removed: number };
  expect(json).toMatchObject({ input: { rows: 5, used: 4, quarantined: 1 }, output: { rows: 4 }, removed: 0 });
  expect(read("aside.csv")).toBe(
    'file,line,byte,column,reason,raw\ncrm.csv,4,131,tel,no telephone number of its country,"3,""Le, Roy"",bad@,01.23,69000,Allemagne,30"\n',
  );
  expect(read("kept.csv")).not.toContain("Le, Roy");
});

test("--explain prints every rule by name, and its SQL gives the same table", async () => {
  const run = await segment(["clean", "crm.csv", ...flags, "--explain"], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
  for (const rule of ["spaces", "accents", "null", "email", "idn", "phone", "postcode", "country", "case"]) {
    expect(run.stdout).toMatch(new RegExp(` as ${rule}_\\d`));
  }
  expect(await segment(["clean", "crm.csv", ...flags, "-q", "-o", "written.csv"], { cwd })).toEqual(quiet);
  const connection = await (await DuckDBInstance.create()).connect();
  const text = run.stdout.replaceAll("'crm.csv'", `'${join(cwd, "crm.csv")}'`);
  const statements = text
    .split(/;\n/)
    .map((one) => one.trim())
    .filter((one) => one !== "");
  for (const statement of statements.slice(0, -1)) await connection.run(statement);
  const rows = (await connection.runAndReadAll(statements.at(-1)!)).getRowsJson();
  const written = read("written.csv").replaceAll('"', "").trimEnd().split("\n").slice(1);
  expect(rows.map((row) => row.map((cell) => cell ?? "").join(","))).toEqual(written);
});

describe("a ledger tells each change, and takes it back", () => {
  const ledgered = [...flags, "--outliers", "solde=iqr", "--outlier-action", "clip", "--ledger", "changes.csv", "-q"];

  beforeAll(async () => {
    expect(await segment(["clean", "crm.csv", ...ledgered, "-o", "out.csv"], { cwd })).toEqual(quiet);
  });

  test("by row, column, rule and the digests of SHA-256", async () => {
    const lines = read("changes.csv").trimEnd().split("\n");
    expect(lines[0]).toBe("row,column,rule,before,after");
    // printf '%s' ' Zoé  Œ' | sha256sum, and so on.
    const digest = async (text: string): Promise<string> => {
      const { createHash } = await import("node:crypto");
      return createHash("sha256").update(text).digest("hex").slice(0, 16);
    };
    expect(lines).toContain(`1,nom,spaces,${await digest(" Zoé  Œ")},${await digest("Zoé Œ")}`);
    expect(lines).toContain(`1,nom,accents,${await digest("Zoé Œ")},${await digest("Zoe OE")}`);
    expect(lines).toContain(`1,nom,case,${await digest("Zoe OE")},${await digest("Zoe Oe")}`);
    expect(lines).toContain(`3,tel,check,${await digest("01.23")},`);
    expect(lines).toContain("4,,tests,,");
    expect(lines).toContain(",email_valid,added,,");
  });

  test("all of it: the input comes back byte for byte", async () => {
    const back = ["clean", "--undo", "changes.csv", "--input", "crm.csv", "out.csv", "-q", "-o", "back.csv"];
    expect(await segment(back, { cwd })).toEqual(quiet);
    expect(read("back.csv")).toBe(crm);
  });

  test("of Parquet files, by a ledger in Parquet", async () => {
    const words = ledgered.map((word) => (word === "changes.csv" ? "changes.parquet" : word));
    expect(await segment(["clean", "crm.csv", ...words, "-o", "out.parquet"], { cwd })).toEqual(quiet);
    const back = ["clean", "--undo", "changes.parquet", "--input", "crm.csv", "out.parquet", "-q", "-o", "back2.csv"];
    expect(await segment(back, { cwd })).toEqual(quiet);
    expect(read("back2.csv")).toBe(crm);
  });

  test("some rules alone, with what came after them in the cell; a rule's rows come back as they were", async () => {
    const words = ["--undo-rules", "phone,accents,tests"];
    const run = await segment(["clean", "--undo", "changes.csv", "--input", "crm.csv", "out.csv", ...words, "-q"], {
      cwd,
    });
    const rows = run.stdout.split("\n");
    expect(rows[1]).toMatch(/^1,Zoé Œ,zoe@ex.fr,06 12 34 56 78,01000,FR,10,true/);
    expect(rows[4]).toBe("4,na,x@yopmail.com,+49 30 1234567,1067,DE,4000,,,,,");
    expect(rows).toHaveLength(7);
  });

  test("some columns alone", async () => {
    const words = ["--columns", "email,cp"];
    const run = await segment(["clean", "--undo", "changes.csv", "--input", "crm.csv", "out.csv", ...words, "--json"], {
      cwd,
    });
    expect(JSON.parse(run.stdout)).toMatchObject({ schema: "segment/clean-undo@1", output: { rows: 4 }, restored: 0 });
    const table = await segment(["clean", "--undo", "changes.csv", "--input", "crm.csv", "out.csv", ...words, "-q"], {
      cwd,
    });
    expect(table.stdout.split("\n")[1]).toMatch(/^1,Zoe Oe,Zoe@Ex.FR,\+33612345678,1000,FR,/);
  });

  test.each([
    [
      "another input",
      ["--input", "other.csv", "out.csv"],
      /other.csv, line 2, column nom: a value is not the one that was cleaned/,
    ],
    [
      "a cleaned file that was changed",
      ["--input", "crm.csv", "edited.csv"],
      /edited.csv, column pays: row 2 of the input/,
    ],
    [
      "rows that are missing",
      ["--input", "crm.csv", "short.csv"],
      /short.csv: has 3 rows, and by the ledger 4 of the 5/,
    ],
    [
      "an unknown rule",
      ["--input", "crm.csv", "out.csv", "--undo-rules", "phnoe"],
      /--undo-rules phnoe.*did you mean phone/,
    ],
    ["no input", ["out.csv"], /--undo needs the file that was cleaned/],
    ["options of cleaning", ["--input", "crm.csv", "out.csv", "--case", "lower"], /--case would have no effect/],
  ])("%s is refused", async (_, words, message) => {
    put("other.csv", crm.replace("Zoé", "Zoë"));
    put("edited.csv", read("out.csv").replace(",75001,FR,", ",75001,BE,"));
    put("short.csv", read("out.csv").split("\n").slice(0, 4).join("\n"));
    const run = await segment(["clean", "--undo", "changes.csv", ...words, "-q"], { cwd });
    expect(run.code).toBeGreaterThan(0);
    expect(run.stderr).toMatch(message);
  });

  test("a file that is no ledger is refused", async () => {
    const run = await segment(["clean", "--undo", "crm.csv", "--input", "crm.csv", "out.csv", "-q"], { cwd });
    expect(run).toMatchObject({ code: 3 });
    expect(run.stderr).toContain("crm.csv: is no ledger of segment clean: it has no column row");
  });
});

test("a model holds ticks and counted days, so that it needs no repetition", async () => {
  put("held-a.csv", "id;d;cb\n1;45000;x\n2;45001;\n");
  const fit = ["clean", "held-a.csv", "--dates", "d=excel", "--ticked", "cb", "--save-model", "held.json", "-q"];
  expect(await segment(fit, { cwd })).toMatchObject({ code: 0, stderr: "" });
  put("held-b.csv", "id;d;cb\n1;45002;\n2;45003;✓\n");
  // 45000 is 15 March 2023 in a spreadsheet.
  const cleaned = "id,d,cb\n1,2023-03-17,false\n2,2023-03-18,true\n";
  for (const words of [
    ["clean", "held-b.csv", "--model", "held.json", "-q"],
    ["assign", "held-b.csv", "--model", "held.json", "-q"],
    ["clean", "held-b.csv", "--model", "held.json", "--ticked", "cb", "--dates", "d=excel", "-q"],
  ]) {
    expect([words, await segment(words, { cwd })]).toEqual([words, { code: 0, stderr: "", stdout: cleaned }]);
  }
  put("held-clean.csv", cleaned);
  const again = await segment(["clean", "held-clean.csv", "--model", "held.json", "-q"], { cwd });
  expect(again).toMatchObject({ code: 0, stderr: "", stdout: cleaned });
});
