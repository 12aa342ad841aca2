import type { Table } from "../../core/context.ts";
import { saysId } from "../column-kinds.ts";
import type { Warning } from "../open-table.ts";
import { ruledColumns, type CleanModel } from "./model.ts";

/**
 * A model for a table in which ids that were whole numbers at the fit are text: nothing is learned of them, so that a
 * letter among them is no reason to stop, and they pass as text, with a warning.
 */
export function withIdsOfLetters(
  model: CleanModel,
  { columns }: Pick<Table, "columns">,
): { readonly model: CleanModel; readonly warnings: readonly Warning[] } {
  const used = new Set([...ruledColumns(model), model.by?.column, model.orderBy]);
  const isSaid = (name: string): boolean => (model.exclude ?? []).some(({ where }) => where.includes(name));
  const warnings: Warning[] = [];
  const own = model.columns.map((cleaned) => {
    const { name, type, money } = cleaned;
    const found = columns.find((column) => column.name === name);
    const isId = type === "integer" && money !== true && saysId(name) && !used.has(name) && !isSaid(name);
    if (!isId || found?.type !== "text" || found.stored !== "text" || found.present === 0) return cleaned;
    const { oddValue } = found;
    const shown = oddValue === undefined ? "" : ` (such as “${oddValue.value.slice(0, 40)}”)`;
    const message = `${name} holds text${shown}, and held whole numbers when the model was fitted: an id, it passes as text`;
    warnings.push({ code: "id-is-text", message });
    return { ...cleaned, type: "text" as const, decimal: null };
  });
  return { model: warnings.length === 0 ? model : { ...model, columns: own }, warnings };
}
