import type { Context, NewColumn, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import type { CodedColumns } from "../../model/impute/coded-columns.ts";
import { asText, replacePattern } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { missingFlag, missingFlagName } from "../clean/flag-of.ts";
import { groupSql, type Groups } from "../clean/groups.ts";
import { isNumeric } from "../clean/plain-values.ts";
import { evidenceRows } from "../cluster/in-engine/sample-rows.ts";
import { derived, deriveTable, passed, type DerivedColumn } from "../derive.ts";
import { positionSql } from "../row-position.ts";
import { fillByGroup, type GroupedRows } from "./by-group.ts";
import { codedSql, double } from "./coded-sql.ts";
import { featurePlace, imputerWords, type ImputeFeature, type Imputer, type ImputeTarget } from "./imputer.ts";

/** Cells of whole columns that go back to the engine at most: 1 GiB. */
const mostCells = 2 ** 27;

/** How many cells of a column an imputer filled. */
export interface Imputed {
  readonly column: string;
  readonly how: string;
  readonly check: ImputeTarget["check"];
  readonly count: number;
}

/** Rows with gaps whose category in a column no model knows. */
export interface UnseenCategories {
  readonly column: string;
  readonly rows: number;
}

/** A table with its gaps filled. */
export interface FilledTable {
  readonly table: Table;
  readonly imputed: readonly Imputed[];
  readonly unseen: readonly UnseenCategories[];
}

/**
 * Fills the gaps of a table in form by what was learned, and adds the columns that tell which. Only rows with a gap are
 * read: 8 bytes a value of theirs, and 8 for each row and filled column go back. `gapped` tells that rows were removed,
 * which leaves gaps in their positions; `by` are the model's groups. Throws `engine-refused` where rows stay in a cluster and
 * more than 100,000 have a gap.
 */
export async function fillTable(
  context: Context,
  table: Table,
  { imputers = [], by }: { readonly imputers?: readonly Imputer[]; readonly by: Groups | null },
  gapped: boolean,
): Promise<FilledTable> {
  if (imputers.length === 0) return { table, imputed: [], unseen: [] };
  const { engine, terminal } = context;
  const targets = imputers.flatMap((imputer) => imputer.targets.map((target) => ({ imputer, target })));
  if (table.rows * targets.length > mostCells) throw tooLarge(table.rows, targets.length);
  const filled: NewColumn[] = [];
  const imputed: Imputed[] = [];
  const unseen = new Map<string, Set<number>>();
  for (const imputer of imputers) {
    terminal.progress(`filling gaps: ${imputerWords(imputer)}`);
    const columns = await filledBy(context, table, imputer, by, gapped, unseen);
    imputer.targets.forEach(({ column, check }, t) => {
      let count = 0;
      for (const x of columns[t]!.values) if (!Number.isNaN(x)) count++;
      imputed.push({ column, how: imputerWords(imputer), check, count });
    });
    filled.push(...columns);
  }
  const { relation, refs } = await engine.attach(table, table.rows, filled);
  const added = targets.flatMap(({ target }) => (target.flag ? [target.column] : []));
  const replaced = new Set(added.map(missingFlagName));
  const columns = table.columns
    .filter(({ name }) => !replaced.has(name))
    .map((column): DerivedColumn => {
      const at = targets.findIndex(({ target }) => target.column === column.name);
      if (at < 0) return passed(column);
      const { imputer } = targets[at]!;
      const feature = imputer.features[featurePlace(imputer, column.name)]!;
      return filledColumn(column, feature, refs[at]!, imputed[at]!.count);
    });
  const flags = added.map((name): DerivedColumn => {
    const column = table.columns.find((one) => one.name === name)!;
    return missingFlag(column, table);
  });
  return {
    table: deriveTable({ ...table, relation }, [...columns, ...flags]),
    imputed,
    unseen: Array.from(unseen, ([column, rows]) => ({ column, rows: rows.size })),
  };
}

/** By target, the values that fill its gaps, by row of the table; NaN where there is none. Adds to the rows of `unseen`. */
async function filledBy(
  { engine, compute }: Context,
  table: Table,
  imputer: Imputer,
  by: Groups | null,
  gapped: boolean,
  unseen: Map<string, Set<number>>,
): Promise<readonly NewColumn[]> {
  const { features, targets, chain } = imputer;
  const columns = targets.map(({ column }) => ({
    name: column,
    values: new Float64Array(table.rows).fill(Number.NaN),
  }));
  const places = targets.map(({ column }) => featurePlace(imputer, column));
  const mark = compute.mark();
  try {
    const grouped = imputer.groups === null ? null : by;
    const { coded, groups, rows } = await readGaps({ engine, compute }, table, features, places, grouped, gapped);
    countUnseen(coded, rows, features, unseen);
    const wasGap = places.map((j) =>
      coded.values.slice(j * coded.rows, (j + 1) * coded.rows).map((x) => (Number.isNaN(x) ? 1 : 0)),
    );
    fillByGroup({ compute }, imputer, { coded, groups }, places, chain, rows);
    places.forEach((j, t) => {
      const { values } = columns[t]!;
      for (let i = 0; i < coded.rows; i++)
        if (wasGap[t]![i] === 1) values[rows[i]!] = coded.values[j * coded.rows + i]!;
    });
  } finally {
    compute.release(mark);
  }
  return columns;
}

function countUnseen(
  coded: CodedColumns,
  rows: Float64Array,
  features: readonly ImputeFeature[],
  unseen: Map<string, Set<number>>,
): void {
  features.forEach(({ column }, j) => {
    if (coded.levels[j] === 0) return;
    for (let i = 0; i < coded.rows; i++) {
      if (coded.values[j * coded.rows + i] !== -1) continue;
      unseen.set(column, (unseen.get(column) ?? new Set()).add(rows[i]!));
    }
  });
}

/** The rows that have a gap in one of some features, and their numbers from 0 in the table. */
async function readGaps(
  { engine, compute }: Pick<Context, "engine" | "compute">,
  table: Table,
  features: readonly ImputeFeature[],
  targets: readonly number[],
  by: Groups | null,
  gapped: boolean,
): Promise<GroupedRows & { readonly rows: Float64Array }> {
  const names = features.map((_, j) => `v${j + 1}`);
  const values = features.map(({ column, levels }, j) => {
    const held = table.columns.find(({ name }) => name === column)!;
    return sql`${codedSql(held, levels)} as ${identifier(names[j]!)}`;
  });
  const { position } = table;
  // Where rows were removed, a row's number is its rank among the positions.
  const place =
    position === undefined || !gapped ? positionSql(table) : sql`row_number() over (order by ${position}) - 1`;
  const groupColumn = table.columns.find(({ name }) => name === by?.column);
  const group =
    by === null ? [] : [sql`cast(${groupSql(groupColumn!, by.names)} as double) as ${identifier("group_1")}`];
  const isGap = targets.map((j) => sql`${identifier(names[j]!)} is null`);
  const some = sql`
    (
      select *
      from (
        select
          ${join([sql`cast(${place} as double) as ${identifier("row_1")}`, ...group, ...values], ",\n")}
        from ${table.relation}
      )
      where ${join(isGap, " or ")}
    )
  `;
  const [row = {}] = await engine.rows(sql`select count(*) as rows_1 from ${some}`, 1);
  const many = Number(row["rows_1"]);
  if (engine.rowsStay && many > evidenceRows) {
    throw new SegmentError(
      "engine-refused",
      `--impute with a model reads the rows with gaps, of ${many} in the cluster at most ${evidenceRows}`,
      {
        hint: "fill with --impute median or mode, or leave out --engine",
      },
    );
  }
  const all = ["row_1", ...(by === null ? [] : ["group_1"]), ...names];
  const query = sql`select ${join(all.map(identifier), ", ")} from ${some} order by ${identifier("row_1")}`;
  const matrix = await engine.matrix(query, all, many, compute);
  const copy = new Float64Array(many * features.length);
  names.forEach((_, j) => copy.set(columnOf(matrix, all.length - names.length + j), j * many));
  const levels = features.map((feature) => feature.levels.length);
  return {
    coded: { rows: many, values: copy, levels },
    groups: by === null ? null : columnOf(matrix, 1).slice(),
    rows: columnOf(matrix, 0).slice(),
  };
}

/** A column with its gaps filled: a number's in shortest form where the engine holds text. */
function filledColumn(column: Column, { levels }: ImputeFeature, filled: Sql, count: number): DerivedColumn {
  const { name, ref, stored } = column;
  const present = column.present + count;
  if (levels.length > 0) {
    const cases = levels.map((level, code) => sql`when ${double(code)} then ${levelSql(column, level)}`);
    const value = sql`coalesce(${ref}, case ${filled} ${join(cases, " ")} end)`;
    return { ...derived(name, column.type, stored, value, present), why: column.why };
  }
  if (!isNumeric(column.type)) throw new SegmentError("bug", `${name} is filled as numbers and holds none`);
  const value =
    stored === "text"
      ? sql`coalesce(${ref}, ${replacePattern(asText(filled), sql`${"\\.0$"}`, sql`${""}`)})`
      : sql`coalesce(cast(${ref} as double), ${filled})`;
  return { ...derived(name, "number", stored, value, present), why: column.why };
}

function levelSql({ type, stored }: Column, level: string): Sql {
  return type === "boolean" && stored === "typed" ? sql`${level === "true"}` : sql`${level}`;
}

function tooLarge(rows: number, targets: number): SegmentError {
  return new SegmentError("engine-failed", `this step would hold ${rows} × ${targets} filled cells`, {
    hint: "fill fewer columns with a model, or work on fewer rows",
  });
}
