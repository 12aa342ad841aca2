import type { Context, StoredQuery } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, replacePattern } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { nameWords } from "../column-kinds.ts";
import { foldWordsSql } from "../dedupe/fold.ts";
import { openTable } from "../open-table.ts";

/** The official table of French postcodes, kept in the engine: `code_1`, `city_1` as `cityKeySql` gives it. */
export interface OfficialPostcodes {
  readonly pairs: StoredQuery;
}

const codeNames = new Set(["codepostal", "postcode"]);
const cityNames = new Set([
  "nomdelacommune",
  "nomcommune",
  "libelledacheminement",
  "libelleacheminement",
  "ligne5",
  "city",
]);

/**
 * Opens the table that La Poste publishes (`base officielle des codes postaux`): columns `code_postal`, `nom_de_la_commune`
 * and, where there are, `libelle_d_acheminement` and `ligne_5`, each name a name of the place. It has no CEDEX codes.
 * Throws `bad-option-value` for a file without these columns.
 */
export async function openOfficialPostcodes(context: Context, file: string): Promise<OfficialPostcodes> {
  const { table } = await openTable(context, [file], {});
  const called = (names: ReadonlySet<string>): readonly Sql[] =>
    table.columns.filter(({ name }) => names.has(nameWords(name).join(""))).map(({ ref }) => asText(ref));
  const [code] = called(codeNames);
  const cities = called(cityNames);
  if (code === undefined || cities.length === 0) {
    throw new SegmentError("bad-option-value", "--postcodes: has no columns code_postal and nom_de_la_commune", {
      place: { file },
      hint: "give the table of La Poste: code_commune_insee, nom_de_la_commune, code_postal, libelle_d_acheminement",
    });
  }
  const parts = cities.map(
    (city) => sql`
      select
        ${frenchCodeSql(code)} as code_1,
        ${cityKeySql(city)} as city_1
      from ${table.relation}
      where ${city} is not null
    `,
  );
  const [first, ...others] = parts;
  const all = others.reduce((whole, part) => sql`${whole} union all ${part}`, first!);
  const pairs = await context.engine.store(
    sql`select distinct code_1, city_1 from (${all}) where code_1 is not null and city_1 <> ''`,
  );
  if (pairs.rows > 0) return { pairs };
  throw new SegmentError("no-rows", "--postcodes: holds no postcode", { place: { file } });
}

/** A French postcode as five digits, a lost zero put back; null for what has other digits. SQL. */
export function frenchCodeSql(text: Sql): Sql {
  const digits = replacePattern(
    replacePattern(text, value("[.]0+$"), value("")),
    value("^F(?:R)?-|[ \\x{a0}\\x{202f}]"),
    value(""),
  );
  return sql`case when length(${digits}) in (4, 5) then lpad(${digits}, 5, '0') end`;
}

/**
 * A French place as it is compared: folded words, `st` and `ste` written out, without the number of an arrondissement and
 * CEDEX: `ST-ETIENNE CEDEX 2` and `Saint-Étienne` are one. SQL.
 */
export function cityKeySql(text: Sql): Sql {
  // The table writes `VILLENEUVE D ASCQ`.
  const apart = sql`translate(${text}, ${"'’ʼ`´"}, '     ')`;
  const folded = sql`' ' || ${foldWordsSql(apart)} || ' '`;
  const bare = replacePattern(
    folded,
    value(" (?:cedex(?: [0-9]+)?|[0-9]+(?:er|e|eme)?(?: arrondissement)?|arrondissement) "),
    value(" "),
  );
  const saint = replacePattern(
    replacePattern(bare, value(" st "), value(" saint ")),
    value(" ste "),
    value(" sainte "),
  );
  return sql`trim(${saint})`;
}
