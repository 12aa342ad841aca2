import type { Engine, Table } from "../../core/context.ts";
import type { Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { isAscii, matchesPart, matchesWhole } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { hasOddSpaceSql } from "../clean/white-space.ts";
import { textOf } from "../dedupe/key-kinds.ts";
import { scientificPattern } from "../reading/lost-digits.ts";
import { namedDatePattern } from "../reading/month-names.ts";
import { isMissingSql } from "../reading/number-sql.ts";

/** Counts of what the texts of a column are like, over all rows. */
export interface TextFacts {
  /** Rows with a value: no null, no empty or blank text, no word for a missing value. */
  readonly present: number;
  /** Words for a missing value that the reader knows, such as `NA`. */
  readonly nullWords: number;
  /** Letters of texts; 0 for columns that are read as something else. */
  readonly shortest: number;
  readonly longest: number;
  readonly meanLength: number;
  /** Values with spaces around them, or with spaces inside that are none of a keyboard's. */
  readonly spaced: number;
  /** Values with a line break in them. */
  readonly broken: number;
  /** Values that were read in the wrong encoding once, or hold the sign of a lost letter, and one of them. */
  readonly damaged: number;
  readonly damagedExample: string | null;
  /** Values written as numbers, and as dates: of digits with a mark between, or with the month in words. */
  readonly numbers: number;
  readonly dates: number;
  /** Of these: those that can only have the day first, or only the month. */
  readonly dayFirst: number;
  readonly monthFirst: number;
  /** Of dates: those with the year first, and those with the month in words. */
  readonly yearFirst: number;
  readonly worded: number;
  /** Values of any column as a spreadsheet shows a number that is too long for its cell: `3,01762E+12`. */
  readonly scientific: number;
}

/**
 * Words that stand for nothing in many files, and that no reader can know not to be values. `clean --null` takes them.
 */
const otherNullWords: ReadonlySet<string> = new Set(
  (
    "inconnu;inconnue;unknown;non renseigné;non renseigne;non renseignée;non communiqué;nc;n.c.;n.r.;nr;sans objet;aucun;aucune;" +
    "tbd;xxx;xx;undefined;missing;not available;not provided;(vide);(blank);(none);(not set);#n/d;#ref!;#value!;#valeur!;" +
    "0000-00-00;00/00/0000;n/d;s/o;néant;neant"
  ).split(";"),
);

/** Whether a value is a word that may stand for nothing, whatever its capital letters and outer spaces. */
export function isNullWord(value: string | number): boolean {
  return typeof value === "string" && otherNullWords.has(value.trim().toLowerCase());
}

/** The first byte of a letter of two or three bytes of UTF-8, as Windows-1252 reads it, before a byte that goes on with it. */
const goesOn = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
const damagePattern = `\ufffd|[ÃÂ][${goesOn}]|â[€‚„‡ˆ‰][${goesOn}]|ï¿½`;
const numberPattern =
  "[ ]*[-+(]?[ ]*[€$£]?[ ]*[0-9](?:[0-9 .,'\u00a0\u202f]*[0-9])?[ \u00a0\u202f]*(?:[€$£%]|EUR|USD|GBP)?[ ]*[)]?[ ]*";
const datePattern = "[ ]*[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T].*)?";
const yearFirstPattern = "[ ]*[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[ T].*)?";
/** Begins with a digit, as all that is looked at here does. */
const wordedPattern = `[ ]*(?i:${(["dmy", "ymd"] as const).map((order) => namedDatePattern(order, 4, "none")).join("|")})(?:[ T].*)?`;
const dayFirstPattern = "^[ ]*(?:1[3-9]|2[0-9]|3[01])[-/.][0-9]{1,2}[-/.][0-9]{4}";
const monthFirstPattern = "^[ ]*[0-9]{1,2}[-/.](?:1[3-9]|2[0-9]|3[01])[-/.][0-9]{4}";

const columnsAtOnce = 8;
const figureNames = [
  "present",
  "null_words",
  "shortest",
  "longest",
  "letters",
  "spaced",
  "broken",
  "damaged",
  "example",
  "numbers",
  "dates",
  "day_first",
  "month_first",
  "year_first",
  "worded",
  "scientific",
] as const;

/** Columns whose text the engine holds, and what they are for. */
export interface TextColumn {
  readonly column: Column;
  readonly role: Role;
}

/** The facts of columns of text, eight a scan. What a telephone number or an address looks like is no number's look. */
export async function textFacts(
  engine: Engine,
  table: Table,
  columns: readonly TextColumn[],
): Promise<ReadonlyMap<Column, TextFacts>> {
  const found = new Map<Column, TextFacts>();
  for (let from = 0; from < columns.length; from += columnsAtOnce) {
    const some = columns.slice(from, from + columnsAtOnce);
    const [row = {}] = await engine.rows(textFactsQuery(table, some), 1);
    some.forEach(({ column }, i) => {
      const figure = (name: (typeof figureNames)[number]): number => Number(row[`${name}_${i}`] ?? 0);
      const example = row[`example_${i}`];
      const present = figure("present");
      found.set(column, {
        present,
        nullWords: figure("null_words"),
        shortest: figure("shortest"),
        longest: figure("longest"),
        meanLength: present === 0 ? Number.NaN : figure("letters") / present,
        spaced: figure("spaced"),
        broken: figure("broken"),
        damaged: figure("damaged"),
        damagedExample: example === null || example === undefined ? null : String(example),
        numbers: figure("numbers"),
        dates: figure("dates") + figure("worded"),
        dayFirst: figure("day_first"),
        monthFirst: figure("month_first"),
        yearFirst: figure("year_first"),
        worded: figure("worded"),
        scientific: figure("scientific"),
      });
    });
  }
  return found;
}

/** The counts of some columns as one query. */
export function textFactsQuery(table: Table, columns: readonly TextColumn[]): Sql {
  const figures = columns.flatMap(({ column, role }, i) => {
    const all = figuresSql(column, role);
    return figureNames.map((name) => sql`${all[name]} as ${identifier(`${name}_${i}`)}`);
  });
  return sql`
    select
      ${join(figures, ",\n")}
    from ${table.relation}
  `;
}

const wordsOnly = new Set<Role>(["email", "phone", "postcode", "id", "address", "first-name", "last-name", "name"]);

function figuresSql(column: Column, role: Role): Readonly<Record<(typeof figureNames)[number], Sql>> {
  const text = textOf(column);
  const isHeld = sql`not ${isMissingSql(text)}`;
  const count = (condition: Sql): Sql => sql`count(*) filter (where ${condition})`;
  const isText = column.type === "text" && column.stored === "text";
  const never = sql`0`;
  // Most texts are ASCII, and a pattern costs ten times what it does to tell so.
  const isDamaged = sql`case when ${isAscii(text)} then false else ${matchesPart(text, value(damagePattern))} end`;
  const hasAny = (signs: readonly string[]): Sql =>
    join(
      signs.map((sign) => sql`contains(${text}, ${sign})`),
      " or ",
    );
  const isBroken = hasAny(["\n", "\r"]);
  // Line breaks are told by themselves.
  const unbroken = hasOddSpaceSql(sql`translate(${text}, ${"\n\r"}, 'xx')`);
  const hasOddSpace = sql`
    case
      when ${isAscii(text)} then ${hasAny(["\t", "\v", "\f"])}
      when ${isBroken} then ${unbroken}
      else ${hasOddSpaceSql(text)}
    end
  `;
  // Digits, signs and brackets come before letters.
  const mayBeNumber = sql`${text} < ':' or ${text} like '€%' or ${text} like '£%'`;
  const shaped = (pattern: string): Sql =>
    isText && !wordsOnly.has(role)
      ? count(sql`case when ${mayBeNumber} then ${matchesWhole(text, value(pattern))} else false end`)
      : never;
  const begins = (pattern: string): Sql =>
    isText && !wordsOnly.has(role)
      ? count(sql`case when ${mayBeNumber} then ${matchesPart(text, value(pattern))} else false end`)
      : never;
  return {
    present: isText ? count(isHeld) : sql`${column.present}`,
    null_words: isText
      ? count(sql`${isMissingSql(text)} and trim(${text}) <> ''`)
      : sql`count(*) filter (where trim(${text}) <> '') - ${column.present}`,
    shortest: isText ? sql`min(case when ${isHeld} then length(${text}) end)` : never,
    longest: isText ? sql`max(case when ${isHeld} then length(${text}) end)` : never,
    letters: isText ? sql`coalesce(sum(case when ${isHeld} then cast(length(${text}) as bigint) end), 0)` : never,
    spaced: isText ? count(sql`${isHeld} and (${text} < '!' or ${text} like '% ' or ${hasOddSpace})`) : never,
    broken: isText ? count(sql`${isHeld} and (${isBroken})`) : never,
    damaged: isText ? count(isDamaged) : never,
    example: isText ? sql`min(case when ${isDamaged} then ${text} end)` : sql`null`,
    numbers: shaped(numberPattern),
    dates: shaped(datePattern),
    day_first: begins(dayFirstPattern),
    month_first: begins(monthFirstPattern),
    year_first: shaped(yearFirstPattern),
    worded: shaped(wordedPattern),
    scientific: count(
      sql`case when contains(lower(${text}), 'e+') then ${matchesWhole(text, value(scientificPattern))} else false end`,
    ),
  };
}
