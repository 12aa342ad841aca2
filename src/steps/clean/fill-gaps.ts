import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { flagOf } from "./check-emails.ts";
import { asType, literalOf, typeWith } from "./literals.ts";
import type { CleanModel, Fill } from "./model.ts";

/** Cells of a column that were filled. */
export type FillFacts = Fill & { readonly count: number };

const columnsAtOnce = 25;

/** Fills the gaps of a table in form by what the model holds. Rows stay in their order. One scan of the columns filled. */
export async function fillGaps(
  engine: Engine,
  table: Table,
  model: CleanModel,
): Promise<{ readonly table: Table; readonly facts: readonly FillFacts[] }> {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const filled = model.fills.flatMap((fill): readonly { column: Column; fill: Fill }[] => {
    const column = byName.get(fill.column);
    return column === undefined ? [] : [{ column, fill }];
  });
  if (filled.length === 0) return { table, facts: [] };
  const counts = await countGaps(
    engine,
    table,
    filled.map(({ column }) => column),
  );
  const flags = filled.flatMap(({ column: { name, ref }, fill: { flag } }) =>
    flag ? [flagOf(`${name}_missing`, sql`(${ref} is null)`, table)] : [],
  );
  const replaced = new Set(flags.map(({ name }) => name));
  const columns = table.columns
    .filter(({ name }) => !replaced.has(name))
    .map((column): DerivedColumn => {
      const at = filled.findIndex((one) => one.column === column);
      if (at < 0) return passed(column);
      const { value } = filled[at]!.fill;
      const type = typeWith(column.type, [value]);
      const whole = sql`coalesce(${asType(column, column.ref, type)}, ${literalOf(column, type, value)})`;
      const present = column.present + counts[at]!;
      return { ...derived(column.name, type, column.stored, whole, present), why: column.why };
    });
  const facts = filled.map(({ fill }, i) => ({ ...fill, count: counts[i]! }));
  return { table: deriveTable(table, [...columns, ...flags]), facts };
}

async function countGaps(engine: Engine, table: Table, columns: readonly Column[]): Promise<readonly number[]> {
  const gaps: number[] = [];
  for (let start = 0; start < columns.length; start += columnsAtOnce) {
    const some = columns.slice(start, start + columnsAtOnce);
    const counts = some.map(
      ({ ref }, i) => sql`count(*) filter (where ${ref} is null) as ${identifier(`gaps_${i + 1}`)}`,
    );
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${table.relation}
      `,
      1,
    );
    some.forEach((_, i) => gaps.push(Number(row[`gaps_${i + 1}`])));
  }
  return gaps;
}
