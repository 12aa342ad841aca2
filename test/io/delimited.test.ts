import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";

const { openCsv, failure, path } = scratch();

describe("the delimiter", () => {
  test.each([
    ["comma", ",", "id,name\n1,Ann\n2,Bob\n"],
    ["semicolon with decimal commas", ";", "a;b\n1,5;2,5\n3,5;4,5\n"],
    ["tab with commas in the text", "\t", "id\tcity\n1\tParis, Texas\n2\tRome, NY\n"],
    ["pipe", "|", "id|name|city\n1|a, b|x\n2|c; d|y\n"],
    ["caret", "^", "id^note\n1^a, b\n2^c\n"],
    ["space", " ", "x y z\n1 2 3\n4 5 6\n"],
    ["colon", ":", "user:uid:gid\nroot:0:0\ndaemon:1:1\n"],
    ["comma, though every cell of one column holds a pipe", ",", "id,tags\n1,a|b\n2,c|d\n"],
    ["semicolon in a file without a header", ";", "1,5;2,5\n3,5;4,5\n"],
    ["comma with times", ",", "at,value\n10:00,1\n11:30,2\n"],
  ])("is seen to be %s", async (_, delimiter, text) => {
    const source = await openCsv(text);
    expect(source.delimiter).toBe(delimiter);
    expect(source.spooled).toBe(false);
  });

  test("says why it was chosen, and what its rivals give", async () => {
    const source = await openCsv("a;b\n1,5;x\n2;y\n");
    expect(source.evidence.find((e) => e.subject === "delimiter")).toEqual({
      subject: "delimiter",
      found: "`;`",
      why: "`;` gives 2 fields on every one of 3 sampled records; `,` gives 1 to 2",
    });
  });

  test("is an error that shows both readings when two fit equally well", async () => {
    const error = await failure("a,b;c\nx,y;z\nu,v;w\n");
    expect(error.code).toBe("ambiguous-input");
    expect(error.message).toContain("2 columns split at");
    expect(error.message).toContain("--delimiter ,");
    expect(error.message).toContain("--delimiter ';'");
  });

  test("is an error when lines of 1,5 may be one column of decimals or two of integers, and an option settles it", async () => {
    const text = "1,5\n2,5\n3,7\n";
    expect((await failure(text)).code).toBe("ambiguous-input");
    expect((await openCsv(text, { delimiter: "," })).columns).toHaveLength(2);
    const one = await openCsv(text, { delimiter: "tab" });
    expect(one.columns).toHaveLength(1);
    expect(readBack(one)).toEqual([["1,5"], ["2,5"], ["3,7"]]);
  });

  test("is not needed in a file of one column, whatever its cells hold", async () => {
    const source = await openCsv("name\nAnn\nDupont, Jean\nO'Brien; Pat\n");
    expect(source.columns).toEqual(["name"]);
    expect(readBack(source)).toEqual([["Ann"], ["Dupont, Jean"], ["O'Brien; Pat"]]);
  });

  test("can be given by name, and is refused when it is no single character", async () => {
    expect((await openCsv("a\tb\n1\t2\n", { delimiter: "\\t" })).columns).toEqual(["a", "b"]);
    expect((await openCsv("a#b\n1#2\n", { delimiter: "#" })).columns).toEqual(["a", "b"]);
    expect((await failure("a,b\n1,2\n", { delimiter: "::" })).code).toBe("bad-option-value");
  });
});

describe("quotes", () => {
  test("keep delimiters, line breaks and doubled quotes inside a field", async () => {
    const source = await openCsv('id,text\n1,"a, ""b""\nc"\n2,"d"\n');
    expect(source.quote).toBe('"');
    expect(source.rows).toBe(2);
    expect(readBack(source)).toEqual([
      ["1", 'a, "b"\nc'],
      ["2", "d"],
    ]);
  });

  test("are not seen in O'Brien, nor in 5\" nail", async () => {
    const source = await openCsv("name,item\nO'Brien,5\" nail\nd'Arc,saw\n");
    expect(source.quote).toBe("");
    expect(readBack(source)).toEqual([
      ["O'Brien", '5" nail'],
      ["d'Arc", "saw"],
    ]);
  });

  test("may be apostrophes where they enclose a whole column", async () => {
    const source = await openCsv("id,name\n1,'Smith, John'\n2,'Doe, Jane'\n");
    expect(source.quote).toBe("'");
    expect(source.sample[0]).toEqual(["1", "Smith, John"]);
  });

  test("escaped by a backslash are resolved in a copy", async () => {
    const source = await openCsv('id,text\n1,"say \\"hi\\", ok"\n2,"b"\n');
    expect(source.spooled).toBe(true);
    expect(readBack(source)).toEqual([
      ["1", 'say "hi", ok'],
      ["2", "b"],
    ]);
  });

  test("with spaces around them still enclose their field", async () => {
    expect(readBack(await openCsv('a, "b"\n1, "x, y" \n2, "z"\n'))).toEqual([
      ["1", "x, y"],
      ["2", "z"],
    ]);
  });

  test("left open are an error with the line that opens them", async () => {
    const error = await failure('a,b\n1,x\n2,"y\n3,z\n');
    expect([error.code, error.place.line]).toEqual(["bad-quotes", 3]);
    expect(error.message).toContain("never closed");
  });

  test("followed by text are an error with the line", async () => {
    const error = await failure('a,b\n1,x\n2,"y"z\n3,"w"\n');
    expect([error.code, error.place.line]).toEqual(["bad-quotes", 3]);
    expect(error.hint).toContain("--quarantine");
  });

  test("can be switched off", async () => {
    const source = await openCsv('a,b\n1,"y\n2,"z"z\n', { quote: "none" });
    expect(readBack(source)).toEqual([
      ["1", '"y'],
      ["2", '"z"z'],
    ]);
  });

  test("tell an empty text from a missing value in the sample", async () => {
    expect((await openCsv('a,b\n1,""\n2,\n')).sample).toEqual([
      ["1", ""],
      ["2", null],
    ]);
  });
});

describe("the header", () => {
  test.each([
    ["names over numbers", "id,age\n1,30\n2,40\n", ["id", "age"]],
    ["years over numbers", "country,2019,2020\nFrance,1.5,2.5\nItaly,3.5,4.5\n", ["country", "2019", "2020"]],
    ["all text, assumed", "name,city\nAnn,Paris\nBob,Rome\n", ["name", "city"]],
    ["values from the first line on", "1,Ann\n2,Bob\n", ["column_1", "column_2"]],
    ["a line whose words come back below", "yes,red\nno,blue\nyes,red\nno,red\n", ["column_1", "column_2"]],
  ])("is told from %s", async (_, text, columns) => {
    expect((await openCsv(text)).columns).toEqual(columns);
  });

  test("can be denied or affirmed", async () => {
    const denied = await openCsv("name,city\nAnn,Paris\n", { header: false });
    expect([denied.rows, denied.columns, denied.skip]).toEqual([2, ["column_1", "column_2"], 0]);
    expect((await openCsv("1,2\n3,4\n", { header: true, delimiter: "," })).columns).toEqual(["1", "2"]);
  });

  test("names a column that has none, and trims spaces", async () => {
    expect((await openCsv("id,, city\u00a0\n1,x,y\n")).columns).toEqual(["id", "column_2", "city"]);
  });

  test("with a name twice is an error that tells it", async () => {
    const error = await failure("id,mail,mail\n1,a,b\n");
    expect(error.code).toBe("duplicate-columns");
    expect(error.message).toContain("mail");
    expect((await openCsv("id,Mail,mail\n1,a,b\n")).columns).toEqual(["id", "Mail", "mail"]);
  });

  test("may hold quotes, line breaks, __proto__ and 10,000 characters", async () => {
    const long = "n".repeat(10_000);
    const source = await openCsv(`"a ""b""","c\nd",__proto__,constructor,${long}\n1,2,3,4,5\n`);
    expect(source.columns).toEqual(['a "b"', "c\nd", "__proto__", "constructor", long]);
    expect(readBack(source)).toEqual([["1", "2", "3", "4", "5"]]);
    expect(await source.lineOf(0)).toBe(3);
  });

  test("may name 5,000 columns", async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `c${i}`);
    const source = await openCsv(`${names.join(",")}\n${names.map((_, i) => i).join(",")}\n`);
    expect(source.columns).toHaveLength(5000);
  });

  test("alone is an error, for there are no rows", async () => {
    expect((await failure("id,name\n")).code).toBe("no-rows");
    expect((await failure("\n\n\n")).code).toBe("no-rows");
    expect((await openCsv("1,2,3\n")).rows).toBe(1);
  });
});

describe("records", () => {
  test("of another number of fields stop the run with line, counts and the way out", async () => {
    const error = await failure("a,b\n1,2\n3\n4,5\n6,7,8\n");
    expect(error.code).toBe("ragged-rows");
    expect(error.place.line).toBe(3);
    expect(error.message).toMatch(/^1 field, 2 expected.*2 such records/);
    expect(error.hint).toContain("--quarantine FILE");
  });

  test("of integers in two columns are not taken for decimals in one", async () => {
    expect((await failure("a,b\n1,2\n3\n4,5\n6,7\n")).code).toBe("ragged-rows");
    expect((await openCsv("price\n1,5\n2,5\n3,7\n")).columns).toEqual(["price"]);
  });

  test("that cannot be read go to the quarantine file, and the others are read", async () => {
    const aside = path("aside.csv");
    const source = await openCsv('a,b\n1,2\n3\n4,"5"x\n6,7\n8,9,"1,0"\n', { quarantine: aside });
    expect([source.rows, source.quarantined]).toEqual([2, 3]);
    expect(readBack(source)).toEqual([
      ["1", "2"],
      ["6", "7"],
    ]);
    expect(readFileSync(aside, "utf8").replaceAll(source.label, "FILE")).toBe(
      "file,line,byte,column,reason,raw\n" +
        'FILE,3,8,b,"1 field, 2 expected",3\n' +
        'FILE,4,10,b,text after a closing quote,"4,""5""x"\n' +
        'FILE,6,21,,"3 fields, 2 expected","8,9,""1,0"""\n',
    );
    expect(await source.lineOf(1)).toBe(5);
  });

  test("none of which is bad leave a quarantine file with its header alone", async () => {
    const aside = path("nothing-aside.csv");
    const source = await openCsv("a,b\n1,2\n", { quarantine: aside });
    expect([source.quarantined, source.spooled]).toEqual([0, false]);
    expect(readFileSync(aside, "utf8")).toBe("file,line,byte,column,reason,raw\n");
  });

  test("may be parted by blank lines, which are no rows", async () => {
    const source = await openCsv("\na,b\n1,2\n\n  \n3,4\n\n");
    expect(source.rows).toBe(2);
    expect(readBack(source)).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect([await source.lineOf(0), await source.lineOf(1)]).toEqual([3, 6]);
    expect(source.evidence.find((e) => e.subject === "blank lines")?.found).toBe("4");
  });

  test("of one column may be blank: a missing value", async () => {
    const source = await openCsv("name\nAnn\n\nBob\n");
    expect(source.rows).toBe(3);
    expect(source.sample).toEqual([["Ann"], [null], ["Bob"]]);
    expect(readBack(source)).toEqual([["Ann"], [""], ["Bob"]]);
  });

  test.each([
    ["LF", "a,b\n1,2\n3,4\n", false],
    ["LF without the last", "a,b\n1,2\n3,4", false],
    ["CRLF", "a,b\r\n1,2\r\n3,4\r\n", false],
    ["CR alone", "a,b\r1,2\r3,4\r", true],
    ["all kinds mixed", "a,b\r\n1,2\n3,4\r", true],
  ])("may end in %s", async (_, text, spooled) => {
    const source = await openCsv(text);
    expect(source.spooled).toBe(spooled);
    expect(readBack(source)).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(await source.lineOf(1)).toBe(3);
  });

  test("with a NUL byte are an error with the line", async () => {
    const error = await failure(`a,b\n${"1,some text here\n".repeat(40)}2,x\0y\n`);
    expect([error.code, error.place.line]).toEqual(["bad-encoding", 42]);
  });

  test("are sampled evenly, at most 2,000, the line of each being found again", async () => {
    const rows = 20_011;
    const text = Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? `${i},"a\n${i}"` : `${i},b`)).join("\n");
    const source = await openCsv(`id,text\n${text}\n`);
    expect(source.rows).toBe(rows);
    expect(source.sample).toHaveLength(2000);
    const ids = source.sample.map((row) => Number(row[0]));
    const steps = ids.slice(1).map((id, i) => id - ids[i]!);
    expect(Math.min(...steps)).toBeGreaterThan(5);
    expect(Math.max(...steps)).toBeLessThan(20);
    expect(ids.at(-1)).toBeGreaterThan(rows - 20);
    // Rows 0, 3, 6 … take two lines: row i begins after one header line, i lines, and one more for each third row.
    expect(await source.lineOf(10_000)).toBe(2 + 10_000 + Math.ceil(10_000 / 3));
  });
});
