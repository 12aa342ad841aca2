import type { OutputTable } from "../../../core/command.ts";
import type { Context, Engine, Table } from "../../../core/context.ts";
import { SegmentError } from "../../../core/errors.ts";
import type { Sql } from "../../../core/sql.ts";
import type { Source } from "../../../core/source.ts";
import { didYouMean } from "../../../core/suggest.ts";
import { asText, isOneOf, replacePattern } from "../../../sql/functions.ts";
import { identifier, join, sql, value } from "../../../sql/template.ts";
import { matchColumns } from "../../match-columns.ts";
import type { OpenedTable } from "../../open-table.ts";
import { placeOf } from "../../reading/place-of.ts";
import { outputQueries, textSql, valueSql } from "../../reading/values.ts";
import { digestSql } from "../ledger.ts";
import { isNumeric } from "../plain-values.ts";
import { at, besideEachOther, digestOf, type Pair } from "./beside-each-other.ts";
import { betweenSql } from "./between.ts";
import type { ReadLedger } from "./read-ledger.ts";

/** What is to be taken back: all, or what some rules did, or what was done to some columns. */
export interface UndoSettings {
  readonly rules: readonly string[] | undefined;
  readonly columns: readonly string[] | undefined;
  /** Whether the table goes where columns can have any type that a Parquet file has. */
  readonly ownTypes: boolean;
}

/** A table of which changes were taken back. */
export interface Undone {
  readonly table: Pick<OutputTable, "query" | "typed" | "rows">;
  /** Cells that were taken back, by column. */
  readonly columns: readonly { readonly column: string; readonly count: number }[];
  /** Rows that were put in again. */
  readonly restored: number;
  /** Columns that are left out again. */
  readonly dropped: readonly string[];
  /** All of it was taken back, so that the table is that of the input. */
  readonly isWhole: boolean;
}

/**
 * Takes back what a ledger tells of. Every cell of both tables is compared with the ledger first: what it tells of must have
 * its digests, all else must be the same. A rule that is taken back on a cell takes those with it that came after it there.
 * Throws `bad-ledger` with the place of the first cell that does not fit, and for a value between two rules that cannot be
 * told; `unknown-choice` for a rule, `unknown-column`, `usage` for nothing to take back.
 */
export async function undoClean(
  { engine }: Pick<Context, "engine">,
  original: OpenedTable,
  cleaned: OpenedTable,
  ledger: ReadLedger,
  settings: UndoSettings,
): Promise<Undone> {
  requireShape(original, cleaned, ledger);
  const rules = wantedRules(settings.rules, ledger);
  const chosen = new Set(
    settings.columns === undefined
      ? original.table.columns.map(({ name }) => name)
      : matchColumns(original.table.columns, settings.columns, "--columns").names,
  );
  const isWhole = rules === null && settings.columns === undefined;
  const added = new Set(ledger.added);
  // JSON has no notation of its own for what is a value in a typed table: there, values are the same.
  const byValue = cleaned.sources.every(({ format }) => format === "json" || format === "ndjson");
  const pairs = original.table.columns.flatMap((before): readonly Pair[] => {
    const after = cleaned.table.columns.find(({ name }) => name === before.name);
    if (after === undefined || added.has(before.name)) return [];
    const isTyped = after.stored === "typed" || byValue;
    return [{ before, after, recorded: ledger.columns.includes(before.name), isTyped }];
  });
  const beside = await besideEachOther(engine, original.table, cleaned.table, ledger, pairs, rules);
  await requireFit(engine, original, cleaned, pairs, beside.relation);
  const counts = await undoneCounts(engine, pairs, chosen, beside.relation);
  if (isWhole) {
    const restored = original.table.rows - cleaned.table.rows;
    const isParquet = original.sources.every(({ format }) => format === "parquet");
    const typed =
      settings.ownTypes && isParquet ? await inOwnTypes(engine, original.sources) : outputQueries(original.table).typed;
    return {
      table: { query: asRead(original.table), typed, rows: original.table.rows },
      columns: counts,
      restored,
      dropped: ledger.added,
      isWhole,
    };
  }
  const rowsBack = rules === null || settings.columns !== undefined ? [] : rules;
  return {
    ...(await partly(engine, cleaned.table, pairs, chosen, rowsBack, beside.relation)),
    columns: counts,
    dropped: [],
    isWhole,
  };
}

/** The table with the text of its file, not brought into the notation in which tables are written. */
function asRead({ columns, relation }: Table): Sql {
  return sql`
    select
      ${join(
        columns.map(({ name, ref }) => sql`${ref} as ${identifier(name)}`),
        ",\n",
      )}
    from ${relation}
  `;
}

/** The columns of Parquet files in the types that they have there, without the reading of a run. */
async function inOwnTypes(engine: Engine, sources: readonly Source[]): Promise<Sql> {
  const { columns, relation } = await engine.load(sources);
  return sql`
    select
      ${join(
        columns.map(({ name, ref, own }) => sql`${own?.ref ?? ref} as ${identifier(name)}`),
        ",\n",
      )}
    from ${relation}
  `;
}

/** Names of rules, checked; null for all. */
function wantedRules(given: readonly string[] | undefined, { rules }: ReadLedger): readonly string[] | null {
  if (given === undefined) return null;
  for (const name of given) {
    if (rules.includes(name)) continue;
    throw new SegmentError("unknown-choice", `--undo-rules ${name}: the ledger tells of no such rule`, {
      hint:
        didYouMean(name, rules) || (rules.length === 0 ? "it tells of no change" : `its rules are ${rules.join(", ")}`),
    });
  }
  return given;
}

function requireShape(
  { table, sources }: OpenedTable,
  cleaned: OpenedTable,
  { removed, columns, added }: ReadLedger,
): void {
  const file = cleaned.sources.map(({ label }) => label).join(", ");
  const kept = table.rows - removed.rows;
  if (cleaned.table.rows !== kept) {
    throw new SegmentError(
      "bad-ledger",
      `has ${cleaned.table.rows} rows, and by the ledger ${kept} of the ${table.rows} rows of the input are left`,
      { place: { file }, hint: "give the files and the ledger of one run of segment clean" },
    );
  }
  const missing = columns.find((name) => table.columns.every((column) => column.name !== name));
  if (missing !== undefined) {
    throw new SegmentError("bad-ledger", `has no column ${missing}, of which the ledger tells`, {
      place: { file: sources.map(({ label }) => label).join(", ") },
      hint: "name the input of that run with --input",
    });
  }
  const lost = [...columns, ...added].find((name) => cleaned.table.columns.every((column) => column.name !== name));
  if (lost === undefined) return;
  throw new SegmentError("bad-ledger", `has no column ${lost} any more, of which the ledger tells`, {
    place: { file },
    hint: "give the table as segment clean wrote it",
  });
}

/** Refuses tables of which a cell is not what the ledger tells. Throws `bad-ledger`. */
async function requireFit(
  engine: Engine,
  original: OpenedTable,
  cleaned: OpenedTable,
  pairs: readonly Pair[],
  relation: Sql,
): Promise<void> {
  const places = new Map(cleaned.table.columns.map((column, i) => [column, i]));
  for (const [i, pair] of pairs.entries()) {
    const { before, after, recorded } = pair;
    const now = at("new", places.get(after)!);
    const wrongInput = recorded
      ? sql`${at("first", i)} is not null and ${digestSql(at("old", i))} is distinct from ${digestOf(at("first", i))}`
      : sql`false`;
    const wrongOutput = sql`gone_1 is null and not (${isAsTold(pair, i, now)})`;
    const [row] = await engine.rows(
      sql`
        select
          row_1,
          ${wrongInput} as input_1
        from ${relation}
        where ${wrongInput} or ${wrongOutput}
        order by row_1
        limit 1
      `,
      1,
    );
    if (row === undefined) continue;
    const number = Number(row["row_1"]) - 1;
    if (row["input_1"] === true) {
      throw new SegmentError("bad-ledger", "a value is not the one that was cleaned by the ledger", {
        place: await placeOf(original.sources, number, before.name),
        hint: "name the input of that run with --input",
      });
    }
    throw new SegmentError(
      "bad-ledger",
      `row ${number + 1} of the input was cleaned to another value than stands here`,
      {
        place: { file: cleaned.sources.map(({ label }) => label).join(", "), column: before.name },
        hint: "give the table as segment clean wrote it",
      },
    );
  }
}

/** Whether a cell of the cleaned table is what the ledger makes of the input. Typed values may have another text. */
function isAsTold({ before, after, recorded, isTyped }: Pair, i: number, now: Sql): Sql {
  const text = asText(now);
  const same = sql`${text} is not distinct from ${at("old", i)}`;
  const end = digestOf(at("last", i));
  const told = recorded
    ? sql`case when ${at("last", i)} is null then ${same} else ${digestSql(text)} is not distinct from ${end} end`
    : same;
  if (!isTyped) return told;
  const held = valueSql({ ...after, ref: now });
  const isNumber = isNumeric(before.type) && isNumeric(after.type);
  if (!isNumber && before.type !== after.type) return told;
  const [was, is] = isNumber
    ? [sql`cast(${at("held", i)} as double)`, sql`cast(${held} as double)`]
    : [at("held", i), held];
  const whole = digestSql(replacePattern(text, value("[.]0$"), value("")));
  const learned = recorded ? sql`or ${whole} is not distinct from ${end}` : sql``;
  return sql`${told} or ${was!} is not distinct from ${is!} ${learned}`;
}

async function undoneCounts(
  engine: Engine,
  pairs: readonly Pair[],
  chosen: ReadonlySet<string>,
  relation: Sql,
): Promise<Undone["columns"]> {
  const wanted = pairs
    .map((pair, i) => ({ pair, i }))
    .filter(({ pair }) => pair.recorded && chosen.has(pair.before.name));
  if (wanted.length === 0) return [];
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(
          wanted.map(({ i }) => sql`count(${at("cut", i)}) as ${at("count", i)}`),
          ",\n",
        )}
      from ${relation}
    `,
    1,
  );
  return wanted.map(({ pair, i }) => ({ column: pair.before.name, count: Number(row[`count_${i + 1}`]) }));
}

/** The cleaned table with some of its changes taken back; rows that the rules to take back removed are put in as they were read. */
async function partly(
  engine: Engine,
  cleaned: Table,
  pairs: readonly Pair[],
  chosen: ReadonlySet<string>,
  rules: readonly string[],
  relation: Sql,
): Promise<Pick<Undone, "table" | "restored">> {
  const wanted = pairs.flatMap(({ before, recorded }, i) => (recorded && chosen.has(before.name) ? [i] : []));
  const known = betweenSql.known(relation, wanted);
  for (const i of wanted) await requireKnown(engine, known, pairs[i]!.before.name, i);
  const isBack = rules.length === 0 ? sql`false` : sql`coalesce(${isOneOf(sql`gone_1`, rules)}, false)`;
  const [counted = {}] = await engine.rows(
    sql`
      select
        count(*) filter (where gone_1 is null or ${isBack}) as rows_1,
        count(*) filter (where ${isBack}) as back_1
      from ${relation}
    `,
    1,
  );
  const values = cleaned.columns.map((column, j) => {
    const i = pairs.findIndex(({ after }) => after === column);
    const now = at("new", j);
    const name = identifier(column.name);
    if (i < 0) return { name, text: textSql({ ...column, ref: now }), typed: valueSql({ ...column, ref: now }) };
    if (wanted.includes(i)) {
      const text = sql`
        case
          when gone_1 is not null then ${at("old", i)}
          when ${at("cut", i)} is null then ${asText(now)}
          else ${at("known", i)}
        end
      `;
      return { name, text, typed: text };
    }
    const put = (of: Sql): Sql =>
      rules.length === 0 ? of : sql`case when gone_1 is null then ${asText(of)} else ${at("old", i)} end`;
    return { name, text: put(textSql({ ...column, ref: now })), typed: put(valueSql({ ...column, ref: now })) };
  });
  const select = (form: "text" | "typed"): Sql => sql`
    select
      ${join(
        values.map((one) => sql`${one[form]} as ${one.name}`),
        ",\n",
      )}
    from ${known}
    where gone_1 is null or ${isBack}
    order by row_1
  `;
  const restored = Number(counted["back_1"]);
  return { table: { query: select("text"), typed: select("typed"), rows: Number(counted["rows_1"]) }, restored };
}

/** Refuses a value between two rules that is not told by the input and the rules before. Throws `bad-ledger`. */
async function requireKnown(engine: Engine, known: Sql, name: string, i: number): Promise<void> {
  const [row = {}] = await engine.rows(
    sql`
      select
        count(*) as rows_1,
        min(row_1) as first_1
      from ${known}
      where ${at("cut", i)} is not null and ${digestSql(at("known", i))} is distinct from ${digestOf(at("cut", i))}
    `,
    1,
  );
  const count = Number(row["rows_1"]);
  if (count === 0) return;
  throw new SegmentError(
    "bad-ledger",
    `${count} ${count === 1 ? "cell was" : "cells were"} changed by another rule before (first in row ${String(row["first_1"])}), and what it left is not told by the input`,
    { place: { column: name }, hint: `take back all of it: --columns ${name} without --undo-rules` },
  );
}
