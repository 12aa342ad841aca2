import type { ColumnType } from "./column-type.ts";

/** What a column is for, with the words by which a sentence names it. */
export const roleWords = {
  id: "an id",
  email: "an e-mail address",
  phone: "a telephone number",
  date: "a date",
  money: "an amount of money",
  consent: "a consent",
  refusal: "a refusal",
  event: "an event",
  "first-name": "a first name",
  "last-name": "a last name",
  name: "a name",
  address: "an address",
  postcode: "a postcode",
  city: "a city",
  country: "a country",
  label: "a label",
  category: "a category",
  measure: "a measure",
  flag: "a flag of two values",
  text: "text",
  constant: "constant",
  empty: "empty",
} as const;

export type Role = keyof typeof roleWords;

export const roleNames = Object.keys(roleWords) as readonly Role[];

/** What a schema file says of a column. */
export interface DeclaredColumn {
  /** Null, like the role, where the file gives none: names and values decide, as without a file. */
  readonly type: ColumnType | null;
  readonly role: Role | null;
}
