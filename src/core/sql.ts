/** A piece of SQL: text fragments with identifiers, values and dialect functions between them, compiled by a dialect. */
export interface Sql {
  readonly parts: readonly SqlPart[];
}

export type SqlPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "identifier"; readonly name: string }
  | { readonly kind: "value"; readonly value: SqlValue }
  /** A function whose spelling differs between engines; the dialect's member of that name expands it. */
  | { readonly kind: "call"; readonly member: string; readonly args: readonly Sql[] };

export type SqlValue = string | number | bigint | boolean | null | readonly SqlValue[];
