import { SegmentError } from "../core/errors.ts";
import type { Sql, SqlValue } from "../core/sql.ts";
import type { Dialect } from "./dialect.ts";
import { dialectFunctions } from "./dialect.ts";
import { join, sql } from "./template.ts";

/** DuckDB 1.x, embedded. */
export const duckdb: Dialect = {
  name: "DuckDB",
  quoteIdentifier,
  literal,
  placeholder: (position) => `$${position}`,
  functions: dialectFunctions("DuckDB", {
    tryNumber: (text) => sql`try_cast(${text} as double)`,
    tryInteger: (text) => sql`try_cast(${text} as bigint)`,
    tryTimestamp: (text, pattern) => sql`try_strptime(${text}, ${pattern})`,
    tryIsoTimestamp,
    matchesWhole: (text, pattern) => sql`regexp_full_match(${text}, ${pattern})`,
    matchesPart: (text, pattern) => sql`regexp_matches(${text}, ${pattern})`,
    isOneOf: (given, list) => sql`list_contains(${list}, ${given})`,
    placeIn: (given, list) => sql`coalesce(list_position(${list}, ${given}), 0)`,
    lastPresent: (of, over) =>
      sql`last_value(${of} ignore nulls) over (${over} rows between unbounded preceding and current row)`,
    microseconds: (timestamp) => sql`epoch_us(${timestamp})`,
    tryDate: (text) => sql`try_cast(${text} as date)`,
    tryDecimal,
    decimalText,
    daysBetween: (from, to) => sql`date_diff('day', ${from}, ${to})`,
    distinctTexts: (text) => sql`map_keys(histogram(${text}))`,
    distinctCounts: (text) => sql`map_values(histogram(${text}))`,
    asText: (value) => sql`cast(${value} as varchar)`,
    lowerCase: (text) => sql`lower(${text})`,
    upperCase: (text) => sql`upper(${text})`,
    nfc: (text) => sql`nfc_normalize(${text})`,
    nfkc,
    stripAccents: (text) => sql`strip_accents(${text})`,
    titleCase,
    replacePattern: (text, pattern, replacement) => sql`regexp_replace(${text}, ${pattern}, ${replacement}, 'g')`,
    extractPattern: (text, pattern, group) => sql`regexp_extract(${text}, ${pattern}, ${group})`,
    timestampOfMicros: (micros) => sql`make_timestamp(${micros})`,
    sha256Hex: (text) => sql`sha256(${text})`,
    jaroWinklerBytes: (a, b) => sql`jaro_winkler_similarity(${a}, ${b})`,
    rowsBeside: (left, right) => sql`(select * from (from ${left}) positional join (from ${right}))`,
    jaroWinkler,
    editDistanceBytes: (a, b) => sql`damerau_levenshtein(${a}, ${b})`,
    inBytes,
    isAscii,
    wordList: (text) => sql`case when ${text} = '' then [] else string_split(${text}, ' ') end`,
    listLength: (list) => sql`len(${list})`,
    countItems: (list, item, condition) => sql`len(list_filter(${list}, lambda ${item}: ${condition}))`,
    turnedTexts: (words, word) => {
      const rest = sql`array_to_string(list_slice(${words}, ${word}, len(${words})), '')`;
      const before = sql`array_to_string(list_slice(${words}, 1, ${word} - 1), '')`;
      return sql`list_transform(range(1, len(${words}) + 1), lambda ${word}: ${rest} || ${before})`;
    },
    itemAt: (list, position) => sql`list_extract(${list}, ${position})`,
    valueAtLeast: (value, by, condition) => sql`arg_min(${value}, ${by}) filter (where ${condition})`,
    listedRows,
    listedDoubles,
    eachRecord: (json) =>
      sql`unnest(case when json_array_length(${json}) > 0 then cast(json_extract(${json}, '$[*]') as varchar[]) else [null] end)`,
    eachKey: (json) => sql`unnest(json_keys(${json}))`,
    jsonText: (json, pointer) => sql`json_extract_string(${json}, ${pointer})`,
    jsonIsNumber: (json, pointer) =>
      sql`(json_type(${json}, ${pointer}) in ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE'))`,
    keyedList: (json) => sql`from_json(${json}, '[{"key":"VARCHAR","value":"JSON"}]')`,
    keyedText: (list, key) => sql`list_filter(${list}, lambda one_1: one_1.key = ${key})[1].value`,
    bitXor: (a, b) => sql`xor(${a}, ${b})`,
    shiftRight: (of, bits) => sql`(${of} >> ${bits})`,
  }),
};

/** Bytes that no folded text holds: capital letters, marks and control characters. */
const standIns = String.fromCharCode(
  ...Array.from({ length: 26 }, (_, i) => 65 + i),
  ...Array.from({ length: 15 }, (_, i) => 33 + i),
  ...Array.from({ length: 7 }, (_, i) => 58 + i),
  ...Array.from({ length: 6 }, (_, i) => 91 + i),
  ...Array.from({ length: 26 }, (_, i) => 3 + i),
);

function isAscii(text: Sql): Sql {
  return sql`(strlen(${text}) = length(${text}))`;
}

/** The same lengths and the same matches as of the letters themselves. */
function inBytes(text: Sql, other: Sql, rest: Sql): Sql {
  const letters = sql`string_split(regexp_replace(${text}, '[\\x00-\\x7f]', '', 'g'), '')`;
  const both = sql`list_filter(${letters}, lambda letter_1: contains(${other}, letter_1))`;
  const shared = sql`left(array_to_string(list_sort(list_distinct(${both})), ''), ${standIns.length})`;
  const stood = sql`translate(${text}, ${shared}, left(${standIns}, length(${shared})))`;
  return sql`regexp_replace(${stood}, '[^\\x00-\\x7f]', ${rest}, 'g')`;
}

function jaroWinkler(a: Sql, b: Sql): Sql {
  const compared = (left: Sql, right: Sql): Sql => sql`jaro_winkler_similarity(${left}, ${right})`;
  return sql`
    case
      when ${isAscii(a)} and ${isAscii(b)} then ${compared(a, b)}
      else ${compared(inBytes(a, b, sql`chr(1)`), inBytes(b, a, sql`chr(2)`))}
    end
  `;
}

/**
 * The cast to a plain timestamp ignores an offset, the cast to one with a zone applies it; the session is in UTC. It
 * wants seconds before an offset and no space, so texts it refuses are tried again with those mended.
 */
function tryIsoTimestamp(text: Sql): Sql {
  const offset = "(Z|[+-][0-9]{2}(?::?[0-9]{2})?)$";
  return sql`
    cast(coalesce(
      try_cast(${text} as timestamptz),
      try_cast(regexp_replace(${text}, ${`(:[0-9.]+) ${offset}`}, '\\1\\2') as timestamptz),
      try_cast(regexp_replace(${text}, ${`^([^:]+:[0-9]{2}) ?${offset}`}, '\\1:00\\2') as timestamptz)
    ) as timestamp)
  `;
}

/**
 * DuckDB has no word-wise case: the text is taken apart into words and what stands between them. The pieces are bound by
 * an outer lambda, else they would be taken apart again for every word. About 1.5 µs a text; a tenth of it for one word,
 * and little more for two between which a space or a hyphen stands.
 */
function titleCase(text: Sql): Sql {
  const small = sql`lower(${text})`;
  // One of the two places is 0.
  const between = sql`(instr(${text}, ' ') + instr(${text}, '-'))`;
  const first = sql`upper(left(${small}, 1)) || substr(${small}, 2, ${between} - 1)`;
  const second = sql`upper(substr(${small}, ${between} + 1, 1)) || substr(${small}, ${between} + 2)`;
  return sql`
    case
      when regexp_full_match(${text}, '[\\p{L}\\p{M}\\p{N}]+') then upper(left(${text}, 1)) || lower(substr(${text}, 2))
      when regexp_full_match(${text}, '[\\p{L}\\p{N}]+[ -][\\p{L}\\p{N}]+') and length(${small}) = length(${text}) then ${first} || ${second}
      else list_transform(
        [regexp_extract_all(${small}, '[\\p{L}\\p{M}\\p{N}]+|[^\\p{L}\\p{M}\\p{N}]+')],
        lambda pieces_1: array_to_string(
          list_transform(
            pieces_1,
            lambda word_1, place_1: case
              when length(word_1) = 1 and place_1 > 1 and right(pieces_1[place_1 - 1], 1) in ('''', '’') then word_1
              else upper(left(word_1, 1)) || substr(word_1, 2)
            end
          ),
          ''
        )
      )[1]
    end
  `;
}

/**
 * DuckDB has no form KC: letter by letter, each that has a compatibility decomposition is written out, and what comes of it
 * composed. Most texts have no such letter.
 */
function nfkc(text: Sql): Sql {
  const { table, pattern } = compatibilityForms();
  const entry = sql`split_part(split_part(${table}, chr(1) || letter_1 || chr(2), 2), chr(1), 1)`;
  const written = sql`coalesce(nullif(${entry}, ''), letter_1)`;
  return sql`
    case
      when not regexp_matches(${text}, ${pattern}) then nfc_normalize(${text})
      else nfc_normalize(array_to_string(list_transform(string_split(${text}, ''), lambda letter_1: ${written}), ''))
    end
  `;
}

interface CompatibilityForms {
  /**
   * Letters with a compatibility decomposition, each behind chr(1), and their decompositions, each behind chr(2): as one
   * text, since thousands of list items cost a planner far more.
   */
  readonly table: string;
  /** Matches a text that holds one of them. */
  readonly pattern: string;
}

function compatibilityForms(): CompatibilityForms {
  if (forms !== null) return forms;
  const points = Array.from({ length: 0x30000 }, (_, point) => point).filter((point) => {
    if (point <= 0x7f || (point >= 0xd800 && point <= 0xdfff)) return false;
    const letter = String.fromCodePoint(point);
    return letter.normalize("NFKD") !== letter.normalize("NFD");
  });
  const ranges: { readonly first: number; last: number }[] = [];
  for (const point of points) {
    const range = ranges.at(-1);
    if (range?.last === point - 1) range.last = point;
    else ranges.push({ first: point, last: point });
  }
  const code = (point: number): string => `\\x{${point.toString(16)}}`;
  const letters = points.map((point) => String.fromCodePoint(point));
  forms = {
    table: letters.map((letter) => `\u0001${letter}\u0002${letter.normalize("NFKD")}`).join(""),
    pattern: `[${ranges.map(({ first, last }) => `${code(first)}-${code(last)}`).join("")}]`,
  };
  return forms;
}

let forms: CompatibilityForms | null = null;

function listedRows(...namesAndLists: readonly Sql[]): Sql {
  const columns = namesAndLists.flatMap((name, i) =>
    i % 2 === 0 ? [sql`unnest(cast(${namesAndLists[i + 1]!} as bigint[])) as ${name}`] : [],
  );
  return sql`
    (
      select
        ${join(columns, ",\n")}
    )
  `;
}

function listedDoubles(...namesAndLists: readonly Sql[]): Sql {
  const columns = namesAndLists.flatMap((name, i) =>
    i % 2 === 0 ? [sql`unnest(cast(string_split(${namesAndLists[i + 1]!}, ' ') as double[])) as ${name}`] : [],
  );
  return sql`
    (
      select
        ${join(columns, ",\n")}
    )
  `;
}

/** A decimal of 64 bits is written in a seventh of the time that one of 128 bits takes. */
function decimalText(decimal: Sql): Sql {
  const text = sql`coalesce(cast(try_cast(${decimal} as decimal(18, 8)) as varchar), cast(${decimal} as varchar))`;
  return sql`rtrim(rtrim(${text}, '0'), '.')`;
}

/** A cast of text to a decimal of 128 bits costs forty times one of 64 bits, so it is kept for what needs it. */
function tryDecimal(text: Sql): Sql {
  return sql`
    coalesce(
      cast(try_cast(${text} as decimal(18, 8)) as decimal(38, 8)),
      try_cast(${text} as decimal(38, 8))
    )
  `;
}

/** Words that end in a digit after an underscore are never key words, and stay readable without quotes. */
const plainName = /^[a-z]+(_[a-z]+)*_?[0-9]+$/;

function quoteIdentifier(name: string): string {
  if (name === "" || name.includes("\0")) {
    throw new SegmentError("engine-failed", "a name is empty or holds a zero byte, and DuckDB cannot hold it");
  }
  return plainName.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function literal(value: SqlValue): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return value < 0n ? `(${value})` : `${value}`;
    case "number":
      return numberLiteral(value);
    case "string":
      return textLiteral(value);
    default:
      return `[${value.map(literal).join(", ")}]`;
  }
}

/** An integer stays one (`12`); any other double has an exponent, since DuckDB reads `1.5` as a decimal. */
function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return "cast('nan' as double)";
  if (!Number.isFinite(value)) return `cast('${value < 0 ? "-inf" : "inf"}' as double)`;
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return value < 0 ? `(${value})` : `${value}`;
  const text = Object.is(value, -0) ? "-0e0" : String(value);
  const number = text.includes("e") ? text : `${text}e0`;
  return value < 0 || Object.is(value, -0) ? `(${number})` : number;
}

/** A zero byte would end the statement, so it is put in by number. */
function textLiteral(text: string): string {
  const pieces = text.split("\0").map((piece) => `'${piece.replaceAll("'", "''")}'`);
  return pieces.length === 1 ? pieces[0]! : `(${pieces.join(" || chr(0) || ")})`;
}
