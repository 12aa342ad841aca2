import type { Engine, LoadedTable } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { DateCount, ReadingOptions, Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { countMomentSql, isDateCount } from "./day-counts.ts";
import type { ValueAside } from "../set-aside/value-aside.ts";
import { revaluedTable, sameValue } from "./revalued-table.ts";

/**
 * A table with the number columns of typed files (Parquet, JSON) that `--dates` calls a count of days or seconds as
 * timestamps; other tables as they are. Rows whose number is no date go `aside`, where there is such a place. One scan of
 * these columns. Throws `bad-option-value` for a number that is no date.
 */
export async function withTypedCounts(
  engine: Engine,
  table: LoadedTable,
  sources: readonly Source[],
  { dates }: ReadingOptions,
  aside: ValueAside | null,
): Promise<{ readonly table: LoadedTable; readonly sources: readonly Source[] }> {
  const counts = table.columns.map(({ name, type, stored }) => {
    const asked = dates?.get(name);
    if (stored !== "typed" || asked === undefined || !isDateCount(asked)) return null;
    if (type === "integer" || type === "number") return asked;
    // What an earlier run made of them.
    if (type === "date" || type === "timestamp") return null;
    throw new SegmentError("bad-option-value", `--dates ${name}: the file itself says that the column is ${type}`);
  });
  if (counts.every((count) => count === null)) return { table, sources };
  const left = await requireMoments(engine, table, sources, counts, aside);
  const columns = table.columns.map((column, i) => {
    const count = counts[i]!;
    const same = sameValue(column);
    if (count === null) return same;
    const note = `numbers in the file, by --dates ${count}`;
    return { ...same, type: "timestamp", note, value: momentSql(column.ref, count) } as const;
  });
  return { table: revaluedTable(left.table, columns), sources: left.sources };
}

/** Numbers beyond the years of a timestamp would not be cast. */
function momentSql(ref: Sql, count: DateCount): Sql {
  const number = sql`cast(${ref} as double)`;
  const moment = countMomentSql(number, count);
  return sql`case when abs(${number}) < ${count === "epoch-ms" ? 1e14 : 1e11} then ${moment} end`;
}

/** The table without the rows that go `aside`, where they may. */
async function requireMoments(
  engine: Engine,
  table: LoadedTable,
  sources: readonly Source[],
  counts: readonly (DateCount | null)[],
  aside: ValueAside | null,
): Promise<{ readonly table: LoadedTable; readonly sources: readonly Source[] }> {
  const asked = table.columns.flatMap(({ name, ref }, i) =>
    counts[i] === null ? [] : [{ name, ref, count: counts[i]! }],
  );
  const isNone = (ref: Sql, count: DateCount): Sql => sql`${ref} is not null and ${momentSql(ref, count)} is null`;
  const worst = asked.flatMap(({ ref, count }, i) => [
    sql`count(${ref}) as ${identifier(`held_${i}`)}`,
    sql`count(*) filter (where ${isNone(ref, count)}) as ${identifier(`none_${i}`)}`,
    sql`min(${ref}) filter (where ${isNone(ref, count)}) as ${identifier(`least_${i}`)}`,
  ]);
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(worst, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  const found = asked.map((one, i) => ({
    ...one,
    held: Number(row[`held_${i}`] ?? 0),
    none: Number(row[`none_${i}`] ?? 0),
    least: String(row[`least_${i}`]),
  }));
  const faulty = found.filter(({ none }) => none > 0);
  const [first] = faulty;
  if (first === undefined) return { table, sources };
  const most = aside === null ? first : faulty.find(({ held, none }) => none * 2 > held);
  if (aside === null || most !== undefined) throw noMoments(most ?? first);
  const unfit = faulty.map(({ name, ref, count }) => ({
    column: name,
    ref,
    isUnfit: isNone(ref, count),
    isCostly: false,
    reason: (text: string) => `${text} does not fit --dates ${name}=${count}`,
  }));
  return aside.take(table, sources, unfit, async () => noMoments(first));
}

function noMoments({
  name,
  count,
  none,
  least,
}: {
  readonly name: string;
  readonly count: DateCount;
  readonly none: number;
  readonly least: string;
}): SegmentError {
  const values = none === 1 ? "1 value is" : `${none} values are`;
  return new SegmentError("bad-option-value", `--dates ${name}=${count}: ${values} no such date, the least ${least}`, {
    place: { column: name },
    hint: `leave it out to read ${name} as numbers, or add --quarantine FILE to set such rows aside`,
  });
}
