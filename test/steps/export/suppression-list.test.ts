import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { openSuppression } from "../../../src/steps/export/suppression-list.ts";
import { sql } from "../../../src/sql/template.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();
const strict = { lenient: false };
const digest = (address: string): string => createHash("sha256").update(address).digest("hex");
const [max, zoe] = [digest("max@inbox.example"), digest("zoé@café.fr")];

let files = 0;

async function entries(text: string, given: Parameters<typeof openSuppression>[2] = strict) {
  const { context, put } = surroundings();
  const list = await openSuppression(context, [put(`list-${++files}.csv`, text)], given);
  const rows = await context.engine.rows(sql`select entry_1, kind_1 from ${list.relation}`, 100);
  return { list, entries: rows.map((row) => row["entry_1"]), kinds: rows.map((row) => row["kind_1"]) };
}

describe("a list is read as it comes", () => {
  test.each([
    ["one column with a header", "email\nMax@Inbox.Example \nzoé@café.fr\n", ["max@inbox.example", "zoé@café.fr"]],
    ["addresses without a header", "max@inbox.example\nzoé@café.fr\n", ["max@inbox.example", "zoé@café.fr"]],
    ["one address alone", "max@inbox.example\n", ["max@inbox.example"]],
    ["digests with a header", `hash\n${max}\n${zoe.toUpperCase()}\n`, [max, zoe]],
    ["digests without a header", `${max}\n${zoe}\n`, [max, zoe]],
    ["one digest alone", `${max}\n`, [max]],
    ["both, and gaps", `who\n${max}\n""\nzoé@café.fr\nN/A\n`, [max, "zoé@café.fr"]],
    ["the column that holds addresses", "date;mail;why\n2024-01-31;max@inbox.example;bounce\n", ["max@inbox.example"]],
    [
      "several columns without a header",
      "max@inbox.example,2024-01-31\nzoé@café.fr,2024-02-01\n",
      ["max@inbox.example", "zoé@café.fr"],
    ],
    ["the column that holds digests", `name,key\nMax,${max}\nZoé,${zoe}\n`, [max, zoe]],
  ])("%s", async (_, text, expected) => {
    const read = await entries(text);
    expect(read.entries).toEqual(expected);
    expect(read.list.unreadable).toBe(0);
  });

  test("entries that come twice are one", async () => {
    const { list } = await entries("email\nmax@inbox.example\nMAX@inbox.example\n");
    expect(list.listed).toBe(1);
  });

  test("several lists are one, and each finds its own column", async () => {
    const { context, put } = surroundings();
    const a = put("several-a.csv", "email\nmax@inbox.example\n");
    const b = put("several-b.ndjson", `{"n":1,"h":"${zoe}"}\n{"n":2,"h":"${max}"}\n`);
    const list = await openSuppression(context, [a, b], strict);
    expect([list.listed, [...list.kinds]]).toEqual([3, ["address", "digest"]]);
  });
});

describe("a list that cannot be honoured ends the run", () => {
  async function failure(text: string, given: Parameters<typeof openSuppression>[2] = strict): Promise<SegmentError> {
    try {
      await entries(text, given);
    } catch (error) {
      if (error instanceof SegmentError) return error;
      throw error;
    }
    throw new Error("it was read");
  }

  test.each([
    ["empty", "", "file-empty"],
    ["a header alone", "email\n", "no-rows"],
    ["nothing but gaps", "email,n\n,1\nN/A,2\n", "usage"],
    ["gaps in the only column", "email\nN/A\nnone\n", "no-rows"],
    ["no column of addresses", "name,city\nMax,Lyon\n", "usage"],
    ["two columns of addresses", "a,b\nx@inbox.example,y@inbox.example\n", "usage"],
  ])("%s", async (_, text, code) => {
    expect((await failure(text)).code).toBe(code);
  });

  test("an entry that is no address, with its line", async () => {
    const error = await failure("email,why\nmax@inbox.example,\nzoé at café.fr,\nx@,\n");
    expect(error).toMatchObject({ code: "usage" });
    const named = await failure("email,why\nmax@inbox.example,\nzoé at café.fr,\nx@,\n", {
      column: "email",
      lenient: false,
    });
    expect(named).toMatchObject({ code: "bad-list", place: { line: 3, column: "email" } });
    expect(named.message).toContain("“zoé at café.fr”");
    expect(named.message).toContain("nor is 1 more entry");
  });

  test("entries that a lenient reading passes over are counted, but not all can be so", async () => {
    const { list, kinds } = await entries("email\nmax@inbox.example\nzoé at café.fr\nx@\n", { lenient: true });
    expect([list.listed, list.unreadable, kinds]).toEqual([1, 2, ["address", "other", "other"]]);
    expect((await failure("email\nMax\nZoé\n", { lenient: true })).code).toBe("no-rows");
  });

  test("standard input, and a column that is not there", async () => {
    const { context } = surroundings();
    await expect(openSuppression(context, ["-"], strict)).rejects.toMatchObject({ code: "bad-option-value" });
    const wrong = await failure("email\nmax@inbox.example\n", { column: "mail", lenient: false });
    expect(wrong).toMatchObject({ code: "unknown-column", hint: "did you mean email?" });
  });
});
