import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, sql } from "../../sql/template.ts";
import { filterSql, presentSql } from "../export/filter-sql.ts";
import { findColumn } from "../match-columns.ts";
import { textSql } from "../reading/values.ts";
import { isNumber, isTime } from "../rfm/column-type.ts";
import { readRole, type ReadColumn, type RoleKind } from "../rfm/read-role.ts";
import { decimalSql, isRoundedSql } from "../rfm/role-values.ts";
import { columnRoles } from "../roles/column-roles.ts";
import type { Said } from "../yaml-reader.ts";
import type { MeasureUse } from "./measure-sql.ts";
import { asWhere } from "./read-rollup.ts";
import type { Rollup, RollupMeasure } from "./rollup.ts";

/** The column of the file, else the only one that is an id. Throws `unknown-column`, `bad-rules`. */
export async function customerColumn(engine: Engine, table: Table, { customer, file }: Rollup): Promise<Column> {
  if (customer !== null) return columnAt(table, customer, "customer");
  const { roles } = await columnRoles(engine, table);
  const ids = table.columns.filter(({ name }) => roles.some(({ column, role }) => column === name && role === "id"));
  return onlyOne(ids, { file, key: "customer", what: "an id" });
}

/** The column of the file, else the only one of dates or times, read as such. Throws as `readRole`, and `bad-rules`. */
export async function readTimeColumn(
  context: Context,
  table: Table,
  sources: readonly Source[] | null,
  { time, file, missing }: Rollup,
): Promise<ReadColumn> {
  const column =
    time === null
      ? onlyOne(table.columns.filter(isTime), { file, key: "time", what: "a date or time" })
      : columnAt(table, time, "time");
  return readAs(context, table, sources, { said: time, column, option: "time", kind: "date" }, missing);
}

function onlyOne(
  found: readonly Column[],
  { file, key, what }: { readonly file: string; readonly key: string; readonly what: string },
): Column {
  if (found.length === 1) return found[0]!;
  const names = found.map(({ name }) => name);
  const message = found.length === 0 ? `no column is ${what}` : `${names.join(", ")} are each ${what}`;
  throw new SegmentError("bad-rules", `${key} is not said, and ${message}`, {
    place: { file },
    hint: `add ${key}: ${names[0] ?? "COLUMN"}`,
  });
}

function columnAt({ columns }: Table, { value, place }: Said, what: string): Column {
  return at(place, () => findColumn(columns, value, what));
}

/** What is refused of a column or condition, with the place in the rollup file that names it. */
function at<Of>(place: Said["place"], of: () => Of): Of {
  try {
    return of();
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    throw new SegmentError(error.code, asWhere(error.message), { place, hint: asWhere(error.hint) });
  }
}

/** A column as numbers or dates; what does not fit has its place in the events, and a way out that the file has. */
async function readAs(
  context: Context,
  table: Table,
  sources: readonly Source[] | null,
  role: { readonly said: Said | null; readonly column: Column; readonly option: string; readonly kind: RoleKind },
  missing: Rollup["missing"],
): Promise<ReadColumn> {
  const { said, column, option, kind } = role;
  const opened = { table, sources: sources ?? [], quarantined: 0, warnings: [], schema: null };
  const words = { missing: missing === "drop" ? ("drop" as const) : ("error" as const), reading: {} };
  try {
    return await readRole(context, opened, { option, name: column.name, kind }, words);
  } catch (error) {
    if (!(error instanceof SegmentError) || (error.code !== "not-dates" && error.code !== "not-numeric")) throw error;
    const isOdd = column.oddValue !== undefined;
    const drop = option === "time" ? "; missing: drop in the rollup file leaves such events out" : "";
    const hint = isOdd ? `correct it, or clean the events first: segment clean FILE${drop}` : "name another column";
    const place = isOdd && error.place.column !== undefined ? error.place : (said?.place ?? error.place);
    throw new SegmentError(error.code, error.message, { place, hint });
  }
}

/** The columns that the measures read, each value and each condition once. */
interface MeasureColumns {
  readonly columns: readonly { readonly name: Sql; readonly of: Sql }[];
  /** Those summed: the decimal, and whether it was rounded. */
  readonly amounts: readonly { readonly column: string; readonly value: Sql; readonly rounded: Sql }[];
  /** By measure. */
  readonly uses: readonly MeasureUse[];
}

/** What each measure reads, as SQL over the table. Throws with the place in the rollup file, or of an odd value. */
export async function readMeasureColumns(
  context: Context,
  table: Table,
  sources: readonly Source[] | null,
  rollup: Rollup,
  time: Column,
): Promise<MeasureColumns> {
  const columns: { readonly name: Sql; readonly of: Sql }[] = [];
  const names = new Map<string, Sql>();
  const keep = (id: string, of: () => Sql): Sql => {
    const known = names.get(id);
    if (known !== undefined) return known;
    const name = identifier(`event_${columns.length + 1}`);
    columns.push({ name, of: of() });
    names.set(id, name);
    return name;
  };
  const amounts = new Map<string, { readonly column: string; readonly value: Sql; readonly rounded: Sql }>();
  const decimal = async (said: Said, column: Column, option: string): Promise<MeasureUse["value"]> => {
    const role = { said, column, option, kind: "number" } as const;
    const read = await readAs(context, table, sources, role, "refuse");
    const of = decimalSql(read);
    const value = keep(`decimal ${column.name}`, () => of);
    const rounded = keep(`rounded ${column.name}`, () => sql`coalesce(${isRoundedSql(read.column, of)}, false)`);
    amounts.set(column.name, { column: column.name, value, rounded });
    return value;
  };
  const use = async ({ name, kind, column: said, where }: RollupMeasure): Promise<MeasureUse> => {
    const tests = where.map(({ value, place }) =>
      keep(`where ${value.text}`, () => at(place, () => filterSql(table, value))),
    );
    const when = tests.length === 0 ? null : tests.reduce((all, one) => sql`${all} and ${one}`);
    if (said === null) return { value: null, when, type: "integer", form: "typed" };
    const column = columnAt(table, said, `${name}: ${kind}`);
    if (kind === "recency" || kind === "tenure") {
      if (column.name !== time.name) {
        throw new SegmentError("bad-rules", `${name}: ${kind} is counted by the time of events, ${time.name}`, {
          place: said.place,
          hint: `write ${kind}: ${time.name}, or name ${column.name} as the time of the rollup`,
        });
      }
      return { value: null, when, type: "integer", form: "typed" };
    }
    const ofType = (form: "text" | "typed", of: () => Sql): MeasureUse => ({
      value: keep(`${form} ${column.name}`, of),
      when,
      type: column.type,
      form,
    });
    if (kind === "count" || kind === "distinct") return ofType("typed", () => presentSql(column));
    const isExtreme = kind === "min" || kind === "max";
    if (kind === "sum" || kind === "mean" || (isExtreme && isNumber(column))) {
      const value = await decimal(said, column, `${name}: ${kind}`);
      return { value, when, type: column.type === "integer" ? "integer" : "number", form: "decimal" };
    }
    if (isExtreme) {
      if (isTime(column)) return ofType("typed", () => presentSql(column));
      const what = typeWords[column.type];
      throw new SegmentError(
        "not-numeric",
        `${name}: ${kind} takes numbers or dates, and ${column.name} holds ${what}`,
        {
          place: said.place,
          hint: "name another column, or take its first or last value",
        },
      );
    }
    const isText = column.stored === "text" && !isTime(column) && column.type !== "boolean";
    if (!isText) return ofType("typed", () => presentSql(column));
    return ofType("text", () => sql`case when ${presentSql(column)} is not null then ${textSql(column)} end`);
  };
  const uses: MeasureUse[] = [];
  for (const measure of rollup.measures) uses.push(await use(measure));
  return { columns, amounts: [...amounts.values()], uses };
}
