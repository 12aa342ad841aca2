import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { didYouMean } from "../../core/suggest.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { consentKind, nameWords } from "../column-kinds.ts";
import { findColumn, matchColumns } from "../match-columns.ts";
import { requireSettled } from "../reading/ties.ts";
import { valueSql } from "../reading/values.ts";

/** In which order the rows of a group are asked for a value. */
export type KeepRule =
  | { readonly kind: "first" }
  | { readonly kind: "most-complete" }
  | { readonly kind: "most-recent"; readonly date: Column };

/** Which value of a group survives in each column. */
export interface Survivorship {
  readonly rule: KeepRule;
  /** By column name, where another rule than that of all columns holds. */
  readonly byColumn: ReadonlyMap<string, KeepRule>;
  /** Columns of consent: the most restrictive answer survives. */
  readonly consent: readonly ConsentColumn[];
  /** The column whose least value survives; null for none. */
  readonly id: Column | null;
}

/** A column that records consent, or (`refusal`) its opposite, as `opt_out` and `unsubscribed` do. */
export interface ConsentColumn {
  readonly column: Column;
  readonly refusal: boolean;
}

export interface KeepOptions {
  readonly keep: readonly string[];
  readonly consent: readonly string[] | undefined;
  readonly id: string | undefined;
}

const kinds = ["first", "most-complete", "most-recent"] as const;

/** Reads `--keep`, `--consent` and `--id`. Throws `unknown-column`, `unknown-choice`, `usage`, `ambiguous-input`. */
export function readSurvivorship(table: Table, options: KeepOptions): Survivorship {
  let rule: KeepRule | null = null;
  const byColumn = new Map<string, KeepRule>();
  for (const item of options.keep) {
    const { column, words } = splitItem(table, item);
    const read = readRule(table, words, item);
    if (column === null) {
      if (rule !== null) throw new SegmentError("usage", "--keep gives two rules for all columns");
      rule = read;
    } else if (byColumn.has(column)) throw new SegmentError("usage", `--keep gives two rules for ${column}`);
    else byColumn.set(column, read);
  }
  const id = options.id === undefined ? declaredId(table) : findColumn(table.columns, options.id, "--id");
  if (id !== null) requireSettled(table, [id.name]);
  const consent = consentColumns(table, options.consent);
  const both = [...byColumn.keys()].find(
    (name) => name === id?.name || consent.some(({ column }) => column.name === name),
  );
  if (both !== undefined) {
    throw new SegmentError("usage", `--keep ${both}=… would have no effect: ${both} has a rule of its own`, {
      hint: both === id?.name ? "of an id, the least survives" : "of consent, the most restrictive answer survives",
    });
  }
  return { rule: rule ?? { kind: "most-complete" }, byColumn, consent, id };
}

/** The only column that a schema declares an id; null where there is none, or there are several. */
function declaredId({ columns }: Table): Column | null {
  const ids = columns.filter(({ declared }) => declared?.role === "id");
  return ids.length === 1 ? ids[0]! : null;
}

/** A rule in words, as it is written on the command line. */
export function keepWords(rule: KeepRule): string {
  return rule.kind === "most-recent" ? `most-recent:${rule.date.name}` : rule.kind;
}

/** `COL=RULE`: the last `=` parts them, so that a column may have one in its name. */
function splitItem(table: Table, item: string): { readonly column: string | null; readonly words: string } {
  const equals = item.lastIndexOf("=");
  if (equals < 0 || kinds.some((kind) => item.startsWith(`${kind}:`) || item === kind)) {
    return { column: null, words: item };
  }
  return { column: findColumn(table.columns, item.slice(0, equals), "--keep").name, words: item.slice(equals + 1) };
}

function readRule(table: Table, words: string, item: string): KeepRule {
  if (words === "first" || words === "most-complete") return { kind: words };
  const [kind = "", ...rest] = words.split(":");
  const name = rest.join(":");
  if (kind === "most-recent" && name !== "") {
    const date = findColumn(table.columns, name, "--keep most-recent");
    requireSettled(table, [name]);
    if (date.type === "date" || date.type === "timestamp") return { kind, date };
    throw new SegmentError("bad-option-value", `--keep ${item}: the column holds ${date.type}, not dates`, {
      place: { column: name },
    });
  }
  if (kind === "most-recent") {
    const isDate = ({ type }: Column): boolean => type === "date" || type === "timestamp";
    const date = table.columns.findLast(isDate);
    throw new SegmentError("usage", `--keep ${item}: most-recent by which date?`, {
      hint: `write --keep most-recent:${date?.name ?? "COL"}`,
    });
  }
  throw new SegmentError("unknown-choice", `--keep ${item}: not one of first, most-complete, most-recent:COL`, {
    hint: didYouMean(kind, kinds),
  });
}

/** What a name adds when it is not the answer itself: `consent_source`, `optin_ip`. */
const besidesConsent = new Set(
  "source date at on time timestamp version text texte ip origin origine method methode canal url proof preuve reason motif comment commentaire".split(
    " ",
  ),
);

function consentColumns(table: Table, named: readonly string[] | undefined): readonly ConsentColumn[] {
  const names = named === undefined ? null : matchColumns(table.columns, named, "--consent").names;
  const isAnswer = (column: Column): boolean => {
    const { name, type, tie, declared } = column;
    if (isTime(type) || tie !== undefined) return false;
    if ((declared?.role ?? null) !== null) return consentKind(column) !== null;
    return consentKind(column) !== null && !nameWords(name).some((word) => besidesConsent.has(word));
  };
  const found = table.columns.filter((column) => (names === null ? isAnswer(column) : names.includes(column.name)));
  const odd = names === null ? undefined : found.find(({ type, tie }) => isTime(type) || tie !== undefined);
  if (odd !== undefined) {
    const holds = odd.tie === undefined ? `a column of ${odd.type}s` : "a column of dates or numbers";
    throw new SegmentError("usage", `--consent takes answers, yes or no, and this is ${holds}`, {
      place: { column: odd.name },
      hint: "name the column that says yes or no",
    });
  }
  return found.map((column) => ({ column, refusal: consentKind(column) === "refusal" }));
}

function isTime(type: Column["type"]): boolean {
  return type === "date" || type === "timestamp";
}

/** Stops a run whose `--consent` names a column of numbers that are not all 0 or 1. One scan where there is such a column. */
export async function requireAnswers(engine: Engine, table: Table, { consent }: Survivorship): Promise<void> {
  const numbers = consent.map(({ column }) => column).filter(({ type }) => type === "integer" || type === "number");
  if (numbers.length === 0) return;
  const odd = numbers.map((column, i) => {
    const value = valueSql(column);
    return sql`min(${asText(value)}) filter (where ${value} not in (0, 1)) as ${identifier(`odd_${i + 1}`)}`;
  });
  const [row = {}] = await engine.rows(sql`select ${join(odd, ", ")} from ${table.relation}`, 1);
  numbers.forEach(({ name }, i) => {
    const found = row[`odd_${i + 1}`] ?? null;
    if (found === null) return;
    throw new SegmentError("usage", `--consent takes answers, as numbers 0 and 1, and this column holds ${found}`, {
      place: { column: name },
      hint: "name the column that says yes or no",
    });
  });
}
