import type { Place } from "../../core/errors.ts";
import type { ColumnType } from "../../core/schema.ts";
import type { Said } from "../yaml-reader.ts";

export type { Said } from "../yaml-reader.ts";

/** What a column is to a customer; says how its values are compared, and which columns make up a name. */
export const columnRoles = [
  "id",
  "email",
  "phone",
  "date",
  "money",
  "consent",
  "refusal",
  "event",
  "first-name",
  "last-name",
  "name",
  "address",
  "postcode",
  "city",
  "country",
  "label",
  "category",
  "measure",
  "flag",
  "text",
] as const;
export type ColumnRole = (typeof columnRoles)[number];

/** Whose value a column takes: sources in order; `newest` before them is the row of the latest date. */
export type Prefer = readonly Said[];

/** A column of the one schema that all sources are mapped to. */
export interface MapColumn {
  readonly name: string;
  readonly place: Place;
  readonly type: ColumnType | null;
  readonly role: ColumnRole | null;
  readonly prefer: Prefer | null;
}

/** What a source has for a column of the schema. */
export type Mapping =
  /** The first of these columns that holds a value. */
  | { readonly kind: "first"; readonly columns: readonly Said[]; readonly place: Place }
  /** The values of these columns with a text between them, missing ones left out. */
  | { readonly kind: "join"; readonly columns: readonly Said[]; readonly between: string; readonly place: Place }
  /** The same text in every row. */
  | { readonly kind: "constant"; readonly text: string; readonly place: Place };

/** What a map file says of one source. */
export interface MapSource {
  readonly place: Place;
  /** Reading options by their names on the command line, camelCase. */
  readonly read: Readonly<Record<string, unknown>>;
  /** By column of the schema. */
  readonly columns: ReadonlyMap<string, Mapping>;
}

/** A map file as it was read; names are checked against the sources when these are open. */
export interface SourceMap {
  readonly file: string;
  /** The schema; null where the file gives none, and all columns are taken. */
  readonly columns: readonly MapColumn[] | null;
  readonly sources: ReadonlyMap<string, MapSource>;
  /** Reading options of the tables of `--lookup`, by their names. */
  readonly lookups: ReadonlyMap<string, MapSource["read"]>;
  readonly keys: readonly Said[] | null;
  readonly prefer: Prefer | null;
  /** The column of the schema that says when a row was last changed. */
  readonly updated: Said | null;
  /** Of telephone numbers: a column of the schema or a country. */
  readonly country: Said | null;
  /** Columns that make up a name; empty for `none`: names are not compared. */
  readonly names: readonly Said[] | null;
}
