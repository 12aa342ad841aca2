import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, distinctCounts, distinctTexts, lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isEmailSql } from "../contact/email.ts";
import { stagedRelation, uncheckedRef, type FormColumn, type FormRule } from "./form.ts";
import { squeezedSql } from "./white-space.ts";
import { inOrder } from "../row-position.ts";

/** Columns counted in one query: DuckDB's planning grows with the square of their number. */
const columnsAtOnce = 25;
/** Changed cells among which an example of each rule is looked for first. */
const cellsLookedAt = 50;

/** A word for a missing value, in small letters, and the cells that held it. */
export interface WordCount {
  readonly word: string;
  readonly count: number;
}

/** What the rules do to a column. */
export interface FormCounts {
  /** Cells that differ after all rules. */
  readonly changed: number;
  /** Cells that hold a value after them. */
  readonly present: number;
  /** Cells that each rule changes, by the place of its stage. */
  readonly byStage: readonly number[];
  /** Cells that hold white space other than the plain space where it matters. */
  readonly odd: number;
  /** Cells that hold an e-mail address; counted only in text columns, and only where asked for. */
  readonly emails: number;
  /** Of the cells in form before the check, those that are right and those that are wrong; null where that is not asked. */
  readonly judged: { readonly valid: number; readonly invalid: number } | null;
  /** The null words that it held, the most frequent first. */
  readonly nullWords: readonly WordCount[];
}

/**
 * Counts what the rules of each column change, and the addresses in text columns where `seekEmails` asks for them. One
 * scan; about 150 ns a text cell and thread.
 */
export async function countForm(
  engine: Engine,
  table: Table,
  columns: readonly FormColumn[],
  seekEmails = false,
): Promise<readonly FormCounts[]> {
  const found = new Map<FormColumn, FormCounts>();
  const ruled = columns.filter(({ stages }) => stages.length > 0);
  for (let start = 0; start < ruled.length; start += columnsAtOnce) {
    const some = ruled.slice(start, start + columnsAtOnce);
    const { relation, refs, odd } = stagedRelation(table, some);
    const wanted = some.flatMap((column, i) => {
      const { stages, cleaned, odd: ownOdd, judge } = column;
      const own = refs[i]!;
      const last = own.at(-1)!;
      const isSought = seekEmails && cleaned?.type === "text" && cleaned.contact === undefined;
      const spaced = own[stages.findIndex(({ rule }) => rule === "spaces") + 1]!;
      return [
        ...(odd !== null && ownOdd === "unknown" ? [oddCount(odd, own[0]!, spaced, identifier(`odd_${i}`))] : []),
        ...(judge == null
          ? []
          : [
              sql`count(*) filter (where ${judged(i)}) as ${identifier(`valid_${i}`)}`,
              sql`count(*) filter (where not ${judged(i)}) as ${identifier(`invalid_${i}`)}`,
            ]),
        ...(isSought ? [emailCount(last, identifier(`emails_${i}`))] : []),
        sql`count(${last}) as ${identifier(`present_${i}`)}`,
        sql`count(*) filter (where ${last} is distinct from ${own[0]!}) as ${identifier(`changed_${i}`)}`,
        ...stages.flatMap(({ rule }, s) => {
          const [before, after] = [own[s]!, own[s + 1]!];
          const changed = rule === "null" ? sql`count(${before}) - count(${after})` : differing(before, after);
          const counted = sql`${changed} as ${identifier(`stage_${i}_${s}`)}`;
          if (rule !== "null") return [counted];
          const lost = sql`case when ${after} is null then ${lowerCase(asText(before))} end`;
          return [
            counted,
            sql`${distinctTexts(lost)} as ${identifier(`words_${i}`)}`,
            sql`${distinctCounts(lost)} as ${identifier(`counts_${i}`)}`,
          ];
        }),
      ];
    });
    const judgements = some.flatMap((column, i) => {
      if (column.judge == null) return [];
      return [sql`${column.judge(uncheckedRef(column, refs[i]!))} as ${judged(i)}`];
    });
    const whole = sql`
      (
        select
          *,
          ${join(judgements, ",\n")}
        from ${relation}
      )
    `;
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(wanted, ",\n")}
        from ${judgements.length === 0 ? relation : whole}
      `,
      1,
    );
    some.forEach((column, i) =>
      found.set(column, {
        changed: Number(row[`changed_${i}`]),
        present: Number(row[`present_${i}`]),
        byStage: column.stages.map((_, s) => Number(row[`stage_${i}_${s}`])),
        odd: Number(row[`odd_${i}`] ?? 0),
        emails: Number(row[`emails_${i}`] ?? 0),
        judged: judgedCounts(row[`valid_${i}`], row[`invalid_${i}`]),
        nullWords: wordCounts(row[`words_${i}`], row[`counts_${i}`]),
      }),
    );
  }
  return columns.map(
    (one) =>
      found.get(one) ?? {
        changed: 0,
        present: one.column.present,
        byStage: [],
        odd: 0,
        emails: 0,
        judged: null,
        nullWords: [],
      },
  );
}

function judged(place: number): Sql {
  return identifier(`judged_${place}`);
}

function judgedCounts(valid: unknown, invalid: unknown): FormCounts["judged"] {
  return valid === undefined ? null : { valid: Number(valid), invalid: Number(invalid) };
}

function wordCounts(words: unknown, counts: unknown): readonly WordCount[] {
  if (!Array.isArray(words) || !Array.isArray(counts)) return [];
  const found = words.map((word, i): WordCount => ({ word: String(word), count: Number(counts[i]) }));
  return found.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
}

/** Cells for which it is not enough to look for plain spaces: only those of odd rows are looked at twice. */
function oddCount(odd: Sql, before: Sql, squeezed: Sql, name: Sql): Sql {
  return sql`count(case when ${odd} then nullif(${squeezed}, ${squeezedSql(before, null)}) end) as ${name}`;
}

/** The sign is in few other texts, and a pattern is dear. */
function emailCount(text: Sql, name: Sql): Sql {
  const isWritten = isEmailSql(lowerCase(text));
  return sql`count(*) filter (where case when contains(${text}, '@') then ${isWritten} else false end) as ${name}`;
}

function differing(before: Sql, after: Sql): Sql {
  return sql`count(*) filter (where ${after} is distinct from ${before})`;
}

/** The column without the rules that change none of its cells. */
export function effective(column: FormColumn, { byStage, odd }: FormCounts): FormColumn {
  const known = column.odd === "unknown" ? (odd > 0 ? "some" : "never") : column.odd;
  return { ...column, stages: column.stages.filter((_, s) => byStage[s]! > 0), odd: known };
}

/** A cell before and after a rule; null is an empty cell. */
export interface Example {
  readonly before: string | null;
  readonly after: string | null;
}

/** The first example in row order of each rule of a column that changes a cell. One or two short scans. */
export async function formExamples(
  engine: Engine,
  table: Table,
  column: FormColumn,
): Promise<ReadonlyMap<FormRule, Example>> {
  const staged = stagedRelation(table, [column]);
  const own = staged.refs[0]!;
  const texts = own.map((ref, s) => sql`${asText(ref)} as ${identifier(`text_${s}`)}`);
  const look = (condition: Sql, limit: number): ReturnType<Engine["rows"]> =>
    engine.rows(
      sql`
        select
          ${join(texts, ",\n")}
        from ${staged.relation}
        where ${condition}${inOrder(staged)}
        limit ${limit}
      `,
      limit,
    );
  const rows = await look(sql`${own.at(-1)!} is distinct from ${own[0]!}`, cellsLookedAt);
  const found = new Map<FormRule, Example>();
  for (const [s, { rule }] of column.stages.entries()) {
    const differs = (row: Readonly<Record<string, unknown>>): boolean => row[`text_${s}`] !== row[`text_${s + 1}`];
    const row = rows.find(differs) ?? (await look(sql`${own[s + 1]!} is distinct from ${own[s]!}`, 1))[0];
    if (row !== undefined) found.set(rule, { before: text(row[`text_${s}`]), after: text(row[`text_${s + 1}`]) });
  }
  return found;
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
