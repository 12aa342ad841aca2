import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, distinctCounts, distinctTexts, lowerCase, rowsBeside } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { stagedRelation, type FormColumn, type FormRule, type StagedRelation } from "./form.ts";
import { columnsAtOnce, countMarks, isChangedMark, markSql, stageBit, type MarkCounts } from "./marks.ts";
import { inOrder } from "../row-position.ts";

/** Changed cells among which an example of each rule is looked for first. */
const cellsLookedAt = 50;

/** A word for a missing value, in small letters, and the cells that held it. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** What the rules do to a column. */
export interface FormCounts extends MarkCounts {
  /** The null words that it held, the most frequent first. */
  readonly nullWords: readonly WordCount[];
}

/**
 * Counts what the rules of each column change. One scan, about 150 ns a text cell and thread; a second one of the columns
 * in which words for missing values stood.
 */
export async function countForm(
  engine: Engine,
  table: Table,
  columns: readonly FormColumn[],
): Promise<readonly FormCounts[]> {
  return inParts(engine, table, columns, async (some) => {
    const { relation, refs, judged } = stagedRelation(table, some);
    const marks = some.map((_, i) => identifier(`mark_${i + 1}`));
    const marked = sql`
      (
        select
          ${join(
            some.map((column, i) => sql`${markSql(column, refs[i]!, judged[i]!)} as ${marks[i]!}`),
            ",\n",
          )}
        from ${relation}
      )
    `;
    return countMarks(engine, marked, some, marks);
  });
}

/** The same of marks that are kept, by column; null for those without rules. */
export async function countKeptMarks(
  engine: Engine,
  table: Table,
  columns: readonly FormColumn[],
  kept: Sql,
  marks: readonly (Sql | null)[],
): Promise<readonly FormCounts[]> {
  const markOf = new Map(columns.map((column, i) => [column, marks[i]!]));
  return inParts(engine, table, columns, (some) =>
    countMarks(
      engine,
      kept,
      some,
      some.map((column) => markOf.get(column)!),
    ),
  );
}

async function inParts(
  engine: Engine,
  table: Table,
  columns: readonly FormColumn[],
  count: (some: readonly FormColumn[]) => Promise<readonly MarkCounts[]>,
): Promise<readonly FormCounts[]> {
  const found = new Map<FormColumn, FormCounts>();
  const ruled = columns.filter(({ stages }) => stages.length > 0);
  for (let start = 0; start < ruled.length; start += columnsAtOnce) {
    const some = ruled.slice(start, start + columnsAtOnce);
    const counts = await count(some);
    const words = await lostWords(engine, table, some, counts);
    some.forEach((column, i) => found.set(column, { ...counts[i]!, nullWords: words.get(column) ?? [] }));
  }
  return columns.map(
    (one) => found.get(one) ?? { changed: 0, present: one.column.present, byStage: [], judged: null, nullWords: [] },
  );
}

/** The words for missing values that stood in columns that lost some. One scan of these, if there are any. */
async function lostWords(
  engine: Engine,
  table: Table,
  columns: readonly FormColumn[],
  counts: readonly MarkCounts[],
): Promise<ReadonlyMap<FormColumn, readonly WordCount[]>> {
  const place = ({ stages }: FormColumn): number => stages.findIndex(({ rule }) => rule === "null");
  const losing = columns.filter((column, i) => place(column) >= 0 && counts[i]!.byStage[place(column)]! > 0);
  if (losing.length === 0) return new Map();
  const upToNull = losing.map((column) => ({ ...column, stages: column.stages.slice(0, place(column) + 1) }));
  const { relation, refs } = stagedRelation(table, upToNull);
  const wanted = refs.flatMap((own, i) => {
    const [before, after] = [own.at(-2)!, own.at(-1)!];
    const lost = sql`case when ${after} is null then ${lowerCase(asText(before))} end`;
    return [
      sql`${distinctTexts(lost)} as ${identifier(`words_${i}`)}`,
      sql`${distinctCounts(lost)} as ${identifier(`counts_${i}`)}`,
    ];
  });
  const [row = {}] = await engine.rows(
    sql`
      select
        ${join(wanted, ",\n")}
      from ${relation}
    `,
    1,
  );
  return new Map(losing.map((column, i) => [column, wordCounts(row[`words_${i}`], row[`counts_${i}`])]));
}

function wordCounts(words: unknown, counts: unknown): readonly WordCount[] {
  if (!Array.isArray(words) || !Array.isArray(counts)) return [];
  const found = words.map((word, i): WordCount => ({ word: String(word), count: Number(counts[i]) }));
  return found.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
}

/** The column without the rules that change none of its cells. */
export function effective(column: FormColumn, { byStage }: FormCounts): FormColumn {
  return { ...column, stages: column.stages.filter((_, s) => byStage[s]! > 0) };
}

/** A cell before and after a rule; null is an empty cell. */
export interface Example {
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The first example in row order of each rule of a column that changes a cell. One or two short scans. The rows are found
 * by their marks, kept ones or not, and only these brought into form: a condition on the values would be pushed down by the
 * embedded engine into every level of the rules, each a copy of those below it, which takes seconds to plan. A cluster
 * has no rows beside each other, and looks at the values.
 */
export async function formExamples(
  engine: Engine,
  table: Table,
  column: FormColumn,
  marked: MarkedColumn | null,
): Promise<ReadonlyMap<FormRule, Example>> {
  const look = engine.rowsStay ? byValues : byMarks(marked ?? unkeptMark(table, column));
  const rows = await look(null, cellsLookedAt);
  const found = new Map<FormRule, Example>();
  for (const [s, { rule }] of column.stages.entries()) {
    const differs = (row: Readonly<Record<string, unknown>>): boolean => row[`text_${s}`] !== row[`text_${s + 1}`];
    const row = rows.find(differs) ?? (await look(s, 1))[0];
    if (row !== undefined) found.set(rule, { before: text(row[`text_${s}`]), after: text(row[`text_${s + 1}`]) });
  }
  return found;

  function texts(of: StagedRelation): Sql {
    return join(
      of.refs[0]!.map((ref, s) => sql`${asText(ref)} as ${identifier(`text_${s}`)}`),
      ",\n",
    );
  }

  /** The first rows that the rules change, or the rule of a stage. */
  function byValues(stage: number | null, limit: number): ReturnType<Engine["rows"]> {
    const staged = stagedRelation(table, [column]);
    const own = staged.refs[0]!;
    const [before, after] = stage === null ? [own[0]!, own.at(-1)!] : [own[stage]!, own[stage + 1]!];
    return engine.rows(
      sql`
        select
          ${texts(staged)}
        from ${staged.relation}
        where ${after} is distinct from ${before}${inOrder(staged)}
        limit ${limit}
      `,
      limit,
    );
  }

  function byMarks({ relation, mark, places }: MarkedColumn): typeof byValues {
    return (stage, limit) => {
      const marked = identifier("segment_mark_0");
      const holds = stage === null ? isChangedMark(marked) : sql`(${marked} & ${2 ** places[stage]!}) <> 0`;
      const beside = sql`(select ${mark} as ${marked} from ${relation})`;
      const chosen = sql`
        (
          select *
          from ${rowsBeside(table.relation, beside, sql``, sql``)}
          where ${holds}
          limit ${limit}
        )
      `;
      const staged = stagedRelation({ ...table, relation: chosen }, [column]);
      return engine.rows(
        sql`
          select
            ${texts(staged)}
          from ${staged.relation}
        `,
        limit,
      );
    };
  }
}

/** The marks of a column's cells by a query. */
function unkeptMark(table: Table, column: FormColumn): MarkedColumn {
  const { relation, refs, judged } = stagedRelation(table, [column]);
  const { stages } = column;
  return {
    relation,
    mark: markSql(column, refs[0]!, judged[0]!),
    places: stages.map((_, s) => stageBit(s)),
  };
}

/** The marks of a column's cells, in the order of the rows, over a relation of all rows. */
export interface MarkedColumn {
  readonly relation: Sql;
  readonly mark: Sql;
  /** The bits of its stages. */
  readonly places: readonly number[];
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
