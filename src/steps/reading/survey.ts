import type { Engine, LoadedTable } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { booleanBitSql } from "./boolean-words.ts";
import type { Candidate, ColumnEvidence, SampledColumn } from "./column-evidence.ts";
import { formatOf, timestampSql, type DateFamily } from "./date-families.ts";
import { notation } from "./number-shapes.ts";
import { isMissingSql, isPlainNumberSql, notationSql } from "./number-sql.ts";

/** Columns asked about in one query. */
const columnsAtOnce = 250;

/** How the values of a date column fit its two readings; a family with the year first has one reading only. */
export const dateBit = { first: 1, second: 2, same: 4, differ: 8, odd: 16 } as const;

/**
 * Asks the whole table what its columns are. One scan tells columns of plain numbers and text; a second looks at the
 * remaining ones value by value.
 */
export async function surveyTable(
  engine: Engine,
  table: LoadedTable,
  columns: readonly SampledColumn[],
): Promise<readonly ColumnEvidence[]> {
  const found = new Map<SampledColumn, ColumnEvidence>();
  const fast = columns.filter(({ candidate }) => isCheap(candidate));
  for (const some of chunks(fast)) {
    const counts = await countColumns(engine, table, some);
    some.forEach((sampled, i) => {
      const { held, plain } = counts[i]!;
      const { candidate } = sampled;
      if (candidate.kind !== "number") found.set(sampled, { ...sampled, held, present: held, bits: 0 });
      else if (held === plain) found.set(sampled, { ...sampled, held, present: held, bits: plainBit(candidate) });
    });
  }
  const rest = columns.filter((sampled) => !found.has(sampled));
  for (const some of chunks(rest)) {
    const seen = await lookAtColumns(engine, table, some);
    some.forEach((sampled, i) => found.set(sampled, { ...sampled, ...seen[i]! }));
  }
  return columns.map((sampled) => found.get(sampled)!);
}

/** The bits of one value of a column as SQL, null where it is missing. */
export function bitsSql(text: Sql, candidate: Candidate): Sql {
  switch (candidate.kind) {
    case "number":
      return notationSql(text, candidate.check);
    case "date":
      return dateBitSql(text, candidate.family);
    case "boolean":
      return booleanBitSql(text);
    case "text":
    case "typed":
      return sql`case when ${text} is not null then 0 end`;
  }
}

function isCheap(candidate: Candidate): boolean {
  return (
    candidate.kind === "text" || candidate.kind === "typed" || (candidate.kind === "number" && candidate.check !== null)
  );
}

function plainBit(candidate: Candidate & { kind: "number" }): number {
  return candidate.check === "integer" ? notation.integer : notation.plain;
}

async function countColumns(
  engine: Engine,
  table: LoadedTable,
  columns: readonly SampledColumn[],
): Promise<readonly { held: number; plain: number }[]> {
  const counts = columns.flatMap(({ column, candidate }, i) => {
    const held = sql`count(${heldSql(column.ref, column.type, column.stored)}) as ${identifier(`held_${i}`)}`;
    if (candidate.kind !== "number" || candidate.check === null) return [held];
    return [
      held,
      sql`count(*) filter (${isPlainNumberSql(column.ref, candidate.check)}) as ${identifier(`plain_${i}`)}`,
    ];
  });
  const row = await oneRow(
    engine,
    sql`
    select
      ${join(counts, ",\n")}
    from ${table.relation}
  `,
  );
  return columns.map((_, i) => ({ held: Number(row[`held_${i}`]), plain: Number(row[`plain_${i}`] ?? 0) }));
}

function heldSql(ref: Sql, type: string, stored: "text" | "typed"): Sql {
  if (stored === "text") return sql`nullif(${ref}, '')`;
  return type === "number" ? sql`nullif(${ref}, ${Number.NaN})` : ref;
}

async function lookAtColumns(
  engine: Engine,
  table: LoadedTable,
  columns: readonly SampledColumn[],
): Promise<readonly { held: number; present: number; bits: number }[]> {
  const inner = columns.map(
    ({ column, candidate }, i) => sql`
      nullif(${column.ref}, '') as ${identifier(`text_${i}`)},
      ${bitsSql(column.ref, candidate)} as ${identifier(`bits_${i}`)}
    `,
  );
  const outer = columns.map((_, i) => {
    const bits = identifier(`bits_${i}`);
    return sql`
      count(${identifier(`text_${i}`)}) as ${identifier(`held_${i}`)},
      count(${bits}) as ${identifier(`present_${i}`)},
      bit_or(${bits}) as ${identifier(`all_${i}`)}
    `;
  });
  const row = await oneRow(
    engine,
    sql`
    select
      ${join(outer, ",\n")}
    from (
      select
        ${join(inner, ",\n")}
      from ${table.relation}
    )
  `,
  );
  return columns.map((_, i) => ({
    held: Number(row[`held_${i}`]),
    present: Number(row[`present_${i}`]),
    bits: Number(row[`all_${i}`] ?? 0),
  }));
}

function dateBitSql(text: Sql, family: DateFamily): Sql {
  const missing = isMissingSql(text);
  if (family.yearFirst) {
    const reads = timestampSql(text, formatOf(family, "ymd"));
    return sql`
      case
        when ${reads} is not null then ${dateBit.first}
        when ${missing} then null
        else ${dateBit.odd}
      end
    `;
  }
  const first = timestampSql(text, formatOf(family, "dmy"));
  const second = timestampSql(text, formatOf(family, "mdy"));
  return sql`
    case
      when ${first} = ${second} then ${dateBit.same}
      when ${first} <> ${second} then ${dateBit.differ}
      when ${first} is not null then ${dateBit.first}
      when ${second} is not null then ${dateBit.second}
      when ${missing} then null
      else ${dateBit.odd}
    end
  `;
}

async function oneRow(engine: Engine, query: Sql): Promise<Readonly<Record<string, unknown>>> {
  const rows = await engine.rows(query, 1);
  return rows[0] ?? {};
}

function chunks<T>(items: readonly T[]): readonly (readonly T[])[] {
  const parts: T[][] = [];
  for (let i = 0; i < items.length; i += columnsAtOnce) parts.push(items.slice(i, i + columnsAtOnce));
  return parts;
}
