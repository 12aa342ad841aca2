import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { customerColumns, customersCsv, segmentRows, truthCsv } from "../../../src/steps/sample/customers.ts";
import { dirtyCells } from "../../../src/steps/sample/dirt.ts";
import { mailDomains } from "../../../src/steps/sample/person.ts";
import { population } from "../../../src/steps/sample/population.ts";
import { segments } from "../../../src/steps/sample/segments.ts";
import { readCsv, sampleOf } from "./read-csv.ts";

const header =
  "customer_id,first_name,last_name,email,phone,address,postcode,city,country,birth_date,signup_date,last_order," +
  "orders,revenue,avg_basket,emails_sent,emails_opened,emails_clicked,visits,returns,consent_email,consent_sms";

function sha256(chunks: Iterable<string>): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}

function tally<T>(items: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

test("the columns are those of the contract, in its order", () => {
  const [first = ""] = customersCsv(sampleOf());
  expect(first.slice(0, first.indexOf("\n"))).toBe(header);
  expect(first.split("\n").length).toBeGreaterThan(11);
});

test("the bytes are those recorded, on any machine and each time they are read", () => {
  const clean = customersCsv(sampleOf());
  expect(sha256(clean)).toBe("7ef7e1e7b043c8db0d2dc72f87f1e2f0e4dd756e441d16c231d6167d36b5ab1e");
  expect(sha256(clean)).toBe("7ef7e1e7b043c8db0d2dc72f87f1e2f0e4dd756e441d16c231d6167d36b5ab1e");
  expect(sha256(customersCsv(sampleOf({ rows: 3000, duplicates: 0.2, dirty: 0.05, seed: 7 })))).toBe(
    "2c1796477dfca0f44e5b6ba158fb34bbbffd2e65fe99703b06f79b27cbacc1fd",
  );
  expect(sha256(truthCsv(sampleOf()))).toBe("f52b6fda481408d5e92bde06327bb5a809bffa1ea8df051afb7e517959b72727");
});

test("another seed is another base", () => {
  expect(sha256(customersCsv(sampleOf({ seed: 1 })))).not.toBe(sha256(customersCsv(sampleOf({ seed: 2 }))));
});

test.each([
  [1, 0],
  [2, 0.5],
  [10, 0.9],
  [99, 0.3],
  [1000, 0.137],
  [5000, 0.9],
])("%i rows with a share of %f further records have exactly as many rows and persons", (rows, duplicates) => {
  const options = sampleOf({ rows, duplicates });
  const truth = readCsv(truthCsv(options));
  const further = Math.min(Math.round(rows * duplicates), rows - 1);
  expect(readCsv(customersCsv(options))).toHaveLength(rows);
  expect(truth).toHaveLength(rows);
  expect(new Set(truth.map((row) => row.customer_id)).size).toBe(rows);
  expect(new Set(truth.map((row) => row.person_id)).size).toBe(rows - further);
});

test("one row in twenty has no e-mail, one person in a hundred shares a mailbox, and nobody else does", () => {
  const options = sampleOf({ rows: 5000, duplicates: 0.2 });
  const rows = readCsv(customersCsv(options));
  const truth = readCsv(truthCsv(options));
  expect(rows.filter((row) => row.email === "")).toHaveLength(250);
  const users = new Map<string, Set<string>>();
  rows.forEach((row, i) => {
    const mailbox = row.email!.toLowerCase();
    if (mailbox !== "") users.set(mailbox, (users.get(mailbox) ?? new Set()).add(truth[i]!.person_id!));
  });
  const shared = [...users.values()].filter((persons) => persons.size > 1);
  expect(new Set(shared.flatMap((persons) => [...persons])).size).toBe(40);
  expect(Math.max(...shared.map((persons) => persons.size))).toBeLessThanOrEqual(3);
});

test("what a row says fits together", () => {
  for (const row of readCsv(customersCsv(sampleOf({ rows: 2500, duplicates: 0.1 })))) {
    const [orders, sent, opened, clicked, returns] = [
      row.orders,
      row.emails_sent,
      row.emails_opened,
      row.emails_clicked,
      row.returns,
    ].map(Number) as [number, number, number, number, number];
    expect(clicked <= opened && opened <= sent && returns <= orders).toBe(true);
    expect(row.signup_date! <= "2025-12-31").toBe(true);
    expect(Date.parse(row.signup_date!) - Date.parse(row.birth_date!)).toBeGreaterThan(18 * 365 * 86_400_000);
    if (orders === 0) {
      expect([row.last_order, row.avg_basket, row.revenue]).toEqual(["", "", "0.00"]);
    } else {
      expect(row.signup_date! <= row.last_order! && row.last_order! <= "2025-12-31").toBe(true);
      const cents = Math.round(Number(row.revenue) * 100);
      expect(Math.round(Number(row.avg_basket) * 100)).toBe(Math.floor((2 * cents + orders) / (2 * orders)));
    }
    if (row.email === "") expect(row.consent_email).toBe("false");
  }
});

test("some never bought, and revenue of the others is log-normal in its body", () => {
  const rows = readCsv(customersCsv(sampleOf({ rows: 10_000 })));
  const bought = rows.filter((row) => row.orders !== "0");
  expect(1 - bought.length / rows.length).toBeGreaterThan(0.1);
  expect(1 - bought.length / rows.length).toBeLessThan(0.2);
  const logs = bought.map((row) => Math.log(Number(row.revenue)));
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  const moment = (power: number): number => logs.reduce((sum, x) => sum + (x - mean) ** power, 0) / logs.length;
  // A log-normal variable has a skewness and an excess kurtosis of 0 on the log scale.
  expect(Math.abs(moment(3) / moment(2) ** 1.5)).toBeLessThan(0.4);
  expect(Math.abs(moment(4) / moment(2) ** 2 - 3)).toBeLessThan(1);
});

test("no e-mail and no telephone number can reach anyone", () => {
  const domains = new Set<string>([...mailDomains.fr, ...mailDomains.en]);
  for (const row of readCsv(customersCsv(sampleOf({ rows: 2000, duplicates: 0.3, dirty: 0.1 })))) {
    if (row.email!.trim() !== "") expect(domains).toContain(row.email!.trim().toLowerCase().split("@")[1]);
    const digits = row.phone!.replace(/\D/g, "").replace(/^(0033|33|0044|44)0?/, "0");
    if (digits === "") continue;
    const french = /^(019900|026191|035301|046571|053649|063998)\d{4}$/;
    const british =
      /^(07700900|02079460|011[3-8]4960|0121496 ?0|01[3-6]14960|01914980|02896496|02920180|01632960)\d{3}$/;
    expect(french.test(digits) || british.test(digits), row.phone).toBe(true);
  }
  expect([...domains].every((domain) => /^(example\.(com|org|net)|[a-z-]+\.example)$/.test(domain))).toBe(true);
});

test("each locale has its own country, postcodes and numbers; the mixed one has both", () => {
  const french = readCsv(customersCsv(sampleOf({ locale: "fr" })));
  expect(french.every((row) => row.country === "France" && /^\d{5}$/.test(row.postcode!))).toBe(true);
  expect(french.some((row) => /[éèêëçœï]/.test(row.first_name! + row.last_name!))).toBe(true);
  expect(french.some((row) => row.postcode!.startsWith("0"))).toBe(true);
  const english = readCsv(customersCsv(sampleOf({ locale: "en" })));
  const outward = /^[A-Z]{1,2}\d{1,2} \d[A-Z]{2}$/;
  expect(english.every((row) => row.country === "United Kingdom" && outward.test(row.postcode!))).toBe(true);
  expect(english.some((row) => row.last_name!.includes("'"))).toBe(true);
  const countries = tally(readCsv(customersCsv(sampleOf())).map((row) => row.country));
  expect(countries.size).toBe(2);
  expect(Math.min(...countries.values())).toBeGreaterThan(300);
});

test("a city keeps to its postcodes", () => {
  const rows = readCsv(customersCsv(sampleOf({ rows: 3000 })));
  const starts: Record<string, RegExp> = {
    Paris: /^750/,
    Lyon: /^6900/,
    Marseille: /^130/,
    "Bourg-en-Bresse": /^01000$/,
    Lille: /^59/,
    Manchester: /^M\d/,
    Edinburgh: /^EH/,
    Belfast: /^BT/,
  };
  for (const [city, start] of Object.entries(starts)) {
    const here = rows.filter((row) => row.city === city);
    expect(here.length, city).toBeGreaterThan(0);
    expect(here.every((row) => start.test(row.postcode!))).toBe(true);
  }
});

test("addresses hold commas and quotes, and still read back as one cell", () => {
  const rows = readCsv(customersCsv(sampleOf({ rows: 3000 })));
  expect(rows.some((row) => row.address!.includes(","))).toBe(true);
  expect(rows.some((row) => row.address!.includes('"'))).toBe(true);
  expect(rows.every((row) => Object.keys(row).length === customerColumns.length)).toBe(true);
});

test("a further record is the same person written differently, most often with the same mailbox", () => {
  const options = sampleOf({ rows: 4000, duplicates: 0.25 });
  const rows = readCsv(customersCsv(options));
  const persons = new Map<string, (typeof rows)[number][]>();
  readCsv(truthCsv(options)).forEach((row, i) => {
    persons.set(row.person_id!, [...(persons.get(row.person_id!) ?? []), rows[i]!]);
  });
  const several = [...persons.values()].filter((records) => records.length > 1);
  const contact = ["first_name", "last_name", "email", "phone", "address"];
  let pairs = 0;
  let sameMailbox = 0;
  for (const records of several) {
    expect(new Set(records.map((row) => row.birth_date)).size).toBe(1);
    expect(new Set(records.map((row) => contact.map((name) => row[name]).join("|"))).size).toBeGreaterThan(1);
    const mailboxes = records.map((row) => row.email!.toLowerCase()).filter((email) => email !== "");
    pairs += mailboxes.length > 1 ? 1 : 0;
    sameMailbox += mailboxes.length > 1 && new Set(mailboxes).size === 1 ? 1 : 0;
  }
  expect(several.some((records) => records.length === 3)).toBe(true);
  expect(sameMailbox / pairs).toBeGreaterThan(0.7);
  expect(sameMailbox / pairs).toBeLessThan(0.95);
});

test("dirt damages exactly the share of cells asked for, and no id", () => {
  for (const dirty of [0.02, 0.3]) {
    const options = sampleOf({ rows: 2000, duplicates: 0.1 });
    const clean = readCsv(customersCsv(options));
    const dirtied = readCsv(customersCsv({ ...options, dirty }));
    let changed = 0;
    dirtied.forEach((row, i) => {
      for (const { name } of customerColumns) changed += row[name] === clean[i]![name] ? 0 : 1;
      expect(row.customer_id).toBe(clean[i]!.customer_id);
    });
    expect(changed).toBe(2000 * 22 * dirty);
    const kinds = customerColumns.map((column) => column.kind);
    expect(dirtyCells(2000, kinds, dirty)).toBe(changed);
  }
});

test("damaged numbers, dates and flags are spaced or a word for nothing, never another value", () => {
  const options = sampleOf({ rows: 1500 });
  const clean = readCsv(customersCsv(options));
  const nothing = new Set(["na", "n/a", "null", "-", "?"]);
  readCsv(customersCsv({ ...options, dirty: 0.2 })).forEach((row, i) => {
    for (const { name, type } of customerColumns) {
      if (type === "text") continue;
      const value = row[name]!.trim().toLowerCase();
      expect(value === clean[i]![name] || nothing.has(value), `${name}: ${row[name]}`).toBe(true);
    }
  });
});

test("the truth names a segment for each row, all records of a person in the same, as the report counts them", () => {
  const options = sampleOf({ rows: 6000, duplicates: 0.2 });
  const truth = readCsv(truthCsv(options));
  const sizes = tally(truth.map((row) => row.segment));
  expect(segments.map((segment) => sizes.get(segment.name))).toEqual(segmentRows(options));
  const segmentOf = new Map(truth.map((row) => [row.person_id, row.segment]));
  expect(truth.every((row) => segmentOf.get(row.person_id) === row.segment)).toBe(true);
  expect(population(options).persons).toBe(segmentOf.size);
  expect(readCsv(customersCsv(options)).map((row) => row.customer_id)).toEqual(truth.map((row) => row.customer_id));
});
