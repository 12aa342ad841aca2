import type { GeneratedColumn } from "../../core/command.ts";
import { dayText, moneyText } from "./calendar.ts";
import { customerId } from "./customers.ts";
import { type CellKind, damage } from "./dirt.ts";
import { Draws } from "./draws.ts";
import { historyMaker } from "./history.ts";
import { ordersOf } from "./orders.ts";
import { personMaker } from "./person.ts";
import { population, type SampleOptions } from "./population.ts";

/** The columns of the transaction file, in order. */
export const transactionColumns: readonly (GeneratedColumn & { readonly kind: CellKind })[] = [
  { name: "order_id", type: "text", kind: "key" },
  { name: "customer_id", type: "text", kind: "key" },
  { name: "date", type: "date", kind: "date" },
  { name: "amount", type: "number", kind: "number" },
  { name: "product_category", type: "text", kind: "word" },
  { name: "channel", type: "text", kind: "word" },
];
