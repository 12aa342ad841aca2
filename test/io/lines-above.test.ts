import { describe, expect, test } from "vitest";
import { readBack } from "./read-back.ts";
import { scratch } from "./scratch.ts";

const { openCsv } = scratch();
const table = "id;nom;montant;date\n1;a;1,5;13/01/2024\n2;b;2,5;14/01/2024\n3;c;3,5;15/01/2024\n";
const rows = table
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(";"));

describe("lines above a table that have as many fields as it has", () => {
  test.each([
    ["titles of a word", "Titre;;;\nSous titre;;;\n", 2],
    ["a title and a page", "Export clients;;;Page 1\n", 1],
    ["names and values", "Société;ACME;;\nDate;12/01/2024;;\nNombre;100;;\n", 3],
    ["names and values, and a line of delimiters", "Société;ACME;;\nDate;12/01/2024;;\n;;;\n", 2],
    ["words parted by the delimiter", "Rapport; clients; 2024;fin\nGénéré; le; 12/01/2024;Ann\n", 2],
  ])("are left out: %s", async (_, above, lines) => {
    const source = await openCsv(above + table);
    expect(source.columns).toEqual(["id", "nom", "montant", "date"]);
    expect(readBack(source)).toEqual(rows);
    expect(source.layout?.preamble).toHaveLength(lines);
  });

  test.each([
    [
      "a first row of unknown values",
      "id,name,age\nunknown,Bob,not given\n1,Ann,30\n2,Eve,40\n",
      ["id", "name", "age"],
      3,
    ],
    [
      "groups over names",
      "id;Ventes;;nom\n;2023;2024;\n1;10;20;Ann\n2;30;40;Bob\n",
      ["id", "Ventes 2023", "Ventes 2024", "nom"],
      2,
    ],
    [
      "two groups over names",
      ";Client;;Ventes\nid;nom;ville;ca\n1;Ann;Paris;10\n2;Bob;Rome;30\n",
      ["id", "Client nom", "Client ville", "Ventes ca"],
      2,
    ],
  ])("are not seen in %s", async (_, text, columns, count) => {
    const source = await openCsv(text);
    expect([source.columns, source.rows, source.layout?.preamble]).toEqual([columns, count, []]);
  });
});

describe("a first record that may be a row", () => {
  test("is taken for the header with a notice where all is text", async () => {
    const text = "alice;paris\nbob;lyon\ncarl;nice\n";
    const source = await openCsv(text);
    expect(source.notices).toEqual([
      {
        code: "header-assumed",
        message:
          "the first record (“alice, paris”) is taken for the header, though nothing tells it from a row: if it is a row, add --no-header; if not, --header-rows 1 says so",
      },
    ]);
    for (const options of [{ header: false }, { headerRows: 1 }])
      expect((await openCsv(text, options)).notices).toEqual([]);
  });

  test.each(["prénom;ville", "customer_name;home_town", "First Name;City"])(
    "is one by its names: %s",
    async (names) => {
      const source = await openCsv(`${names}\nbob;lyon\ncarl;nice\n`);
      expect([source.rows, source.notices]).toEqual([2, []]);
    },
  );

  test("is none where it leaves open the columns of numbers", async () => {
    const source = await openCsv(`Dupont;;\n${"Roux;7;15\nSimon;56;79\n".repeat(20)}`);
    expect([source.columns, source.rows]).toEqual([["column_1", "column_2", "column_3"], 41]);
    expect(source.evidence.find(({ subject }) => subject === "header")?.why).toContain("leaves open 2 columns");
    // A data frame's index has no name.
    expect((await openCsv(",name,city\n0,Ann,Paris\n1,Bob,Rome\n")).columns).toEqual(["column_1", "name", "city"]);
  });
});

test("the names of columns lose white space of any width around them", async () => {
  const source = await openCsv("\u202fid\u00a0;nom client\u202f;\u2009ca \n1;a;10\n");
  expect(source.columns).toEqual(["id", "nom client", "ca"]);
});
