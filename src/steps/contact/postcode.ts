import type { Sql } from "../../core/sql.ts";
import { matchesWhole, replacePattern } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";

/** How postcodes of a country are written. */
interface PostcodePlan {
  /** A code in the form that it has on a letter. */
  readonly valid: string;
  /** The same without spaces and hyphens, where it may be told by that, and where the mark stands between. */
  readonly compact?: { readonly shape: string; readonly at: number; readonly mark: string };
  /** Digits that are lost, or none, of codes that begin with zeros: to how many they are filled up, from how few. */
  readonly filled?: { readonly to: number; readonly from: number };
  /** What may stand before it: the sign of the country on cars, the code, with a hyphen or not. */
  readonly sign?: string;
}

/**
 * France: departments 01 to 95, Corsica (20), overseas (971 to 978, 984, 986 to 988), Monaco (980), the army's sectors (00),
 * CEDEX and business codes among them. No department is 96 or 99, and 2A and 2B are of departments, not of postcodes.
 */
const french = "(?:0[1-9]|[1-8][0-9]|9[0-5])[0-9]{3}|97[1-8][0-9]{2}|98[04678][0-9]{2}|00[1-9][0-9]{2}";

const digits = (count: number, first = "1-9"): string => `[${first}][0-9]{${count - 1}}`;

/** Formats of the Universal Postal Union's addressing pages, by ISO code. */
const plans: Readonly<Record<string, PostcodePlan>> = {
  FR: { valid: french, filled: { to: 5, from: 4 }, sign: "FR|F" },
  BE: { valid: digits(4), sign: "BE|B" },
  LU: { valid: digits(4, "0-9"), filled: { to: 4, from: 3 }, sign: "LU|L" },
  CH: { valid: digits(4), sign: "CH" },
  LI: { valid: "94(?:8[5-9]|9[0-8])", sign: "FL|LI" },
  AT: { valid: digits(4), sign: "AT|A" },
  DE: { valid: "(?:0[1-9]|[1-9][0-9])[0-9]{3}", filled: { to: 5, from: 4 }, sign: "DE|D" },
  NL: {
    valid: "[1-9][0-9]{3} [A-Z]{2}",
    compact: { shape: "[1-9][0-9]{3}[A-Z]{2}", at: 4, mark: " " },
    sign: "NL",
  },
  ES: { valid: "(?:0[1-9]|[1-4][0-9]|5[0-2])[0-9]{3}", filled: { to: 5, from: 4 }, sign: "ES|E" },
  IT: { valid: digits(5, "0-9"), filled: { to: 5, from: 3 }, sign: "IT|I" },
  SM: { valid: "4789[0-9]", sign: "SM|RSM" },
  VA: { valid: "00120", filled: { to: 5, from: 3 } },
  PT: {
    valid: "[1-9][0-9]{3}-[0-9]{3}",
    compact: { shape: digits(7), at: 4, mark: "-" },
    sign: "PT|P",
  },
  GB: {
    valid: "GIR 0AA|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}",
    compact: { shape: "(?:GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)[0-9][A-Z]{2}", at: -3, mark: " " },
  },
  IE: {
    valid: "[A-Z][0-9][0-9W] [A-Z0-9]{4}",
    compact: { shape: "[A-Z][0-9][0-9W][A-Z0-9]{4}", at: 3, mark: " " },
  },
  DK: { valid: digits(4, "0-9"), filled: { to: 4, from: 3 }, sign: "DK" },
  SE: { valid: "[1-9][0-9]{2} [0-9]{2}", compact: { shape: digits(5), at: 3, mark: " " }, sign: "SE|S" },
  NO: { valid: digits(4, "0-9"), filled: { to: 4, from: 3 }, sign: "NO|N" },
  FI: { valid: digits(5, "0-9"), filled: { to: 5, from: 3 }, sign: "FI|FIN" },
  PL: {
    valid: "[0-9]{2}-[0-9]{3}",
    compact: { shape: digits(5, "0-9"), at: 2, mark: "-" },
    filled: { to: 5, from: 3 },
    sign: "PL",
  },
  CZ: { valid: "[1-7][0-9]{2} [0-9]{2}", compact: { shape: digits(5, "1-7"), at: 3, mark: " " }, sign: "CZ" },
  SK: { valid: "[089][0-9]{2} [0-9]{2}", compact: { shape: digits(5, "089"), at: 3, mark: " " }, sign: "SK" },
  HU: { valid: digits(4), sign: "HU|H" },
  RO: { valid: digits(6, "0-9"), filled: { to: 6, from: 5 }, sign: "RO" },
  BG: { valid: digits(4), sign: "BG" },
  GR: { valid: "[1-8][0-9]{2} [0-9]{2}", compact: { shape: digits(5, "1-8"), at: 3, mark: " " }, sign: "GR|EL" },
  HR: { valid: digits(5), sign: "HR" },
  SI: { valid: digits(4), sign: "SI" },
  EE: { valid: digits(5), sign: "EE" },
  LV: { valid: "LV-[0-9]{4}", compact: { shape: "[0-9]{4}", at: 0, mark: "LV-" }, sign: "LV" },
  LT: { valid: "LT-[0-9]{5}", compact: { shape: "[0-9]{5}", at: 0, mark: "LT-" }, sign: "LT" },
  MT: { valid: "[A-Z]{3} [0-9]{4}", compact: { shape: "[A-Z]{3}[0-9]{4}", at: 3, mark: " " } },
  CY: { valid: digits(4), sign: "CY" },
  IS: { valid: digits(3), sign: "IS" },
  AD: { valid: "AD[1-7]00", compact: { shape: "[1-7]00", at: 0, mark: "AD" }, sign: "AD" },
};
/** Territories whose codes are France's. */
const frenchPost = new Set("MC GP MQ GF RE YT PM BL MF NC PF WF TF".split(" "));
const britishPost = new Set("GG JE IM".split(" "));

/** The country whose post a country's codes belong to, where its codes are known here; null elsewhere. */
export function postOf(country: string): string | null {
  const post = frenchPost.has(country) ? "FR" : britishPost.has(country) ? "GB" : country;
  return Object.hasOwn(plans, post) ? post : null;
}

/** What `postcodeFormSql` reads more than once: the code in capitals without spaces, dots, hyphens, and a spreadsheet's `.0`. SQL. */
export function compactPostcodeSql(text: Sql): Sql {
  const whole = replacePattern(sql`upper(${text})`, value("^([0-9]{3,6})[.]0+$"), value("\\1"));
  return replacePattern(whole, value("[ .\\x{2010}-\\x{2015}-]+"), value(""));
}

/**
 * A postcode as the post of its country writes it: `1000` is `01000` in France, `sw1a1aa` is `SW1A 1AA`; what has no such
 * form stays as it is written. `country`: the ISO code of a row, one of `countries` where its form is known. SQL.
 */
export function postcodeFormSql(text: Sql, compact: Sql, country: Sql, countries: readonly string[]): Sql {
  return byPost(text, country, countries, (plan) => formSql(text, compact, plan));
}

/** Whether a postcode in form is one of its country; null where the country's codes are not known. SQL. */
export function isPostcodeSql(text: Sql, country: Sql, countries: readonly string[]): Sql {
  return byPost(sql`cast(null as boolean)`, country, countries, ({ valid }) => matchesWhole(text, value(valid)));
}

/**
 * The French department of a postcode in form: `01` to `95`, `2A` or `2B`, `971` to `988`, Saint-Barthélemy `977` and
 * Saint-Martin `978` although their codes begin with 971; null for the army's codes and what is no French postcode. Some
 * forty places have the postcode of the department beside them: only the official table tells those. SQL.
 */
export function departmentSql(postcode: Sql): Sql {
  return sql`
    case
      when not ${matchesWhole(postcode, value(french))} or ${postcode} like '00%' then null
      when ${postcode} = '97133' then '977'
      when ${postcode} = '97150' then '978'
      when ${postcode} like '97%' or ${postcode} like '98%' then left(${postcode}, 3)
      when ${matchesWhole(postcode, value("20[0137].*"))} then '2A'
      when ${postcode} like '20%' then '2B'
      else left(${postcode}, 2)
    end
  `;
}

function byPost(other: Sql, country: Sql, countries: readonly string[], use: (plan: PostcodePlan) => Sql): Sql {
  const cases = countries.flatMap((code) => {
    const post = postOf(code);
    return post === null ? [] : [sql`when ${code} then ${use(plans[post]!)}`];
  });
  if (cases.length === 0) return other;
  return sql`
    case ${country}
      ${join(cases, "\n")}
      else ${other}
    end
  `;
}

function formSql(text: Sql, compact: Sql, { valid, compact: whole, filled, sign }: PostcodePlan): Sql {
  const bare = sign === undefined ? compact : replacePattern(compact, value(`^(?:${sign})([0-9])`), value("\\1"));
  const full =
    filled === undefined
      ? bare
      : sql`case when ${matchesWhole(bare, value(`[0-9]{${filled.from},${filled.to - 1}}`))} then lpad(${bare}, ${filled.to}, '0') else ${bare} end`;
  const marked = whole === undefined ? full : markedSql(full, whole);
  const shape = whole === undefined ? valid : whole.shape;
  return sql`
    case
      when ${matchesWhole(text, value(valid))} then ${text}
      when ${matchesWhole(full, value(shape))} then ${marked}
      else ${text}
    end
  `;
}

function markedSql(code: Sql, { at, mark }: NonNullable<PostcodePlan["compact"]>): Sql {
  const from = at < 0 ? sql`length(${code}) - ${-at}` : sql`${at}`;
  return sql`substr(${code}, 1, ${from}) || ${mark} || substr(${code}, ${from} + 1)`;
}
