import type { Engine, Table } from "../../core/context.ts";
import { identifier, sql } from "../../sql/template.ts";
import { currencySql } from "../contact/money.ts";
import { isSameCurrency, otherCurrency, readCurrency } from "../read-currency.ts";
import type { CleanColumn } from "./model.ts";
import { hasOddSpaceSql, squeezedSql } from "./white-space.ts";

/** Currencies of a column that are told apart at most. */
const mostCurrencies = 200;

/** The codes of the currencies that columns of amounts are written with, by column, in order. A scan for each. */
export async function currenciesOf(
  engine: Engine,
  table: Table,
  money: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for (const { name, ref, stored } of table.columns) {
    if (!money.has(name) || stored !== "text") continue;
    const code = identifier("code_1");
    const rows = await engine.rows(
      sql`
        select distinct ${currencySql(squeezedSql(ref, hasOddSpaceSql(ref)))} as ${code}
        from ${table.relation}
      `,
      mostCurrencies,
    );
    const codes = rows.flatMap(({ code_1: one }) => (typeof one === "string" ? [one] : []));
    found.set(name, codes.sort());
  }
  return found;
}

/** Throws `model-mismatch` where amounts are of another currency than those that the model was learned from. */
export async function requireCurrencies(engine: Engine, table: Table, columns: readonly CleanColumn[]): Promise<void> {
  const known = columns.filter(({ unit, currency }) => unit !== undefined && currency !== true);
  const money = new Set(known.flatMap(({ name, money: isMoney }) => (isMoney === true ? [name] : [])));
  const written = await currenciesOf(engine, table, money);
  for (const { name, unit } of known) {
    const read = readCurrency(table.columns.find((column) => column.name === name)!);
    const others = (written.get(name) ?? (read === null ? [] : [read])).filter((code) => !isSameCurrency(code, unit!));
    if (others.length === 0) continue;
    const hint =
      "convert the amounts, or learn a model from a table with all currencies, which are then told in a column of their own";
    throw otherCurrency(name, others, unit!, { hint });
  }
}
