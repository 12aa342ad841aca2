import type { Engine, Table } from "../../core/context.ts";
import { SegmentError, type ErrorCode } from "../../core/errors.ts";
import { nullWords, type Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isOneOf } from "../../sql/functions.ts";
import { identifier, sql } from "../../sql/template.ts";
import { booleanBitOf, isBoolean, noWords, yesWords } from "../reading/boolean-words.ts";
import { placeOf } from "../reading/place-of.ts";
import { squeezed, squeezedSql } from "./white-space.ts";
import { positionSql } from "../row-position.ts";

const digits = ["0", "1"];
const known: ReadonlySet<string> = new Set([...yesWords, ...noWords, ...digits]);

/**
 * Text columns that say yes and no in words and digits mixed: every value is such a word, 1 or 0, and the words alone
 * would make the column one of yes and no. Looks only at columns whose first odd value is a word of the kind.
 */
export async function mixedBooleans(
  engine: Engine,
  table: Table,
  columns: readonly Column[],
  missingIn: (column: string) => readonly string[] | null,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const column of columns) {
    const { oddValue, tie, stored, type } = column;
    if (type !== "text" || stored !== "text" || tie !== undefined || oddValue === undefined) continue;
    if (!known.has(squeezed(oddValue.value).toLowerCase())) continue;
    const words = await wordsOf(engine, table, column, missingIn(column.name));
    const said = words.filter((word) => !digits.includes(word));
    const bits = said.reduce((all, word) => all | booleanBitOf(word), 0);
    if (words.every((word) => known.has(word)) && isBoolean(bits, column.name)) found.add(column.name);
  }
  return found;
}

/**
 * Refuses a column that holds anything but words for yes and no, 1 and 0, with the place of the first such value.
 * `said` begins the message. Throws `code`.
 */
export async function requireBoolean(
  engine: Engine,
  table: Table,
  sources: readonly Source[],
  column: Column,
  missing: readonly string[] | null,
  { code, said }: { readonly code: ErrorCode; readonly said: string },
): Promise<void> {
  if (column.type === "boolean" || column.present === 0) return;
  const list = [...known, ...wordList(missing)];
  const [row] = await engine.rows(
    sql`
      select
        text_1,
        position_1
      from (
        select
          ${asText(column.ref)} as text_1,
          ${positionSql(table)} as position_1
        from ${table.relation}
      )
      where not ${isOneOf(sql`lower(${squeezedSql(identifier("text_1"), sql`true`)})`, list)}
      order by position_1
      limit 1
    `,
    1,
  );
  if (row === undefined) return;
  const text = String(row["text_1"]);
  const shown = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  throw new SegmentError(code, `${said}“${shown}” is no word for yes or no`, {
    place: await placeOf(sources, Number(row["position_1"]), column.name),
    hint: "yes, no, oui, non, true, false, vrai, faux, y, o, n, 1 and 0 are",
  });
}

/** The distinct words of a column in small letters, missing ones left out; more than there are words to know are cut. */
async function wordsOf(
  engine: Engine,
  table: Table,
  { ref }: Column,
  missing: readonly string[] | null,
): Promise<readonly string[]> {
  const word: Sql = identifier("word_1");
  const most = known.size + 1;
  const rows = await engine.rows(
    sql`
      select distinct ${word}
      from (
        select lower(${squeezedSql(ref, sql`true`)}) as ${word}
        from ${table.relation}
      )
      where not ${isOneOf(word, wordList(missing))}
      order by ${word}
      limit ${most}
    `,
    most,
  );
  return rows.map((row) => String(row["word_1"]));
}

/** The reader's own words are missing in any column that is no text. */
function wordList(missing: readonly string[] | null): readonly string[] {
  return [...nullWords, ...(missing ?? [])];
}
