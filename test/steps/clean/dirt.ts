import { type Arbitrary, array, constantFrom, integer, oneof, record, string, tuple } from "fast-check";

const space = constantFrom(
  "",
  "",
  "",
  " ",
  "  ",
  "\t",
  "\n",
  "\u00a0",
  "\u202f",
  "\u200b",
  "\u2003",
  "\ufeff",
  "\u00ad",
  "\u200d",
);
const missing = constantFrom("", "NA", "n/a", "-", "null", " ", "?");
const word = oneof(
  constantFrom(
    "Zoé",
    "Chloe\u0301",
    "İ@ex.com",
    "Ω",
    "Ǆ",
    "ﬁn",
    "¨x",
    "œuvre",
    "Straße",
    "ŉ",
    "0",
    "1,5",
    "007",
    "ǰ",
    "K",
    "ⅷ",
  ),
  string({ unit: "grapheme", maxLength: 6 }).filter((text) => !text.includes("\0")),
);
const padded = (core: Arbitrary<string>) => tuple(space, core, space).map((parts) => parts.join(""));

/** Columns of contact data by kind, each cell perhaps padded, perhaps a word for nothing, now and then of another kind. */
export const contactKinds = {
  phone: constantFrom(
    "06 12 34 56 78",
    "+33 6 12 34 56 78",
    "0033612345678",
    "612345678.0",
    "+49 30 1234567",
    "12",
    "06.12",
  ),
  postcode: constantFrom("1000", "75001", "F-69003", "20 090", "2A004", "sw1a 1aa", "97400.0"),
  country: constantFrom("France", "FR", "Allemagne", "U.K.", "côte d’ivoire", "Atlantis"),
  gender: constantFrom("H", "Femme", "mme", "X", "?!"),
  title: constantFrom("Monsieur", "M.", "mlle", "Herr", "Cher"),
  email: constantFrom("Anne@Ex.FR", "bob@müller.de", "É@straße.de", "bad@", "a@b.co"),
  text: word,
} as const;

/** Tables of six rows with a column of each kind. */
export const contactTables = record({
  cells: tuple(
    ...Object.values(contactKinds).map((kind) =>
      array(
        oneof(
          { weight: 8, arbitrary: padded(kind) },
          { weight: 2, arbitrary: missing },
          { weight: 1, arbitrary: padded(word) },
        ),
        { minLength: 6, maxLength: 6 },
      ),
    ),
  ),
  letters: constantFrom(undefined, ["text=lower"], ["text=upper"], ["text=title"]),
  unicode: constantFrom("nfc", "nfkc"),
  fold: constantFrom(undefined, ["text"]),
  check: constantFrom(undefined, ["flag"], ["null"], ["drop"], ["phone=null", "email=drop"]),
  kept: integer({ min: 0, max: 2 }),
});

/** A table as CSV, every cell in quotes. */
export function quotedCsv(cells: readonly (readonly string[])[]): string {
  const field = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const rows = cells[0]!.map((_, i) => [field(`r${i}`), ...cells.map((column) => field(column[i]!))].join(","));
  return `${["row", ...Object.keys(contactKinds)].map(field).join(",")}\n${rows.join("\n")}\n`;
}
