import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { customersCsv } from "../../../src/steps/sample/customers.ts";
import { eventColumns, eventRows, eventsCsv } from "../../../src/steps/sample/events.ts";
import { transactionColumns, transactionRows, transactionsCsv } from "../../../src/steps/sample/transactions.ts";
import { readCsv, sampleOf } from "./read-csv.ts";

const options = sampleOf({ rows: 300, duplicates: 0.2, seed: 5 });
const customers = readCsv(customersCsv(options));
const transactions = readCsv(transactionsCsv(options, transactionRows(options)));
const events = readCsv(eventsCsv(options, eventRows(options)));

const cents = (text: string): number => Math.round(Number(text) * 100);

function byCustomer<T extends Readonly<Record<string, string>>>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.customer_id!);
    if (group === undefined) groups.set(row.customer_id!, [row]);
    else group.push(row);
  }
  return groups;
}

test("the columns are those of the contract", () => {
  expect(transactionColumns.map((column) => column.name).join()).toBe(
    "order_id,customer_id,date,amount,product_category,channel",
  );
  expect(eventColumns.map((column) => column.name).join()).toBe("event_id,customer_id,ts,type,campaign,value");
});

test("the rows promised are the rows written, each with an id of its own", () => {
  expect(transactions).toHaveLength(transactionRows(options));
  expect(new Set(transactions.map((row) => row.order_id)).size).toBe(transactions.length);
  expect(events).toHaveLength(eventRows(options));
  expect(new Set(events.map((row) => row.event_id)).size).toBe(events.length);
});

test("each customer has as many transactions as orders, they sum to the revenue, and the last is on its day", () => {
  const orders = byCustomer(transactions);
  for (const customer of customers) {
    const own = orders.get(customer.customer_id!) ?? [];
    expect(own).toHaveLength(Number(customer.orders));
    expect(own.reduce((sum, row) => sum + cents(row.amount!), 0)).toBe(cents(customer.revenue!));
    expect(own.every((row) => cents(row.amount!) >= 1 && row.date! >= customer.signup_date!)).toBe(true);
    expect(own.at(-1)?.date ?? "").toBe(customer.last_order);
  }
});

test("each customer has as many e-mails, openings, clicks, visits and returns as its row counts", () => {
  const counted: Readonly<Record<string, string>> = {
    email_sent: "emails_sent",
    email_opened: "emails_opened",
    email_clicked: "emails_clicked",
    visit: "visits",
    purchase: "orders",
    return: "returns",
  };
  const own = byCustomer(events);
  for (const customer of customers) {
    const mine = own.get(customer.customer_id!) ?? [];
    for (const [type, column] of Object.entries(counted)) {
      expect(mine.filter((row) => row.type === type).length, column).toBe(Number(customer[column]));
    }
  }
});

test("events come in order of time, within the life of the customer, purchases at the price of the order", () => {
  const own = byCustomer(events);
  const orders = byCustomer(transactions);
  for (const customer of customers) {
    const mine = own.get(customer.customer_id!) ?? [];
    const times = mine.map((row) => row.ts!);
    expect(times).toEqual([...times].sort());
    expect(times.every((ts) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(ts))).toBe(true);
    expect(times.every((ts) => ts.slice(0, 10) >= customer.signup_date! && ts < "2026")).toBe(true);
    const paid = mine.filter((row) => row.type === "purchase").map((row) => `${row.ts!.slice(0, 10)} ${row.value}`);
    const bought = (orders.get(customer.customer_id!) ?? []).map((row) => `${row.date} ${row.amount}`);
    expect(paid.sort()).toEqual(bought.sort());
  }
});

test("an e-mail is sent before it is opened, and opened before it is clicked", () => {
  let early = 0;
  for (const mine of byCustomer(events).values()) {
    const seen = { email_sent: 0, email_opened: 0, email_clicked: 0 };
    for (const { type } of mine) {
      if (type === "email_sent" || type === "email_opened" || type === "email_clicked") seen[type]++;
      if (seen.email_clicked > seen.email_opened || seen.email_opened > seen.email_sent) early++;
    }
  }
  expect(early).toBe(0);
});

test("a French base has a French shop", () => {
  const french = sampleOf({ rows: 200, locale: "fr" });
  const channels = new Set(readCsv(transactionsCsv(french, transactionRows(french))).map((row) => row.channel));
  expect([...channels].sort()).toEqual(["application", "magasin", "site", "téléphone"]);
});

test("dirt leaves the keys of transactions and events alone", () => {
  const dirty = { ...options, dirty: 0.2 };
  const keys = (rows: readonly Readonly<Record<string, string>>[]): string =>
    rows.map((row) => Object.values(row).slice(0, 2).join()).join("\n");
  expect(keys(readCsv(transactionsCsv(dirty, transactions.length)))).toBe(keys(transactions));
  expect(keys(readCsv(eventsCsv(dirty, events.length)))).toBe(keys(events));
});

test("the bytes are those recorded", () => {
  const sha256 = (chunks: Iterable<string>): string =>
    createHash("sha256")
      .update([...chunks].join(""))
      .digest("hex");
  expect(sha256(transactionsCsv(sampleOf(), transactionRows(sampleOf())))).toBe(
    "40f92bf4af82bd0166c98203d29edab48a1c3bdf952921f1f98ee448260d7d10",
  );
  expect(sha256(eventsCsv(sampleOf({ rows: 100 }), eventRows(sampleOf({ rows: 100 }))))).toBe(
    "df9839172cd3202575e979dd55b83750b9354507f773a26b9c44c3e61179ee82",
  );
});
