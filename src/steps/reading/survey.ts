import type { Engine, LoadedColumn, LoadedTable } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { withMoreDates } from "./candidates.ts";
import type { Candidate, ColumnEvidence, SampledColumn, ValueGroup } from "./column-evidence.ts";
import { booleanBit, booleanBitOf } from "./boolean-words.ts";
import { isMissing, notation, numberNotation } from "./number-shapes.ts";
import { firstOddValue } from "./odd-values.ts";
import { fastNotation, isMissingSql, isPlainNumberSql } from "./number-sql.ts";
import type { ColumnSample } from "./sample-values.ts";
import { dateBit, withBits } from "./value-bits.ts";

/** Text columns counted in one query: DuckDB's planning grows with the square of their number. */
const columnsAtOnce = 25;
/** Typed columns, whose counts are plain: planning costs less than naming all columns of a wide file once more. */
const typedAtOnce = 500;

/** Groups of values that one column may have: marks of currencies, ways of writing dates. */
const mostGroups = 500;
/** Values that fit no way of writing dates that is known of their column, of which more are learned. */
const oddDatesLookedAt = 200;

/** `candidate`: what the column turned out to be, where its values said more than the sample. */
type Counts = Pick<ColumnEvidence, "held" | "present" | "bits" | "groups"> & { readonly candidate?: Candidate };

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
        found.set(sampled, { held: own.held, present: own.held - own.words, bits: 0, groups: [] });
      else if (own.held === own.plain)
        found.set(sampled, { held: own.held, present: own.held, bits: fastNotation[candidate.check], groups: [] });
      else plain.set(sampled, own.plain);
    });
  }
  for (const sampled of asked) {
    if (!found.has(sampled)) found.set(sampled, await lookClosely(engine, table, sampled, plain.get(sampled) ?? 0));
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
  const groups = new Map<string, { rows: number; bits: number }>();
  for (const value of values) {
    if (value === null || value === "") continue;
    held++;
    if (isText || isMissing(value)) continue;
    present++;
    if (candidate.kind !== "number") continue;
    const { bits, mark } = numberNotation(value);
    const group = groups.get(mark) ?? { rows: 0, bits: 0 };
    groups.set(mark, { rows: group.rows + 1, bits: group.bits | bits });
  }
  if (isText) return { held, present: held, bits: 0, groups: [] };
  const seen = [...groups.values()].reduce((all, { bits }) => all | bits, 0);
  return (
    (isOfWords(seen) ? countWords(values, held) : null) ?? {
      held,
      present,
      ...grouped([...groups].map(([key, group]) => ({ key, ...group }))),
    }
  );
}

/** Whether a column of numbers may be one of yes and no in digits with words among them. */
function isOfWords(bits: number): boolean {
  return bits === (notation.integer | notation.odd);
}

/** Counts a column as words for yes and no; null where it has others. */
function countWords(values: ColumnSample, held: number): Counts | null {
  let present = 0;
  let bits = 0;
  let example = "";
  for (const value of values) {
    if (value === null || isMissing(value)) continue;
    present++;
    const bit = booleanBitOf(value);
    if (bit === booleanBit.odd) return null;
    if (example === "" && bit !== booleanBit.digit) example = value;
    bits |= bit;
  }
  return { held, present, bits, groups: [{ key: "", rows: present, bits }], candidate: { kind: "boolean", example } };
}

/** The groups of a column in a fixed order, and the bits of all. */
function grouped(groups: readonly ValueGroup[]): Pick<Counts, "bits" | "groups"> {
  const sorted = [...groups].sort((a, b) => b.rows - a.rows || (a.key < b.key ? -1 : 1));
  return { bits: sorted.reduce((all, { bits }) => all | bits, 0), groups: sorted };
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

/**
 * Looks at a column until its candidate is no longer in question: digits beside words for yes and no are of these; dates that are written in further ways are looked at
 * once more with these, and what only looked like dates as what else it is.
 */
async function lookClosely(engine: Engine, table: LoadedTable, sampled: SampledColumn, plain: number): Promise<Counts> {
  const counts = await lookAt(engine, table, sampled, plain);
  const { candidate } = sampled;
  if (candidate.kind === "number" && isOfWords(counts.bits)) {
    const word = await firstOddValue(engine, table, sampled, notation.odd);
    const asWords: Candidate = { kind: "boolean", example: word?.value ?? "" };
    const own = await lookAt(engine, table, { ...sampled, candidate: asWords }, 0);
    return (own.bits & booleanBit.odd) === 0 ? { ...own, candidate: asWords } : counts;
  }
  if (candidate.kind !== "date" || (counts.bits & dateBit.odd) === 0) return counts;
  const { otherwise } = candidate;
  if (otherwise !== undefined) {
    if (otherwise.kind !== "number")
      return { ...counts, present: counts.held, bits: 0, groups: [], candidate: otherwise };
    const asNumbers: Candidate = { ...otherwise, check: null };
    return { ...(await lookAt(engine, table, { ...sampled, candidate: asNumbers }, 0)), candidate: asNumbers };
  }
  const more = withMoreDates(candidate, await oddDates(engine, table, sampled));
  if (more === null) return counts;
  return { ...(await lookAt(engine, table, { ...sampled, candidate: more }, 0)), candidate: more };
}

/** Values of a date column that fit no way of writing of its candidate, in the order of their letters. */
async function oddDates(engine: Engine, table: LoadedTable, sampled: SampledColumn): Promise<readonly string[]> {
  const rows = await engine.rows(
    sql`
      select
        text_1
      from (
        ${withBits(distinctSql(table, sampled, sql`false`), sampled.candidate)}
      )
      where bits_1 & ${dateBit.odd} <> 0
      order by text_1
      limit ${oddDatesLookedAt}
    `,
    oddDatesLookedAt,
  );
  return rows.map((row) => String(row["text_1"]));
}

/** Looks at the distinct values of a column, but for `plain` rows that the cheap check has settled. */
async function lookAt(engine: Engine, table: LoadedTable, sampled: SampledColumn, plain: number): Promise<Counts> {
  const { column, candidate } = sampled;
  const check = candidate.kind === "number" ? candidate.check : null;
  const settled = check === null ? sql`false` : sql`coalesce(${isPlainNumberSql(column.ref, check)}, false)`;
  const rows = await engine.rows(
    sql`
      select
        key_1,
        sum(rows_1) as held_1,
        sum(rows_1) filter (where bits_1 is not null) as present_1,
        bit_or(bits_1) as all_1
      from (
        ${withBits(distinctSql(table, sampled, settled), candidate)}
      )
      group by key_1
    `,
    mostGroups,
  );
  const held = rows.reduce((sum, row) => sum + Number(row["held_1"] ?? 0), plain);
  const groups = rows.map((row): ValueGroup => {
    const key = String(row["key_1"]);
    return { key, rows: Number(row["present_1"] ?? 0), bits: Number(row["all_1"] ?? 0) };
  });
  if (check !== null && plain > 0) {
    const bare = groups.findIndex(({ key }) => key === "");
    const own = bare < 0 ? { key: "", rows: 0, bits: 0 } : groups.splice(bare, 1)[0]!;
    groups.push({ key: "", rows: own.rows + plain, bits: own.bits | fastNotation[check] });
  }
  const present = groups.reduce((sum, group) => sum + group.rows, 0);
  return { held, present, ...grouped(groups.filter((group) => group.rows > 0)) };
}

function distinctSql(table: LoadedTable, { column }: SampledColumn, settled: Sql): Sql {
  return sql`
    select
      ${column.ref} as text_1,
      count(*) as rows_1
    from ${table.relation}
    where ${column.ref} <> '' and not ${settled}
    group by ${column.ref}
  `;
}
