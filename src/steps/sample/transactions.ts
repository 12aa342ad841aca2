import type { GeneratedColumn } from "../../core/command.ts";
import { dayText, moneyText } from "./calendar.ts";
import { csvChunks } from "./csv-chunks.ts";
import { again, customerId } from "./customers.ts";
import type { CellKind } from "./dirt.ts";
import { Draws } from "./draws.ts";
import { ordersOf } from "./orders.ts";
import type { SampleOptions } from "./population.ts";
import { recordHistories, sumOver } from "./records.ts";

/** The columns of the transaction file, in order. */
export const transactionColumns: readonly (GeneratedColumn & { readonly kind: CellKind })[] = [
  { name: "order_id", type: "text", kind: "key" },
  { name: "customer_id", type: "text", kind: "key" },
  { name: "date", type: "date", kind: "date" },
  { name: "amount", type: "number", kind: "number" },
  { name: "product_category", type: "text", kind: "word" },
  { name: "channel", type: "text", kind: "word" },
];

const words = {
  fr: {
    categories: [
      "maison",
      "mode",
      "chaussures",
      "beauté",
      "jardin",
      "sport",
      "jouets",
      "épicerie",
      "livres",
      "high-tech",
    ],
    channels: ["site", "magasin", "application", "téléphone"],
  },
  en: {
    categories: ["home", "fashion", "shoes", "beauty", "garden", "sport", "toys", "grocery", "books", "electronics"],
    channels: ["web", "store", "app", "phone"],
  },
} as const;

/** Rows of the transaction file: the orders of all customers. Costs a pass over the histories. */
export function transactionRows(options: SampleOptions): number {
  return sumOver(options, (history) => history.orders);
}

/**
 * The transaction file as CSV text in chunks, by customer in the customer file's order, then by date. Each customer
 * has as many as its `orders`, summing to its `revenue`, the last on its `last_order`. One shop, one language: French
 * for the locale `fr`, else English.
 */
export function transactionsCsv(options: SampleOptions, rows: number): Iterable<string> {
  const dirt = {
    kinds: transactionColumns.map((column) => column.kind),
    rows,
    share: options.dirty,
    seed: options.seed,
  };
  return again(() => csvChunks(transactionColumns, transactionCells(options), dirt));
}

function* transactionCells(options: SampleOptions): Generator<string[]> {
  const draws = new Draws(options.seed, "orders");
  const { categories, channels } = words[options.locale === "fr" ? "fr" : "en"];
  let number = 0;
  for (const { row, record, history } of recordHistories(options)) {
    const orders = ordersOf(draws.at(record), history);
    // Half of what a customer buys is of one kind, and most of it comes by one channel.
    const category = draws.pick(categories);
    const channel = channels[[0, 0, 0, 1, 1, 1, 2, 2, 3][draws.below(9)] as number] as string;
    for (const { day, amount } of orders) {
      number++;
      yield [
        `T${String(number).padStart(9, "0")}`,
        customerId(row),
        dayText(day),
        moneyText(amount),
        draws.chance(0.5) ? category : draws.pick(categories),
        draws.chance(0.8) ? channel : draws.pick(channels),
      ];
    }
  }
}
