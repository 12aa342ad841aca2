/** A piece of SQL: text fragments with identifiers and values between them, compiled by a dialect. */
export interface Sql {
  readonly parts: readonly SqlPart[];
}

export type SqlPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "identifier"; readonly name: string }
  | { readonly kind: "value"; readonly value: SqlValue };

export type SqlValue = string | number | bigint | boolean | null | readonly SqlValue[];
