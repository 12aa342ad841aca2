import { SegmentError } from "../core/errors.ts";
import type { Sql, SqlValue } from "../core/sql.ts";
import type { Dialect, DialectFunctionName } from "./dialect.ts";
import { dialectFunctions } from "./dialect.ts";
import { identifier, join, sql, value } from "./template.ts";

/** Spark has no pointer into JSON text, no keys of it without its schema, and no list of its items as texts. */
const jsonMembers: ReadonlyMap<DialectFunctionName, string> = new Map(
  (["eachRecord", "eachKey", "jsonText", "jsonIsNumber", "keyedList", "keyedText"] as const).map((member) => [
    member,
    "functions that take lists and records of JSON text apart, as exports of events have them",
  ]),
);

/**
 * Apache Spark SQL from 4.0, in a session that is in UTC, ANSI and has `timestamp` for times without a zone. Its own ICU
 * library does what SQL has no function for: composition and decomposition of Unicode text.
 */
export const spark: Dialect = {
  name: "Spark SQL",
  quoteIdentifier,
  literal,
  // By name: Spark 4.1 takes positional ones of a `case` in another order than they stand in.
  placeholder: (position) => `:p_${position}`,
  functions: dialectFunctions(
    "Spark SQL",
    {
      tryNumber,
      tryInteger: (text) => sql`coalesce(try_cast(${text} as bigint), try_cast(${tryDecimal(text, 38, 0)} as bigint))`,
      tryTimestamp,
      tryIsoTimestamp,
      tryDate: (text) =>
        sql`case when ${matches(text, "^ *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} *$")} then try_cast(${text} as date) end`,
      matchesWhole: (text, pattern) => sql`(${text} rlike ${javaPattern(pattern, "\\A(?:", ")\\z")})`,
      matchesPart: (text, pattern) => sql`(${text} rlike ${javaPattern(pattern)})`,
      replacePattern: (text, pattern, replacement) =>
        sql`regexp_replace(${text}, ${javaPattern(pattern)}, ${javaReplacement(replacement)})`,
      extractPattern: (text, pattern, group) => sql`regexp_extract(${text}, ${javaPattern(pattern)}, ${group})`,
      timestampOfMicros: (micros) => sql`cast(timestamp_micros(${micros}) as timestamp_ntz)`,
      isOneOf: (given, list) => sql`array_contains(${list}, ${given})`,
      placeIn: (given, list) => sql`coalesce(array_position(${list}, ${given}), 0)`,
      lastPresent: (of, over) =>
        sql`last_value(${of}, true) over (${over} rows between unbounded preceding and current row)`,
      microseconds: (timestamp) => sql`unix_micros(cast(${timestamp} as timestamp_ltz))`,
      tryDecimal: (text) => tryDecimal(text, 38, 8),
      decimalText: (decimal) => sql`trim(trailing '.' from trim(trailing '0' from cast(${decimal} as string)))`,
      daysBetween: (from, to) => sql`datediff(${to}, ${from})`,
      distinctTexts: (text) => sql`nullif(transform(${tallies(text)}, one_1 -> one_1.item), array())`,
      distinctCounts: (text) => sql`nullif(transform(${tallies(text)}, one_1 -> one_1.count), array())`,
      asText,
      nfc: (text) => icu("compose", text),
      nfkc: (text) => icu("compose", text, true),
      stripAccents: (text) => icu("compose", sql`regexp_replace(${icu("decompose", text)}, ${"\\p{M}+"}, '')`),
      lowerCase: (text) => sql`lower(translate(${text}, 'Σİ', 'σi'))`,
      upperCase,
      titleCase,
      sha256Hex: (text) => sql`sha2(${text}, 256)`,
      rowsBeside: (left, right, leftPosition, rightPosition) =>
        sql`(select * from ${left} join ${right} on ${leftPosition} = ${rightPosition})`,
      jaroWinkler,
      jaroWinklerBytes: jaroWinkler,
      editDistanceBytes,
      inBytes: (text) => text,
      isAscii,
      wordList: (text) => sql`filter(split(${text}, ' '), word_0 -> word_0 <> '')`,
      listLength: (list) => sql`size(${list})`,
      countItems: (list, item, condition) => sql`size(filter(${list}, ${item} -> ${condition}))`,
      turnedTexts: (words, word) => sql`
      transform(
        ${words},
        (${word}, place_0) -> array_join(slice(${words}, place_0 + 1, size(${words})), '') || array_join(slice(${words}, 1, place_0), '')
      )
    `,
      itemAt: (list, position) => sql`get(${list}, ${position} - 1)`,
      valueAtLeast: (of, by, condition) =>
        sql`min_by(${of}, ${by}) filter (where ${condition} and ${of} is not null and ${by} is not null)`,
      listedRows,
      listedDoubles,
      bitXor: (a, b) => sql`(${a} ^ ${b})`,
      shiftRight: (of, bits) => sql`shiftright(${of}, ${bits})`,
    },
    jsonMembers,
  ),
};

/** What some servers lack: a query that only those with it understand, and the members that need it. */
export const sparkProbes: readonly {
  readonly query: string;
  readonly what: string;
  readonly members: readonly DialectFunctionName[];
}[] = [
  {
    what: "Unicode normalisation (ICU, called by reflect)",
    query: "select reflect('com.ibm.icu.text.Normalizer', 'compose', 'e', false)",
    members: ["nfc", "nfkc", "stripAccents"],
  },
  {
    query: "select approx_top_k('a', 10, 100)",
    what: "approx_top_k (Spark 4.1)",
    members: ["distinctTexts", "distinctCounts"],
  },
];

/** The dialect of a server that lacks some members, for what it has not: they fail and say so. */
export function sparkWithout(lacking: ReadonlyMap<DialectFunctionName, string>): Dialect {
  if (lacking.size === 0) return spark;
  const held = Object.entries(spark.functions).filter(([name]) => !lacking.has(name as DialectFunctionName));
  return { ...spark, functions: dialectFunctions("this Spark server", Object.fromEntries(held), lacking) };
}

function isAscii(text: Sql): Sql {
  return sql`(octet_length(${text}) = length(${text}))`;
}

function icu(form: "compose" | "decompose", text: Sql, isCompatible = false): Sql {
  return sql`case when ${text} is not null then reflect('com.ibm.icu.text.Normalizer', ${form}, ${text}, ${isCompatible}) end`;
}

/** A value that an expression uses more than once, evaluated once. */
function bound(of: Sql, name: string, use: (name: Sql) => Sql): Sql {
  return sql`transform(array(${of}), ${identifier(name)} -> ${use(identifier(name))})[0]`;
}

/** Java reads a type suffix (`1d`, `2F`) and hexadecimal digits too. */
function tryNumber(text: Sql): Sql {
  return sql`case when not ${matches(text, "[0-9.][dDfF]|[xX]")} then try_cast(${text} as double) end`;
}

/** Java reads the digits of other scripts too. */
function tryDecimal(text: Sql, digits: number, decimals: number): Sql {
  const type = { parts: [{ kind: "text", text: `decimal(${digits}, ${decimals})` }] } as const;
  return sql`case when ${isAscii(sql`cast(${text} as string)`)} then try_cast(${text} as ${type}) end`;
}

/** What each field of a strptime pattern is in Java's, and the digits that it takes. */
const timeFields: Readonly<Record<string, readonly [java: string, shape: string]>> = {
  "%d": ["d", "[0-9]{1,2}"],
  "%m": ["M", "[0-9]{1,2}"],
  "%Y": ["yyyy", "[0-9]{4}"],
  "%y": ["yy", "[0-9]{2}"],
  "%H": ["H", "[0-9]{1,2}"],
  "%I": ["h", "[0-9]{1,2}"],
  "%M": ["m", "[0-9]{1,2}"],
  "%S": ["s", "[0-9]{1,2}"],
  "%f": ["SSSSSS", "[0-9]{1,6}"],
  "%p": ["a", "[AaPp][Mm]"],
};

/** Years of two digits from 69 on are of the last century, as strptime has them. */
function tryTimestamp(text: Sql, pattern: Sql): Sql {
  const format = constant(pattern).replace("%Y%m%d", "%Y%0m%0d");
  const fields = format.split(/(%0?.)/).filter((field) => field !== "");
  const known = (field: string): readonly [string, string] | undefined => timeFields[field.replace("0", "")];
  const java = fields.map((field) => known(field)?.[0].repeat(field.includes("0") ? 2 : 1) ?? field).join("");
  const shape = fields.map((field) => known(field)?.[1] ?? (field === " " ? " +" : `[${field}]`)).join("");
  const plain = sql`regexp_replace(trim(${text}), ' +', ' ')`;
  const time = sql`try_to_timestamp(${plain}, ${java})`;
  const read = format.includes("%y")
    ? sql`${time} - case when year(${time}) >= 2069 then interval '100' year else interval '0' year end`
    : time;
  return sql`case when ${matches(text, `^ *${shape} *$`)} then ${read} end`;
}

/** The cast wants seconds before an offset, and no hour of 24, which is the end of the day. */
function tryIsoTimestamp(text: Sql): Sql {
  const offset = "(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)";
  const shape = `^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T ][0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2}(?:[.][0-9]{1,9})?)?(?: ?${offset})?)?$`;
  const whole = sql`regexp_replace(${text}, ${`^([^:]+:[0-9]{1,2}) ?(${offset})$`}, '$1:00$2')`;
  const read = (of: Sql): Sql => sql`cast(try_cast(${of} as timestamp_ltz) as timestamp_ntz)`;
  const midnight = "[T ]24:00(?=[^:]|:00(?![.]0*[1-9])|$)";
  return sql`
    case
      when not ${matches(text, shape)} then null
      when ${matches(text, midnight)} then ${read(sql`regexp_replace(${whole}, ${midnight}, ' 00:00')`)} + interval '1' day
      else ${read(whole)}
    end
  `;
}

function matches(text: Sql, pattern: string): Sql {
  return sql`(${text} rlike ${pattern})`;
}

/** Java's dot leaves out more line ends, and its letters know no case beyond ASCII, unless it is told. */
function javaPattern(pattern: Sql, before = "", after = ""): Sql {
  return value(`(?du)${before}${constant(pattern)}${after}`);
}

function javaReplacement(replacement: Sql): Sql {
  return value(
    constant(replacement)
      .replaceAll("$", "\\$")
      .replace(/\\(\d)/g, "$$$1"),
  );
}

/** The text of a pattern, which Spark must have when it plans. Throws `bug` for one that is no plain value. */
function constant({ parts: [part, ...rest] }: Sql): string {
  if (part?.kind === "value" && typeof part.value === "string" && rest.length === 0) return part.value;
  throw new SegmentError("bug", "a pattern for Spark SQL must be a plain value");
}

/** Exact as long as there are fewer than 75,000 distinct texts. */
function tallies(text: Sql): Sql {
  return sql`array_sort(filter(approx_top_k(${text}, 10000, 100000), one_0 -> one_0.item is not null))`;
}

/** Doubles in their shortest form, but for some powers of two, as other engines write them: `1e+16`, `10000000.0`, `1e-05`. */
function asText(of: Sql): Sql {
  const text = sql`cast(${of} as string)`;
  return sql`case when typeof(${of}) in ('double', 'float') then ${bound(text, "java_0", doubleText)} else ${text} end`;
}

/**
 * From Java's text of a double, which has a digit too many at times; not where it has 15 at most, since no two decimals of so
 * few digits are one double.
 */
function doubleText(java: Sql): Sql {
  const digits = (number: Sql, count: number): Sql => sql`format_string(${`%.${count - 1}e`}, ${number})`;
  const shortest = (number: Sql): Sql => sql`
    case
      when try_cast(${digits(number, 15)} as double) = ${number} then ${digits(number, 15)}
      when try_cast(${digits(number, 16)} as double) = ${number} then ${digits(number, 16)}
      else ${digits(number, 17)}
    end
  `;
  const plain = (e: Sql): Sql =>
    sql`regexp_replace(regexp_replace(cast(cast(${e} as decimal(38, 21)) as string), '0+$', ''), '[.]$', '.0')`;
  const scientific = (e: Sql): Sql => sql`regexp_replace(${e}, '[.]?0*e', 'e')`;
  const isPlainNumber = (e: Sql): Sql => sql`cast(substring_index(${e}, 'e', -1) as int) between -4 and 15`;
  return sql`
    case
      when length(${java}) <= 16 and ${matches(java, "^-?[0-9]+[.](?:0|[0-9]*[1-9])$")} and ${java} <> '-0.0' then ${java}
      when ${java} = 'NaN' then 'nan'
      when ${java} like '%Infinity' then replace(${java}, 'Infinity', 'inf')
      when ${java} = '-0.0' or ${java} is null then ${java}
      else ${bound(sql`try_cast(${java} as double)`, "number_0", (number) =>
        bound(
          shortest(number),
          "e_0",
          (e) => sql`case when ${isPlainNumber(e)} then ${plain(e)} else ${scientific(e)} end`,
        ),
      )}
    end
  `;
}

/** Letters that `upper` would write out (`ß`, `ŉ`), and the one large letter that stands for each, or itself. */
function writtenOut(): { readonly small: string; readonly large: string } {
  const letters = Array.from({ length: 0xffff }, (_, i) => String.fromCharCode(i)).filter((c) => !/\p{Cs}/u.test(c));
  const larger = new Map(letters.filter((c) => c.toLowerCase() !== c).map((c) => [c.toLowerCase(), c]));
  const small = letters.filter((c) => c.toUpperCase().length > 1);
  return { small: small.join(""), large: small.map((c) => larger.get(c) ?? c).join("") };
}

function upperCase(text: Sql): Sql {
  const { small, large } = writtenOut();
  const standIns = Array.from(small, (_, i) => String.fromCharCode(0xe000 + i)).join("");
  return sql`translate(upper(translate(${text}, ${small}, ${standIns})), ${standIns}, ${large})`;
}

function titleCase(text: Sql): Sql {
  const pieces = sql`regexp_extract_all(${spark.functions.lowerCase(text)}, ${"[\\p{L}\\p{M}\\p{N}]+|[^\\p{L}\\p{M}\\p{N}]+"}, 0)`;
  return bound(
    pieces,
    "pieces_0",
    (own) => sql`
      array_join(
        transform(
          ${own},
          (word_0, place_0) -> case
            when length(word_0) = 1 and place_0 > 0 and right(get(${own}, place_0 - 1), 1) in ('''', '’') then word_0
            else ${upperCase(sql`left(word_0, 1)`)} || substr(word_0, 2)
          end
        ),
        ''
      )
    `,
  );
}

/**
 * Spark's own function takes half a transposition and adds for a common prefix whatever the similarity, so the letters are
 * counted here: `met_0` are the places in `b` of the letters that both have, in the order of `a`.
 */
function jaroWinkler(a: Sql, b: Sql): Sql {
  const letter = (text: Sql, at: Sql): Sql => sql`substr(${text}, ${at}, 1)`;
  const reach = sql`greatest(shiftright(greatest(length(${a}), length(${b})), 1) - 1, 0)`;
  const near = sql`sequence(greatest(at_0 - ${reach}, 1), least(at_0 + ${reach}, length(${b})), 1)`;
  const fits = sql`${letter(b, sql`to_0`)} = ${letter(a, sql`at_0`)} and not array_contains(met_0, to_0)`;
  const next = sql`case when at_0 - ${reach} > length(${b}) then met_0 else concat(met_0, slice(filter(${near}, to_0 -> ${fits}), 1, 1)) end`;
  const met = sql`aggregate(sequence(1, length(${a})), cast(array() as array<int>), (met_0, at_0) -> ${next})`;
  const moved = (own: Sql): Sql =>
    sql`size(filter(zip_with(${own}, array_sort(${own}), (x_0, y_0) -> ${letter(b, sql`x_0`)} <> ${letter(b, sql`y_0`)}), moved_0 -> moved_0)) div 2`;
  const jaro = (own: Sql): Sql =>
    sql`(size(${own}) / length(${a}) + size(${own}) / length(${b}) + (size(${own}) - ${moved(own)}) / size(${own})) / 3e0`;
  const prefix = sql`size(filter(array(1, 2, 3, 4), n_0 -> length(${a}) >= n_0 and left(${a}, n_0) = left(${b}, n_0)))`;
  const boosted = (own: Sql): Sql =>
    sql`case when ${own} > 7e-1 then ${own} + ${prefix} * 1e-1 * (1e0 - ${own}) else ${own} end`;
  const counted = bound(
    met,
    "met_0",
    (own) => sql`case when size(${own}) = 0 then 0e0 else ${bound(jaro(own), "jaro_0", boosted)} end`,
  );
  return sql`
    case
      when ${a} = '' or ${b} = '' then 0e0
      when ${a} = ${b} then 1e0
      else ${counted}
    end
  `;
}

/** From the Levenshtein distance: where it is 2 to 4, two letters swapped in either text may save an edit or two. */
function editDistanceBytes(a: Sql, b: Sql): Sql {
  const swapped = (text: Sql): Sql => sql`
    transform(
      sequence(1, greatest(length(${text}) - 1, 1)),
      at_0 -> left(${text}, at_0 - 1) || substr(${text}, at_0 + 1, 1) || substr(${text}, at_0, 1) || substr(${text}, at_0 + 2)
    )
  `;
  const edits = sql`levenshtein(${a}, ${b})`;
  const near = (text: Sql, other: Sql): Sql =>
    sql`exists(${swapped(text)}, text_0 -> levenshtein(text_0, ${other}) <= 1)`;
  return sql`
    case
      when ${edits} < 2 or ${edits} > 4 then ${edits}
      when array_contains(${swapped(a)}, ${b}) then 1
      when ${edits} = 2 or ${near(a, b)} or ${near(b, a)} or arrays_overlap(${swapped(a)}, ${swapped(b)}) then 2
      else ${edits}
    end
  `;
}

/** A long list is planned as one text in a tenth of the time that its numbers take. */
function listedRows(...namesAndLists: readonly Sql[]): Sql {
  const names = namesAndLists.filter((_, i) => i % 2 === 0);
  const lists = namesAndLists.filter((_, i) => i % 2 === 1).map(numbersSql);
  return sql`(select inline(arrays_zip(${join(lists, ", ")})) as (${join(names, ", ")}))`;
}

function listedDoubles(...namesAndLists: readonly Sql[]): Sql {
  const names = namesAndLists.filter((_, i) => i % 2 === 0);
  const lists = namesAndLists
    .filter((_, i) => i % 2 === 1)
    .map((list) => sql`transform(split(${list}, ' '), number_0 -> cast(number_0 as double))`);
  return sql`(select inline(arrays_zip(${join(lists, ", ")})) as (${join(names, ", ")}))`;
}

function numbersSql({ parts: [list] }: Sql): Sql {
  const numbers = list?.kind === "value" && Array.isArray(list.value) ? (list.value as readonly SqlValue[]) : [];
  if (numbers.length === 0) return sql`cast(array() as array<bigint>)`;
  return sql`transform(split(${numbers.map((one) => one ?? "null").join(" ")}, ' '), number_0 -> try_cast(number_0 as bigint))`;
}

/** Words that end in a digit after an underscore are never key words, and stay readable without quotes. */
const plainName = /^[a-z]+(_[a-z]+)*_?[0-9]+$/;

/** In the text of a query Spark puts settings in the place of `${NAME}`. */
function quoteIdentifier(name: string): string {
  if (name === "" || name.includes("${")) {
    throw new SegmentError("engine-failed", "a name is empty or holds “${”, and Spark SQL cannot hold it");
  }
  return plainName.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

function literal(of: SqlValue): string {
  if (of === null) return "null";
  switch (typeof of) {
    case "boolean":
      return of ? "true" : "false";
    case "bigint":
      return of < 0n ? `(${of})` : `${of}`;
    case "number":
      return numberLiteral(of);
    case "string":
      return `'${of.replace(/[\\'$\0]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)}'`;
    default:
      return `array(${of.map(literal).join(", ")})`;
  }
}

/** An integer stays one (`12`); any other double has the suffix of a double, since `1.5` is a decimal. */
function numberLiteral(of: number): string {
  if (!Number.isFinite(of)) return `double('${of}')`;
  if (Number.isSafeInteger(of) && !Object.is(of, -0)) return of < 0 ? `(${of})` : `${of}`;
  const number = Object.is(of, -0) ? "-0" : String(of);
  return number.startsWith("-") ? `(${number}D)` : `${number}D`;
}
