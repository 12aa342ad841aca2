import type { Context, Table } from "../../core/context.ts";
import { roleWords, type Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import { asText } from "../../sql/functions.ts";
import { sql } from "../../sql/template.ts";
import type { CleanColumn } from "../clean/model.ts";
import type { Left } from "../clean/left-out.ts";
import { isNumeric } from "../clean/plain-values.ts";
import type { ColumnFacts } from "../column-facts.ts";
import {
  flagWords,
  idReason,
  notAFeature,
  notAMeasure,
  saysConsent,
  saysId,
  saysLabel,
  saysRefusal,
} from "../column-kinds.ts";
import type { ImputeFeature } from "./imputer.ts";

/** Categories of a column that is filled, or filled from, at most. */
export const mostLevels = 50;

/** What is known of columns before one is chosen. */
export interface FeatureChoice {
  readonly cleaned: ReadonlyMap<string, CleanColumn>;
  /** Of the columns of numbers. */
  readonly facts: ReadonlyMap<string, ColumnFacts>;
  /** Whether a rule fills all columns. */
  readonly fillsAll: boolean;
  /** Columns that a rule of their own names. */
  readonly named: { has(column: string): boolean };
  /** Columns that `--columns` names in full. */
  readonly listed: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  /** The column of groups. */
  readonly by: string | null;
}

/** A column that gaps are filled from; `filled` where a rule for all columns fills its own. */
export interface ChosenFeature extends ImputeFeature {
  readonly filled: boolean;
}

/**
 * The columns that a model fills from, and why others are none: every number that measures behaviour or has two values, every
 * yes or no, and every text of 2 to 50 values that stand twice on average and are no id, label, consent or address; of these
 * a column of two numbers is filled only where it is listed. What is named is used whatever it holds; what is listed unless it
 * is an id, a consent or an address.
 */
export async function chooseFeatures(
  context: Context,
  table: Table,
  columns: readonly Column[],
  choice: FeatureChoice,
): Promise<{ readonly features: readonly ChosenFeature[]; readonly left: readonly Left[] }> {
  const { facts, named, listed } = choice;
  const features: ChosenFeature[] = [];
  const left: Left[] = [];
  for (const column of columns) {
    const { name } = column;
    const isNamed = named.has(name);
    const reason = isNamed ? null : (reasonByRule(column, choice) ?? reasonByKind(column, choice));
    if (isNumeric(column.type)) {
      const isFlag = reason?.startsWith(flagWords) === true;
      if (isFlag || reason === null) features.push({ column: name, levels: [], filled: !isFlag });
      if (isFlag && choice.fillsAll && column.present < table.rows)
        left.push({ column: name, reason: `${reason}: not filled` });
      else if (!isFlag && reason !== null) left.push({ column: name, reason });
      continue;
    }
    const levels = reason === null ? await levelsOf(context, table, column) : [];
    const why = reason ?? (isNamed ? null : reasonByLevels(column, levels));
    if (why !== null) left.push({ column: name, reason: why });
    // More levels than a model takes are refused where the column is named.
    else features.push({ column: name, levels: levels ?? [], filled: true });
  }
  return { features, left };

  function reasonByKind(column: Column, { cleaned }: FeatureChoice): string | null {
    const { name, type } = column;
    if (!isNumeric(type)) return notCategories(column, cleaned.get(name)!, listed.has(name));
    const role = column.declared?.role === "flag" ? "flag" : null;
    return listed.has(name) ? notAFeature(name, facts.get(name)!) : notAMeasure(name, facts.get(name)!, role);
  }
}

/** Why a column is out by what is said of it elsewhere. */
function reasonByRule({ name, declared }: Column, { ids, by }: FeatureChoice): string | null {
  if (name === by) return "the groups, by --by";
  if (!ids.has(name)) return null;
  return idReason(declared?.role ?? null);
}

const describingRoles: ReadonlySet<Role> = new Set(["category", "flag", "city", "country"]);

/** Why a column of no numbers describes no row: an id, a label, a consent, an address, a number by which it is reached. */
function notCategories(
  { name, type, declared }: Column,
  { email, contact }: CleanColumn,
  listed: boolean,
): string | null {
  if (type !== "boolean" && type !== "text") return "a date";
  if (email) return "e-mail addresses";
  if (contact?.kind === "phone") return "telephone numbers";
  if (contact?.kind === "postcode") return "postcodes";
  const role = declared?.role ?? "category";
  if (!describingRoles.has(role)) return `${roleWords[role]}, by the schema`;
  if (saysConsent(name) || saysRefusal(name)) return "a consent";
  if (type === "boolean") return null;
  if (saysId(name)) return "an id or code, by its name";
  return saysLabel(name) && !listed ? "a label" : null;
}

/** Why texts are no categories: names and ids stand about once each. */
function reasonByLevels({ type, present }: Column, levels: readonly string[] | null): string | null {
  if (levels === null) return `more than ${mostLevels} texts`;
  if (levels.length < 2) return levels.length === 0 ? "empty" : "constant";
  return type === "text" && 2 * levels.length > present ? "texts that mostly stand once" : null;
}

/** The texts of a column by code point, or null where they are more than 50. */
async function levelsOf({ engine }: Context, table: Table, { ref }: Column): Promise<readonly string[] | null> {
  const rows = await engine.rows(
    sql`
      select distinct ${asText(ref)} as level_1
      from ${table.relation}
      where ${ref} is not null
      limit ${mostLevels + 1}
    `,
    mostLevels + 1,
  );
  if (rows.length > mostLevels) return null;
  return rows.map((row) => String(row["level_1"])).sort(byCodePoint);
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
