import type { Engine, Table } from "../../core/context.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isEmailSql } from "../contact/email.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { valueSql } from "../reading/values.ts";
import type { Bounds, CleanModel, Fill } from "./model.ts";

/** Columns counted in one query: DuckDB's planning grows with the square of their number. */
const columnsAtOnce = 25;

/** What is done to a column in form: its e-mail check, its bounds, its fill. */
interface Adjustment {
  readonly column: Column;
  readonly email: boolean;
  readonly bounds: Bounds | null;
  readonly fill: Fill | null;
}

/** What the checks found and what became of it; by column. */
export interface AdjustFacts {
  readonly emails: readonly EmailFacts[];
  /** Cells outside the bounds, in rows that the e-mail check left. */
  readonly outliers: readonly (Bounds & { readonly count: number })[];
  /** Cells filled, in rows that are left. */
  readonly imputed: readonly (Fill & { readonly count: number })[];
  readonly removedByEmail: number;
  readonly removedByOutliers: number;
}

export interface EmailFacts {
  readonly column: string;
  readonly valid: number;
  readonly invalid: number;
  readonly missing: number;
}

/** Names of the columns that a model adds: whether an address is valid, a value an outlier, a value was missing. */
export function addedNames(model: CleanModel): readonly string[] {
  return addedColumns(model).map(({ name }) => name);
}

function addedColumns(
  model: CleanModel,
): readonly { name: string; of: string; kind: "valid" | "outlier" | "missing" }[] {
  const outliers = new Set(model.outlierAction === "flag" ? model.outliers.map(({ column }) => column) : []);
  const filled = new Set(model.fills.filter(({ flag }) => flag).map(({ column }) => column));
  return model.columns.flatMap(({ name, email }) => [
    ...(email && model.emailCheck === "flag" ? [{ name: `${name}_valid`, of: name, kind: "valid" as const }] : []),
    ...(outliers.has(name) ? [{ name: `${name}_outlier`, of: name, kind: "outlier" as const }] : []),
    ...(filled.has(name) ? [{ name: `${name}_missing`, of: name, kind: "missing" as const }] : []),
  ]);
}

/** Whether a model does more to a table than bring it into form. */
export function isAdjusting(model: CleanModel): boolean {
  return model.emailCheck !== null || model.outliers.length > 0 || model.fills.length > 0;
}

/**
 * Checks addresses, then treats outliers, then fills gaps of a table in form, by what the model holds. Rows stay in
 * their order. A column whose name an added one has is replaced. Two or three scans of the columns concerned.
 */
export async function adjustTable(
  engine: Engine,
  table: Table,
  model: CleanModel,
): Promise<{ readonly table: Table; readonly facts: AdjustFacts }> {
  const adjustments = adjustmentsOf(table, model);
  const judged = judgedRelation(table, adjustments, model);
  const facts = await countAdjusted(engine, table, adjustments, model);
  const removed = facts.removedByEmail + facts.removedByOutliers;
  const added = addedColumns(model);
  const replaced = new Set(added.map(({ name }) => name));
  const byName = new Map(adjustments.map((one, i) => [one.column.name, { ...one, place: i + 1 }]));
  const columns = table.columns
    .filter(({ name }) => !replaced.has(name))
    .map((column): DerivedColumn => {
      const own = byName.get(column.name);
      if (own === undefined) return passed(column);
      const type = adjustedType(column.type, own, model);
      const given = derived(column.name, type, column.stored, adjustedSql(own, own.place, type, model), column.present);
      return { ...given, why: column.why, present: presentOf(column, facts, model) };
    });
  const flags = added.map(({ name, of, kind }): DerivedColumn => {
    const own = byName.get(of)!;
    const value =
      kind === "missing"
        ? sql`(${treatedSql(own, own.place, own.column.type, model)} is null)`
        : judgement(kind, own.place);
    return derived(name, "boolean", "typed", value, table.rows - removed);
  });
  const where = droppedSql(adjustments, model);
  const made = deriveTable(table, [...columns, ...flags], {
    relation: judged,
    ...(where === null ? {} : { where: sql`not (${where})`, rows: table.rows - removed }),
  });
  return { table: removed === 0 ? made : await recounted(engine, made), facts };
}

function adjustmentsOf(table: Table, model: CleanModel): readonly Adjustment[] {
  const emails = new Set(
    model.emailCheck === null ? [] : model.columns.flatMap(({ name, email }) => (email ? [name] : [])),
  );
  const bounds = new Map(model.outliers.map((one) => [one.column, one]));
  const fills = new Map(model.fills.map((one) => [one.column, one]));
  return table.columns
    .map((column) => ({
      column,
      email: emails.has(column.name),
      bounds: bounds.get(column.name) ?? null,
      fill: fills.get(column.name) ?? null,
    }))
    .filter(({ email, bounds, fill }) => email || bounds !== null || fill !== null);
}

/**
 * The table's relation with what is judged of each value beside it: `valid_1` of an address (null where missing),
 * `outlier_2`; of those that `isWanted` holds for.
 */
function judgedRelation(
  table: Table,
  adjustments: readonly Adjustment[],
  model: CleanModel,
  isWanted: (adjustment: Adjustment) => boolean = () => true,
): Sql {
  const judgements = adjustments.flatMap(({ column, email, bounds }, i) => [
    ...(email && isWanted(adjustments[i]!)
      ? [
          sql`case when ${column.ref} is not null then ${isEmailSql(lowerCase(column.ref))} end as ${judgement("valid", i + 1)}`,
        ]
      : []),
    ...(bounds === null || !isWanted(adjustments[i]!)
      ? []
      : [sql`${isOutsideSql(column, bounds)} as ${judgement("outlier", i + 1)}`]),
  ]);
  if (judgements.length === 0 || !isAdjusting(model)) return table.relation;
  return sql`
    (
      select
        *,
        ${join(judgements, ",\n")}
      from ${table.relation}
    )
  `;
}

function judgement(kind: "valid" | "outlier", place: number): Sql {
  return identifier(`${kind}_${place}`);
}

function isOutsideSql(column: Column, { low, high }: Bounds): Sql {
  if (low === null && high === null) return sql`false`;
  return sql`coalesce(not (${doubleSql(column)} between ${low ?? -Infinity} and ${high ?? Infinity}), false)`;
}

function doubleSql(column: Column): Sql {
  return sql`cast(${valueSql(column)} as double)`;
}

/** Whether a row is dropped; null where none can be. */
function droppedSql(adjustments: readonly Adjustment[], model: CleanModel): Sql | null {
  const reasons = [...badEmails(adjustments, model), ...badValues(adjustments, model)];
  return reasons.length === 0 ? null : join(reasons, " or ");
}

function badEmails(adjustments: readonly Adjustment[], { emailCheck }: CleanModel): readonly Sql[] {
  if (emailCheck !== "drop") return [];
  return adjustments.flatMap(({ email }, i) => (email ? [sql`coalesce(not ${judgement("valid", i + 1)}, false)`] : []));
}

function badValues(adjustments: readonly Adjustment[], { outlierAction }: CleanModel): readonly Sql[] {
  if (outlierAction !== "drop") return [];
  return adjustments.flatMap(({ bounds }, i) => (bounds === null ? [] : [judgement("outlier", i + 1)]));
}

/** The type of a column whose bounds or fill are no whole numbers is no longer integer. */
function adjustedType(type: ColumnType, { bounds, fill }: Adjustment, { outlierAction }: CleanModel): ColumnType {
  if (type !== "integer") return type;
  const ends = bounds !== null && outlierAction === "clip" ? [bounds.low ?? 0, bounds.high ?? 0] : [];
  return [...ends, fill?.value ?? 0].every((value) => Number.isSafeInteger(value)) ? "integer" : "number";
}

/** A value after the checks and before it is filled. */
function treatedSql({ column, email, bounds }: Adjustment, place: number, type: ColumnType, model: CleanModel): Sql {
  const { ref } = column;
  if (email && model.emailCheck === "null") return sql`case when ${judgement("valid", place)} then ${ref} end`;
  if (bounds === null) return ref;
  const isOutside = judgement("outlier", place);
  switch (model.outlierAction) {
    case "null":
      return sql`case when not ${isOutside} then ${ref} end`;
    case "clip": {
      const { low, high } = bounds;
      if (low === null && high === null) return ref;
      const own = asType(column, ref, type);
      const [least, most] = [low ?? high!, high ?? low!].map((end) => literalOf(column, type, end));
      return sql`
        case
          when not ${isOutside} then ${own}
          when ${doubleSql(column)} < ${low ?? -Infinity} then ${least!}
          else ${most!}
        end
      `;
    }
    case "flag":
    case "drop":
      return ref;
  }
}

function adjustedSql(adjustment: Adjustment, place: number, type: ColumnType, model: CleanModel): Sql {
  const { column, fill } = adjustment;
  const treated = treatedSql(adjustment, place, type, model);
  return fill === null
    ? treated
    : sql`coalesce(${asType(column, treated, type)}, ${literalOf(column, type, fill.value)})`;
}

/** A typed column of whole numbers takes fractions only as doubles. */
function asType({ stored, type: held }: Column, value: Sql, type: ColumnType): Sql {
  return stored === "typed" && held === "integer" && type === "number" ? sql`cast(${value} as double)` : value;
}

/** A learned value as it stands in a column: text in plain notation, shortest form, or a value of the column's type. */
function literalOf({ stored }: Column, type: ColumnType, learned: number | string): Sql {
  if (stored === "text") return sql`${numberText(learned)}`;
  switch (type) {
    case "integer":
      return sql`cast(${learned} as bigint)`;
    case "number":
      return sql`cast(${learned} as double)`;
    case "boolean":
      return sql`${learned === "true"}`;
    case "date":
      return sql`cast(${learned} as date)`;
    case "timestamp":
      return sql`cast(${learned} as timestamp)`;
    case "text":
      return sql`${learned}`;
  }
}

function numberText(learned: number | string): string {
  return typeof learned === "string" ? learned : String(learned + 0);
}

function presentOf(column: Column, { emails, outliers, imputed }: AdjustFacts, model: CleanModel): number {
  const own = <T extends { readonly column: string }>(facts: readonly T[]): T | undefined =>
    facts.find((one) => one.column === column.name);
  const emptied =
    (model.emailCheck === "null" ? (own(emails)?.invalid ?? 0) : 0) +
    (model.outlierAction === "null" ? (own(outliers)?.count ?? 0) : 0);
  return column.present - emptied + (own(imputed)?.count ?? 0);
}

/** Counts the values of columns anew, for a table of which rows were dropped. */
export async function recounted(engine: Engine, table: Table): Promise<Table> {
  const present: number[] = [];
  for (let start = 0; start < table.columns.length; start += columnsAtOnce) {
    const some = table.columns.slice(start, start + columnsAtOnce);
    const counts = some.map(({ ref }, i) => sql`count(${ref}) as ${identifier(`present_${i + 1}`)}`);
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${table.relation}
      `,
      1,
    );
    some.forEach((_, i) => present.push(Number(row[`present_${i + 1}`])));
  }
  return { ...table, columns: table.columns.map((column, i) => ({ ...column, present: present[i]! })) };
}

async function countAdjusted(
  engine: Engine,
  table: Table,
  adjustments: readonly Adjustment[],
  model: CleanModel,
): Promise<AdjustFacts> {
  const emails: EmailFacts[] = [];
  const outliers: (Bounds & { count: number })[] = [];
  const imputed: (Fill & { count: number })[] = [];
  const orFalse = (reasons: readonly Sql[]): Sql => (reasons.length === 0 ? sql`false` : join(reasons, " or "));
  const byEmail = orFalse(badEmails(adjustments, model));
  const byValue = orFalse(badValues(adjustments, model));
  const drops = (one: Adjustment): boolean =>
    (one.email && model.emailCheck === "drop") || (one.bounds !== null && model.outlierAction === "drop");
  let removedByEmail = 0;
  let removedByOutliers = 0;
  for (let start = 0; start < adjustments.length; start += columnsAtOnce) {
    const some = adjustments.slice(start, start + columnsAtOnce);
    const judged = judgedRelation(table, adjustments, model, (one) => some.includes(one) || drops(one));
    const counts = some.flatMap((one, i) => {
      const place = start + i + 1;
      const valid = judgement("valid", place);
      return [
        ...(one.email
          ? [
              sql`count(*) filter (where ${valid}) as ${identifier(`valid_${i}`)}`,
              sql`count(*) filter (where not ${valid}) as ${identifier(`invalid_${i}`)}`,
            ]
          : []),
        ...(one.bounds === null
          ? []
          : [
              sql`count(*) filter (where ${judgement("outlier", place)} and not (${byEmail})) as ${identifier(`outliers_${i}`)}`,
            ]),
        ...(one.fill === null
          ? []
          : [
              sql`count(*) filter (where ${treatedSql(one, place, one.column.type, model)} is null and not (${byEmail}) and not (${byValue})) as ${identifier(`filled_${i}`)}`,
            ]),
      ];
    });
    const [row = {}] = await engine.rows(
      sql`
        select
          count(*) filter (where ${byEmail}) as ${identifier("email_rows_1")},
          count(*) filter (where not (${byEmail}) and (${byValue})) as ${identifier("outlier_rows_1")},
          ${join(counts, ",\n")}
        from ${judged}
      `,
      1,
    );
    removedByEmail = Number(row["email_rows_1"]);
    removedByOutliers = Number(row["outlier_rows_1"]);
    some.forEach(({ column, email, bounds, fill }, i) => {
      const count = (name: string): number => Number(row[`${name}_${i}`]);
      const [valid, invalid] = [count("valid"), count("invalid")];
      if (email) emails.push({ column: column.name, valid, invalid, missing: table.rows - valid - invalid });
      if (bounds !== null) outliers.push({ ...bounds, count: count("outliers") });
      if (fill !== null) imputed.push({ ...fill, count: count("filled") });
    });
  }
  return { emails, outliers, imputed, removedByEmail, removedByOutliers };
}

/** Whether a row is dropped by its addresses, as SQL over the table in form: for what is learned from the rest. */
export function emailDropSql(table: Table, model: CleanModel): Sql | null {
  if (model.emailCheck !== "drop") return null;
  const emails = new Set(model.columns.flatMap(({ name, email }) => (email ? [name] : [])));
  const reasons = table.columns
    .filter(({ name }) => emails.has(name))
    .map(({ ref }) => sql`coalesce(not ${isEmailSql(lowerCase(ref))}, false)`);
  return reasons.length === 0 ? null : join(reasons, " or ");
}
