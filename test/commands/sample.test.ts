import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ingest } from "../../src/commands/ingest.ts";
import { sampleCustomers } from "../../src/commands/sample-customers.ts";
import { sampleEvents } from "../../src/commands/sample-events.ts";
import { sampleTransactions } from "../../src/commands/sample-transactions.ts";
import { customerColumns } from "../../src/steps/sample/customers.ts";
import { callCommand } from "../../src/wire.ts";
import { readCsv } from "../steps/sample/read-csv.ts";

const version = "0.0.0";
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "segment-sample-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const place = (name: string): string => join(folder, name);
const read = (name: string): ReturnType<typeof readCsv> => readCsv([readFileSync(place(name), "utf8")]);
const sha256 = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(place(name)))
    .digest("hex");

test("the report counts what the file holds, and the truth stands in its own file only", async () => {
  const { report } = await callCommand(
    sampleCustomers,
    [],
    { rows: 1500, duplicates: 0.2, dirty: 0.02, output: place("base.csv"), truth: place("truth.csv") },
    version,
  );
  const truth = read("truth.csv");
  expect(read("base.csv")).toHaveLength(1500);
  expect(Object.keys(truth[0]!)).toEqual(["customer_id", "person_id", "segment"]);
  expect(report).toMatchObject({
    schema: "segment/sample-customers@1",
    version,
    input: { rows: 0, used: 0, quarantined: 0 },
    output: { rows: 1500 },
    warnings: [],
    seed: 42,
    locale: "mixed",
    persons: 1200,
    duplicates: 300,
    blank_emails: 75,
    persons_sharing_email: 12,
    damaged_cells: 660,
  });
  expect(report.segments).toEqual(
    ["loyal", "bargain", "new", "lapsed", "browser", "occasional"].map((segment) => {
      const size = truth.filter((row) => row.segment === segment).length;
      return { segment, size, share: size / 1500 };
    }),
  );
  expect(Object.keys(read("base.csv")[0]!)).not.toContain("segment");
});

test("without --truth no other file is written", async () => {
  const before = readdirSync(folder).length;
  await callCommand(sampleCustomers, [], { rows: 20, output: place("alone.csv") }, version);
  expect(readdirSync(folder).length).toBe(before + 1);
});

test("any number of threads writes the same bytes, as CSV and as Parquet", async () => {
  for (const ending of ["csv", "parquet"]) {
    for (const threads of [1, 2]) {
      const output = place(`threads-${threads}.${ending}`);
      await callCommand(sampleCustomers, [], { rows: 700, dirty: 0.05, threads, output }, version);
    }
    expect(sha256(`threads-1.${ending}`)).toBe(sha256(`threads-2.${ending}`));
  }
});

test("NDJSON holds numbers, flags and nulls, not their texts", async () => {
  await callCommand(sampleCustomers, [], { rows: 200, dirty: 0.1, output: place("base.ndjson") }, version);
  const lines = readFileSync(place("base.ndjson"), "utf8").trimEnd().split("\n");
  expect(lines).toHaveLength(200);
  for (const line of lines) {
    const row = JSON.parse(line) as Readonly<Record<string, unknown>>;
    for (const { name, type } of customerColumns) {
      const value = row[name];
      if (value === null) continue;
      const expected = type === "number" || type === "integer" ? "number" : type === "boolean" ? "boolean" : "string";
      expect(typeof value, name).toBe(expected);
    }
  }
});

test.each(["fr", "en", "mixed"] as const)("a very dirty %s base is read without any option", async (locale) => {
  const file = place(`dirty-${locale}.csv`);
  await callCommand(sampleCustomers, [], { rows: 400, dirty: 0.3, duplicates: 0.2, locale, output: file }, version);
  const { report, exit } = await callCommand(ingest, [file], {}, version);
  expect(exit).toBe(0);
  expect(report.output.rows).toBe(400);
  const types = (report.columns as readonly { name: string; type: string }[]).map(({ name, type }) => [name, type]);
  expect(types).toEqual(customerColumns.map(({ name, type }) => [name, type]));
});

test("transactions and events know the customers of the same options, and say how many", async () => {
  const base = { rows: 80, seed: 9, duplicates: 0.1 };
  await callCommand(sampleCustomers, [], { ...base, output: place("c.csv") }, version);
  const orders = await callCommand(sampleTransactions, [], { ...base, output: place("t.csv") }, version);
  const events = await callCommand(sampleEvents, [], { ...base, output: place("e.csv") }, version);
  const customers = new Map(read("c.csv").map((row) => [row.customer_id, row]));
  const transactions = read("t.csv");
  expect(orders.report).toMatchObject({ schema: "segment/sample-transactions@1", customers: 80 });
  expect(orders.report.output.rows).toBe(transactions.length);
  expect(events.report).toMatchObject({ schema: "segment/sample-events@1", customers: 80 });
  expect(events.report.output.rows).toBe(read("e.csv").length);
  const total = [...customers.values()].reduce((sum, row) => sum + Number(row.orders), 0);
  expect(transactions).toHaveLength(total);
  expect(transactions.every((row) => customers.has(row.customer_id))).toBe(true);
});

test.each(["2025-02-30", "31/12/2025", "yesterday", "1969-12-31"])(
  "--as-of %s is refused with the way out",
  async (asOf) => {
    const run = callCommand(sampleCustomers, [], { asOf, output: place("never.csv") }, version);
    await expect(run).rejects.toMatchObject({ code: "bad-option-value", hint: expect.stringContaining("YYYY-MM-DD") });
    expect(existsSync(place("never.csv"))).toBe(false);
  },
);

test("nothing happens after the day of the file", async () => {
  await callCommand(sampleCustomers, [], { rows: 500, asOf: "2020-02-29", output: place("leap.csv") }, version);
  expect(read("leap.csv").every((row) => row.signup_date! <= "2020-02-29" && row.last_order! <= "2020-02-29")).toBe(
    true,
  );
});

test("the truth cannot take the place of the table, nor go to standard output", async () => {
  const both = callCommand(sampleCustomers, [], { output: place("one.csv"), truth: place("one.csv") }, version);
  await expect(both).rejects.toMatchObject({ code: "usage" });
  const stream = callCommand(sampleCustomers, [], { output: place("one.csv"), truth: "-" }, version);
  await expect(stream).rejects.toMatchObject({ code: "usage" });
  expect(existsSync(place("one.csv"))).toBe(false);
});
