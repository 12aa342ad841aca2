import { joinList } from "../../core/options.ts";
import type { Column } from "../../core/schema.ts";
import { isNullWord } from "./text-facts.ts";
import type { DuplicateKey } from "./duplicates.ts";
import { countryFor, type Problem, type ProblemCode } from "./problems.ts";
import { sentinelDaysOf, sentinelNumbers, sentinelNumbersOf } from "./sentinels.ts";
import type { ColumnFigures, TableFigures } from "./profile-table.ts";
import { spellings } from "./spellings.ts";

/** A command to run next, ready to paste, and what for. */
export interface Suggestion {
  readonly run: string;
  readonly does: string;
}

/** Names that a command line may hold at most. */
const mostNames = 8;

/** What a table was read from. */
export interface SuggestionInput {
  /** The inputs as the user named them. */
  readonly files: readonly string[];
  /** Options that say how they are read, as words of a command line. */
  readonly reading: readonly string[];
  /** The file of types and roles, where the user named one. */
  readonly schema: string | null;
}

/** What to run next, in the order of the pipeline, each on what the one before it writes. */
export function suggestCommands(
  { files, reading: given, schema }: SuggestionInput,
  figures: TableFigures,
  problems: readonly Problem[],
): readonly Suggestion[] {
  const found: Suggestion[] = [];
  // What has come through a pipe cannot be read a second time.
  const isPiped = files.length === 0 || files.includes("-");
  let input = isPiped ? "FILE" : files.map(shellWord).join(" ");
  // Only what reads the same file reads it by the same options and schema.
  let known = given.map(shellWord);
  const step = (words: readonly string[], output: string | null, does: string): void => {
    const said = isPiped && found.length === 0 ? `${does}; FILE is the table that came through a pipe, saved` : does;
    found.push({ run: ["segment", ...words, ...(output === null ? [] : ["-o", output])].join(" "), does: said });
    if (output !== null) {
      input = output;
      known = [];
    }
  };
  const { columns } = figures;
  const having = (code: ProblemCode): readonly ColumnFigures[] =>
    columns.filter(({ column }) => problems.some((one) => one.code === code && one.column === column.name));

  const tied = columns.filter(({ column }) => column.tie !== undefined);
  const settling = [...new Set(tied.map(({ column }) => column.tie!.readings[0]!))];
  const reading = settling.map(({ option }) => option);
  if (reading.length > 0) {
    const meanings = [...new Set(tied.map(({ column }) => column.tie!))].map(
      (tie) => `${tie.example} as ${tie.readings[0]!.meaning}, not ${tie.readings[1]!.meaning}`,
    );
    step(
      ["ingest", input, ...known, ...reading],
      "ingested.csv",
      `settles ${meanings.join(", ")}: take the option that is true`,
    );
  }
  if (schema === null) {
    const file = isPiped && found.length === 0 ? "schema.yaml" : schemaName(found.length > 0 ? [input] : files);
    const does = "types and roles to a file, to be corrected by hand";
    step(["ingest", input, ...known, "--schema", shellWord(file)], null, does);
    known.push("--schema", shellWord(file));
  } else {
    known.push("--schema", shellWord(schema));
  }

  const cleaning = cleanWords(columns, having);
  if (cleaning.words.length > 0 || cleaning.why.length > 0) {
    step(["clean", input, ...known, ...cleaning.words], "clean.csv", cleaning.why.join("; "));
  }
  const key = figures.duplicates.keys.find(({ role, values }) => role === "email" && values > 0);
  const other = figures.duplicates.keys.find(({ role, values }) => role === "phone" && values > 0);
  const keys = [key, other].filter((one) => one !== undefined);
  const sales = transactions(columns);
  if (keys.length > 0 && sales === null) {
    const country = phoneCountry(figures, keys);
    const words = [
      ...keys.flatMap(({ column }) => ["--key", shellWord(column)]),
      ...(country === null ? [] : ["--country", shellWord(country)]),
    ];
    const rows = keys.map(({ rows: shared, column }) => `${shared} rows share a value of ${column}`);
    step(["dedupe", input, ...known, ...words], "people.csv", rows.join(", "));
  }
  if (sales !== null) {
    const roles = ["--customer", sales.customer, "--date", sales.date, "--amount", sales.amount].map(shellWord);
    const words = sales.hasGaps ? [...roles, "--missing", "drop"] : roles;
    step(
      ["score", "rfm", input, ...known, ...words],
      "customers.csv",
      "rows are purchases: one row per customer, with scores",
    );
  }
  const features = columns.filter(({ role, groups, present, column }) => {
    const isNumber = column.type === "integer" || column.type === "number";
    return isNumber && (role === "measure" || role === "money") && groups.distinct > 2 && present > 0;
  });
  if (features.length >= 2 && sales === null) {
    const skewed = features.filter(({ numbers }) => Math.abs(numbers?.skewness ?? 0) > 2);
    if (skewed.length > 0) {
      const names = skewed.slice(0, 3).map(({ column }) => column.name);
      step(
        ["normalize", input, ...known],
        "scaled.csv",
        `${names.join(", ")} skewed: logarithms and z-scores where they help`,
      );
    }
    const names = features.slice(0, mostNames).map(({ column }) => column.name);
    const name = freeName(columns.map(({ column }) => column.name.toLowerCase()));
    const naming = name === "segment" ? [] : ["--name", name];
    step(
      ["cluster", input, ...known, "--columns", listWord(names), ...naming],
      "segments.csv",
      "segments of what measures behaviour",
    );
  }
  const consents = columns.filter(({ role }) => role === "consent");
  if (consents.length > 0 && sales === null) {
    const consent = shellWord(consents[0]!.column.name);
    step(["export", input, ...known, "--consent", consent], "audience.csv", "only those who agreed");
  }
  return found;
}

/** A name for the schema of a table that no other table of the folder has: of `exports/crm.csv`, `crm.schema.yaml`. */
function schemaName([file = ""]: readonly string[]): string {
  const base = /^[a-z]+:\/\//i.test(file) ? "" : file.split(/[\\/]/).at(-1)!;
  const stem = base.replace(/(\.[a-z]+)?\.[a-z0-9]+$/i, "").replaceAll(/[*?[\]{}]/g, "");
  return stem === "" ? "schema.yaml" : `${stem}.schema.yaml`;
}

function cleanWords(
  columns: readonly ColumnFigures[],
  having: (code: ProblemCode) => readonly ColumnFigures[],
): { readonly words: readonly string[]; readonly why: readonly string[] } {
  const words: string[] = [];
  const why: string[] = [];
  if (having("outer-spaces").length > 0) why.push("odd spaces off");
  if (having("line-breaks").length > 0) why.push("line breaks to spaces");
  // Each word for its own column: elsewhere it may be a value.
  const missing = [
    ...having("null-words").flatMap(({ column, groups }) => {
      const found = groups.listed.filter(({ value }) => isNullWord(value));
      return [...new Set(found.map(({ value }) => String(value).trim().toLowerCase()))].map((word) => ({
        column,
        word,
      }));
    }),
    ...having("sentinels").flatMap((one) => {
      if (isDate(one.column)) return sentinelDays(one);
      const numbers = sentinelNumbersOf(one);
      return numbers.flatMap(({ value }) =>
        sentinelNumbers.has(value) ? [{ column: one.column, word: String(value) }] : [],
      );
    }),
  ];
  if (missing.length > 0) {
    const list = listWord(missing.map(({ column, word }) => `${column.name}=${word}`));
    words.push(...(list.startsWith("-") ? [`--null=${list}`] : ["--null", list]));
    why.push("words of these columns for a missing value");
  }
  const cased = having("case-variants").filter(
    ({ groups, role }) => spellings(groups.listed, role.endsWith("name")).length > 0,
  );
  if (cased.length > 0) {
    words.push(...cased.slice(0, mostNames).flatMap(({ column }) => ["--case", shellWord(`${column.name}=title`)]));
    why.push("one spelling for each value");
  }
  const odd = having("outliers");
  if (odd.length > 0) {
    const rules = odd.slice(0, mostNames).map(({ column }) => `${column.name}=iqr`);
    words.push("--outliers", listWord(rules), "--outlier-action", "flag");
    why.push("outliers flagged, to be looked at");
  }
  const gappy = columns.filter(({ column, role, present, groups }) => {
    const isNumber = column.type === "integer" || column.type === "number";
    const rows = groups.distinct > 2 && present > 0;
    return (
      isNumber && rows && (role === "measure" || role === "money") && column.present > 0 && isGappy(column, present)
    );
  });
  if (gappy.length > 0) {
    const fills = gappy.slice(0, mostNames).map(({ column }) => `${column.name}=median`);
    words.push("--impute", listWord(fills), "--impute-flag");
    why.push("gaps filled, and flagged");
  }
  return { words, why };

  function isGappy(column: Column, present: number): boolean {
    return having("high-missing").every((one) => one.column !== column) && present < rowsOf(columns);
  }
}

/** Rows of the table: the most that a column without a gap holds. */
function rowsOf(columns: readonly ColumnFigures[]): number {
  return columns.reduce((most, { present }) => Math.max(most, present), 0);
}

/** Share of the rows that may lack a customer, a date or an amount in a table of purchases. */
const mostLacking = 0.05;

/** A name for the column of segments that the table does not have. */
function freeName(taken: readonly string[]): string {
  const names = ["segment", ...Array.from({ length: taken.length + 1 }, (_, i) => `segment_${i + 2}`)];
  return names.find((name) => !taken.includes(name))!;
}

/** The columns of a table of purchases: an id that repeats, one date and one amount of money; null for another table. */
function transactions(
  columns: readonly ColumnFigures[],
): { readonly customer: string; readonly date: string; readonly amount: string; readonly hasGaps: boolean } | null {
  const of = (role: ColumnFigures["role"]): readonly ColumnFigures[] => columns.filter((one) => one.role === role);
  const [dates, amounts] = [of("date"), of("money")];
  const customer = of("id").find(({ groups, present }) => groups.repeatedRows * 2 > present);
  const [date, amount] = [dates[0], amounts[0]];
  if (customer === undefined || date === undefined || amount === undefined) return null;
  if (dates.length > 1 || amounts.length > 1) return null;
  const least = Math.min(customer.present, date.present, amount.present);
  // Rows of which many have no amount are events of all kinds.
  if (least < (1 - mostLacking) * rowsOf(columns)) return null;
  const hasGaps = least < rowsOf(columns);
  return { customer: customer.column.name, date: date.column.name, amount: amount.column.name, hasGaps };
}

/** Dates that stand for none, as the file writes them: where it writes the year first, as they are told. */
function sentinelDays({ column, groups, numbers }: ColumnFigures): readonly { column: Column; word: string }[] {
  const isPlain = "format" in column.reading && column.reading.format === "%Y-%m-%d" && column.stored === "text";
  if (!isPlain || column.reading.formats !== undefined || numbers === null) return [];
  return sentinelDaysOf({ groups, numbers }).days.map((word) => ({ column, word }));
}

/** What makes telephone numbers of two forms one among some keys: a column of countries, or a country; null for neither. */
function phoneCountry({ columns }: TableFigures, keys: readonly DuplicateKey[]): string | null {
  const forms = keys.find((key) => key.forms !== undefined)?.forms;
  return forms === undefined ? null : countryFor(columns, forms);
}

function isDate({ type }: Column): boolean {
  return type === "date" || type === "timestamp";
}

/** Names as a list option takes them. */
function listWord(names: readonly string[]): string {
  return shellWord(joinList(names));
}

/** A word as a shell takes it. */
function shellWord(text: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
