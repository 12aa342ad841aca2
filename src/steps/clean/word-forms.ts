import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { matchesWhole } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { countryCodes, countryOf } from "../contact/countries.ts";
import { foldWord, genderOfWord, genders, titleOfWord, titles } from "../contact/vocabulary.ts";
import { stagedRelation, type ContactForm, type FormColumn, type Stage } from "./form.ts";
import type { ContactKind } from "./settings.ts";

/** Different texts that one column of countries, genders or titles may hold. */
const mostWords = 10_000;

/** Kinds of contact data that are words for one of few things. */
type WordKind = Exclude<ContactKind, "phone" | "postcode" | "city">;

/** Whether a kind is one of words. */
export function isWordKind(kind: ContactKind): kind is WordKind {
  return kind !== "phone" && kind !== "postcode" && kind !== "city";
}

/** What the words of each kind stand for, and all that they may. */
export const wordKinds: Readonly<
  Record<
    WordKind,
    { readonly of: (text: string) => string | null; readonly all: readonly string[]; readonly many: string }
  >
> = {
  country: { of: (text) => countryOf(foldWord(text)), all: countryCodes(), many: "countries" },
  gender: { of: genderOfWord, all: genders, many: "genders" },
  title: { of: titleOfWord, all: titles, many: "titles" },
};

/** The one country whose code, `NA`, most tables have for a missing value: there it goes by its name. */
const namibia = "Namibia";

/**
 * Words that stand for one of few things: each that is known becomes the canonical one, which must not be one that the
 * next run `isNothing` for.
 */
export async function wordForm(
  engine: Engine,
  table: Table,
  plain: FormColumn,
  kind: WordKind,
  isNothing: (word: string) => boolean,
): Promise<ContactForm> {
  const { of, all: codes, many } = wordKinds[kind];
  const isNamed = kind === "country" && isNothing("NA");
  const all = isNamed ? [...codes, namibia] : codes;
  const found = await knownWords(engine, table, plain, of, many);
  const words = isNamed ? new Map([...found].map(([text, form]) => [text, form === "NA" ? namibia : form])) : found;
  const changed = [...words].filter(([text, form]) => text !== form);
  const stage: Stage = { rule: kind, apply: (before) => wordSql(before, changed, before) };
  const pattern = all.map((form) => form.replaceAll(".", "[.]")).join("|");
  return { stages: changed.length === 0 ? [] : [stage], judge: (formed) => matchesWhole(formed, value(pattern)) };
}

/** What some words stand for; `other` for any other text. SQL. */
export function wordSql(text: Sql, words: readonly (readonly [string, string])[], other: Sql): Sql {
  if (words.length === 0) return other;
  const cases = words.map(([word, form]) => sql`when ${word} then ${form}`);
  return sql`
    case ${text}
      ${join(cases, "\n")}
      else ${other}
    end
  `;
}

/** The texts of a column in form that `of` knows, the most frequent first, with what it gives. One scan. */
export async function knownWords(
  engine: Engine,
  table: Table,
  plain: FormColumn,
  of: (text: string) => string | null,
  many: string,
): Promise<ReadonlyMap<string, string>> {
  const { column } = plain;
  const word = identifier("word_0");
  const distinct: Table = {
    relation: sql`
      (
        select ${word}, count(*) as rows_0
        from (select ${column.ref} as ${word} from ${table.relation})
        group by ${word}
      )
    `,
    rows: table.rows,
    columns: table.columns,
  };
  const counted = { ...plain, column: { ...column, ref: word }, beside: new Map([["rows_0", sql`rows_0`]]) };
  const { relation, refs } = stagedRelation(distinct, [counted]);
  const text = refs[0]!.at(-1)!;
  const rows = await engine.rows(
    sql`
      select
        ${text} as word_1,
        sum(rows_0) as rows_1
      from ${relation}
      where ${text} is not null
      group by ${text}
      order by rows_1 desc, word_1
      limit ${mostWords + 1}
    `,
    mostWords + 1,
  );
  if (rows.length > mostWords) throw tooMany(column, many);
  return new Map(
    rows.flatMap((row): (readonly [string, string])[] => {
      const word = String(row["word_1"]);
      const form = of(word);
      return form === null ? [] : [[word, form]];
    }),
  );
}

/** The error for a column of more different texts than are looked up one by one. */
export function tooMany({ name }: Column, many: string): SegmentError {
  return new SegmentError(
    "bad-option-value",
    `${name} holds more than ${mostWords} different texts, too many for ${many}`,
    {
      place: { column: name },
      hint: "name another column",
    },
  );
}
