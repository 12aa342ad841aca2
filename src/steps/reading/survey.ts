import type { Engine, LoadedColumn, LoadedTable } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { ColumnEvidence, SampledColumn } from "./column-evidence.ts";
import { isMissing, notationOf } from "./number-shapes.ts";
import { fastNotation, isMissingSql, isPlainNumberSql } from "./number-sql.ts";
import type { ColumnSample } from "./sample-values.ts";
import { withBits } from "./value-bits.ts";

/** Text columns counted in one query: DuckDB's planning grows with the square of their number. */
const columnsAtOnce = 25;
/** Typed columns, whose counts are plain: planning costs less than naming all columns of a wide file once more. */
const typedAtOnce = 500;

interface Counts {
  readonly held: number;
  readonly present: number;
  readonly bits: number;
}

/**
 * Asks the whole table what its columns are. Text and plain numbers are counted in one scan; a column that holds
 * anything else is then looked at by its distinct values. Text and numbers of a table that `complete` holds whole are
 * counted right there, without the engine.
 */
export async function surveyTable(
  engine: Engine,
  table: LoadedTable,
  columns: readonly SampledColumn[],
  complete: ReadonlyMap<LoadedColumn, ColumnSample> | null,
): Promise<readonly ColumnEvidence[]> {
  const found = new Map<SampledColumn, Counts>();
  const asked: SampledColumn[] = [];
  for (const sampled of columns) {
    const values = complete?.get(sampled.column);
    const counts = values === undefined ? null : countValues(sampled, values);
    if (counts === null) asked.push(sampled);
    else found.set(sampled, counts);
  }
  const plain = new Map<SampledColumn, number>();
  const cheap = asked.filter(isCheap);
  const typed = cheap.filter(({ candidate }) => candidate.kind === "typed");
  const texts = cheap.filter(({ candidate }) => candidate.kind !== "typed");
  for (const some of [...chunks(typed, typedAtOnce), ...chunks(texts, columnsAtOnce)]) {
    const counts = await countColumns(engine, table, some);
    some.forEach((sampled, i) => {
      const { candidate } = sampled;
      const own = counts[i]!;
      if (candidate.kind !== "number" || candidate.check === null)
        found.set(sampled, { held: own.held, present: own.held - own.words, bits: 0 });
      else if (own.held === own.plain)
        found.set(sampled, { held: own.held, present: own.held, bits: fastNotation[candidate.check] });
      else plain.set(sampled, own.plain);
    });
  }
  for (const sampled of asked) {
    if (!found.has(sampled)) found.set(sampled, await lookAt(engine, table, sampled, plain.get(sampled) ?? 0));
  }
  return columns.map((sampled) => ({ ...sampled, ...found.get(sampled)! }));
}

function chunks<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Counts a column whose every value is at hand; null for kinds that the engine must judge. */
function countValues({ candidate }: SampledColumn, values: ColumnSample): Counts | null {
  if (candidate.kind !== "text" && candidate.kind !== "number" && candidate.kind !== "stated") return null;
  const isText = candidate.kind === "text" || (candidate.kind === "stated" && candidate.type === "text");
  let held = 0;
  let present = 0;
  let bits = 0;
  for (const value of values) {
    if (value === null || value === "") continue;
    held++;
    if (isText || isMissing(value)) continue;
    present++;
    if (candidate.kind === "number") bits |= notationOf(value);
  }
  return isText ? { held, present: held, bits: 0 } : { held, present, bits };
}

function isCheap({ candidate }: SampledColumn): boolean {
  return candidate.kind === "number" ? candidate.check !== null : !["date", "boolean"].includes(candidate.kind);
}

async function countColumns(
  engine: Engine,
  table: LoadedTable,
  columns: readonly SampledColumn[],
): Promise<readonly { held: number; plain: number; words: number }[]> {
  const counts = columns.flatMap(({ column, candidate }, i) => {
    const held = sql`count(${heldSql(column)}) as ${identifier(`held_${i}`)}`;
    if (candidate.kind === "stated" && candidate.type !== "text") {
      const word = sql`${column.ref} <> '' and ${isMissingSql(column.ref)}`;
      return [held, sql`count(*) filter (where ${word}) as ${identifier(`words_${i}`)}`];
    }
    if (candidate.kind !== "number" || candidate.check === null) return [held];
    return [
      held,
      sql`count(*) filter (where ${isPlainNumberSql(column.ref, candidate.check)}) as ${identifier(`plain_${i}`)}`,
    ];
  });
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  return columns.map((_, i) => ({
    held: Number(row[`held_${i}`]),
    plain: Number(row[`plain_${i}`] ?? 0),
    words: Number(row[`words_${i}`] ?? 0),
  }));
}

function heldSql({ ref, type, stored }: LoadedColumn): Sql {
  if (stored === "text") return sql`nullif(${ref}, '')`;
  return type === "number" ? sql`nullif(${ref}, ${Number.NaN})` : ref;
}

/** Looks at the distinct values of a column, but for `plain` rows that the cheap check has settled. */
async function lookAt(
  engine: Engine,
  table: LoadedTable,
  { column, candidate }: SampledColumn,
  plain: number,
): Promise<Counts> {
  const check = candidate.kind === "number" ? candidate.check : null;
  const settled = check === null ? sql`false` : sql`coalesce(${isPlainNumberSql(column.ref, check)}, false)`;
  const values = sql`
    select
      ${column.ref} as text_1,
      count(*) as rows_1
    from ${table.relation}
    where ${column.ref} <> '' and not ${settled}
    group by ${column.ref}
  `;
  const [row = {}] = await engine.rows(
    sql`
      select
        sum(rows_1) as held_1,
        sum(rows_1) filter (where bits_1 is not null) as present_1,
        bit_or(bits_1) as all_1
      from (
        ${withBits(values, candidate)}
      )
    `,
    1,
  );
  const bits = Number(row["all_1"] ?? 0) | (check !== null && plain > 0 ? fastNotation[check] : 0);
  return { held: plain + Number(row["held_1"] ?? 0), present: plain + Number(row["present_1"] ?? 0), bits };
}
