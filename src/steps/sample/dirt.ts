import { Draws } from "./draws.ts";
import { dropAccents } from "./fold.ts";
import { otherPhoneForm } from "./phone-forms.ts";

/** What may befall a cell depends on what it holds; a `key` is left alone. */
export type CellKind =
  | "key"
  | "name"
  | "email"
  | "phone"
  | "address"
  | "postcode"
  | "city"
  | "country"
  | "date"
  | "number"
  | "boolean"
  | "word";

const blockRows = 64;

/**
 * Which cells are damaged: `round(share × rows × columns)` of them (never a key), exactly, scattered evenly over blocks of 64
 * rows and at random within. Rows must be asked for in order, from 0.
 */
export function dirtMap(
  rows: number,
  kinds: readonly CellKind[],
  share: number,
  seed: number,
): { readonly cells: number; isDirty(row: number, column: number): boolean } {
  const columns = kinds.flatMap((kind, column) => (kind === "key" ? [] : [column]));
  const cells = dirtyCells(rows, kinds, share);
  const perCell = cells / (rows * columns.length);
  const width = kinds.length;
  const flags = new Uint8Array(blockRows * width);
  const order = new Uint16Array(blockRows * columns.length);
  const draws = new Draws(seed, "dirt");
  let current = -1;
  let given = 0;

  const enter = (block: number): void => {
    current = block;
    flags.fill(0);
    const end = Math.min(rows, (block + 1) * blockRows);
    const size = (end - block * blockRows) * columns.length;
    const upTo = end === rows ? cells : Math.floor(end * columns.length * perCell);
    const quota = Math.min(size, upTo - given);
    given += quota;
    for (let i = 0; i < size; i++) order[i] = i;
    draws.at(block);
    for (let i = 0; i < quota; i++) {
      const j = i + draws.below(size - i);
      const cell = order[j] as number;
      order[j] = order[i] as number;
      const row = Math.floor(cell / columns.length);
      flags[row * width + (columns[cell % columns.length] as number)] = 1;
    }
  };

  return {
    cells,
    isDirty: (row, column) => {
      if (cells === 0) return false;
      const block = Math.floor(row / blockRows);
      if (block !== current) enter(block);
      return flags[(row % blockRows) * width + column] === 1;
    },
  };
}

/** The number of cells that `dirtMap` marks. */
export function dirtyCells(rows: number, kinds: readonly CellKind[], share: number): number {
  const keys = kinds.filter((kind) => kind === "key").length;
  return Math.min(Math.round(share * rows * kinds.length), rows * (kinds.length - keys));
}

const nullForms = ["NA", "N/A", "null", "-", "NULL", "n/a", "?"] as const;
const countryForms: Readonly<Record<string, readonly string[]>> = {
  France: ["FR", "FRANCE", "france", "fr", "FRA"],
  "United Kingdom": ["GB", "UK", "UNITED KINGDOM", "united kingdom", "U.K."],
};

/**
 * The text of a cell after damage that leaves one reading: white space around it, case, accents lost or decomposed,
 * another notation of the same phone number or country, a word for "nothing" in place of a value that is no name and
 * no e-mail. Numbers and dates keep their notation. Always differs from `text`.
 */
export function damage(draws: Draws, kind: CellKind, text: string): string {
  if (text === "") return kind === "number" || kind === "date" ? draws.pick(nullForms) : "  ";
  const damaged = attempt(draws, kind, text);
  return damaged === text ? spaced(draws, text) : damaged;
}

function attempt(draws: Draws, kind: CellKind, text: string): string {
  const form = draws.below(6);
  switch (kind) {
    case "key":
      return text;
    case "number":
    case "date":
      return form < 2 ? draws.pick(nullForms) : spaced(draws, text);
    case "boolean":
      return form < 2 ? text.toUpperCase() : form < 4 ? capital(text) : form < 5 ? draws.pick(nullForms) : text;
    case "name":
      return [upper, lower, dropAccents, decomposed, upper, spacedInside][form]?.(text) ?? text;
    case "email":
      return form < 3 ? upper(text) : form < 5 ? capital(text) : text;
    case "phone":
      return form < 4 && text.startsWith("0") && text.includes(" ") && !text.startsWith("00")
        ? otherPhoneForm(draws, text)
        : form === 4
          ? draws.pick(nullForms)
          : text;
    case "address":
      return form === 5
        ? draws.pick(nullForms)
        : ([upper, lower, dropAccents, decomposed, spacedInside][form]?.(text) ?? text);
    case "postcode":
      return form < 3 ? lower(text) : text;
    case "city":
      return form === 5
        ? draws.pick(nullForms)
        : ([upper, lower, dropAccents, decomposed, upper][form]?.(text) ?? text);
    case "country":
      return form < 5 ? draws.pick(countryForms[text] ?? [text]) : text;
    case "word":
      return form < 3 ? upper(text) : form < 5 ? capital(text) : text;
  }
}

const upper = (text: string): string => text.toUpperCase();
const lower = (text: string): string => text.toLowerCase();
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const decomposed = (text: string): string => text.normalize("NFD");
const spacedInside = (text: string): string => text.replace(/[ -]/, (mark) => (mark === " " ? "  " : " - "));

function spaced(draws: Draws, text: string): string {
  switch (draws.below(4)) {
    case 0:
      return ` ${text}`;
    case 1:
      return `${text} `;
    case 2:
      return ` ${text} `;
    default:
      return `${text}  `;
  }
}
