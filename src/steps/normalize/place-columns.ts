import type { Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";

/**
 * Columns of numbers set in a table by name: at its end, an old one of that name left out, or (`inPlace`) where the name
 * stands, and at the end where it does not.
 */
export function placeColumns(
  table: Table,
  inPlace: boolean,
  columns: readonly { readonly target: string; readonly missing: number }[],
  refs: readonly Sql[],
  relation: Sql,
): Table {
  const added = new Map(
    columns.map(({ target, missing }, i): [string, DerivedColumn] => [
      target,
      derived(target, "number", "typed", refs[i]!, table.rows - missing),
    ]),
  );
  const kept = table.columns.flatMap((column): readonly DerivedColumn[] => {
    const own = added.get(column.name);
    if (own === undefined) return [passed(column)];
    return inPlace ? [own] : [];
  });
  const standing = new Set(inPlace ? table.columns.map(({ name }) => name) : []);
  const rest = [...added.values()].filter(({ name }) => !standing.has(name));
  return deriveTable(table, [...kept, ...rest], { relation });
}
