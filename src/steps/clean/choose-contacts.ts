import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { didYouMean } from "../../core/suggest.ts";
import { nameWords } from "../column-kinds.ts";
import { countryOf, countryWords } from "../contact/countries.ts";
import { postOf } from "../contact/postcode.ts";
import { foldWord } from "../contact/vocabulary.ts";
import { contentKinds, saysPhone } from "../dedupe/key-kinds.ts";
import { findColumn } from "../match-columns.ts";
import type { ContactRule } from "./model.ts";
import type { ContactKind } from "./settings.ts";

/** What the user says of contact data. */
export interface ContactSettings {
  /** Columns by kind, as they were named; `auto` stands for those that look like it. */
  readonly named: Readonly<Record<ContactKind, readonly string[] | undefined>>;
  /** A country for all rows, or for those whose own is not known. */
  readonly country: string | undefined;
  readonly countryColumn: string | undefined;
}

/** A column of contact data, and why it is taken for one. */
export interface ChosenContact {
  readonly column: string;
  readonly rule: ContactRule;
  readonly why: string;
}

/** The options, by kind. */
export const contactOptions: Readonly<Record<ContactKind, string>> = {
  phone: "--phone",
  postcode: "--postcode",
  city: "--city",
  country: "--country-names",
  gender: "--gender",
  title: "--title",
};

const kindWords: Readonly<Record<Exclude<ContactKind, "phone">, readonly string[]>> = {
  postcode: "postcode postal zip zipcode cp codepostal plz cap postleitzahl postnummer".split(" "),
  city: "city ville town commune localite ort stadt ciudad citta".split(" "),
  country: "country countries pays land pais paese nation".split(" "),
  gender: "gender sex sexe genre geschlecht genero sesso".split(" "),
  title: "title titre civilite salutation anrede tratamiento titolo honorific".split(" "),
};

/**
 * The columns of contact data among those to clean. Throws `unknown-column`, `unknown-choice` for a country, and `usage`
 * for an `auto` that finds none, a column of two kinds, and postcodes without a country.
 */
export async function chooseContacts(
  engine: Engine,
  table: Table,
  chosen: ReadonlySet<string>,
  { named, country, countryColumn }: ContactSettings,
): Promise<readonly ChosenContact[]> {
  const code = country === undefined ? null : readCountry(country);
  if (countryColumn !== undefined) findColumn(table.columns, countryColumn, "--country-column");
  const columns = table.columns.filter(({ name }) => chosen.has(name));
  const found = new Map<string, ChosenContact>();
  for (const kind of Object.keys(contactOptions) as ContactKind[]) {
    const option = contactOptions[kind];
    for (const { column, why } of await columnsOf(engine, table, columns, kind, named[kind])) {
      const { name } = column;
      const other = found.get(name);
      if (other !== undefined) {
        throw new SegmentError("usage", `${option} and ${contactOptions[other.rule.kind]} both name ${name}`);
      }
      // Words such as NO, of Norway, are read as yes and no.
      const isWords = column.type === "boolean" && column.stored === "text";
      if (column.type !== "text" && column.type !== "integer" && column.type !== "number" && !isWords) {
        throw new SegmentError("bad-option-value", `${option} ${name}: the column holds no text`, {
          place: { column: name },
        });
      }
      const isPlaced = kind === "phone" || kind === "postcode" || kind === "city";
      const placed = { column: isPlaced ? (countryColumn ?? null) : null, code: isPlaced ? code : null };
      if (kind === "postcode") requirePost(placed.column, code);
      found.set(name, { column: name, rule: { kind, country: placed }, why });
    }
  }
  return placesAndCodes([...found.values()]);
}

/** Places know the column of their postcodes, and it knows theirs. Throws `usage` where it is not one. */
function placesAndCodes(found: readonly ChosenContact[]): readonly ChosenContact[] {
  const of = (kind: ContactKind): readonly ChosenContact[] => found.filter(({ rule }) => rule.kind === kind);
  const [codes, cities] = [of("postcode"), of("city")];
  if (cities.length === 0) return found;
  const [code] = codes;
  if (code === undefined || codes.length > 1) {
    throw new SegmentError(
      "usage",
      `--city: ${codes.length === 0 ? "no column" : "more than one column"} of postcodes is named`,
      {
        hint: "name one with --postcode COL",
      },
    );
  }
  return found.map((one) => {
    if (one.rule.kind === "city") return { ...one, rule: { ...one.rule, postcode: code.column } };
    return one === code ? { ...one, rule: { ...one.rule, city: cities[0]!.column } } : one;
  });
}

/** The ISO code of a country as `--country` names it. Throws `unknown-choice`. */
function readCountry(option: string): string {
  const code = countryOf(foldWord(option));
  if (code !== null) return code;
  throw new SegmentError("unknown-choice", `--country ${option}: no country`, {
    hint:
      didYouMean(option, countryWords()) || "give a code such as FR; a column of countries goes to --country-column",
  });
}

function requirePost(column: string | null, code: string | null): void {
  if (code !== null && postOf(code) === null) {
    throw new SegmentError("unknown-choice", `--postcode: the postcodes of ${code} are not known`, {
      hint: "postcodes of European countries are",
    });
  }
  if (column !== null || code !== null) return;
  throw new SegmentError("usage", "--postcode: of which country the codes are is not said", {
    hint: "add --country FR, or --country-column COL",
  });
}

async function columnsOf(
  engine: Engine,
  table: Table,
  columns: readonly Column[],
  kind: ContactKind,
  names: readonly string[] | undefined,
): Promise<readonly { readonly column: Column; readonly why: string }[]> {
  if (names === undefined) return [];
  const option = contactOptions[kind];
  const isAuto = (name: string): boolean => name === "auto" && table.columns.every((column) => column.name !== name);
  const given = names
    .filter((name) => !isAuto(name))
    .map((name) => {
      const column = findColumn(table.columns, name, option);
      if (columns.includes(column)) return { column, why: "named by an option" };
      throw new SegmentError("usage", `${option} names ${name}, which is not among the columns to clean`, {
        hint: "add it to --columns, or take it from --exclude",
      });
    });
  if (!names.some(isAuto)) return given;
  const looked = (await likely(engine, table, columns, kind)).filter(
    ({ column }) => !given.some((one) => one.column === column),
  );
  if (looked.length === 0) {
    throw new SegmentError("usage", `${option} auto: no column looks like one`, { hint: `name it: ${option} COL` });
  }
  return [...given, ...looked];
}

/** Columns that look like a kind: telephone numbers by their values, all others by their names. */
async function likely(
  engine: Engine,
  table: Table,
  columns: readonly Column[],
  kind: ContactKind,
): Promise<readonly { readonly column: Column; readonly why: string }[]> {
  const texts = columns.filter(({ type }) => type === "text" || type === "integer");
  if (kind !== "phone") {
    const words = new Set(kindWords[kind]);
    const says = ({ name }: Column): string | undefined =>
      [...nameWords(name), nameWords(name).join("")].find((word) => words.has(word.replace(/\d+$/, "")));
    return texts.flatMap((column) => {
      const word = says(column);
      return word === undefined ? [] : [{ column, why: `its name says ${word}` }];
    });
  }
  const kinds = await contentKinds(engine, table, texts);
  return texts
    .filter((column) => kinds.get(column) === "phone")
    .map((column) => ({
      column,
      why: `half or more are numbers${saysPhone(column.name) ? ", and its name says so" : ""}`,
    }));
}
