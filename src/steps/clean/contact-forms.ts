import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, isAscii, isOneOf, lowerCase } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { isEmailSql } from "../contact/email.ts";
import { isDisposableSql, isRoleMailboxSql } from "../contact/mailbox.ts";
import { currencySql } from "../contact/money.ts";
import { isKnownPhoneSql, phoneDigitsSql, phoneFormSql } from "../contact/phone.ts";
import { compactPostcodeSql, isPostcodeSql, postcodeFormSql, postOf } from "../contact/postcode.ts";
import { isMissing } from "../reading/number-shapes.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import type { PhonePlan } from "../dedupe/phone-plan.ts";
import {
  formColumn,
  stagedRelation,
  type AddedColumn,
  type ContactForm,
  type FormColumn,
  type Stage,
  type TextFacts,
} from "./form.ts";
import type { CleanColumn, CleanModel, ContactRule } from "./model.ts";
import { smallLetters, type EmailCheck } from "./settings.ts";
import { hasOddSpaceSql, shownSql, squeezedSql } from "./white-space.ts";
import { isWordKind, knownWords, tooMany, wordForm, wordKinds, wordSql } from "./word-forms.ts";

/** Different domains beyond ASCII of one column of addresses. */
const mostDomains = 10_000;

/** The model's members that say how contact data is brought into form. */
export type ContactModel = Pick<CleanModel, "columns" | "nullWords" | "emailCheck"> &
  Partial<Pick<CleanModel, "checks" | "emailFlags" | "unicode">>;

/** What becomes of the wrong values of a column; null where none are looked for. */
export function actionOf(model: ContactModel, { name, email }: CleanColumn): EmailCheck | null {
  if (email) return model.emailCheck;
  return model.checks?.find(({ column }) => column === name)?.action ?? null;
}

/**
 * What the rules of contact data do to each column that has one, by name. The words of columns of countries, genders and
 * titles and the domains beyond ASCII are looked up one by one: a scan for each such column. Throws `bad-option-value` for
 * a column of too many different words.
 */
export async function contactForms(
  { engine }: Pick<Context, "engine">,
  table: Table,
  model: ContactModel,
  texts: TextFacts,
  verdicts: ReadonlyMap<string, Sql> = new Map(),
): Promise<ReadonlyMap<string, ContactForm>> {
  const forms = new Map<string, ContactForm>();
  const { nullWords: words, unicode = "nfc" } = model;
  const isNothing = (word: string): boolean => isNullWord(word, words);
  const isPhone = model.columns.some(({ contact }) => contact?.kind === "phone");
  const plans = isPhone ? (await import("../dedupe/phone-plan.ts")).phonePlans() : new Map<string, PhonePlan>();
  const countries = await rowCountries(engine, table, model);
  for (const cleaned of model.columns) {
    const column = table.columns.find(({ name }) => name === cleaned.name);
    if (column === undefined) continue;
    const { contact } = cleaned;
    const action = actionOf(model, cleaned);
    const plain = (): FormColumn => formColumn(column, cleaned, { texts, words, unicode, contact: noForm });
    if (cleaned.email) {
      forms.set(column.name, withCheck(cleaned, action, await emailForm(engine, table, plain(), model)));
    } else if (cleaned.currency === true) {
      forms.set(column.name, currencyForm(table, column));
    } else if (contact !== undefined) {
      const form = isWordKind(contact.kind)
        ? await wordForm(engine, table, plain(), contact.kind, isNothing)
        : placedForm(contact, countries.get(keyOf(contact)) ?? null, plans, verdicts.get(column.name) ?? null);
      forms.set(column.name, withCheck(cleaned, action, form));
    }
  }
  return forms;
}

/** The currency of an amount as it was read; one that an earlier run told beside it stays. */
function currencyForm({ columns }: Table, { name }: Column): ContactForm {
  const beside = `${name}_currency`;
  const earlier = columns.find((column) => column.name === beside);
  const kept = `earlier_currency_of_${name}`;
  const value = (read: Sql): Sql => {
    const written = currencySql(squeezedSql(read, hasOddSpaceSql(read)));
    return earlier === undefined ? written : sql`coalesce(${written}, nullif(${identifier(kept)}, ''))`;
  };
  return {
    stages: [],
    added: [{ name: beside, type: "text", value }],
    beside: earlier === undefined ? new Map() : new Map([[kept, asText(earlier.ref)]]),
  };
}

const noForm: ContactForm = { stages: [] };

/** The rules of a column with what its check does to it. */
function withCheck({ name }: CleanColumn, action: EmailCheck | null, form: ContactForm): ContactForm {
  const { judge } = form;
  if (judge == null) return form;
  const valid: AddedColumn = {
    name: `${name}_valid`,
    type: "boolean",
    value: (_, formed, right) => sql`case when ${formed} is not null then ${right!} end`,
  };
  const emptied: Stage = {
    rule: "check",
    apply: (before, _, right) => sql`case when coalesce(${right}, true) then ${before} end`,
  };
  const added = form.added ?? [];
  if (action === "null") {
    // Nothing is told of a value that is emptied.
    const kept = ({ value: of }: AddedColumn): AddedColumn["value"] => {
      return (read, formed, right) => sql`case when coalesce(${right!}, true) then ${of(read, formed, right)} end`;
    };
    return { ...form, stages: [...form.stages, emptied], added: added.map((one) => ({ ...one, value: kept(one) })) };
  }
  return { ...form, added: [...(action === "flag" ? [valid] : []), ...added] };
}

/** Addresses: domains beyond ASCII in the form in which mail servers know them, and what is told of them beside. */
async function emailForm(
  engine: Engine,
  table: Table,
  plain: FormColumn,
  { emailCheck, emailFlags = [] }: ContactModel,
): Promise<ContactForm> {
  const { name } = plain.column;
  const told = { role: isRoleMailboxSql, disposable: isDisposableSql };
  const added = emailFlags.map((flag): AddedColumn => {
    const of = (_: Sql, formed: Sql): Sql => sql`case when contains(${formed}, '@') then ${told[flag](formed)} end`;
    return { name: `${name}_${flag}`, type: "boolean", value: of };
  });
  const domains = await foreignDomains(engine, table, plain);
  const stages =
    domains.size === 0 ? [] : [{ rule: "idn", apply: (before: Sql) => domainSql(before, domains) } as const];
  const judge = emailCheck === null ? null : (formed: Sql): Sql => isEmailSql(formed);
  return { stages, judge, added };
}

function domainOf(email: Sql): Sql {
  return sql`substr(${email}, instr(${email}, '@') + 1)`;
}

function domainSql(email: Sql, domains: ReadonlyMap<string, string>): Sql {
  const cases = Array.from(domains, ([domain, ascii]) => sql`when ${domain} then ${ascii}`);
  return sql`
    case
      when ${isAscii(email)} or not contains(${email}, '@') then ${email}
      else substr(${email}, 1, instr(${email}, '@')) || case ${domainOf(email)}
        ${join(cases, "\n")}
        else ${domainOf(email)}
      end
    end
  `;
}

/** Domains of a column of addresses that hold letters beyond ASCII, with what they are in ASCII (UTS 46, Punycode). */
async function foreignDomains(engine: Engine, table: Table, plain: FormColumn): Promise<ReadonlyMap<string, string>> {
  const { ref } = plain.column;
  const foreign = sql`(select * from ${table.relation} where not ${isAscii(ref)} and contains(${ref}, '@'))`;
  const { relation, refs } = stagedRelation({ ...table, relation: foreign }, [plain]);
  const email = refs[0]!.at(-1)!;
  const rows = await engine.rows(
    sql`
      select distinct ${domainOf(email)} as domain_1
      from ${relation}
      where not ${isAscii(domainOf(email))}
      limit ${mostDomains + 1}
    `,
    mostDomains + 1,
  );
  if (rows.length > mostDomains) throw tooMany(plain.column, "domains beyond ASCII");
  const { domainToASCII } = await import("node:url");
  const found = rows.flatMap((row): (readonly [string, string])[] => {
    const domain = String(row["domain_1"]);
    const ascii = domainToASCII(domain);
    return ascii === "" ? [] : [[domain, ascii]];
  });
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The country of each row, as telephone numbers or postcodes need it. */
interface RowCountry {
  readonly codes: readonly string[];
  readonly code: Sql;
  readonly beside: ReadonlyMap<string, Sql>;
  /** Whether all rows have the same. */
  readonly single: boolean;
}

/** Whether the next run finds a missing value in a text. */
function isNullWord(word: string, words: readonly string[] | null): boolean {
  return words === null ? isMissing(word) : words.includes(smallLetters(word.normalize("NFC")));
}

function keyOf({ country: { column, code } }: ContactRule): string {
  return JSON.stringify([column, code]);
}

async function rowCountries(
  engine: Engine,
  table: Table,
  model: ContactModel,
): Promise<ReadonlyMap<string, RowCountry>> {
  const { columns, nullWords } = model;
  const found = new Map<string, RowCountry>();
  for (const { contact } of columns) {
    if (contact === undefined || isWordKind(contact.kind) || found.has(keyOf(contact))) continue;
    const { column: name, code } = contact.country;
    if (name === null) {
      if (code !== null)
        found.set(keyOf(contact), { codes: [code], code: sql`${code}`, beside: new Map(), single: true });
      continue;
    }
    const column = table.columns.find((one) => one.name === name);
    if (column === undefined) throw new SegmentError("model-mismatch", `the table has no column ${name} of countries`);
    // As the next run will find it: without what is not seen, and nothing where it says so (`NA` is no Namibia).
    const text = shownSql(asText(column.ref));
    const asShown: FormColumn = { column: { ...column, ref: text }, cleaned: null, stages: [], odd: false };
    const known = await knownWords(engine, table, asShown, wordKinds.country.of, "countries");
    const words = new Map([...known].filter(([word]) => !isNullWord(word, nullWords)));
    const beside = `country_${found.size + 1}`;
    const codes = new Set([...words.values(), ...(code === null ? [] : [code])]);
    // The country of all rows goes to those that name none; what names one that is not known has none, unless that is
    // emptied, so that it names none the next time.
    const own = model.columns.find((one) => one.name === name);
    const isEmptied = own?.contact?.kind === "country" && actionOf(model, own) === "null";
    const nothing =
      nullWords === null
        ? isMissingSql(text)
        : sql`(${text} is null or ${isOneOf(lowerCase(text), ["", ...nullWords])})`;
    const named = wordSql(text, [...words], asText(isEmptied ? sql`${code}` : sql`null`));
    found.set(keyOf(contact), {
      codes: [...codes],
      code: identifier(beside),
      beside: new Map([[beside, code === null ? named : sql`case when ${nothing} then ${code} else ${named} end`]]),
      single: false,
    });
  }
  return found;
}

/** Telephone numbers, postcodes and places, by the country of the row. `verdict`: what the official table says of it. */
function placedForm(
  { kind }: ContactRule,
  country: RowCountry | null,
  known: ReadonlyMap<string, PhonePlan>,
  verdict: Sql | null,
): ContactForm {
  const told = identifier(`official_of_${kind}_0`);
  const beside = new Map([
    ...(country?.beside ?? []),
    ...(verdict === null ? [] : [[`official_of_${kind}_0`, verdict] as const]),
  ]);
  if (kind === "city") return { stages: [], judge: () => told, beside };
  if (kind === "postcode") {
    const codes = (country?.codes ?? []).filter((code) => postOf(code) !== null);
    const code = country?.code ?? asText(sql`null`);
    return {
      stages: [
        {
          rule: "postcode",
          prepare: compactPostcodeSql,
          apply: (before, _, compact) => postcodeFormSql(before, compact, code, codes),
        },
      ],
      judge: (formed) => {
        const isWritten = isPostcodeSql(formed, code, codes);
        return verdict === null ? isWritten : sql`(${isWritten} and coalesce(${told}, true))`;
      },
      beside,
    };
  }
  const plans = [...known.values()];
  const own = (country?.codes ?? []).flatMap((code) => known.get(code) ?? []);
  const home = country === null ? null : { plans: own, country: country.code, single: country.single };
  return {
    stages: [
      {
        rule: "phone",
        prepare: (before) => phoneDigitsSql(before, home),
        apply: (before, _, digits) => phoneFormSql(before, digits, plans, home),
      },
    ],
    judge: (formed) => isKnownPhoneSql(formed, plans, home),
    beside,
  };
}
