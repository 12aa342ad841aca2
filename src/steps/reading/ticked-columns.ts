import type { Engine, LoadedTable } from "../../core/context.ts";
import { type Place, SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf, lowerCase } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import { findColumn } from "../match-columns.ts";
import { positionSql } from "../row-position.ts";
import type { ValueAside } from "../set-aside/value-aside.ts";
import { noWords, yesWords } from "./boolean-words.ts";
import { isMissingSql, plainSpacesSql } from "./number-sql.ts";
import { placeOf } from "./place-of.ts";
import { revaluedTable, sameValue } from "./revalued-table.ts";

const ticks: readonly string[] = ["x", "✓", "✔", "1", ...yesWords];
const blanks: readonly string[] = ["0", ...noWords];

/**
 * A table and its sources with the columns of `--ticked` as yes and no: a tick (`x`, `✓`, 1, a word for yes) is yes, an empty cell, a word
 * for nothing, 0 or a word for no is no. Rows that hold another value go `aside`, where there is such a place and most values
 * are of these. One scan for each, two with such a place. Throws `unknown-column`, `bad-option-value` with the place of the
 * first other value.
 */
export async function withTicked(
  engine: Engine,
  table: LoadedTable,
  sources: readonly Source[],
  names: readonly string[],
  aside: ValueAside | null,
): Promise<{ readonly table: LoadedTable; readonly sources: readonly Source[] }> {
  if (names.length === 0) return { table, sources };
  const asColumns = table.columns.map(
    (column) => ({ ...column, reading: { type: "text" }, present: 0, why: "" }) as const,
  );
  const wanted = new Set(names.map((name) => findColumn(asColumns, name, "--ticked").name));
  for (const column of table.columns) {
    if (!wanted.has(column.name)) continue;
    if (column.stored === "typed") {
      const said = `--ticked ${column.name}: the file itself says that the column is ${column.type}`;
      throw new SegmentError("bad-option-value", said);
    }
    if (aside === null || (await isMostlyOther(engine, table, column.ref)))
      await requireTicks(engine, table, sources, column.name, column.ref);
  }
  if (aside !== null) {
    const unfit = table.columns
      .filter(({ name }) => wanted.has(name))
      .map(({ name, ref }) => ({
        column: name,
        ref,
        isUnfit: isOther(ref),
        isCostly: false,
        reason: (text: string) => `“${text}” does not fit --ticked ${name}`,
      }));
    const left = await aside.take(table, sources, unfit, async () => noTickError(unfit[0]!.column, "", {}));
    return withTicked(engine, left.table, left.sources, names, null);
  }
  const columns = table.columns.map((column) => {
    if (!wanted.has(column.name)) return sameValue(column);
    const value = sql`(not ${isMissingSql(column.ref)} and ${isOneOf(wordSql(column.ref), ticks)})`;
    return { name: column.name, type: "boolean", stored: "typed", note: "ticks, by --ticked", value } as const;
  });
  return { table: revaluedTable(table, columns), sources: sources.map((source) => ({ ...source, isChanged: true })) };
}

function wordSql(ref: Sql): Sql {
  return lowerCase(plainSpacesSql(ref));
}

/** Whether a text is neither a tick nor a word for none. */
function isOther(ref: Sql): Sql {
  return sql`not ${isMissingSql(ref)} and not ${isOneOf(wordSql(ref), [...ticks, ...blanks])}`;
}

/** Whether most values of a column are neither. */
async function isMostlyOther(engine: Engine, { relation }: LoadedTable, ref: Sql): Promise<boolean> {
  const [row] = await engine.rows(
    sql`
      select
        count(*) filter (where ${isOther(ref)}) as other_1,
        count(*) filter (where not ${isMissingSql(ref)}) as present_1
      from ${relation}
    `,
    1,
  );
  return Number(row?.["other_1"]) * 2 > Number(row?.["present_1"]);
}

async function requireTicks(
  engine: Engine,
  table: LoadedTable,
  sources: readonly Source[],
  name: string,
  ref: Sql,
): Promise<void> {
  const [row] = await engine.rows(
    sql`
      select
        text_1,
        position_1
      from (
        select
          ${ref} as text_1,
          case when ${isOther(ref)} then ${positionSql(table)} end as position_1
        from ${table.relation}
      )
      where position_1 is not null
      order by position_1
      limit 1
    `,
    1,
  );
  if (row === undefined) return;
  const text = String(row["text_1"]);
  throw noTickError(name, text, await placeOf(sources, Number(row["position_1"]), name));
}

function noTickError(name: string, text: string, place: Place): SegmentError {
  const shown = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return new SegmentError("bad-option-value", `--ticked ${name}: “${shown}” is no tick`, {
    place,
    hint: "x, ✓, 1 and words for yes are; an empty cell, 0 and words for no are none",
  });
}
