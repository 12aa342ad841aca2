import type { GeneratedColumn } from "../../core/command.ts";
import { dayText, moneyText, secondText } from "./calendar.ts";
import { csvChunks } from "./csv-chunks.ts";
import { again, customerId } from "./customers.ts";
import type { CellKind } from "./dirt.ts";
import { Draws } from "./draws.ts";
import type { History } from "./history.ts";
import { ordersOf } from "./orders.ts";
import type { SampleOptions } from "./population.ts";
import { recordHistories, sumOver } from "./records.ts";

/** The columns of the event file, in order. */
export const eventColumns: readonly (GeneratedColumn & { readonly kind: CellKind })[] = [
  { name: "event_id", type: "text", kind: "key" },
  { name: "customer_id", type: "text", kind: "key" },
  { name: "ts", type: "timestamp", kind: "date" },
  { name: "type", type: "text", kind: "word" },
  { name: "campaign", type: "text", kind: "word" },
  { name: "value", type: "number", kind: "number" },
];

const themes = {
  fr: ["lettre", "soldes", "nouveautés", "fidélité", "retour"],
  en: ["newsletter", "sale", "new-in", "loyalty", "win-back"],
} as const;

interface Event {
  readonly second: number;
  readonly type: "email_sent" | "email_opened" | "email_clicked" | "visit" | "purchase" | "return";
  readonly campaign: string;
  readonly value: string;
}

const secondsPerDay = 86_400;

/** Rows of the event file. Costs a pass over the histories. */
export function eventRows(options: SampleOptions): number {
  return sumOver(
    options,
    (history) => history.sent + history.opened + history.clicked + history.visits + history.orders + history.returns,
  );
}

/**
 * The event file as CSV text in chunks, by customer in the customer file's order, then by time. E-mails and visits of
 * the last 365 days as counted in the customer file; each opening follows its e-mail, each click its opening, and has
 * its campaign. Purchases are the orders of the transaction file with their amount as `value`, returns take one back.
 */
export function eventsCsv(options: SampleOptions, rows: number): Iterable<string> {
  const dirt = { kinds: eventColumns.map((column) => column.kind), rows, share: options.dirty, seed: options.seed };
  return again(() => csvChunks(eventColumns, eventCells(options), dirt));
}

function* eventCells(options: SampleOptions): Generator<string[]> {
  const orderDraws = new Draws(options.seed, "orders");
  const draws = new Draws(options.seed, "events");
  let number = 0;
  for (const { row, record, history } of recordHistories(options)) {
    draws.at(record);
    const events = [
      ...mailAndVisits(draws, options, history),
      ...trade(draws, orderDraws.at(record), options, history),
    ];
    // A stable sort: of one second, what was made first comes first.
    events.sort((a, b) => a.second - b.second);
    for (const event of events) {
      number++;
      const id = `E${String(number).padStart(10, "0")}`;
      yield [id, customerId(row), secondText(event.second), event.type, event.campaign, event.value];
    }
  }
}

function* mailAndVisits(draws: Draws, options: SampleOptions, history: History): Generator<Event> {
  const names = themes[options.locale === "fr" ? "fr" : "en"];
  const start = Math.max(history.signup, options.asOf - 364);
  const days = options.asOf - start + 1;
  const end = lastSecond(options);
  // Sending times have no order, so that the first of them stand for any.
  for (let i = 0; i < history.sent; i++) {
    const day = start + draws.below(days);
    const sent = day * secondsPerDay + 6 * 3600 + draws.below(12 * 3600);
    const campaign = `${draws.pick(names)}-${dayText(day).slice(0, 7)}`;
    yield { second: sent, type: "email_sent", campaign, value: "" };
    if (i >= history.opened) continue;
    const opened = Math.min(end, sent + 60 + draws.below(draws.chance(0.7) ? 14_400 : 172_800));
    yield { second: opened, type: "email_opened", campaign, value: "" };
    if (i >= history.clicked) continue;
    yield { second: Math.min(end, opened + 5 + draws.below(600)), type: "email_clicked", campaign, value: "" };
  }
  for (let i = 0; i < history.visits; i++) {
    const second = (start + draws.below(days)) * secondsPerDay + 7 * 3600 + draws.below(16 * 3600);
    yield { second, type: "visit", campaign: "", value: "" };
  }
}

function* trade(draws: Draws, orderDraws: Draws, options: SampleOptions, history: History): Generator<Event> {
  const end = lastSecond(options);
  let left = history.orders;
  let returns = history.returns;
  for (const { day, amount } of ordersOf(orderDraws, history)) {
    const second = day * secondsPerDay + 8 * 3600 + draws.below(14 * 3600);
    yield { second, type: "purchase", campaign: "", value: moneyText(amount) };
    // Selection sampling: exactly as many as were returned, each order as likely.
    if (draws.below(left) < returns) {
      returns--;
      const back = second + 3 * secondsPerDay + draws.below(18 * secondsPerDay);
      yield { second: Math.min(end, back), type: "return", campaign: "", value: `-${moneyText(amount)}` };
    }
    left--;
  }
}

function lastSecond(options: SampleOptions): number {
  return options.asOf * secondsPerDay + secondsPerDay - 1;
}
