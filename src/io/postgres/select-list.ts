import type { ColumnType } from "../../core/schema.ts";

/** A column of a query as the server describes it. */
export interface ServerColumn {
  readonly name: string;
  /** The object id of its type. */
  readonly type: number;
}

/** Object ids of types (pg_type.dat of the server, the same in every version). */
const oid = {
  boolean: 16,
  bytes: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  money: 790,
  char: 18,
  name: 19,
  bpchar: 1042,
  varchar: 1043,
  uuid: 2950,
  timestamptz: 1184,
} as const;

/** A name as an identifier of PostgreSQL. */
export function serverName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What is selected for a column so that its text is in plain notation: UTC times, `true` and `false`, plain money. */
export function selected({ name, type }: ServerColumn): string {
  const column = `q.${serverName(name)}`;
  const as = serverName(name);
  if (type === oid.boolean) return `case ${column} when true then 'true' when false then 'false' end as ${as}`;
  if (type === oid.timestamptz) return `${column} at time zone 'UTC' as ${as}`;
  if (type === oid.money) return `${column}::numeric as ${as}`;
  return `${column} as ${as}`;
}

/** What the text of a column stands for where the type of the server settles it; null where its values do. */
export function statedType({ type }: ServerColumn): ColumnType | null {
  if (type === oid.boolean) return "boolean";
  if (type === oid.int2 || type === oid.int4 || type === oid.int8) return "integer";
  const texts: readonly number[] = [oid.text, oid.char, oid.name, oid.bpchar, oid.varchar, oid.uuid, oid.bytes];
  return texts.includes(type) ? "text" : null;
}
