import type { Engine, Table } from "../../core/context.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { missingFlagName } from "./flag-of.ts";
import { groupFacts, type GroupFacts } from "./groups.ts";
import { withEmptied } from "./ledger.ts";
import { fillGaps, type FillFacts } from "./fill-gaps.ts";
import type { CleanModel } from "./model.ts";
import type { QuarantinedCell } from "../set-aside/quarantine-lines.ts";
import { treatOutliers, type OutlierFacts } from "./treat-outliers.ts";

/** What the checks found and what became of it; by column. */
export interface AdjustFacts {
  /** Cells outside the bounds. */
  readonly outliers: readonly OutlierFacts[];
  /** Cells filled, in rows that are left. */
  readonly imputed: readonly FillFacts[];
  readonly removedByOutliers: number;
  /** Rows set aside for their outliers, in order. */
  readonly quarantined: readonly QuarantinedCell[];
  /** The groups by which something was learned; null where nothing was. */
  readonly by: GroupFacts | null;
}

/** Names of the columns that are added here: whether a value is an outlier, a value was missing. */
export function addedNames(model: CleanModel): readonly string[] {
  const outliers = new Set(model.outliers.flatMap(({ column, action }) => (action === "flag" ? [column] : [])));
  const filled = new Set(model.fills.filter(({ flag }) => flag).map(({ column }) => column));
  return model.columns.flatMap(({ name }) => [
    ...(outliers.has(name) ? [`${name}_outlier`] : []),
    ...(filled.has(name) ? [missingFlagName(name)] : []),
  ]);
}

/** Whether a model treats outliers or fills gaps. */
export function isAdjusting(model: CleanModel): boolean {
  return model.outliers.length > 0 || model.fills.length > 0;
}

/**
 * Treats outliers, then fills gaps of a table in form, by what the model holds. Rows stay in their order. A column whose
 * name an added one has is replaced. `recorded`: a ledger is kept. Two or three scans of the columns concerned.
 */
export async function adjustTable(
  engine: Engine,
  table: Table,
  model: CleanModel,
  recorded: boolean,
): Promise<{ readonly table: Table; readonly facts: AdjustFacts }> {
  const added = addedNames(model);
  const treated = await treatOutliers(engine, table, model);
  const emptying = model.outliers.flatMap(({ column, action }) => (action === "null" ? [column] : []));
  const filled = await fillGaps(engine, recorded ? withEmptied(treated.table, emptying) : treated.table, model);
  const facts: AdjustFacts = {
    outliers: treated.facts,
    imputed: filled.facts,
    removedByOutliers: treated.removed,
    quarantined: treated.quarantined,
    by: await groupFacts(engine, table, model),
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
export async function recounted(engine: Engine, table: Table): Promise<Table> {
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
