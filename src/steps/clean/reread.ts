import type { Engine, LoadedColumn, LoadedTable, Table } from "../../core/context.ts";
import { nullWords, type Column } from "../../core/schema.ts";
import { commonContent, type Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { isAscii, isOneOf, lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { describeTable } from "../describe.ts";
import { withoutCurrency, withoutCurrencySql } from "../contact/money.ts";
import type { OpenedTable, ReadWords } from "../open-table.ts";
import { sampleColumn } from "../reading/candidates.ts";
import { declaredNotations, parseReadingOptions } from "../reading/reading-options.ts";
import { sampleValues } from "../reading/sample-values.ts";
import { nfkcSql } from "./form.ts";
import type { UnicodeForm } from "./model.ts";
import { smallLetters, wordsOfColumn } from "./settings.ts";
import { hasOddSpaceSql, seenSql, squeezed, squeezedSql } from "./white-space.ts";
import { carriedPosition, carrying } from "../row-position.ts";

/** A table with the columns of it that were read anew. */
export interface RereadTable {
  readonly table: Table;
  readonly reread: ReadonlySet<string>;
}

/**
 * The table with its columns read as they are once white space and null words are out of the way: a column of numbers
 * that only a line break, or a word such as `--null unknown`, kept text is one of numbers. Decided on every row like
 * the first reading. Without such a column, which is told from the sample and one scan of suspects, the table itself.
 */
export async function rereadTable(
  engine: Engine,
  { table, sources }: Pick<OpenedTable, "table" | "sources">,
  words: ReadWords,
  chosen: ReadonlySet<string>,
  missing: readonly string[] | null,
  {
    own = new Map(),
    money = new Set(),
    unicode = "nfc",
  }: {
    /** Null words of columns by name. */
    readonly own?: ReadonlyMap<string, readonly string[]>;
    readonly money?: ReadonlySet<string>;
    readonly unicode?: UnicodeForm;
  } = {},
): Promise<RereadTable> {
  const strings = stringsOf(sources);
  if (strings === "text") return { table, reread: new Set() };
  const options = { ...parseReadingOptions(words), declared: declaredNotations(table.columns) };
  const texts = table.columns.filter(
    ({ name, type, stored, tie, present, declared }) =>
      type === "text" &&
      declared?.type !== "text" &&
      stored === "text" &&
      tie === undefined &&
      present > 0 &&
      chosen.has(name),
  );
  const loadedOf = (column: Column): LoadedColumn => ({
    name: column.name,
    ref: column.ref,
    type: column.stored === "text" ? "text" : column.type,
    stored: column.stored,
    ...(strings === undefined ? {} : { strings }),
    ...(column.declared?.type === "text" ? { strings: "text" as const, note: "by the schema" } : {}),
  });
  const loaded: LoadedTable = { ...table, columns: texts.map(loadedOf) };
  const missingIn = (name: string): readonly string[] | null => wordsOfColumn(missing, own.get(name));
  const isNull = new Set(["", ...(missing ?? nullWords)]);
  const cleaned = (text: string | null, name: string): string | null => {
    const plain = text === null ? "" : squeezed(unicode === "nfkc" ? text.normalize("NFKC") : text);
    const word = smallLetters(plain.normalize("NFC"));
    return isNull.has(word) || own.get(name)?.includes(word) === true ? null : plain;
  };
  const samples = await sampleValues(engine, loaded, sources);
  const suspects = texts.filter((_, i) => {
    const column = loaded.columns[i]!;
    const sample = Array.from(samples.get(column) ?? [], (text) => cleaned(text, column.name));
    return sampleColumn(column, sample, options).candidate.kind !== "text";
  });
  // What a saved model settles was still open when the table was read.
  const isSettled = ({ name, tie }: Column): boolean =>
    tie !== undefined && chosen.has(name) && (options.dates?.has(name) === true || options.decimal !== undefined);
  const settled = table.columns.filter(isSettled);
  const changed = new Set([...(await changedColumns(engine, table, suspects, missingIn, unicode)), ...settled]);
  for (const column of table.columns) if (money.has(column.name) && column.stored === "text") changed.add(column);
  if (changed.size === 0) return { table, reread: new Set() };
  const names = new Set(Array.from(changed, ({ name }) => name));
  const refs = table.columns.map((_, i) => identifier(`read_${i + 1}`));
  const at = (i: number): Sql => identifier(`amount_${i + 1}`);
  const amounts = table.columns.flatMap(({ name, ref }, i) =>
    money.has(name) ? [sql`${withoutCurrencySql(seenSql(ref, null))} as ${at(i)}`] : [],
  );
  const whole = sql`
    (
      select
        *,
        ${join(amounts, ",\n")}
      from ${table.relation}
    )
  `;
  const read = table.columns.map(
    (column, i) =>
      sql`${changed.has(column) ? readSql(money.has(column.name) ? at(i) : column.ref, missingIn(column.name), unicode) : column.ref} as ${refs[i]!}`,
  );
  const described = await describeTable(
    engine,
    {
      ...carrying(
        table,
        sql`
          (
            select
              ${join([...read, ...carriedPosition(table)], ",\n")}
            from ${amounts.length === 0 ? table.relation : whole}
          )
        `,
      ),
      rows: table.rows,
      columns: table.columns.map((column, i) => ({ ...loadedOf(column), ref: refs[i]! })),
    },
    sources.map((source) => sampledAs(source, names, money, cleaned)),
    options,
  );
  const columns = described.columns.map((column, i) => {
    const { ref, declared, declaredNotation } = table.columns[i]!;
    return {
      ...column,
      ref,
      ...(declared === undefined ? {} : { declared }),
      ...(declaredNotation === undefined ? {} : { declaredNotation }),
    };
  });
  return { table: { ...table, columns }, reread: names };
}

/** What the text of the inputs may stand for; see `LoadedColumn`. */
function stringsOf(sources: readonly Source[]): LoadedColumn["strings"] {
  const content = commonContent(sources);
  if (content === "parquet" || content === "table") return "text";
  return content === "json" ? "not-whole" : undefined;
}

/** The text as it is read: in its Unicode form, without odd white space and the given null words. */
function readSql(text: Sql, missing: readonly string[] | null, unicode: UnicodeForm): Sql {
  const composed = unicode === "nfkc" ? nfkcSql(text) : text;
  const plain = squeezedSql(composed, hasOddSpaceSql(composed));
  if (missing === null || missing.length === 0) return plain;
  return sql`case when ${isOneOf(lowerCase(plain), missing)} then null else ${plain} end`;
}

/** Columns that hold a value which the reader has not seen through to already: it knows plain spaces around a value. */
async function changedColumns(
  engine: Engine,
  table: Table,
  columns: readonly Column[],
  missingIn: (column: string) => readonly string[] | null,
  unicode: UnicodeForm,
): Promise<ReadonlySet<Column>> {
  if (columns.length === 0) return new Set();
  const counts = columns.map(({ name, ref }, i) => {
    const missing = missingIn(name);
    const isUnseen = sql`${hasOddSpaceSql(ref)} or contains(trim(${ref}), '  ')`;
    const isEmptied =
      missing === null ? sql`false` : sql`${readSql(ref, missing, unicode)} is null and ${ref} is not null`;
    const isComposed = unicode === "nfkc" ? sql`not ${isAscii(ref)}` : sql`false`;
    return sql`count(*) filter (where ${isUnseen} or ${isEmptied} or ${isComposed}) as ${identifier(`changed_${i + 1}`)}`;
  });
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from ${table.relation}
    `,
    1,
  );
  return new Set(columns.filter((_, i) => Number(row[`changed_${i + 1}`]) > 0));
}

function sampledAs(
  source: Source,
  names: ReadonlySet<string>,
  money: ReadonlySet<string>,
  cleaned: (text: string | null, name: string) => string | null,
): Source {
  if (source.format !== "csv") return source;
  const { columns } = source;
  const sampled = (text: string | null, i: number): string | null => {
    if (!names.has(columns[i]!)) return text;
    const plain = cleaned(text, columns[i]!);
    return plain !== null && money.has(columns[i]!) ? withoutCurrency(plain) : plain;
  };
  return { ...source, sample: source.sample.map((record) => record.map(sampled)) };
}
