import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);
const run = (...words: string[]) => segment(["clean", ...words], { cwd });
const quiet = { code: 0, stdout: "", stderr: "" };

put("numbers.csv", "id,v,w\n1,10,2\n2,20,3\n3,30,4\n");
put("people.csv", "id,email\n1,JEAN.DUPONT@EXAMPLE.COM\n2,MARIE.LONGNAME@EXAMPLE.COM\n");
put("long.csv", "id,v\n1,9007199254740993\n2,\n3,9007199254740995\n");
put("twice.yaml", "email: email\nemail-check: flag\ncheck: {email: null}\n");

describe("what would do nothing, or two things, is refused", () => {
  test.each([
    [
      "a check of no column",
      ["numbers.csv", "--check", "null"],
      "--check null: no column is checked; name what holds contact data: --email COL",
    ],
    [
      "a check of a kind without column",
      ["people.csv", "--check", "city=null"],
      "--check city=null: no column of that name or kind is checked; name its column: --city COL",
    ],
    [
      "a check of addresses where there are none",
      ["numbers.csv", "--check", "email=flag"],
      "--check email=flag: no column of that name or kind is checked; name its column: --email COL",
    ],
    [
      "two checks of addresses",
      ["people.csv", "--rules", "twice.yaml"],
      "--email-check flag and --check email=null contradict each other",
    ],
    [
      "a ledger of another kind",
      ["numbers.csv", "--ledger", "x.txt"],
      "--ledger x.txt: a ledger is Parquet or CSV; end it in .parquet, .csv",
    ],
  ])("%s", async (_, words, message) => {
    const refused = await run(...words, "-o", "refused.csv");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(message);
  });

  test("numbers that are too long to be any say so", async () => {
    const refused = await run("long.csv", "--impute", "v=median", "-o", "refused.csv");
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(
      "column v: --impute takes a column of numbers, and this one holds text: whole numbers too long",
    );
  });
});

test("the table of postcodes may be named in a rules file, from whose folder it is looked for", async () => {
  mkdirSync(join(cwd, "rules"));
  put(
    "rules/codes.csv",
    "Code_postal;Nom_de_la_commune;Libellé_d_acheminement\n01000;BOURG EN BRESSE;BOURG EN BRESSE\n",
  );
  put("rules/clean.yaml", "postcode: cp\ncity: ville\ncountry: FR\npostcodes: codes.csv\ncheck: {city: flag}\n");
  put("places.csv", "id,cp,ville\n1,01000,Bourg-en-Bresse\n2,01000,Lyon\n");
  expect(await run("places.csv", "--rules", "rules/clean.yaml", "-o", "placed.csv", "-q")).toEqual(quiet);
  expect(read("placed.csv")).toBe("id,cp,ville,ville_valid\n1,01000,Bourg-en-Bresse,true\n2,01000,Lyon,false\n");
});

test("dates in ISO fit any order that is stated: a run with --dates does nothing to what it wrote", async () => {
  // Serial 45300 is 2024-01-09; 1704067200 seconds are 2024-01-01 00:00 UTC.
  put("dates.csv", "id,d,e,f\n1,01/02/2024,45300,1704067200\n2,13/02/2024,45301,1704067201\n");
  const words = ["--dates", "d=dmy,e=excel,f=epoch", "-q"];
  for (const ending of ["csv", "ndjson", "parquet"]) {
    expect(await run("dates.csv", ...words, "-o", `once.${ending}`)).toEqual(quiet);
    expect(await run(`once.${ending}`, ...words, "-o", `again.${ending}`)).toEqual(quiet);
    expect(read(`again.${ending}`)).toBe(read(`once.${ending}`));
  }
  expect(read("once.csv")).toBe(
    "id,d,e,f\n1,2024-02-01,2024-01-09,2024-01-01 00:00:00\n2,2024-02-13,2024-01-10,2024-01-01 00:00:01\n",
  );
  const said = await segment(["ingest", "once.csv", "--dates", "d=dmy", "-o", "said.csv"], { cwd });
  expect(said.stdout.replaceAll(/\s+/g, " ")).toContain("ISO dates already, whatever --dates dmy says");
  put("mixed.csv", "id,e\n1,2024-01-09\n2,2024-01-09\n3,45300\n");
  expect((await run("mixed.csv", "--dates", "e=excel", "-q")).code).toBe(2);
});

test("names of a header lose characters without width, with a word; one that is shown is shown by its number", async () => {
  put("header.csv", "id,e\u200bmail\n1,A@example.com\n");
  const found = await run("header.csv", "--email", "email", "-o", "named.csv");
  expect(found.stdout.replaceAll(/\s+/g, " ")).toContain(
    "characters that are not seen left out of these names of the header: email",
  );
  expect(read("named.csv")).toBe("id,email\n1,a@example.com\n");
  const refused = await run("numbers.csv", "--email", "v\u200b");
  expect(refused.stderr).toContain("no column v\\u200b");
});

test("an example in the report keeps its arrow", async () => {
  const { stdout } = await run("people.csv", "-o", "example.csv");
  expect(stdout).toMatch(/email {3}text .* → /);
});
