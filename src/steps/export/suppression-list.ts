import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, matchesWhole } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { emailColumns, isEmailSql, normalEmailSql } from "../contact/email.ts";
import { firstRows } from "../first-rows.ts";
import { findColumn } from "../match-columns.ts";
import { openTable, type OpenedTable } from "../open-table.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { placeOf } from "../reading/place-of.ts";
import { positionSql } from "../row-position.ts";

/** Who must not be written to: normalised addresses, and SHA-256 digests of such. */
export interface SuppressionList {
  /** Rows `entry_1`, `kind_1` (`address`, `digest` or `other`); entries may come twice, never null. */
  readonly relation: Sql;
  readonly kinds: ReadonlySet<EntryKind>;
  /** Different addresses and digests. */
  readonly listed: number;
  /** Entries that are neither, which a lenient reading passed over. */
  readonly unreadable: number;
  readonly sources: readonly Source[];
}

type EntryKind = "address" | "digest";

const digestPattern = "[0-9a-f]{64}";

/**
 * Opens suppression lists: files of any format with a column of addresses or digests, which is the only column, or the
 * one that holds them, or the one named; a list may lack a header. It fails closed: an empty list, a list without such
 * a column and an entry that is neither address nor digest end the run (the last not with `lenient`).
 * Throws `bad-option-value`, `no-rows`, `usage`, and what opening a file throws.
 */
export async function openSuppression(
  context: Context,
  files: readonly string[],
  given: { readonly column?: string | undefined; readonly lenient: boolean },
): Promise<SuppressionList> {
  const lists: ListFile[] = [];
  for (const file of files) lists.push(await openList(context, file, given));
  const relation = sql`
    (
      ${join(
        lists.map(({ relation }) => sql`select entry_1, kind_1 from ${relation}`),
        "\nunion all\n",
      )}
    )
  `;
  const [row = {}] = await context.engine.rows(
    sql`
      select
        count(distinct entry_1) filter (where kind_1 <> 'other') as listed_1,
        count(*) filter (where kind_1 = 'address') as addresses_1,
        count(*) filter (where kind_1 = 'digest') as digests_1,
        count(*) filter (where kind_1 = 'other') as others_1
      from ${relation}
    `,
    1,
  );
  const kinds = new Set<EntryKind>();
  if (Number(row["addresses_1"]) > 0) kinds.add("address");
  if (Number(row["digests_1"]) > 0) kinds.add("digest");
  return {
    relation,
    kinds,
    listed: Number(row["listed_1"]),
    unreadable: Number(row["others_1"]),
    sources: lists.flatMap(({ sources }) => sources),
  };
}

interface ListFile {
  readonly relation: Sql;
  readonly sources: readonly Source[];
}

async function openList(
  context: Context,
  file: string,
  given: { readonly column?: string | undefined; readonly lenient: boolean },
): Promise<ListFile> {
  if (file === "-") {
    throw new SegmentError("bad-option-value", "--suppress reads files, not standard input", {
      hint: "save the list to a file first",
    });
  }
  const { table, sources } = await openWithHeader(context, file);
  const column = await listColumn(context, table, file, given.column);
  const text = column.stored === "text" ? column.ref : asText(column.ref);
  const { relation } = await context.engine.store(sql`
    select
      entry_1,
      case
        when ${isEmailSql(sql`entry_1`)} then 'address'
        when ${isDigestSql(sql`entry_1`)} then 'digest'
        else 'other'
      end as kind_1,
      row_1
    from (
      select
        ${normalEmailSql(text)} as entry_1,
        ${isMissingSql(text)} as missing_1,
        ${positionSql(table)} as row_1
      from ${table.relation}
    )
    where not missing_1
  `);
  await requireEntries(context, relation, file);
  if (!given.lenient) await refuseOthers(context, relation, sources, column.name);
  return { relation, sources };
}

/** A digest or an address in the place of a name is the first entry of a list without a header. */
async function openWithHeader(context: Context, file: string): Promise<OpenedTable> {
  let opened: OpenedTable;
  try {
    opened = await openTable(context, [file], {});
  } catch (error) {
    if (!(error instanceof SegmentError) || error.code !== "no-rows") throw error;
    return openOnlyRecord(context, file);
  }
  const isText = opened.sources.every(({ format }) => format === "csv");
  if (!isText || !opened.table.columns.some(({ name }) => isEntry(name))) return opened;
  return openTable(context, [file], { header: false });
}

/** A list of one record, which was taken for a header. */
async function openOnlyRecord(context: Context, file: string): Promise<OpenedTable> {
  const opened = await openTable(context, [file], { header: false });
  const [row = {}] = await firstRows(context.engine, sql`select * from ${opened.table.relation}`, 1);
  if (Object.values(row).some((cell) => typeof cell === "string" && isEntry(cell))) return opened;
  throw emptyList(file);
}

function isEntry(text: string): boolean {
  return /^\s*[0-9a-f]{64}\s*$/i.test(text) || /^\S+@\S+$/.test(text.trim());
}

function emptyList(file: string): SegmentError {
  return new SegmentError("no-rows", "the suppression list holds no address and no digest", {
    place: { file },
    hint: "if nobody is to be suppressed, leave out --suppress",
  });
}

async function listColumn({ engine }: Context, table: Table, file: string, named: string | undefined): Promise<Column> {
  if (named !== undefined) return findColumn(table.columns, named, `--suppress-column (in ${file})`);
  if (table.columns.length === 1) return table.columns[0]!;
  const found = await emailColumns(engine, table);
  const candidates = found.length > 0 ? found : await digestColumns(engine, table);
  if (candidates.length === 1) return candidates[0]!;
  const names = candidates.map(({ name }) => name).join(", ");
  throw new SegmentError(
    "usage",
    candidates.length === 0
      ? `no column of ${file} holds e-mail addresses or SHA-256 digests`
      : `several columns of ${file} could be the list: ${names}`,
    { place: { file }, hint: "say which: --suppress-column COL" },
  );
}

async function digestColumns(engine: Context["engine"], table: Table): Promise<readonly Column[]> {
  const texts = table.columns.filter(({ type, present }) => type === "text" && present > 0);
  if (texts.length === 0) return [];
  const normals = texts.map(({ ref }, i) => sql`${normalEmailSql(ref)} as ${identifier(`normal_${i}`)}`);
  const counts = texts.map(
    (_, i) => sql`count(*) filter (where ${isDigestSql(identifier(`normal_${i}`))}) as ${identifier(`digests_${i}`)}`,
  );
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(counts, ",\n")}
      from (
        select
          ${join(normals, ",\n")}
        from ${table.relation}
      )
    `,
    1,
  );
  return texts.filter(
    ({ present }, i) => Number(row[`digests_${i}`]) > 0 && Number(row[`digests_${i}`]) * 2 >= present,
  );
}

function isDigestSql(normal: Sql): Sql {
  return matchesWhole(normal, value(digestPattern));
}

async function requireEntries({ engine }: Context, relation: Sql, file: string): Promise<void> {
  const [row] = await engine.rows(sql`select count(*) filter (where kind_1 <> 'other') as n from ${relation}`, 1);
  if (Number(row?.["n"]) > 0) return;
  throw emptyList(file);
}

async function refuseOthers(
  { engine }: Context,
  relation: Sql,
  sources: readonly Source[],
  column: string,
): Promise<void> {
  const [odd] = await engine.rows(
    sql`
      select
        entry_1,
        row_1,
        count(*) over () as others_1
      from ${relation}
      where kind_1 = 'other'
      order by row_1
      limit 1
    `,
    1,
  );
  if (odd === undefined) return;
  const others = Number(odd["others_1"]) - 1;
  const more = others === 0 ? "" : `, nor ${others === 1 ? "is 1 more entry" : `are ${others} more entries`}`;
  const entry = String(odd["entry_1"]);
  throw new SegmentError(
    "bad-list",
    `“${entry.length > 60 ? `${entry.slice(0, 59)}…` : entry}” in a suppression list is no e-mail address and no SHA-256 digest${more}`,
    {
      place: await placeOf(sources, Number(odd["row_1"]), column),
      hint: "correct the list, or pass such entries over with --suppress-lenient",
    },
  );
}
