import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { asciiDomains, type AsciiDomains } from "../contact/email-key.ts";
import { contentKinds, textOf } from "../dedupe/key-kinds.ts";
import { findColumn, matchColumns } from "../match-columns.ts";
import { openTable, type OpenedTable, type ReadWords, type Warning } from "../open-table.ts";
import { placeOf } from "../reading/place-of.ts";
import { requireSettled } from "../reading/ties.ts";
import { plainTextSql } from "../reading/values.ts";
import { carriedPosition, carrying, rowNumberSql } from "../row-position.ts";
import { withPresent } from "../combine/fold-customers.ts";
import type { NamedSource } from "../combine/named-sources.ts";
import { keyForm, keyFormSql, type KeyForm } from "./key-form.ts";

/** Which columns of the table and of the lookup are one: `postcode`, `cp=code_postal`, `country+zip`. */
export interface LookupKey {
  readonly own: readonly string[];
  readonly other: readonly string[];
}

/** What a lookup came to. */
export interface Looked {
  readonly name: string;
  readonly table: Table;
  readonly opened: OpenedTable;
  /** As `own = other` columns. */
  readonly parts: readonly { readonly own: string; readonly other: string; readonly form: KeyForm }[];
  readonly rows: number;
  readonly matched: number;
  /** Rows without a value in the key. */
  readonly missing: number;
  /** Values that the lookup does not have, the most frequent first, and the rows that have such. */
  readonly unmatched: readonly { readonly value: string; readonly rows: number }[];
  readonly unmatchedRows: number;
  /** Columns of the lookup and what they are called in the table. */
  readonly taken: readonly { readonly column: string; readonly name: string }[];
  readonly warnings: readonly Warning[];
}

export const shownUnmatched = 10;
const shownRepeats = 3;
const between = "\u001f";

/** Reads `--on`: `postcode`, `cp=code_postal`, `country+zip=pays+code`. Throws `bad-option-value`. */
export function readLookupKey(text: string): LookupKey {
  const sides = text.split("=").map((side) => side.split("+").map((part) => part.trim()));
  const [own = [], other = own] = sides;
  if (sides.length > 2 || own.length !== other.length || [...own, ...other].includes("")) {
    throw new SegmentError("bad-option-value", `--on ${text}: not COL, nor COL=COLUMN OF THE LOOKUP`, {
      hint: "write it like --on postcode, --on cp=code_postal or --on country+zip",
    });
  }
  return { own, other };
}

/** By column of the key: the domains of both sides where both hold addresses, else null. A scan of each table, two more with addresses. */
async function pairsOfEmails(
  engine: Engine,
  { table, owns }: { readonly table: Table; readonly owns: readonly Column[] },
  { table: other, others }: { readonly table: Table; readonly others: readonly Column[] },
): Promise<readonly (AsciiDomains | null)[]> {
  const isText = (column: Column): boolean => column.type === "text";
  const pairs = owns.map((own, i) => [own, others[i]!] as const).filter((pair) => pair.every(isText));
  const ownKinds = await contentKinds(
    engine,
    table,
    pairs.map(([own]) => own),
  );
  const otherKinds = await contentKinds(
    engine,
    other,
    pairs.map(([, one]) => one),
  );
  const found: (AsciiDomains | null)[] = [];
  for (const [i, own] of owns.entries()) {
    const one = others[i]!;
    if (ownKinds.get(own) !== "email" || otherKinds.get(one) !== "email") found.push(null);
    else {
      const domains = await asciiDomains(engine, table.relation, textOf(own));
      found.push(new Map([...domains, ...(await asciiDomains(engine, other.relation, textOf(one)))]));
    }
  }
  return found;
}

/**
 * Adds columns of an outside table to a table, many to one: every row stays one row. Values are compared in a form that
 * serves both columns (`keyForm`). `take` are names and globs of the lookup's columns; null for all but its key. A name
 * that the table has already gets the lookup's name before it. Throws `repeated-key` where a key stands in several rows of
 * the lookup, and what opening a file and finding a column throw.
 */
export async function joinLookup(
  context: Context,
  table: Table,
  { name, place }: NamedSource,
  key: LookupKey,
  take: readonly string[] | null,
  words: ReadWords,
): Promise<Looked> {
  const { engine } = context;
  const owns = key.own.map((one) => findColumn(table.columns, one, "--on"));
  requireSettled(table, key.own);
  const opened = await openTable(context, [place], words);
  const others = key.other.map((one) => findColumn(opened.table.columns, one, `--on, in ${place}`));
  const wanted = takenColumns(opened.table, key.other, take, name);
  requireSettled(opened.table, [...key.other, ...wanted.map((column) => column.name)]);
  const emails = await pairsOfEmails(engine, { table, owns }, { table: opened.table, others });
  const forms = owns.map((own, i) => keyForm(own, others[i]!, emails[i] !== null));
  const keySql = (columns: readonly Column[]): Sql =>
    join(
      columns.map((column, i) => keyFormSql(column, forms[i]!, emails[i] ?? undefined)),
      ` || '${between}' || `,
    );
  const held = wanted.map((_, i) => identifier(`looked_${i + 1}`));
  const lookup = await engine.store(
    sql`
    select
      ${keySql(others)} as looked_key_1,
      ${rowNumberSql(opened.table)} as looked_row_1
      ${
        wanted.length === 0
          ? sql``
          : sql`, ${join(
              wanted.map(
                (column, i) => sql`${column.stored === "typed" ? column.ref : plainTextSql(column)} as ${held[i]!}`,
              ),
              ",\n",
            )}`
      }
    from ${opened.table.relation}
  `,
    { apart: true },
  );
  await requireUnique(context, lookup.relation, opened, place, key.other);
  const plain = deriveTable(table, table.columns.map(passed));
  const refs = plain.columns.map(({ ref }) => ref);
  const joined = await engine.store(
    sql`
    select ${join([...refs, ...carriedPosition(plain), ...held], ", ")}, lookup_key_1, looked_key_1
    from (
      select *, ${keySql(owns.map((own) => plain.columns[table.columns.indexOf(own)]!))} as lookup_key_1, ${rowNumberSql(plain)} as lookup_row_1
      from ${plain.relation}
    )
    left join (
      select *
      from ${lookup.relation}
      where looked_key_1 is not null
    ) on looked_key_1 = lookup_key_1
    ${plain.position === undefined ? sql`order by lookup_row_1` : sql``}
  `,
    { apart: true },
  );
  if (joined.rows !== table.rows) {
    throw new SegmentError("bug", `a lookup made ${joined.rows} rows of ${table.rows}`);
  }
  const names = newNames(table, wanted, name);
  const looked = wanted.map((column, i): DerivedColumn => {
    const { ref: _ref, ...rest } = column;
    const isText = column.stored === "text";
    const base = isText
      ? derived(names[i]!, column.type, "text", held[i]!, 0)
      : { ...rest, name: names[i]!, value: held[i]! };
    return { ...base, why: `of ${name}` };
  });
  const carried = { ...plain, ...carrying(plain, joined.relation) };
  const made = deriveTable(carried, [...plain.columns.map(passed), ...looked]);
  const facts = await countMatches(context, joined.relation);
  return {
    name,
    opened,
    table: await withPresent(context, made),
    parts: key.own.map((own, i) => ({ own, other: key.other[i]!, form: forms[i]! })),
    rows: table.rows,
    ...facts,
    unmatchedRows: table.rows - facts.matched - facts.missing,
    taken: wanted.map((column, i) => ({ column: column.name, name: names[i]! })),
    warnings: opened.warnings.map((one) => ({ ...one, message: `${name}: ${one.message}` })),
  };
}

function takenColumns(
  table: Table,
  key: readonly string[],
  take: readonly string[] | null,
  name: string,
): readonly Column[] {
  if (take === null) return table.columns.filter((column) => !key.includes(column.name));
  if (take.length === 0)
    throw new SegmentError("usage", `--take names no column of ${name}`, { hint: `such as ${name}.*` });
  const { names } = matchColumns(table.columns, take, `--take ${name}:`);
  return table.columns.filter((column) => names.includes(column.name));
}

/** Names that the table does not have yet: `population`, else `insee_population`. */
function newNames(table: Table, wanted: readonly Column[], lookup: string): readonly string[] {
  const taken = new Set(table.columns.map((column) => column.name));
  return wanted.map((column) => {
    const name = taken.has(column.name) ? `${lookup}_${column.name}` : column.name;
    if (taken.has(name)) {
      throw new SegmentError("column-exists", `the table has columns ${column.name} and ${name} already`, {
        hint: "give the lookup another name",
      });
    }
    taken.add(name);
    return name;
  });
}

async function requireUnique(
  { engine }: Context,
  lookup: Sql,
  opened: OpenedTable,
  place: string,
  key: readonly string[],
): Promise<void> {
  const [counted = {}] = await engine.rows(
    sql`
      select count(*) as values_1
      from (
        select looked_key_1
        from ${lookup}
        where looked_key_1 is not null
        group by looked_key_1
        having count(*) > 1
      )
    `,
    1,
  );
  const repeated = Number(counted["values_1"]);
  if (repeated === 0) return;
  const rows = await engine.rows(
    sql`
      select looked_key_1, least_1, looked_row_1
      from (
        select looked_key_1, looked_row_1, least_1, row_number() over (partition by looked_key_1 order by looked_row_1) as place_1
        from ${lookup}
        join (
          select looked_key_1 as repeated_key_1, min(looked_row_1) as least_1
          from ${lookup}
          where looked_key_1 is not null
          group by looked_key_1
          having count(*) > 1
          order by least_1
          limit ${shownRepeats}
        ) on repeated_key_1 = looked_key_1
      )
      where place_1 <= ${shownRepeats}
      order by least_1, looked_row_1
    `,
    shownRepeats * shownRepeats,
  );
  const values = [...new Set(rows.map((row) => String(row["looked_key_1"])))];
  const shown = await Promise.all(
    values.map(async (text) => {
      const own = rows.filter((row) => row["looked_key_1"] === text).map((row) => Number(row["looked_row_1"]) - 1);
      const lines = await Promise.all(own.map(async (row) => (await placeOf(opened.sources, row, key[0]!)).line));
      const at = lines.includes(undefined)
        ? `rows ${own.map((row) => row + 1).join(", ")}`
        : `lines ${lines.join(", ")}`;
      return `${text.replaceAll(between, " + ")} (${at})`;
    }),
  );
  const first = await placeOf(opened.sources, Number(rows[0]!["looked_row_1"]) - 1, key.join("+"));
  const count = repeated === 1 ? "1 key stands" : `${repeated} keys stand`;
  throw new SegmentError(
    "repeated-key",
    `${count} in several rows, and a lookup has one row a key: ${shown.join("; ")}`,
    {
      place: { ...first, file: first.file ?? place },
      hint: "fold them first, such as segment dedupe, or look up by more columns: --on country+postcode",
    },
  );
}

async function countMatches(
  { engine }: Context,
  joined: Sql,
): Promise<Pick<Looked, "matched" | "missing" | "unmatched">> {
  const [counted = {}] = await engine.rows(
    sql`
      select count(looked_key_1) as matched_1, count(case when lookup_key_1 is null then 1 end) as missing_1
      from ${joined}
    `,
    1,
  );
  const rows = await engine.rows(
    sql`
      select lookup_key_1, count(*) as rows_1
      from ${joined}
      where looked_key_1 is null and lookup_key_1 is not null
      group by lookup_key_1
      order by rows_1 desc, lookup_key_1
      limit ${shownUnmatched}
    `,
    shownUnmatched,
  );
  return {
    matched: Number(counted["matched_1"]),
    missing: Number(counted["missing_1"]),
    unmatched: rows.map((row) => ({
      value: String(row["lookup_key_1"]).replaceAll(between, " + "),
      rows: Number(row["rows_1"]),
    })),
  };
}
