import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import { derived } from "../derive.ts";
import { countKeptMarks, type FormCounts } from "./form-facts.ts";
import { formTable, type FormColumn } from "./form.ts";
import { markSql } from "./marks.ts";

/** A table in form that the engine keeps, with all its rows, and what the rules did to it. */
export interface KeptForm {
  /** Its columns' counts of values are not known yet. */
  readonly table: Table;
  readonly counts: readonly FormCounts[];
  /** By column, the mark of its cells; null for a column without rules. */
  readonly marks: readonly (Sql | null)[];
}

/** Brings a table into form by all rules of its columns, once, and counts what they did. */
export async function keptForm(engine: Engine, from: Table, columns: readonly FormColumn[]): Promise<KeptForm> {
  const ruled = columns.flatMap(({ stages }, i) => (stages.length > 0 ? [i] : []));
  const formed = formTable(from, columns, {
    present: columns.map(() => 0),
    rows: from.rows,
    isDropping: () => false,
    hidden: ({ refs, judged }) =>
      ruled.map((i) =>
        derived(`segment mark ${i + 1}`, "integer", "typed", markSql(columns[i]!, refs[i]!, judged[i]!), 0),
      ),
  });
  const { relation } = await engine.store(sql`select * from ${formed.relation}`);
  const last = formed.columns.length - ruled.length;
  const refs = formed.columns.slice(last).map(({ ref }) => ref);
  const marks = columns.map((_, i) => (ruled.includes(i) ? refs[ruled.indexOf(i)]! : null));
  return {
    table: { ...formed, relation, columns: formed.columns.slice(0, last) },
    counts: await countKeptMarks(engine, from, columns, relation, marks),
    marks,
  };
}
