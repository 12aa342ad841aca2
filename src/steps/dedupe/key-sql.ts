import type { Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { emailKeySql } from "../contact/email-key.ts";
import { isEmailSql, normalEmailSql } from "../contact/email.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { valueSql } from "../reading/values.ts";
import { foldKeySql } from "./fold.ts";
import { textOf } from "./key-kinds.ts";
import type { KeyPart, KeySpec } from "./keys.ts";
import { nameTextSql } from "./people.ts";
import type { PhonePlan } from "./phone-plan.ts";
import { compactPhoneSql, nationalDigitsSql, phoneNumberSql, type PhoneCountry } from "./phone-sql.ts";
import { isPlaceholderEmailSql, isPlaceholderPhoneSql, isPlaceholderTextSql } from "./placeholders.ts";
import { rowNumberSql } from "../row-position.ts";

/** What a row's key is good for; only a usable one matches anything. */
export const keyState = { usable: 0, missing: 1, invalid: 2, placeholder: 3 } as const;

/** What phone keys need to know: all plans, and how a row's country is known. */
export interface PhoneFacts {
  readonly plans: readonly PhonePlan[];
  /** Null where only international forms tell their country. */
  readonly home: PhoneCountry | null;
}

/** Between the parts of a composite key; no normalised part holds it. */
export const partMark = "\u001f";

/**
 * The keys of every row: a query in row order with `row_no` (from 1), `key_1` … (null unless usable or a placeholder),
 * `state_1` … and the columns of `kept`, whose SQL reads the table's relation. With
 * `isBlock` words for nothing known are values like others, as a block only says what is compared.
 */
export function keysQuery(
  table: Table,
  keys: readonly KeySpec[],
  phone: PhoneFacts,
  kept: readonly { readonly name: string; readonly sql: Sql }[],
  isBlock = false,
): Sql {
  const parts = [...new Map(keys.flatMap((key) => key.parts).map((part) => [part.label, part])).values()];
  const at = (stem: string, part: KeyPart): Sql => identifier(`${stem}_${parts.indexOf(part) + 1}`);
  const written = parts.map((part) => sql`${writtenSql(part)} as ${at("written", part)}`);
  const homeCountry = phone.home === null ? [] : [sql`${phone.home.country} as country_1`];
  const others = kept.map(({ name, sql: of }) => sql`${of} as ${identifier(name)}`);
  const keptNames = kept.map(({ name }) => identifier(name));
  const known: PhoneFacts =
    phone.home === null ? phone : { ...phone, home: { ...phone.home, country: sql`country_1` } };
  const normal = parts.map((part) => sql`${normalSql(part, at("written", part), known)} as ${at("normal", part)}`);
  const states = parts.map(
    (part) => sql`${stateSql(part, at("written", part), at("normal", part), phone, isBlock)} as ${at("part", part)}`,
  );
  const whole = keys.flatMap((key, j) => {
    const own = key.parts.map((part) => parts.find(({ label }) => label === part.label)!);
    const state = own.length === 1 ? at("part", own[0]!) : compositeState(own.map((part) => at("part", part)));
    const text = join(
      own.map((part) =>
        part.kind === "email" ? emailKeySql(at("normal", part), part.domains ?? new Map()) : at("normal", part),
      ),
      ` || '${partMark}' || `,
    );
    return [
      sql`case when ${state} in (${keyState.usable}, ${keyState.placeholder}) then ${text} end as ${identifier(`key_${j + 1}`)}`,
      sql`${state} as ${identifier(`state_${j + 1}`)}`,
    ];
  });
  const rowName = identifier("row_no");
  return sql`
    select
      ${join([rowName, ...whole, ...keptNames], ",\n")}
    from (
      select *, ${join(states, ",\n")}
      from (
        select *, ${join(normal, ",\n")}
        from (
          select
            ${rowNumberSql(table)} as ${rowName},
            ${join([...written, ...homeCountry, ...others], ",\n")}
          from ${table.relation}
        )
      )
    )
  `;
}

/** The kind of a key in words: that of its only part, else `composite`. */
export function kindOfKey({ parts }: KeySpec): string {
  return parts.length === 1 ? parts[0]!.kind : "composite";
}

/** What a part holds, ready to be judged; null where nothing. */
function writtenSql(part: KeyPart): Sql {
  if (part.kind === "name") return sql`nullif(${foldKeySql(nameTextSql(part.columns))}, '')`;
  const column = part.columns[0]!;
  const text = textOf(column);
  if (part.kind === "value") {
    const value = asText(valueSql(column));
    return column.stored === "text" ? sql`case when not ${isMissingSql(text)} then ${value} end` : value;
  }
  const forms = {
    email: () => normalEmailSql(text),
    phone: () => sql`nullif(${compactPhoneSql(text)}, '')`,
    text: () => sql`coalesce(nullif(${foldKeySql(text)}, ''), nullif(trim(${text}), ''))`,
  };
  return sql`case when not ${isMissingSql(text)} then ${forms[part.kind]()} end`;
}

/** The form that is compared; null where there is no valid one. */
function normalSql(part: KeyPart, written: Sql, { plans, home }: PhoneFacts): Sql {
  if (part.kind === "email") return sql`case when ${isEmailSql(written)} then ${written} end`;
  return part.kind === "phone" ? phoneNumberSql(written, plans, home) : written;
}

function stateSql(part: KeyPart, written: Sql, normal: Sql, { plans }: PhoneFacts, isBlock: boolean): Sql {
  const placeholder =
    part.kind === "email"
      ? isPlaceholderEmailSql(normal)
      : part.kind === "phone"
        ? isPlaceholderPhoneSql(nationalDigitsSql(normal, plans))
        : isBlock
          ? sql`false`
          : isPlaceholderTextSql(normal, part.label);
  return sql`
    case
      when ${written} is null then ${keyState.missing}
      when ${normal} is null then ${keyState.invalid}
      when ${placeholder} then ${keyState.placeholder}
      else ${keyState.usable}
    end
  `;
}

/** Missing before invalid before placeholder: a composite key is as good as its worst part. */
function compositeState(states: readonly Sql[]): Sql {
  const any = (state: number): Sql =>
    join(
      states.map((one) => sql`${one} = ${state}`),
      " or ",
    );
  return sql`
    case
      when ${any(keyState.missing)} then ${keyState.missing}
      when ${any(keyState.invalid)} then ${keyState.invalid}
      when ${any(keyState.placeholder)} then ${keyState.placeholder}
      else ${keyState.usable}
    end
  `;
}
