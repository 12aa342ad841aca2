import type { Table } from "../core/context.ts";
import type { ModelColumn } from "./model-file.ts";
import type { Warning } from "./open-table.ts";

/** What deserves a word of columns that a model was learned from and that hold nothing in these rows. */
export function emptyColumnWarnings(wanted: readonly ModelColumn[], { columns, rows }: Table): readonly Warning[] {
  if (rows === 0) return [];
  const names = wanted
    .map(({ name }) => name)
    .filter((name) => columns.some((column) => column.name === name && column.present === 0));
  if (names.length === 0) return [];
  const shown = names.slice(0, 8).join(", ") + (names.length > 8 ? ` and ${names.length - 8} more` : "");
  const message = `no row has a value of ${shown}, and the model was fitted on ${names.length === 1 ? "a column" : "columns"} with values`;
  return [{ code: "columns-empty", message }];
}
