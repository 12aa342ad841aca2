import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { moneyRank, nameWords, saysId } from "../column-kinds.ts";
import { findColumn } from "../match-columns.ts";
import { isNumber, isTime } from "./column-type.ts";

/** Where recency, frequency and monetary come from: a table of transactions, or columns that hold them already. */
export type RfmRoles =
  | { readonly kind: "transactions"; readonly customer: string; readonly date: string; readonly amount: string }
  | { readonly kind: "columns"; readonly recency: string; readonly frequency: string; readonly monetary: string };

/** The role options of a command line. */
export interface RoleWords {
  readonly customer?: string | undefined;
  readonly date?: string | undefined;
  readonly amount?: string | undefined;
  readonly recency?: string | undefined;
  readonly frequency?: string | undefined;
  readonly monetary?: string | undefined;
}

const transactionRoles = ["customer", "date", "amount"] as const;
const columnRoles = ["recency", "frequency", "monetary"] as const;

/** Refuses both ways at once, before any file is read. Throws `usage`. */
export function refuseBothWays(words: RoleWords): void {
  const given = (roles: readonly (keyof RoleWords)[]): readonly string[] =>
    roles.filter((role) => words[role] !== undefined).map((role) => `--${role}`);
  const [ofTransactions, ofColumns] = [given(transactionRoles), given(columnRoles)];
  if (ofTransactions.length === 0 || ofColumns.length === 0) return;
  throw new SegmentError(
    "usage",
    `${ofTransactions.join(", ")} and ${ofColumns.join(", ")} exclude each other: a row is a transaction or a customer`,
    { hint: "transactions: --customer C --date D --amount A; customers: --recency R --frequency F --monetary M" },
  );
}

/** The roles that the options give. Throws `usage` with both ways and likely columns where one is missing, `unknown-column`. */
export function readRoles(given: RoleWords, table: Table): RfmRoles {
  const words = withDeclared(given, table);
  const { customer, date, amount, recency, frequency, monetary } = words;
  const isColumns = columnRoles.some((role) => words[role] !== undefined);
  const roles = isColumns ? columnRoles : transactionRoles;
  for (const role of roles) {
    const name = words[role];
    if (name === undefined) continue;
    findColumn(table.columns, name, `--${role}`);
    const other = roles.find((one) => one !== role && words[one] === name);
    if (other !== undefined) throw new SegmentError("usage", `--${role} and --${other} both name ${name}`);
  }
  if (customer !== undefined && date !== undefined && amount !== undefined) {
    return { kind: "transactions", customer, date, amount };
  }
  if (recency !== undefined && frequency !== undefined && monetary !== undefined) {
    return { kind: "columns", recency, frequency, monetary };
  }
  const missing = roles.filter((role) => words[role] === undefined).map((role) => `--${role}`);
  const message =
    missing.length === roles.length
      ? "which columns? A row is a transaction, or a customer"
      : `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`;
  throw new SegmentError("usage", message, { hint: examples(words, table.columns, missing.length === roles.length) });
}

/** Without any role option: the id, the date and the amount of money that a schema declares, where it has one of each. */
function withDeclared(words: RoleWords, { columns }: Table): RoleWords {
  if ([...transactionRoles, ...columnRoles].some((role) => words[role] !== undefined)) return words;
  const [customer, date, amount] = (["id", "date", "money"] as const).map((role) => {
    const found = columns.filter(({ declared }) => declared?.role === role);
    return found.length === 1 ? found[0]!.name : undefined;
  });
  return customer === undefined || date === undefined || amount === undefined ? words : { customer, date, amount };
}

/** The columns of the roles in their order. */
export function roleColumns(roles: RfmRoles): readonly string[] {
  return roles.kind === "transactions"
    ? [roles.customer, roles.date, roles.amount]
    : [roles.recency, roles.frequency, roles.monetary];
}

/** The options of the two ways, or of the one begun, with the columns that their names and types suggest. */
function examples(words: RoleWords, columns: readonly Column[], both: boolean): string {
  const options = (roles: readonly (keyof RoleWords)[]): string =>
    roles.map((role) => `--${role} ${shellWord(words[role] ?? likely[role](columns) ?? role.toUpperCase())}`).join(" ");
  if (both) return `transactions: ${options(transactionRoles)}; customers: ${options(columnRoles)}`;
  return options(columnRoles.some((role) => words[role] !== undefined) ? columnRoles : transactionRoles);
}

const likely: Readonly<Record<keyof RoleWords, (columns: readonly Column[]) => string | undefined>> = {
  customer: (columns) =>
    columns.find(({ name }) => saysId(name) && says(name, "customer client user member buyer kunde acheteur"))?.name ??
    columns.find(({ name }) => says(name, "customer client user member buyer kunde acheteur email mail"))?.name,
  date: (columns) => columns.find(isTime)?.name,
  amount: (columns) => moneyColumn(columns),
  recency: (columns) =>
    columns.find(({ name }) => says(name, "recency recence"))?.name ??
    columns.find((column) => isTime(column) && says(column.name, "last derniere dernier latest"))?.name ??
    columns.find(isTime)?.name,
  frequency: (columns) =>
    columns.find(({ name }) => says(name, "frequency frequence"))?.name ??
    columns.find((column) => isNumber(column) && says(column.name, "orders purchases transactions commandes achats"))
      ?.name,
  monetary: (columns) => moneyColumn(columns),
};

function moneyColumn(columns: readonly Column[]): string | undefined {
  const ranked = columns.filter(isNumber).map(({ name }) => ({ name, rank: moneyRank(name) }));
  return ranked.filter(({ rank }) => rank > 0).toSorted((a, b) => b.rank - a.rank)[0]?.name;
}

function says(name: string, words: string): boolean {
  const wanted = words.split(" ");
  return nameWords(name).some((word) => wanted.includes(word));
}

function shellWord(text: string): string {
  return /^[\p{L}\p{N}_.:/-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
