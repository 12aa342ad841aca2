import { SegmentError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** One condition on one column, as it was written; values are texts that the column's type has not read yet. */
export interface FilterCondition {
  /** The whole condition as the user wrote it. */
  readonly text: string;
  readonly column: string;
  readonly test:
    | { readonly kind: "compare"; readonly operator: Comparison; readonly value: string }
    | { readonly kind: "in"; readonly values: readonly string[] }
    | { readonly kind: "not in"; readonly values: readonly string[] }
    | { readonly kind: "missing" }
    | { readonly kind: "present" };
}

const comparisons: readonly Comparison[] = ["<=", ">=", "!=", "=", "<", ">"];
const operators = "= != < <= > >= in, not in, is missing, is present";
const example = 'such as --filter "orders >= 3" or --filter "country in FR,BE"';

/** What other languages write for an operator of ours. */
const foreign: Readonly<Record<string, string>> = {
  "==": "=",
  "===": "=",
  "<>": "!=",
  "!==": "!=",
  "=<": "<=",
  "=>": ">=",
};

/**
 * Reads one condition: `COLUMN OPERATOR VALUE`, `COLUMN in A,B`, `COLUMN not in A,B`, `COLUMN is missing`, `COLUMN is
 * present`. A name with spaces or signs stands in backquotes or quotes; a value may, and must where it holds a sign of
 * comparison, a comma (in a list), or `and`. A doubled quote stands for one. Throws `bad-option-value`.
 */
export function parseFilter(text: string): FilterCondition {
  const whole = text.trim();
  const fail = (what: string, hint = example): never => {
    throw new SegmentError("bad-option-value", `--filter ${JSON.stringify(whole)}: ${what}`, { hint });
  };
  if (whole === "") return fail("no condition");
  const { name, rest } = readColumn(whole, fail);
  const condition = (test: FilterCondition["test"]): FilterCondition => ({ text: whole, column: name, test });
  if (rest === "") return fail(`nothing is asked of ${name}`, `operators: ${operators}; ${example}`);

  const sign = /^[=!<>~]+/.exec(rest)?.[0];
  if (sign !== undefined) {
    const operator = comparisons.find((one) => one === sign);
    if (operator === undefined) return fail(`“${sign}” is not an operator`, foreignHint(sign));
    return condition({ kind: "compare", operator, value: readValue(rest.slice(sign.length).trim(), operator, fail) });
  }
  const listed = /^(not\s+)?in(?=[\s("'`])\s*/i.exec(rest);
  if (listed !== null) {
    const kind = listed[1] === undefined ? "in" : "not in";
    return condition({ kind, values: readList(rest.slice(listed[0].length).trim(), kind, fail) });
  }
  const asked = /^is\s+(not\s+)?(missing|present)$/i.exec(rest);
  if (asked !== null) {
    const word = asked[2]!.toLowerCase() as "missing" | "present";
    const other = word === "missing" ? "present" : "missing";
    return condition({ kind: asked[1] === undefined ? word : other });
  }
  const word = /^\S+/.exec(rest)?.[0] ?? rest;
  if (/^(not|is|in)$/i.test(word)) return fail(`“${rest}” is cut short or misspelt`, `operators: ${operators}`);
  const near = didYouMean(word, ["in", "is"]);
  return fail(
    `“${word}” is not an operator`,
    `${near === "" ? "" : `${near} `}a name with spaces stands in backquotes: \`last order\` >= 2024-01-01; operators: ${operators}`,
  );
}

type Fail = (what: string, hint?: string) => never;

function foreignHint(sign: string): string {
  const ours = Object.hasOwn(foreign, sign) ? foreign[sign] : undefined;
  return ours === undefined ? `operators: ${operators}` : `write ${ours}`;
}

function readColumn(text: string, fail: Fail): { readonly name: string; readonly rest: string } {
  if (/^["'`]/.test(text)) {
    const { value, rest } = readQuoted(text, fail);
    if (value === "") fail("the name is empty");
    return { name: value, rest: rest.trim() };
  }
  const name = /^[^\s=!<>~]+/.exec(text)?.[0];
  if (name === undefined) return fail("it begins with an operator, not with a column");
  return { name, rest: text.slice(name.length).trim() };
}

function readValue(text: string, operator: Comparison, fail: Fail): string {
  if (text === "") return fail(`no value after ${operator}`, "a missing value is asked for with is missing");
  if (/^["'`]/.test(text)) {
    const { value, rest } = readQuoted(text, fail);
    if (rest.trim() !== "") fail(`“${rest.trim()}” after the value`, "give --filter once for each condition");
    if (value.trim() === "") fail("the value is empty", "a missing value is asked for with is missing");
    return value;
  }
  return readBare(text, fail);
}

function readBare(text: string, fail: Fail): string {
  const joined = /\s(and|or|&&|\|\|)\s/i.exec(text);
  if (joined !== null) {
    const hint = /^(or|\|\|)$/i.test(joined[1]!)
      ? "put the value in quotes, or list the values: country in FR,BE"
      : "put the value in quotes, or give --filter once for each condition: all must hold";
    fail(`“${joined[1]}” within a value`, hint);
  }
  if (/[=<>]/.test(text)) fail(`“${text}” holds a sign of comparison`, "put the value in quotes");
  if (/["`]/.test(text)) fail(`“${text}” holds a quote`, "put the whole value in quotes; a doubled quote is one quote");
  return text;
}

function readList(text: string, kind: string, fail: Fail): readonly string[] {
  const inner = /^\((.*)\)$/s.exec(text)?.[1] ?? text;
  const values: string[] = [];
  for (let rest = inner.trim(); ;) {
    let item: string;
    if (/^["'`]/.test(rest)) {
      const quoted = readQuoted(rest, fail);
      item = quoted.value;
      rest = quoted.rest.trim();
      if (rest !== "" && !rest.startsWith(",")) fail(`“${rest}” after a value in quotes`, "put a comma between values");
    } else {
      const end = rest.indexOf(",");
      item = end < 0 ? rest : rest.slice(0, end).trim();
      rest = end < 0 ? "" : rest.slice(end);
      if (item !== "") item = readBare(item, fail);
    }
    if (item.trim() === "") fail(`an empty value after ${kind}`, "write the values with commas: country in FR,BE");
    values.push(item);
    if (rest === "") return values;
    rest = rest.slice(1).trim();
  }
}

/** A text in quotes at the start, and what follows it. */
function readQuoted(text: string, fail: Fail): { readonly value: string; readonly rest: string } {
  const quote = text[0]!;
  for (let from = 1; ;) {
    const end = text.indexOf(quote, from);
    if (end < 0) return fail(`the quote ${quote} is not closed`);
    if (text[end + 1] === quote) from = end + 2;
    else return { value: text.slice(1, end).replaceAll(quote + quote, quote), rest: text.slice(end + 1) };
  }
}
