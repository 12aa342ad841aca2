import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesPart, replacePattern } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";

/**
 * White space of Unicode (its property White_Space: tab, line breaks, no-break, narrow and wide spaces) but the plain
 * space, as the inside of a character class: hexadecimal code points, single or from-to.
 */
const whiteSpace = ["9-d", "85", "a0", "1680", "2000-200a", "2028", "2029", "202f", "205f", "3000"];
/** Signs without width that are no space to the eye: zero-width space, word joiner, byte order mark. */
const zeroWidth = ["200b", "2060", "feff"];

/** Text columns looked at in one query. */
const columnsAtOnce = 25;

/**
 * The text without outer white space, each run of white space inside one plain space, and signs of no width gone (alone
 * between two letters they are no gap to the eye, so they leave none). SQL; null for null. `wide`: the text may hold
 * other white space than the plain space; a column known to hold none is told faster, about 4 ns a value and thread.
 */
export function squeezedSql(text: Sql, wide: boolean): Sql {
  const spaced = sql`${text} < '!' or ${text} like '% ' or contains(${text}, '  ')`;
  if (!wide)
    return sql`case when ${spaced} then trim(${replacePattern(text, value(" +"), value(" "))}) else ${text} end`;
  const bare = replacePattern(text, value(`[${sqlClass(zeroWidth)}]+`), value(""));
  return sql`
    case
      when ${spaced} or ${matchesPart(text, value(`[${sqlClass([...whiteSpace, ...zeroWidth])}]`))}
        then trim(${replacePattern(bare, value(`[ ${sqlClass(whiteSpace)}]+`), value(" "))})
      else ${text}
    end
  `;
}

/** The same of one text. */
export function squeezed(text: string): string {
  return text.replace(anyZeroWidth, "").replace(anySpaces, " ").replace(/^ | $/g, "");
}

const anyZeroWidth = new RegExp(`[${jsClass(zeroWidth)}]+`, "gu");
const anySpaces = new RegExp(`[ ${jsClass(whiteSpace)}]+`, "gu");

/**
 * The columns among `columns`, held as text, that have white space other than the plain space anywhere. One scan in
 * which rows are looked at as wholes, about 100 ns a row; another of those columns where there is any.
 */
export async function wideColumns(
  engine: Engine,
  table: Table,
  columns: readonly Column[],
): Promise<ReadonlySet<string>> {
  const pattern = value(`[${sqlClass([...whiteSpace, ...zeroWidth])}]`);
  const found = new Set<string>();
  for (let start = 0; start < columns.length; start += columnsAtOnce) {
    const some = columns.slice(start, start + columnsAtOnce);
    const refs = join(
      some.map(({ ref }) => ref),
      ", ",
    );
    const [any = {}] = await engine.rows(
      sql`
        select count(*) filter (${matchesPart(sql`concat_ws('|', ${refs})`, pattern)}) as rows_1
        from ${table.relation}
      `,
      1,
    );
    if (Number(any["rows_1"]) === 0) continue;
    const counts = some.map(
      ({ ref }, i) => sql`count(*) filter (${matchesPart(ref, pattern)}) as ${identifier(`wide_${i + 1}`)}`,
    );
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(counts, ",\n")}
        from ${table.relation}
      `,
      1,
    );
    some.forEach(({ name }, i) => {
      if (Number(row[`wide_${i + 1}`]) > 0) found.add(name);
    });
  }
  return found;
}

function sqlClass(ranges: readonly string[]): string {
  return ranges
    .map((range) =>
      range
        .split("-")
        .map((point) => `\\x{${point}}`)
        .join("-"),
    )
    .join("");
}

function jsClass(ranges: readonly string[]): string {
  return ranges
    .map((range) =>
      range
        .split("-")
        .map((point) => `\\u{${point}}`)
        .join("-"),
    )
    .join("");
}
