import type { Sql } from "../../core/sql.ts";
import { matchesWhole, replacePattern } from "../../sql/functions.ts";
import { join, sql, value } from "../../sql/template.ts";
import { plainSpacesSql } from "../reading/number-sql.ts";

/** A department or an overseas territory of France. */
export interface Department {
  /** As official statistics write it: `01`, `2A`, `971`. */
  readonly code: string;
  readonly name: string;
  /** The region since 2016; of a territory without one, its own name. */
  readonly region: string;
}

/** Regions since 1 January 2016 (law of 16 January 2015), each with its departments; then the territories, which belong to none. */
const table = `
Auvergne-Rhône-Alpes: 01 Ain; 03 Allier; 07 Ardèche; 15 Cantal; 26 Drôme; 38 Isère; 42 Loire; 43 Haute-Loire; 63 Puy-de-Dôme; 69 Rhône; 73 Savoie; 74 Haute-Savoie
Bourgogne-Franche-Comté: 21 Côte-d'Or; 25 Doubs; 39 Jura; 58 Nièvre; 70 Haute-Saône; 71 Saône-et-Loire; 89 Yonne; 90 Territoire de Belfort
Bretagne: 22 Côtes-d'Armor; 29 Finistère; 35 Ille-et-Vilaine; 56 Morbihan
Centre-Val de Loire: 18 Cher; 28 Eure-et-Loir; 36 Indre; 37 Indre-et-Loire; 41 Loir-et-Cher; 45 Loiret
Corse: 2A Corse-du-Sud; 2B Haute-Corse
Grand Est: 08 Ardennes; 10 Aube; 51 Marne; 52 Haute-Marne; 54 Meurthe-et-Moselle; 55 Meuse; 57 Moselle; 67 Bas-Rhin; 68 Haut-Rhin; 88 Vosges
Hauts-de-France: 02 Aisne; 59 Nord; 60 Oise; 62 Pas-de-Calais; 80 Somme
Île-de-France: 75 Paris; 77 Seine-et-Marne; 78 Yvelines; 91 Essonne; 92 Hauts-de-Seine; 93 Seine-Saint-Denis; 94 Val-de-Marne; 95 Val-d'Oise
Normandie: 14 Calvados; 27 Eure; 50 Manche; 61 Orne; 76 Seine-Maritime
Nouvelle-Aquitaine: 16 Charente; 17 Charente-Maritime; 19 Corrèze; 23 Creuse; 24 Dordogne; 33 Gironde; 40 Landes; 47 Lot-et-Garonne; 64 Pyrénées-Atlantiques; 79 Deux-Sèvres; 86 Vienne; 87 Haute-Vienne
Occitanie: 09 Ariège; 11 Aude; 12 Aveyron; 30 Gard; 31 Haute-Garonne; 32 Gers; 34 Hérault; 46 Lot; 48 Lozère; 65 Hautes-Pyrénées; 66 Pyrénées-Orientales; 81 Tarn; 82 Tarn-et-Garonne
Pays de la Loire: 44 Loire-Atlantique; 49 Maine-et-Loire; 53 Mayenne; 72 Sarthe; 85 Vendée
Provence-Alpes-Côte d'Azur: 04 Alpes-de-Haute-Provence; 05 Hautes-Alpes; 06 Alpes-Maritimes; 13 Bouches-du-Rhône; 83 Var; 84 Vaucluse
Guadeloupe: 971 Guadeloupe
Martinique: 972 Martinique
Guyane: 973 Guyane
La Réunion: 974 La Réunion
Mayotte: 976 Mayotte
Saint-Pierre-et-Miquelon: 975 Saint-Pierre-et-Miquelon
Saint-Barthélemy: 977 Saint-Barthélemy
Saint-Martin: 978 Saint-Martin
Terres australes et antarctiques françaises: 984 Terres australes et antarctiques françaises
Wallis-et-Futuna: 986 Wallis-et-Futuna
Polynésie française: 987 Polynésie française
Nouvelle-Calédonie: 988 Nouvelle-Calédonie
Île de Clipperton: 989 Île de Clipperton
`;

/** All departments and territories, in the order of their codes. */
export const departments: readonly Department[] = table
  .trim()
  .split("\n")
  .flatMap((line) => {
    const [region = "", listed = ""] = line.split(": ");
    return listed
      .split("; ")
      .map((one) => ({ code: one.split(" ")[0]!, name: one.slice(one.indexOf(" ") + 1), region }));
  })
  .sort((a, b) => (a.code < b.code ? -1 : 1));

/**
 * A French postcode as five digits, as SQL; null for what is none. Taken off are spaces, `F-` and `FR-` before and `CEDEX 08`
 * behind; four digits had a leading zero that a spreadsheet took, and `1000.0` is the same once more.
 */
export function postcodeSql(text: Sql): Sql {
  const plain = sql`upper(${plainSpacesSql(text)})`;
  const bare = replacePattern(plain, value("^FR?(?:-| )*([0-9])|[.]0$"), value("\\1"));
  const cut = replacePattern(bare, value(" *CEDEX(?: *[0-9]*)?$"), value(""));
  const code = replacePattern(cut, value("^([0-9]{2}) ([0-9]{3})$"), value("\\1\\2"));
  return sql`
    case
      when ${matchesWhole(code, value("[0-9]{5}"))} then ${code}
      when ${matchesWhole(code, value("[1-9][0-9]{3}"))} then '0' || ${code}
    end
  `;
}

/**
 * The department of a postcode that `postcodeSql` gave, as SQL; null for none (army offices, Monaco, codes of no
 * department). Its first two digits say it; of Corsica 200 and 201 are 2A, 202 and 206 are 2B; overseas the first three,
 * but for 97133 (Saint-Barthélemy) and 97150 (Saint-Martin). Some fifty communes are delivered by an office of the
 * neighbouring department and have its postcode: they come out in that one, since the postcode alone does not tell.
 */
export function departmentSql(postcode: Sql): Sql {
  const codes = departments.map(({ code }) => code);
  const listed = (length: number): Sql =>
    join(
      codes.filter((code) => code.length === length && !code.startsWith("2A") && !code.startsWith("2B")).map(value),
      ", ",
    );
  return sql`
    case
      when ${postcode} = '97133' then '977'
      when ${postcode} = '97150' then '978'
      when left(${postcode}, 3) in ('200', '201') then '2A'
      when left(${postcode}, 3) in ('202', '206') then '2B'
      when left(${postcode}, 2) in (${listed(2)}) then left(${postcode}, 2)
      when left(${postcode}, 3) in (${listed(3)}) then left(${postcode}, 3)
    end
  `;
}

/** The name or the region of a department's code, as SQL. */
export function departmentFactSql(code: Sql, fact: "name" | "region"): Sql {
  const cases = departments.map((one) => sql`when ${one.code} then ${one[fact]}`);
  return sql`
    case ${code}
      ${join(cases, "\n")}
    end
  `;
}
