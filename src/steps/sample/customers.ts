import type { GeneratedColumn } from "../../core/command.ts";
import { dayText, moneyText } from "./calendar.ts";
import { csvChunks } from "./csv-chunks.ts";
import { csvField } from "./csv-field.ts";
import type { CellKind } from "./dirt.ts";
import { Draws } from "./draws.ts";
import { averageBasket, historyMaker } from "./history.ts";
import { personMaker } from "./person.ts";
import { population, type SampleOptions } from "./population.ts";
import { type Behaviour, segments } from "./segments.ts";
import { asWritten, vary } from "./vary.ts";

/** The columns of the customer file, in order. */
export const customerColumns: readonly (GeneratedColumn & { readonly kind: CellKind })[] = [
  { name: "customer_id", type: "text", kind: "key" },
  { name: "first_name", type: "text", kind: "name" },
  { name: "last_name", type: "text", kind: "name" },
  { name: "email", type: "text", kind: "email" },
  { name: "phone", type: "text", kind: "phone" },
  { name: "address", type: "text", kind: "address" },
  { name: "postcode", type: "text", kind: "postcode" },
  { name: "city", type: "text", kind: "city" },
  { name: "country", type: "text", kind: "country" },
  { name: "birth_date", type: "date", kind: "date" },
  { name: "signup_date", type: "date", kind: "date" },
  { name: "last_order", type: "date", kind: "date" },
  { name: "orders", type: "integer", kind: "number" },
  { name: "revenue", type: "number", kind: "number" },
  { name: "avg_basket", type: "number", kind: "number" },
  { name: "emails_sent", type: "integer", kind: "number" },
  { name: "emails_opened", type: "integer", kind: "number" },
  { name: "emails_clicked", type: "integer", kind: "number" },
  { name: "visits", type: "integer", kind: "number" },
  { name: "returns", type: "integer", kind: "number" },
  { name: "consent_email", type: "boolean", kind: "boolean" },
  { name: "consent_sms", type: "boolean", kind: "boolean" },
];

/** The columns of the truth, in order: which person a row stands for, and the segment that made its history. */
export const truthColumns: readonly GeneratedColumn[] = [
  { name: "customer_id", type: "text" },
  { name: "person_id", type: "text" },
  { name: "segment", type: "text" },
];

const addressColumn = 5;

/** The customer file as CSV text in chunks, header first; memory does not grow with the rows. */
export function customersCsv(options: SampleOptions): Iterable<string> {
  const { rows, seed, dirty } = options;
  const dirt = { kinds: customerColumns.map((column) => column.kind), rows, share: dirty, seed };
  const quote = { column: addressColumn, field: csvField };
  return again(() => csvChunks(customerColumns, customerRows(options), dirt, quote));
}

/** The truth as CSV text in chunks, header first, in the customer file's order. */
export function truthCsv(options: SampleOptions): Iterable<string> {
  return again(() => csvChunks(truthColumns, truthRows(options), null));
}

/** An iterable that starts anew each time it is read. */
export function again<T>(start: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: start };
}

/** Rows of each segment, in the order of `segments`. About 0.1 µs a row. */
export function segmentRows(options: SampleOptions): readonly number[] {
  const base = population(options);
  const counts = segments.map(() => 0);
  for (let row = 0; row < options.rows; row++) {
    const segment = base.segmentOf(base.ownerOf(base.recordAt(row)));
    counts[segment] = (counts[segment] ?? 0) + 1;
  }
  return counts;
}

/** `C00000001` for row 0. */
export function customerId(row: number): string {
  return `C${String(row + 1).padStart(8, "0")}`;
}

/** The cells of each row, undamaged and unquoted. */
function* customerRows(options: SampleOptions): Generator<string[]> {
  const base = population(options);
  const personOf = personMaker(options, base);
  const historyOf = historyMaker(options, base);
  const draws = new Draws(options.seed, "record");
  for (let row = 0; row < options.rows; row++) {
    const record = base.recordAt(row);
    const owner = base.ownerOf(record);
    const person = personOf(owner);
    const history = historyOf(record, owner, person.birth);
    draws.at(record);
    const hasEmail = base.hasEmail(record);
    const byMail = hasEmail && draws.chance(0.72);
    const bySms = draws.chance(0.41);
    const written = record < base.persons ? asWritten(person) : vary(draws, person, base.otherMailNumberOf(owner));
    const bought = history.orders > 0;
    yield [
      customerId(row),
      written.first,
      written.last,
      hasEmail ? written.email : "",
      written.phone,
      written.home.address,
      written.home.postcode,
      written.home.place.city,
      person.locale === "fr" ? "France" : "United Kingdom",
      dayText(person.birth),
      dayText(history.signup),
      bought ? dayText(history.lastOrder) : "",
      String(history.orders),
      moneyText(history.revenue),
      bought ? moneyText(averageBasket(history)) : "",
      String(history.sent),
      String(history.opened),
      String(history.clicked),
      String(history.visits),
      String(history.returns),
      byMail ? "true" : "false",
      bySms ? "true" : "false",
    ];
  }
}

function* truthRows(options: SampleOptions): Generator<string[]> {
  const base = population(options);
  for (let row = 0; row < options.rows; row++) {
    const owner = base.ownerOf(base.recordAt(row));
    const person = `P${String(base.idOf(owner)).padStart(8, "0")}`;
    yield [customerId(row), person, (segments[base.segmentOf(owner)] as Behaviour).name];
  }
}
