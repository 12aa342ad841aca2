import type { Engine, Table } from "../../core/context.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { checkEmails, type EmailFacts } from "./check-emails.ts";
import { groupFacts, type GroupFacts } from "./groups.ts";
import { fillGaps, type FillFacts } from "./fill-gaps.ts";
import type { CleanModel } from "./model.ts";
import type { QuarantinedCell } from "./quarantined-rows.ts";
import { inOldOrder, numbered } from "../row-position.ts";
import { treatOutliers, type OutlierFacts } from "./treat-outliers.ts";

/** What the checks found and what became of it; by column. */
export interface AdjustFacts {
  readonly emails: readonly EmailFacts[];
  /** Cells outside the bounds, in rows that the e-mail check left. */
  readonly outliers: readonly OutlierFacts[];
  /** Cells filled, in rows that are left. */
  readonly imputed: readonly FillFacts[];
  readonly removedByEmail: number;
  readonly removedByOutliers: number;
  /** Rows set aside for their outliers, in order. */
  readonly quarantined: readonly QuarantinedCell[];
  /** The groups by which something was learned; null where nothing was. */
  readonly by: GroupFacts | null;
}

/** Names of the columns that a model adds: whether an address is valid, a value an outlier, a value was missing. */
export function addedNames(model: CleanModel): readonly string[] {
  const outliers = new Set(model.outliers.flatMap(({ column, action }) => (action === "flag" ? [column] : [])));
  const filled = new Set(model.fills.filter(({ flag }) => flag).map(({ column }) => column));
  return model.columns.flatMap(({ name, email }) => [
    ...(email && model.emailCheck === "flag" ? [`${name}_valid`] : []),
    ...(outliers.has(name) ? [`${name}_outlier`] : []),
    ...(filled.has(name) ? [`${name}_missing`] : []),
  ]);
}

/** Whether a model does more to a table than bring it into form. */
export function isAdjusting(model: CleanModel): boolean {
  return model.emailCheck !== null || model.outliers.length > 0 || model.fills.length > 0;
}

/**
 * Checks addresses, then treats outliers, then fills gaps of a table in form, by what the model holds. Rows stay in
 * their order. A column whose name an added one has is replaced. Two or three scans of the columns concerned.
 */
export async function adjustTable(
  engine: Engine,
  table: Table,
  model: CleanModel,
): Promise<{ readonly table: Table; readonly facts: AdjustFacts }> {
  const added = addedNames(model);
  // The rows set aside are those of the table as it was read, whatever is dropped before.
  const isAside = model.outliers.some(({ action }) => action === "quarantine");
  const checked = await checkEmails(engine, isAside ? numbered(table) : table, model);
  const treated = await treatOutliers(engine, checked.table, model);
  const filled = await fillGaps(engine, isAside ? inOldOrder(treated.table, table, false) : treated.table, model);
  const facts: AdjustFacts = {
    emails: checked.facts,
    outliers: treated.facts,
    imputed: filled.facts,
    removedByEmail: checked.removed,
    removedByOutliers: treated.removed,
    quarantined: treated.quarantined,
    by: await groupFacts(engine, checked.table, model),
  };
  const made = inPlaces(filled.table, added);
  return { table: made.rows === table.rows ? made : await recounted(engine, made), facts };
}

/** The columns that a model adds stand behind all others, those of one column beside each other. */
function inPlaces(table: Table, added: readonly string[]): Table {
  const last = added.flatMap((name) => table.columns.filter((column) => column.name === name));
  return { ...table, columns: [...table.columns.filter(({ name }) => !added.includes(name)), ...last] };
}

const columnsAtOnce = 25;

/** Counts the values of columns anew, for a table of which rows were dropped. */
async function recounted(engine: Engine, table: Table): Promise<Table> {
  const present: number[] = [];
  for (let start = 0; start < table.columns.length; start += columnsAtOnce) {
    const some = table.columns.slice(start, start + columnsAtOnce);
    const counts = some.map(({ ref }, i) => sql`count(${ref}) as ${identifier(`present_${i + 1}`)}`);
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${table.relation}
      `,
      1,
    );
    some.forEach((_, i) => present.push(Number(row[`present_${i + 1}`])));
  }
  return { ...table, columns: table.columns.map((column, i) => ({ ...column, present: present[i]! })) };
}
