import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { didYouMean } from "../../core/suggest.ts";
import { saysConsent, saysRefusal } from "../column-kinds.ts";
import { findColumn, matchColumns } from "../match-columns.ts";
import { requireSettled } from "../reading/ties.ts";

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
  const id = options.id === undefined ? null : findColumn(table.columns, options.id, "--id");
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

function consentColumns(table: Table, named: readonly string[] | undefined): readonly ConsentColumn[] {
  const names = named === undefined ? null : matchColumns(table.columns, named, "--consent").names;
  return table.columns
    .filter(({ name }) => (names === null ? saysConsent(name) || saysRefusal(name) : names.includes(name)))
    .map((column) => ({ column, refusal: saysRefusal(column.name) }));
}
