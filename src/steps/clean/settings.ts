import { SegmentError } from "../../core/errors.ts";
import { nullWords } from "../../core/schema.ts";
import { didYouMean } from "../../core/suggest.ts";
import { squeezed } from "./white-space.ts";

export type CaseRule = "lower" | "upper" | "title";
/** Fills that are learned, of all values or by group. */
export type LearnedFill = "mean" | "median" | "mode";
/** Fills from the row's neighbours in an order: they learn nothing. */
export type OrderedFill = "ffill" | "bfill" | "linear" | "linear:position";
export type FillRule = LearnedFill | OrderedFill | "constant";
/** What becomes of a wrong value: told beside it, emptied, its row dropped, or its row set aside in the quarantine. */
export type EmailCheck = "flag" | "null" | "drop" | "quarantine";
/** A model of the other columns that fills gaps. */
export type ImputeMethod = "knn" | "iterative" | "forest";
export type EmailFlag = "role" | "disposable";
export type ContactKind = "phone" | "postcode" | "city" | "country" | "gender" | "title";

/** How a gap is filled; `value` is the text of a constant. */
export interface FillChoice {
  readonly how: FillRule;
  readonly value?: string;
}

/** What becomes of wrong values: of a column or kind by name, or (null) of all that are checked. */
export interface CheckChoice {
  readonly of: string | null;
  readonly action: EmailCheck;
}

/** A rule for all columns that it can mean, and rules for columns by name. */
export interface RulesByColumn<Rule> {
  readonly all: Rule | null;
  readonly byColumn: ReadonlyMap<string, Rule>;
}

export const caseRules: readonly CaseRule[] = ["lower", "upper", "title"];
export const learnedFills: readonly LearnedFill[] = ["mean", "median", "mode"];
export const orderedFills: readonly OrderedFill[] = ["ffill", "bfill", "linear", "linear:position"];
const bareFills: readonly (LearnedFill | OrderedFill)[] = [...learnedFills, ...orderedFills];
export const imputeMethods: readonly ImputeMethod[] = ["knn", "iterative", "forest"];
export const checkActions: readonly EmailCheck[] = ["flag", "null", "drop", "quarantine"];
export const emailFlags: readonly EmailFlag[] = ["role", "disposable"];
export const contactKinds: readonly ContactKind[] = ["phone", "postcode", "city", "country", "gender", "title"];

/** Reads `--case`: `lower` for every text column, `COL=title` for one. Throws `unknown-choice`, `bad-option-value`. */
export function readCase(items: readonly string[]): RulesByColumn<CaseRule> {
  return readRules("--case", items, (word) => checkWord("--case", word, caseRules));
}

/** Reads `--impute`: `median`, `COL=mode`, `COL=ffill`, `COL=constant:VALUE`. Throws like `readCase`. */
export function readImpute(items: readonly string[]): RulesByColumn<FillChoice> {
  const constants = new Map<string, FillChoice>();
  const others: string[] = [];
  for (const item of items) {
    const constant = /^(.*?)=constant:(.*)$/s.exec(item);
    if (constant === null) {
      if (/^constant(:|$)/.test(item)) {
        throw new SegmentError("bad-option-value", `--impute ${item}: a constant needs its column`, {
          hint: "write it like --impute city=constant:unknown",
        });
      }
      others.push(item);
      continue;
    }
    const name = constant[1]!.trim();
    const text = squeezed(constant[2]!);
    if (name === "" || text === "") {
      throw new SegmentError("bad-option-value", `--impute ${item}: not COLUMN=constant:VALUE`, {
        hint: "write it like --impute city=constant:unknown",
      });
    }
    if (constants.has(name)) throw twice("--impute", name);
    constants.set(name, { how: "constant", value: text });
  }
  const { all, byColumn } = readRules("--impute", others, (word): FillChoice => {
    if (word === "constant") {
      throw new SegmentError("bad-option-value", "--impute: a constant needs its value", {
        hint: "write it like --impute city=constant:unknown",
      });
    }
    const how = bareFills.find((one) => one === word);
    return { how: how ?? unknownFill(word) };
  });
  for (const name of constants.keys()) if (byColumn.has(name)) throw twice("--impute", name);
  return { all, byColumn: new Map([...byColumn, ...constants]) };
}

function unknownFill(word: string): never {
  const allowed = [...bareFills, ...imputeMethods];
  throw new SegmentError("unknown-choice", `--impute ${word}: not one of ${allowed.join(", ")}`, {
    hint: didYouMean(word, allowed),
  });
}

/** Reads `--check`: `flag` for all contact data, `phone=null` for a kind or column. Throws like `readCase`. */
export function readChecks(items: readonly string[]): readonly CheckChoice[] {
  const { all, byColumn } = readRules("--check", items, (word) => checkWord("--check", word, checkActions));
  const named = Array.from(byColumn, ([of, action]): CheckChoice => ({ of, action }));
  return all === null ? named : [...named, { of: null, action: all }];
}

/** Reads `--email-flags`. Throws `unknown-choice`. */
export function readEmailFlags(items: readonly string[]): readonly EmailFlag[] {
  return [...new Set(items.map((word) => checkWord("--email-flags", word, emailFlags)))];
}

/** Words for a missing value in every column, and in columns by name. */
export interface GivenNullWords {
  readonly all: readonly string[];
  readonly byColumn: ReadonlyMap<string, readonly string[]>;
}

/**
 * The null words of `--null`, `COL=WORD` for one column, as they are compared: one plain space between parts, NFC, small
 * letters; never the empty one.
 */
export function readNullWords(items: readonly string[]): GivenNullWords {
  const all = new Set<string>();
  const byColumn = new Map<string, readonly string[]>();
  for (const item of items) {
    const cut = item.lastIndexOf("=");
    const [name, own] = [item.slice(0, Math.max(0, cut)).trim(), smallWord(item.slice(cut + 1))];
    if (name !== "" && own !== "") byColumn.set(name, [...new Set([...(byColumn.get(name) ?? []), own])]);
    else all.add(smallWord(item));
  }
  all.delete("");
  return { all: [...all], byColumn };
}

function smallWord(text: string): string {
  return smallLetters(squeezed(text).normalize("NFC"));
}

/** The words for a missing value in a column: those of all columns (null: those that the reader knows) and its own. */
export function wordsOfColumn(
  all: readonly string[] | null,
  own: readonly string[] | undefined,
): readonly string[] | null {
  return own === undefined ? all : [...(all ?? nullWords), ...own];
}

/** Letters made small one by one, as the engine does: a sigma at the end is as any other, a dotted capital i loses its dot. */
export function smallLetters(text: string): string {
  return Array.from(text, (letter) => (letter === "İ" ? "i" : letter.toLowerCase())).join("");
}

/** Reads the items of an option: a rule for all columns, `COL=RULE` for one. Throws `bad-option-value`. */
export function readRules<Rule>(
  option: string,
  items: readonly string[],
  read: (word: string) => Rule,
): RulesByColumn<Rule> {
  let all: Rule | null = null;
  const byColumn = new Map<string, Rule>();
  for (const item of items) {
    const cut = item.lastIndexOf("=");
    const rule = read(item.slice(cut + 1).trim());
    const name = item.slice(0, Math.max(0, cut)).trim();
    if (cut >= 0 && name === "") throw new SegmentError("bad-option-value", `${option} ${item}: not COLUMN=RULE`);
    if (cut < 0 && all !== null) {
      throw new SegmentError("bad-option-value", `${option} gives two rules for all columns`, {
        hint: "name the columns of one of them: COL=RULE",
      });
    }
    if (cut < 0) all = rule;
    else if (byColumn.has(name)) throw twice(option, name);
    else byColumn.set(name, rule);
  }
  return { all, byColumn };
}

function twice(option: string, name: string): SegmentError {
  return new SegmentError("bad-option-value", `${option} gives ${name} two rules`);
}

/** The word, where it is one of those allowed. Throws `unknown-choice` with a did-you-mean. */
export function checkWord<Word extends string>(option: string, given: string, allowed: readonly Word[]): Word {
  const found = allowed.find((word) => word === given);
  if (found !== undefined) return found;
  throw new SegmentError("unknown-choice", `${option} ${given}: not one of ${allowed.join(", ")}`, {
    hint: didYouMean(given, allowed),
  });
}
