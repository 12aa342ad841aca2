import type { Engine, Table } from "../../core/context.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { isOneOf, matchesPart, matchesWhole } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { sampleRows } from "../cluster/in-engine/sample-rows.ts";
import { saysConsent, saysRefusal } from "../column-kinds.ts";
import { consentSql, refusalConsentSql } from "../contact/consent.ts";
import { emailColumns } from "../contact/email.ts";
import { contentKinds, textOf } from "../dedupe/key-kinds.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { valueSql } from "../reading/values.ts";

/** Rows that are looked at to tell what columns are for. */
export const roleRows = 100_000;
const columnsAtOnce = 20;
/** The command draws nothing else by it. */
const drawSeed = 42;

/** What the values of a column say of what it is for, of the rows that were looked at. */
export interface RoleFacts {
  /** Rows with a value: no null, no empty text, no word for a missing value. */
  readonly present: number;
  readonly distinct: number;
  /** At least half of the values are. */
  readonly isEmail: boolean;
  readonly isPhone: boolean;
  /** Values that are a clear yes or no to a consent; 0 where the name speaks of none. */
  readonly answers: number;
  /** Values with a sign or code of a currency. */
  readonly currencies: number;
  /** Values that look like a postcode, an id of letters and digits, a UUID, the name of an event. */
  readonly postcodes: number;
  readonly codes: number;
  readonly uuids: number;
  readonly events: number;
  /** Of numbers; NaN for other columns. */
  readonly minimum: number;
  readonly maximum: number;
  readonly allIntegers: boolean;
}

/** Facts by column, and the rows they are of. */
export interface RoleEvidence {
  readonly rows: number;
  /** Null where all rows of the table were looked at. */
  readonly sampled: number | null;
  readonly facts: ReadonlyMap<Column, RoleFacts>;
}

const currencyPattern = "[€$£¥]|(?i:(?:^|[ 0-9\u00a0\u202f])(?:eur|euros?|usd|gbp|chf|cad)(?:$|[ 0-9\u00a0\u202f]))";
/** Five digits as in France, the forms of the main European countries, of the United Kingdom, Canada and the Netherlands. */
const postcodePattern =
  "[ ]*(?:(?i:[a-z]{1,2}-)?[0-9]{4,5}|[0-9]{2}-[0-9]{3}|[0-9]{3} [0-9]{2}|[0-9]{4}-[0-9]{3}|[0-9]{5}-[0-9]{4}|[0-9]{4} ?(?i:[a-z]{2})|(?i:[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}|[a-z][0-9][a-z] ?[0-9][a-z][0-9]))[ ]*";
const codePattern = "[A-Za-z]{0,6}[-_#/.]?[0-9][0-9A-Za-z]{2,}(?:[-_/.][0-9A-Za-z]+)*";
const uuidPattern =
  "(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})";
const eventWords = (
  "page_view pageview view_item view_item_list screen_view session_start first_visit user_engagement scroll click " +
  "add_to_cart remove_from_cart view_cart begin_checkout add_payment_info purchase refund sign_up signup login logout " +
  "search share view open opened sent delivered bounce bounced unsubscribe unsubscribed subscribe spam complaint " +
  "clicked order ordered visit download form_submit video_play app_open install uninstall"
).split(" ");

/**
 * Looks at the values of all columns: of every row up to `roleRows`, else of about so many drawn by a hash of their number,
 * the same each time. A scan for each twenty columns, and those of `emailColumns` and `contentKinds`.
 */
export async function roleEvidence(engine: Engine, table: Table): Promise<RoleEvidence> {
  const sample = await sampleRows(engine, table, roleRows, drawSeed);
  const looked: Column[] = [];
  const rows: Readonly<Record<string, unknown>>[] = [];
  for (let from = 0; from < sample.columns.length; from += columnsAtOnce) {
    const columns = sample.columns.slice(from, from + columnsAtOnce);
    const [row = {}] = await engine.rows(
      sql`
        select
          ${join(columns.map(countsSql), ",\n")}
        from ${sample.relation}
      `,
      1,
    );
    columns.forEach((column, i) => {
      looked.push({ ...column, present: Number(row[`present_${i}`]) });
      rows.push(Object.fromEntries(figureNames.map((name) => [name, row[`${name}_${i}`]])));
    });
  }
  const seen: Table = { ...sample, columns: looked };
  const texts = looked.filter(({ type }) => type === "text" || type === "integer");
  const emails = new Set(await emailColumns(engine, seen));
  const kinds = await contentKinds(engine, seen, texts);
  const facts = looked.map((column, i): [Column, RoleFacts] => {
    const row = rows[i]!;
    const figure = (name: (typeof figureNames)[number]): number => Number(row[name] ?? Number.NaN);
    return [
      table.columns[i]!,
      {
        present: figure("present"),
        distinct: figure("distinct"),
        isEmail: emails.has(column),
        isPhone: kinds.get(column) === "phone",
        answers: figure("answers"),
        currencies: figure("currencies"),
        postcodes: figure("postcodes"),
        codes: figure("codes"),
        uuids: figure("uuids"),
        events: figure("events"),
        minimum: figure("minimum"),
        maximum: figure("maximum"),
        allIntegers: figure("parts") === 0,
      },
    ];
  });
  return { rows: sample.rows, sampled: sample === table ? null : sample.rows, facts: new Map(facts) };
}

const figureNames = [
  "present",
  "distinct",
  "answers",
  "currencies",
  "postcodes",
  "codes",
  "uuids",
  "events",
  "minimum",
  "maximum",
  "parts",
] as const;

function countsSql(column: Column, i: number): Sql {
  const text = textOf(column);
  const isHeld = sql`not ${isMissingSql(text)}`;
  const count = (condition: Sql): Sql => sql`count(*) filter (where ${isHeld} and ${condition})`;
  const isText = column.type === "text";
  const isNumber = column.type === "integer" || column.type === "number";
  const number = sql`cast(${valueSql(column)} as double)`;
  const mayCode = isText || column.type === "integer";
  const never = sql`0`;
  const nothing = sql`cast(null as double)`;
  const figures: Readonly<Record<(typeof figureNames)[number], Sql>> = {
    present: sql`count(*) filter (where ${isHeld})`,
    distinct: sql`count(distinct case when ${isHeld} then ${text} end)`,
    answers: answersSql(column, count),
    currencies:
      column.stored === "text" && (isText || isNumber) ? count(matchesPart(text, value(currencyPattern))) : never,
    postcodes: mayCode ? count(matchesWhole(text, value(postcodePattern))) : never,
    codes: isText ? count(matchesWhole(text, value(codePattern))) : never,
    uuids: isText ? count(matchesWhole(text, value(uuidPattern))) : never,
    events: isText ? count(isOneOf(sql`lower(${text})`, eventWords)) : never,
    minimum: isNumber ? sql`min(${number})` : nothing,
    maximum: isNumber ? sql`max(${number})` : nothing,
    parts: isNumber ? sql`count(*) filter (where ${number} <> floor(${number}))` : never,
  };
  return join(
    figureNames.map((name) => sql`${figures[name]} as ${identifier(`${name}_${i}`)}`),
    ",\n",
  );
}

function answersSql(column: Column, count: (condition: Sql) => Sql): Sql {
  if (column.type === "date" || column.type === "timestamp") return sql`0`;
  if (saysRefusal(column.name)) return count(sql`${refusalConsentSql(column)} is not null`);
  return saysConsent(column.name) ? count(sql`${consentSql(column)} is not null`) : sql`0`;
}
