import type { Table } from "../../core/context.ts";
import { nameWords } from "../column-kinds.ts";
import { tiesOf } from "../reading/ties.ts";
import { count, percent, short } from "./problem-words.ts";
import type { ColumnFigures, TableFigures } from "./profile-table.ts";
import { isBirthName } from "../dedupe/people.ts";
import type { PhoneForms } from "./phone-forms.ts";
import { dayText, isFarDay, sentinelDaysOf, sentinelNumbersOf } from "./sentinels.ts";
import { spelledRoles, spellings } from "./spellings.ts";
import { isNullWord, type TextFacts } from "./text-facts.ts";

/** What may be wrong with a column, by a permanent code, the rows that it concerns, and the words for it. */
export interface Problem {
  readonly code: ProblemCode;
  readonly column: string;
  readonly rows: number | null;
  readonly message: string;
}

export type ProblemCode =
  | "ambiguous"
  | "empty"
  | "constant"
  | "near-constant"
  | "high-missing"
  | "id-like"
  | "duplicate-key"
  | "duplicate-column"
  | "leaking-date"
  | "future-dates"
  | "mixed-formats"
  | "numbers-as-text"
  | "encoding-damage"
  | "outer-spaces"
  | "line-breaks"
  | "null-words"
  | "case-variants"
  | "sentinels"
  | "lost-digits"
  | "infinite"
  | "outliers";

/** Shares from which something is a problem, of the rows that hold a value; of all rows for what is missing. */
const nearConstantShare = 0.99;
const missingShare = 0.3;
const mixedShare = 0.5;
const outlierShare = 0.05;
/** Cramér's V from which the presence of a date tells another column. */
const leakV = 0.9;
/** Days by which a date may be later than all other dates of the table. */
const latestSlack = 31;

const day = 86_400_000;

/**
 * What is suspect about the columns of a table, in table order. A date leaks where it is missing in some rows and whether
 * it is there tells a column of few values (V ≥ 0.9), or its name says that it is written once something has happened
 * (`churn_date`); dates are in the future where they are later than `asOf`, else by more than 31 days than the latest of all
 * other date columns but those of birth.
 */
export function findProblems(
  table: Table,
  figures: TableFigures,
  asOf: string | null,
  encodings: GivenEncodings,
): readonly Problem[] {
  const latest = latestDays(figures.columns);
  return figures.columns.flatMap((one) => {
    const all: readonly (Found | null)[] = [
      ambiguous(table, one),
      emptiness(table, one),
      repetition(one),
      idLike(table, one),
      duplicateKey(figures, one),
      duplicateColumn(figures, one),
      leakingDate(table, figures, one),
      futureDates(one, asOf === null ? null : daysOf(asOf), latest),
      mixedPhones(figures, one),
      mixedFormats(one),
      encodingDamage(one, encodings),
      outerSpaces(one),
      lineBreaks(one),
      missingWords(one),
      caseVariants(one),
      sentinels(one),
      lostDigits(one),
      infinity(one),
      outliers(one),
    ];
    return all.filter((found) => found !== null).map((found) => ({ column: one.column.name, ...found }));
  });
}

type Found = Omit<Problem, "column">;

/** How the files of a table were read: the option that said so, if any. */
export interface GivenEncodings {
  readonly option: string | null;
}

function ambiguous(table: Table, { column, present }: ColumnFigures): Found | null {
  if (column.tie === undefined) return null;
  const tie = tiesOf(table).find((one) => one === column.tie)!;
  const readings = tie.readings.map(({ meaning, option }) => `${meaning} (${option})`);
  return { code: "ambiguous", rows: present, message: `“${tie.example}” is ${readings.join(" or ")}` };
}

function emptiness({ rows }: Table, { column, text, present }: ColumnFigures): Found | null {
  const missing = rows - present;
  if (present === 0) return { code: "empty", rows: missing, message: "no value in any row" };
  if (missing < missingShare * rows) return null;
  const words = column.type === "text" ? (text?.nullWords ?? 0) : 0;
  const parts = words === 0 ? "" : `: ${count(missing - words, "empty cell")}, ${count(words, "word")} for nothing`;
  const message = `${percent(missing / rows)} of its values are missing${parts}`;
  return { code: "high-missing", rows: missing, message };
}

function repetition({ groups, present }: ColumnFigures): Found | null {
  const [top] = groups.listed;
  if (top === undefined || present < 2) return null;
  const shown = `“${short(String(top.value))}”`;
  if (groups.distinct === 1) return { code: "constant", rows: present, message: `every value is ${shown}` };
  if (top.rows < nearConstantShare * present || present < 20) return null;
  return {
    code: "near-constant",
    rows: top.rows,
    message: `${percent(top.rows / present)} of its values are ${shown}`,
  };
}

/** Another value in every row says which row, and nothing of what rows have in common. */
function idLike({ rows }: Table, { column, role, groups, present }: ColumnFigures): Found | null {
  const isCandidate = role === "measure" || role === "money" || role === "category";
  if (!isCandidate || rows < 20 || groups.distinct !== present || present * 10 < rows * 9) return null;
  if (column.type !== "integer" && column.type !== "text") return null;
  return { code: "id-like", rows: present, message: "another value in every row, as an id has" };
}

function duplicateKey({ duplicates }: TableFigures, { column, role }: ColumnFigures): Found | null {
  const key = duplicates.keys.find((one) => one.column === column.name);
  if (key === undefined || key.values === 0) return null;
  // A code of a shop or a product is shared by right.
  if (role === "id" && key.values * 2 < key.rows - key.values) return null;
  return {
    code: "duplicate-key",
    rows: key.rows,
    message: `${count(key.values, "value")} ${key.values === 1 ? "is" : "are"} in ${count(key.rows, "row")}`,
  };
}

function duplicateColumn({ equalColumns }: TableFigures, { column }: ColumnFigures): Found | null {
  const pair = equalColumns.find(([, second]) => second === column.name);
  return pair === undefined
    ? null
    : { code: "duplicate-column", rows: null, message: `the same as ${pair[0]} in every row` };
}

const outcomeWords = new Set(
  "churn churned cancel cancelled canceled cancellation resiliation resilie resiliee desabonnement unsubscribe unsubscribed unsubscription closed closure cloture fermeture end ended fin depart left lost perdu deces death exit termination terminated deleted suppression inactive inactivation reactivation".split(
    " ",
  ),
);

function leakingDate(table: Table, { associations }: TableFigures, one: ColumnFigures): Found | null {
  const { column, role, present } = one;
  if (role !== "date" || present === 0 || present === table.rows) return null;
  const told = associations.presences
    .filter(({ date, v }) => date === column.name && v >= leakV)
    .toSorted((a, b) => b.v - a.v)[0];
  if (told !== undefined) {
    const message = `whether it is there tells ${told.column} (V ${told.v.toFixed(2)}): use neither to predict the other`;
    return { code: "leaking-date", rows: present, message };
  }
  if (!nameWords(column.name).some((word) => outcomeWords.has(word))) return null;
  const message = `there in ${percent(present / table.rows)} of the rows, and by its name only once it has happened: it tells the outcome`;
  return { code: "leaking-date", rows: present, message };
}

/** The latest day of each date column. */
function latestDays(columns: readonly ColumnFigures[]): ReadonlyMap<string, number> {
  return new Map(
    columns.flatMap(({ column, role, numbers }) =>
      role === "date" && isDate(column.type) && numbers !== null && numbers.count > 0
        ? [[column.name, numbers.maximum] as const]
        : [],
    ),
  );
}

function futureDates(
  { column, numbers }: ColumnFigures,
  asOf: number | null,
  latest: ReadonlyMap<string, number>,
): Found | null {
  const own = latest.get(column.name);
  if (own === undefined || numbers === null) return null;
  if (asOf !== null) {
    if (own <= asOf) return null;
    return { code: "future-dates", rows: null, message: `reaches ${dayText(own)}, after ${dayText(asOf)}` };
  }
  const others = [...latest].filter(([name]) => name !== column.name && !isBirthName(name)).map(([, last]) => last);
  if (others.length === 0 || isBirthName(column.name)) return null;
  const bound = Math.max(...others);
  if (own <= bound + latestSlack || isFarDay(own)) return null;
  return {
    code: "future-dates",
    rows: null,
    message: `reaches ${dayText(own)}, while no other date is after ${dayText(bound)}`,
  };
}

function mixedPhones({ columns, duplicates }: TableFigures, { column, role }: ColumnFigures): Found | null {
  const forms = duplicates.keys.find((key) => key.column === column.name)?.forms;
  if (role !== "phone" || forms === undefined) return null;
  const { international, national } = forms;
  const country = countryFor(columns, forms);
  const way =
    country === null
      ? "dedupe and clean --phone compare them once --country says which"
      : `dedupe and clean --phone make them one with --country ${country}`;
  const message = `${count(international, "number")} with the country in front (+33 …), ${national} without: ${way}`;
  return { code: "mixed-formats", rows: international + national, message };
}

/** The column of a table that holds countries, else the one country that its telephone numbers name. */
export function countryFor(columns: readonly ColumnFigures[], forms: PhoneForms): string | null {
  const named = columns.filter(({ role, present }) => role === "country" && present > 0);
  return named.length === 1 ? named[0]!.column.name : forms.country;
}

function mixedFormats(one: ColumnFigures): Found | null {
  const { column, text, present, role } = one;
  if (text === null || column.type !== "text" || column.tie !== undefined) return null;
  const { dates, dayFirst, monthFirst, numbers } = text;
  if (dayFirst > 0 && monthFirst > 0) {
    const message = `${count(dayFirst, "date")} with the day first, ${count(monthFirst, "date")} with the month first`;
    return { code: "mixed-formats", rows: dates, message };
  }
  const ways = dateWays(text);
  if (ways.length > 1 && dates >= mixedShare * present) {
    const parts = ways.map(([number, way]) => `${number} with ${way}`).join(", ");
    const none = present - dates;
    const others = none === 0 ? "" : `; ${none === 1 ? "1 value is" : `${none} values are`} no date`;
    return {
      code: "mixed-formats",
      rows: dates,
      message: `${count(dates, "date")} in ${ways.length} ways: ${parts}${others}`,
    };
  }
  const skipped = role === "id" || role === "phone" || role === "postcode";
  if (skipped || present === 0) return null;
  for (const [some, what] of [
    [numbers, "numbers"],
    [dates, "dates"],
  ] as const) {
    if (some === 0 || some < mixedShare * present) continue;
    const odd = column.oddValue === undefined ? "" : `, such as “${short(column.oddValue.value)}”`;
    if (some === present) {
      return {
        code: "numbers-as-text",
        rows: some,
        message: `every value is written as ${what}, but the column is text`,
      };
    }
    return {
      code: "mixed-formats",
      rows: present - some,
      message: `${count(some, "value")} are ${what}, ${count(present - some, "value")} are not${odd}`,
    };
  }
  return null;
}

/** The ways in which the dates of a column are written, and how many are. */
function dateWays({ dates, yearFirst, worded }: TextFacts): readonly (readonly [number, string])[] {
  const all = [
    [yearFirst, "the year first"],
    [dates - yearFirst - worded, "the day or month first, in digits"],
    [worded, "the month in words"],
  ] as const;
  return all.filter(([number]) => number > 0);
}

function encodingDamage({ text }: ColumnFigures, { option }: GivenEncodings): Found | null {
  if (text === null || text.damaged === 0) return null;
  const wayOut =
    option === null
      ? "the file itself holds them so, and only its sender can export it anew, as UTF-8"
      : `look at the file without ${option}`;
  const example = text.damagedExample === null ? "" : `, such as “${short(text.damagedExample)}”`;
  return {
    code: "encoding-damage",
    rows: text.damaged,
    message: `${count(text.damaged, "value")} read in the wrong encoding once${example}; ${wayOut}`,
  };
}

function outerSpaces({ text }: ColumnFigures): Found | null {
  if (text === null || text.spaced === 0) return null;
  return {
    code: "outer-spaces",
    rows: text.spaced,
    message: `${count(text.spaced, "value")} with odd or outer spaces`,
  };
}

function lineBreaks({ text }: ColumnFigures): Found | null {
  if (text === null || text.broken === 0) return null;
  const message = `${count(text.broken, "value")} with a line break inside, which clean makes a space`;
  return { code: "line-breaks", rows: text.broken, message };
}

function missingWords({ text, column, groups, role }: ColumnFigures): Found | null {
  const found = role === "id" || column.type !== "text" ? [] : groups.listed.filter(({ value }) => isNullWord(value));
  const [first] = found;
  if (first !== undefined) {
    const rows = found.reduce((sum, one) => sum + one.rows, 0);
    const message = `${count(rows, "value")} that may stand for nothing, such as “${short(String(first.value).trim())}”`;
    return { code: "null-words", rows, message };
  }
  if (text === null || text.nullWords === 0) return null;
  const isText = column.type === "text" ? ", missing here and once cleaned, text until then" : "";
  const message = `${count(text.nullWords, "word")} for a missing value${isText}`;
  return { code: "null-words", rows: text.nullWords, message };
}

function caseVariants({ column, role, groups }: ColumnFigures): Found | null {
  if (column.type !== "text" || !spelledRoles.has(role)) return null;
  const found = spellings(groups.listed, role.endsWith("name"));
  const [first] = found;
  if (first !== undefined) {
    const shown = first.values.slice(0, 3).map((value) => `“${short(value)}”`);
    const more = found.length > 1 ? `, and ${found.length - 1} more such` : "";
    const rows = found.reduce((sum, one) => sum + one.rows, 0);
    return { code: "case-variants", rows, message: `one value, several spellings: ${shown.join(", ")}${more}` };
  }
  if (groups.folded === null || groups.folded === groups.distinct) return null;
  const message = `${count(groups.distinct, "different value")}, ${groups.folded} without capital letters and outer spaces`;
  return { code: "case-variants", rows: null, message };
}

function sentinels({ column, numbers, groups, role }: ColumnFigures): Found | null {
  if (numbers === null || numbers.count === 0) return null;
  if (isDate(column.type)) {
    const { days, rows } = sentinelDaysOf({ groups, numbers });
    if (days.length === 0) return null;
    const stand = days.length === 1 ? "stands" : "stand";
    return { code: "sentinels", rows, message: `${days.join(" and ")} most likely ${stand} for no date` };
  }
  const found = sentinelNumbersOf({ column, numbers, groups, role });
  if (found.length === 0) return null;
  const rows = found.reduce((sum, one) => sum + one.rows, 0);
  const shown = found.map(({ value }) => String(value));
  const list = shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)!}`;
  const stands = shown.length === 1 ? "stands" : "stand";
  return {
    code: "sentinels",
    rows,
    message: `${list} in ${count(rows, "row")} most likely ${stands} for a missing value`,
  };
}

function lostDigits({ column, text, present, groups }: ColumnFigures): Found | null {
  if (text === null || text.scientific === 0 || text.scientific * 2 < present) return null;
  const what = column.type === "text" ? "values are" : "numbers are";
  const different = `${count(groups.distinct, "different one")}`;
  const message =
    `${text.scientific} ${what} as a spreadsheet shows long numbers (3.01762E+12), ${different}: if they are codes, their last ` +
    "digits are lost, and only the file before the spreadsheet has them";
  return { code: "lost-digits", rows: text.scientific, message };
}

function infinity({ numbers }: ColumnFigures): Found | null {
  if (numbers === null || numbers.infinite === 0) return null;
  const message = `${count(numbers.infinite, "value")} infinite, or too large for a number`;
  return { code: "infinite", rows: numbers.infinite, message };
}

function outliers({ role, numbers }: ColumnFigures): Found | null {
  if (numbers === null || (role !== "measure" && role !== "money")) return null;
  const rows = numbers.outliersLow + numbers.outliersHigh;
  if (rows < outlierShare * numbers.count || rows < 3) return null;
  const message = `${percent(rows / numbers.count)} of its values are beyond 1.5 interquartile ranges`;
  return { code: "outliers", rows, message };
}

/** Days since 1970 of an ISO date, and back. */
function daysOf(date: string): number {
  return Math.round(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / day);
}

function isDate(type: ColumnFigures["column"]["type"]): boolean {
  return type === "date" || type === "timestamp";
}
