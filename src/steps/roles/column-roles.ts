import type { Engine, Table } from "../../core/context.ts";
import type { Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import {
  isDigitsDate,
  moneyRank,
  nameWords,
  saysConsent,
  saysId,
  saysLabel,
  saysPrice,
  saysRefusal,
  saysSource,
} from "../column-kinds.ts";
import { namePart } from "../dedupe/people.ts";
import { roleEvidence, type RoleFacts } from "./role-facts.ts";

/** What a column is for, and why, in words. */
export interface ColumnRole {
  readonly column: string;
  readonly role: Role;
  readonly why: string;
}

export interface ColumnRoles {
  readonly roles: readonly ColumnRole[];
  /** Rows drawn by hash that the roles are of; null where all were looked at. */
  readonly sampled: number | null;
}

/**
 * What each column of a table is for, in table order: by its name and its values together; what `--schema` declares wins.
 * Looks at no more than about 100,000 rows. Cost: some scans of those rows. `isRolled`: its columns are measures by customer,
 * of which one called `first` or `last` is no part of a person's name.
 */
export async function columnRoles(engine: Engine, table: Table, isRolled = false): Promise<ColumnRoles> {
  const { rows, sampled, facts } = await roleEvidence(engine, table);
  const roles = table.columns.map((column): ColumnRole => {
    const role = column.declared?.role ?? null;
    if (role !== null) return { column: column.name, role, why: "by the schema" };
    return { column: column.name, ...roleOf(column, facts.get(column)!, rows, isRolled) };
  });
  return { roles, sampled };
}

type Found = Omit<ColumnRole, "column">;

/** The first that fits; what names a person or a row comes before what measures. */
function roleOf(column: Column, facts: RoleFacts, rows: number, isRolled: boolean): Found {
  if (facts.present === 0) return { role: "empty", why: "no value" };
  const isMeasure = isRolled && /^(?:first|last)$/i.test(column.name);
  for (const rule of isMeasure || saysSource(column.name) ? rulesOfValues : rules) {
    const found = rule(column, facts, rows);
    if (found !== null) return found;
  }
  if (isNumber(column)) return { role: "measure", why: "numbers" };
  const { present, distinct } = facts;
  const isFew = (distinct <= 50 && present >= 2 * distinct) || (distinct <= 1000 && distinct * 20 <= present);
  return isFew
    ? { role: "category", why: `${distinct} different values` }
    : { role: "text", why: `${distinct} different texts` };
}

type Rule = (column: Column, facts: RoleFacts, rows: number) => Found | null;

const rules: readonly Rule[] = [
  emailRole,
  consentRole,
  dateRole,
  postcodeRole,
  phoneRole,
  labelRole,
  idByName,
  eventRole,
  personRole,
  placeRole,
  moneyRole,
  flagRole,
  constantRole,
  idByValues,
];

/** For a column whose name is that of another and says where that is from. */
const rulesOfValues: readonly Rule[] = [emailRole, dateRole, flagRole, constantRole, idByValues];

function emailRole(_: Column, { isEmail }: RoleFacts): Found | null {
  return isEmail ? { role: "email", why: "at least half of its values are addresses" } : null;
}

function consentRole({ name }: Column, { answers, present }: RoleFacts): Found | null {
  if (answers * 2 < present || answers === 0) return null;
  if (saysRefusal(name)) return { role: "refusal", why: "by its name, and its values are yes or no" };
  return saysConsent(name) ? { role: "consent", why: "by its name, and its values are yes or no" } : null;
}

function dateRole({ name, type, tie }: Column, facts: RoleFacts): Found | null {
  if (type === "date") return { role: "date", why: "dates" };
  if (type === "timestamp") return { role: "date", why: "dates with a time" };
  if (tie?.readings[0]?.option.startsWith("--dates") === true)
    return { role: "date", why: "dates that can be read in two ways" };
  const isDigits = facts.allIntegers && type === "integer" && isDigitsDate(name, facts);
  return isDigits ? { role: "date", why: "a date or year in digits" } : null;
}

function postcodeRole({ name }: Column, { postcodes, present }: RoleFacts): Found | null {
  const isNamed = says(name, "postcode postal zip zipcode cp plz codepostal");
  if (!isNamed || postcodes * 2 < present) return null;
  return { role: "postcode", why: "by its name and the form of its values" };
}

function phoneRole(_: Column, { isPhone }: RoleFacts): Found | null {
  return isPhone ? { role: "phone", why: "at least half of its values are telephone numbers" } : null;
}

function labelRole({ name }: Column, { distinct, present }: RoleFacts): Found | null {
  if (!saysLabel(name) || distinct > 200 || (distinct * 2 > present && present > 20)) return null;
  return { role: "label", why: "by its name" };
}

/** A code that many rows share says a kind, not which one. */
function idByName({ name, type }: Column, { distinct, present }: RoleFacts): Found | null {
  if (type === "boolean" || !saysId(name) || (isNumberType(type) && moneyRank(name) > 0)) return null;
  const isShared = distinct <= 1000 && distinct * 20 <= present;
  if (isShared && says(name, "code codes departement department insee reference ref key naf ape nace"))
    return { role: "category", why: `a code, by its name, that rows share: ${distinct} different ones` };
  return { role: "id", why: "by its name" };
}

function eventRole({ name, type }: Column, { distinct, events, present }: RoleFacts): Found | null {
  if (type !== "text") return null;
  if (events * 2 >= present && present > 0 && events > 1) return { role: "event", why: "names of events" };
  const isNamed = says(name, "event events evenement evt") && distinct <= 1000;
  return isNamed ? { role: "event", why: "by its name" } : null;
}

function personRole({ name, type }: Column): Found | null {
  if (type !== "text") return null;
  const part = namePart(name);
  return part === null ? null : { role: part, why: "by its name" };
}

function placeRole({ name, type }: Column): Found | null {
  if (type !== "text") return null;
  const by = (role: Role): Found => ({ role, why: "by its name" });
  if (says(name, "address adresse address1 address2 adresse1 adresse2 street rue addr strasse")) return by("address");
  if (says(name, "city ville town commune localite stadt")) return by("city");
  return says(name, "country pays land") ? by("country") : null;
}

function moneyRole(column: Column, { currencies, present }: RoleFacts): Found | null {
  const isCurrency = currencies * 2 >= present && currencies > 0;
  if (column.type === "text") {
    const isTied = column.tie !== undefined && moneyRank(column.name) > 0;
    if (isTied) return { role: "money", why: "by its name" };
    return isCurrency ? { role: "money", why: "at least half of its values have a currency" } : null;
  }
  if (!isNumber(column)) return null;
  if (isCurrency) return { role: "money", why: "its values have a currency" };
  const isCount = says(
    column.name,
    "count nb nombre number num qty quantity quantite rank rang score rate taux pct percent share part ratio",
  );
  const isNamed = moneyRank(column.name) > 0 || (saysPrice(column.name) && !isCount);
  return isNamed ? { role: "money", why: "by its name" } : null;
}

function flagRole({ type }: Column, { distinct, present }: RoleFacts): Found | null {
  if (type === "boolean" && distinct > 1) return { role: "flag", why: "yes or no" };
  return distinct === 2 && present > 4 && type !== "text" ? { role: "flag", why: "two different values" } : null;
}

function constantRole(_: Column, { distinct }: RoleFacts, rows: number): Found | null {
  return distinct === 1 && rows > 1 ? { role: "constant", why: "one value" } : null;
}

function idByValues({ type }: Column, facts: RoleFacts, rows: number): Found | null {
  const { present, distinct, uuids, codes, minimum, maximum, allIntegers } = facts;
  if (type === "text" && uuids * 10 >= present * 9) return { role: "id", why: "UUIDs or digests" };
  if (rows < 20 || present !== rows || distinct !== rows) return null;
  if (type === "text" && codes * 10 >= present * 9) return { role: "id", why: "codes, another in every row" };
  const isNumbering = type === "integer" && allIntegers && maximum - minimum + 1 === rows;
  return isNumbering ? { role: "id", why: "a row number" } : null;
}

function says(name: string, list: string): boolean {
  const wanted = list.split(" ");
  return nameWords(name).some((word) => wanted.includes(word) || wanted.includes(word.replace(/(?<=\p{L})\d+$/u, "")));
}

function isNumber({ type }: Column): boolean {
  return isNumberType(type);
}

function isNumberType(type: Column["type"]): boolean {
  return type === "integer" || type === "number";
}
