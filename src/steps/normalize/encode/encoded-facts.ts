import type { Engine, Table } from "../../../core/context.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import type { Warning } from "../../open-table.ts";
import { codedTable } from "./encode-sql.ts";
import { findColumn } from "../../match-columns.ts";
import { keySql } from "./category-sql.ts";
import { encodingWords, type ColumnEncoding } from "./encoding.ts";

/** What became of a column of categories. */
export interface EncodedColumn extends ColumnEncoding {
  readonly missing: number;
  /** Rows whose value the fit did not see, or that a given order lacks. */
  readonly unseen: number;
  /** Some of those values, the most frequent first. */
  readonly examples: readonly string[];
  /** Rows of rare categories, which share a place. */
  readonly rare: number;
}

const shownValues = 3;

/** Counts what a model meets in its columns of categories: one scan, and one more for each that has unseen values. */
export async function encodedFacts(
  engine: Engine,
  table: Table,
  encodings: readonly ColumnEncoding[],
): Promise<readonly EncodedColumn[]> {
  if (encodings.length === 0) return [];
  const { table: coded, codes } = codedTable(table, encodings);
  const figures = encodings.flatMap(({ grouped, counts }, i) => {
    const code = codes[i]!;
    const rare = grouped ? counts.length - 1 : counts.length;
    return [
      sql`count(${code}) as ${identifier(`count_${i + 1}`)}`,
      sql`count(*) filter (where ${code} < 0) as ${identifier(`unseen_${i + 1}`)}`,
      sql`count(*) filter (where ${code} = ${rare}) as ${identifier(`rare_${i + 1}`)}`,
    ];
  });
  const [row = {}] = await engine.rows(sql`select ${join(figures, ",\n")} from ${coded.relation}`, 1);
  const found: EncodedColumn[] = [];
  for (const [i, encoding] of encodings.entries()) {
    const at = (figure: string): number => Number(row[`${figure}_${i + 1}`] ?? 0);
    const examples = at("unseen") === 0 ? [] : await unseenValues(engine, table, encoding);
    const missing = table.rows - at("count");
    found.push({ ...encoding, missing, unseen: at("unseen"), rare: at("rare"), examples });
  }
  return found;
}

async function unseenValues(engine: Engine, table: Table, encoding: ColumnEncoding): Promise<readonly string[]> {
  const key = keySql(findColumn(table.columns, encoding.column, "the model"), encoding.type);
  const rows = await engine.rows(
    sql`
      select key_1, count(*) as rows_1
      from (
        select ${key} as key_1
        from ${table.relation}
      )
      where key_1 is not null and key_1 not in (${join(
        encoding.categories.map((one) => sql`${one}`),
        ", ",
      )})
      group by key_1
      order by rows_1 desc, key_1
      limit ${shownValues}
    `,
    shownValues,
  );
  return rows.map((one) => String(one["key_1"]));
}

const shownColumns = 5;

/** What deserves a word where rows have values that the fit did not see. */
export function unseenWarnings(columns: readonly EncodedColumn[]): readonly Warning[] {
  const unseen = columns.filter((column) => column.unseen > 0);
  const warnings = unseen.slice(0, shownColumns).map((column) => {
    const shown = column.examples
      .map((value) => `“${value.length > 40 ? `${value.slice(0, 39)}…` : value}”`)
      .join(", ");
    const rows = column.unseen === 1 ? "1 row has a value" : `${column.unseen} rows have values`;
    const message = `${column.column}: ${rows} that the fit does not know (${shown}), now ${becomes(column)}`;
    return { code: "unseen-categories", message };
  });
  const more = unseen.length - warnings.length;
  if (more > 0) {
    const message = `${more} more ${more === 1 ? "column has" : "columns have"} values that the fit did not see`;
    warnings.push({ code: "unseen-categories", message });
  }
  return warnings;
}

function becomes({ kind, target }: EncodedColumn): string {
  switch (kind) {
    case "one-hot":
      return "0 in every column of it";
    case "ordinal":
      return "missing";
    case "frequency":
      return "a frequency of 0";
    case "target":
      return `the mean of ${target!.column}`;
  }
}

/** What deserves a word of encodings that were learned. */
export function encodingNotices(
  columns: readonly EncodedColumn[],
  withoutTarget: ReadonlyMap<string, number>,
): readonly Warning[] {
  const grouped = columns.filter((column) => column.grouped);
  const targets = columns.filter(({ kind }) => kind === "target");
  const warnings: Warning[] = grouped.map((column) => {
    const rare = column.slots.filter((slot) => slot === column.counts.length - 1).length;
    const own = column.counts.length - 1;
    const message = `${column.column}: ${rare} rare ${rare === 1 ? "category" : "categories"} of ${column.rare} rows share one place as other; ${own} have one of their own (--max-categories, --min-count)`;
    return { code: "rare-categories", message };
  });
  if (targets.length > 0) {
    const { folds, seed } = targets[0]!.target!;
    const names = targets.map((column) => `${column.column}=${encodingWords(column)}`).join(", ");
    const message = `${names}: each row has the mean of the ${folds - 1} folds that it is not in (${folds} folds by a hash of its place and seed ${seed}); --model gives other rows the mean of all`;
    warnings.push({ code: "out-of-fold", message });
  }
  for (const [column, rows] of withoutTarget) {
    const target = columns.find((one) => one.column === column)?.target?.column;
    const message = `${column}: ${rows} ${rows === 1 ? "row has" : "rows have"} no value of ${target}, and taught nothing`;
    warnings.push({ code: "target-missing", message });
  }
  return warnings;
}
