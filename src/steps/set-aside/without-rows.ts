import type { Engine, OrderedRelation } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { DelimitedSource, JsonSource, Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { positionSql } from "../row-position.ts";

/** Values of a column for which rows are set aside. */
export interface UnfitColumn {
  readonly column: string;
  readonly ref: Sql;
  /** Whether the value of a row does not fit, over the table's relation; null counts as no. */
  readonly isUnfit: Sql;
  /** The condition is too much to be asked by every query over the table. */
  readonly isCostly: boolean;
}

/** A row with the first column whose value does not fit, and that value. */
export interface UnfitRow {
  readonly row: number;
  readonly column: string;
  readonly text: string;
}

/** More rows than that are no exceptions, and they come out of the engine. */
const mostRows = 100_000;

/** The rows that hold a value which does not fit, rising; null for more than 100,000. One scan. */
export async function unfitRows(
  engine: Engine,
  table: OrderedRelation,
  unfit: readonly UnfitColumn[],
): Promise<readonly UnfitRow[] | null> {
  const places = unfit.map(({ isUnfit }, i) => sql`when ${isUnfit} then ${value(i)}`);
  const texts = unfit.map(({ ref }, i) => sql`when ${value(i)} then ${asText(ref)}`);
  const rows = await engine.rows(
    sql`
      select
        position_1,
        place_1,
        case place_1
          ${join(texts, "\n")}
        end as text_1
      from (
        select
          *,
          ${positionSql(table)} as position_1,
          case
            ${join(places, "\n")}
          end as place_1
        from ${table.relation}
      )
      where place_1 is not null
      order by position_1
      limit ${mostRows + 1}
    `,
    mostRows + 1,
  );
  if (rows.length > mostRows) return null;
  return rows.map((row) => ({
    row: Number(row["position_1"]),
    column: unfit[Number(row["place_1"])]!.column,
    text: String(row["text_1"]),
  }));
}

/**
 * A table and its sources without the rows that hold a value which does not fit; `rows` are those that `unfitRows` gave.
 * Columns keep their references. Throws `bug` for a table whose rows carry their numbers.
 */
export async function withoutRows<Ordered extends OrderedRelation & { readonly rows: number }>(
  engine: Engine,
  table: Ordered,
  sources: readonly Source[],
  unfit: readonly UnfitColumn[],
  rows: readonly UnfitRow[],
): Promise<{ readonly table: Ordered; readonly sources: readonly Source[] }> {
  if (table.position !== undefined) throw new SegmentError("bug", "rows that carry their numbers cannot be set aside");
  const isUnfit = join(
    unfit.map((one) => sql`coalesce(${one.isUnfit}, false)`),
    " or ",
  );
  const relation = unfit.some(({ isCostly }) => isCostly)
    ? (await engine.store(keptInOrder(table, isUnfit))).relation
    : sql`(select * from ${table.relation} where not (${isUnfit}))`;
  const left = { ...table, relation, rows: table.rows - rows.length };
  return { table: left, sources: sourcesWithout(sources, rows) };
}

function keptInOrder(table: OrderedRelation, isUnfit: Sql): Sql {
  const place = identifier("place_0");
  return sql`
    select *
    from (
      select
        *,
        ${positionSql(table)} as ${place}
      from ${table.relation}
    )
    where not (${isUnfit})
    order by ${place}
  `;
}

function sourcesWithout(sources: readonly Source[], rows: readonly UnfitRow[]): readonly Source[] {
  let before = 0;
  let next = 0;
  let isCounted = true;
  return sources.map((source, i) => {
    const own = "rows" in source ? source.rows : undefined;
    const isLast = i === sources.length - 1;
    const end = !isCounted ? 0 : own === undefined || isLast ? Number.POSITIVE_INFINITY : before + own;
    const from = next;
    while (next < rows.length && rows[next]!.row < end) next++;
    const start = before;
    before += own ?? 0;
    // Which of the files behind it the other rows are of is not known.
    isCounted &&= own !== undefined;
    if (from === next) return source;
    return sourceWithout(
      source,
      rows.slice(from, next).map((one) => ({ ...one, row: one.row - start })),
    );
  });
}

/** A source that has lost rows: what its lines are asked for by are numbers of those that are left. */
function sourceWithout(source: Source, lost: readonly UnfitRow[]): Source {
  const changed = { quarantined: source.quarantined + lost.length, isChanged: true };
  if (source.format === "csv") {
    return {
      ...source,
      ...changed,
      rows: source.rows - lost.length,
      sample: sampleWithout(source, lost),
      ...linesWithout(source, lost),
    };
  }
  if (source.format === "ndjson") {
    const { lineOf, recordsAt } = source;
    const lines = lineOf === undefined || recordsAt === undefined ? {} : linesWithout({ lineOf, recordsAt }, lost);
    return { ...source, ...changed, ...lines };
  }
  if (source.format === "parquet" && source.rows !== undefined) {
    return { ...source, ...changed, rows: source.rows - lost.length };
  }
  return { ...source, ...changed };
}

type Lines = Required<Pick<JsonSource, "lineOf" | "recordsAt">>;

function linesWithout({ lineOf, recordsAt }: Lines, lost: readonly UnfitRow[]): Lines {
  // Before lost row i stand `row - i` rows that are left.
  const ahead = lost.map(({ row }, i) => row - i);
  const old = (row: number): number => {
    let low = 0;
    let high = ahead.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ahead[middle]! <= row) low = middle + 1;
      else high = middle;
    }
    return row + low;
  };
  return { lineOf: (row) => lineOf(old(row)), recordsAt: (rows) => recordsAt(rows.map(old)) };
}

/** The records of the sample that hold none of the values for which rows were set aside. */
function sampleWithout({ columns, sample }: DelimitedSource, lost: readonly UnfitRow[]): DelimitedSource["sample"] {
  const texts = new Map<number, Set<string>>();
  for (const { column, text } of lost) {
    const at = columns.indexOf(column);
    const known = texts.get(at);
    if (known === undefined) texts.set(at, new Set([text]));
    else known.add(text);
  }
  return sample.filter((record) => [...texts].every(([at, set]) => !set.has(record[at] ?? "")));
}
