import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { nameWords } from "../column-kinds.ts";
import { findColumn } from "../match-columns.ts";
import type { Warning } from "../open-table.ts";
import { requireSettled } from "../reading/ties.ts";
import { asciiDomains, type AsciiDomains } from "../contact/email-key.ts";
import { contentKinds, textOf, type ContentKind } from "./key-kinds.ts";
import { nameColumns } from "./people.ts";

/** What the values of a key's part are, which says how they are compared. */
export type KeyKind = ContentKind | "value" | "name";

/** A column of a key, or the name that first and last name make. */
export interface KeyPart {
  readonly label: string;
  readonly kind: KeyKind;
  /** One column; for `name` those that make it up. */
  readonly columns: readonly Column[];
  /** Of addresses: the domains whose two forms are one. */
  readonly domains?: AsciiDomains;
}

/** One way to be linked: the columns that must all agree. */
export interface KeySpec {
  /** As the user wrote it. */
  readonly label: string;
  readonly parts: readonly KeyPart[];
}

/**
 * The keys that `--key` or `--block` name. A name that is no column's may stand for the only column of its role (email,
 * phone) or for first and last name together (name). One scan over the columns. Throws `unknown-column` with a
 * did-you-mean, `ambiguous-input`, `usage` for an empty part.
 */
export async function readKeys(
  engine: Engine,
  table: Table,
  items: readonly string[],
  option: string,
  names: readonly string[] | undefined,
): Promise<{ readonly keys: readonly KeySpec[]; readonly warnings: readonly Warning[] }> {
  const warnings: Warning[] = [];
  const named = items.map((label) => ({ label, parts: partsOf(table, label, option) }));
  const asked = new Set(named.flatMap(({ parts }) => parts));
  const roles = [...asked].filter((part) => table.columns.every(({ name }) => name !== part) && roleOf(part) !== null);
  const texts = table.columns.filter(
    ({ name, type }) => (asked.has(name) || roles.length > 0) && (type === "text" || type === "integer"),
  );
  const kinds = await contentKinds(engine, table, texts);
  const parts = new Map<string, KeyPart>();
  for (const part of asked) {
    const own = table.columns.find(({ name }) => name === part);
    if (own !== undefined) {
      requireSettled(table, [part]);
      parts.set(part, { label: part, kind: kindOf(own, kinds), columns: [own] });
      continue;
    }
    const whole = part === "name" ? nameColumns(table, names) : [];
    if (whole.length > 0) {
      parts.set(part, { label: part, kind: "name", columns: whole });
      continue;
    }
    const role = roleOf(part);
    const playing = role === null ? [] : [...kinds].filter(([, kind]) => kind === role).map(([column]) => column);
    if (playing.length !== 1) findColumn(table.columns, part, option);
    const column = playing[0]!;
    parts.set(part, { label: column.name, kind: role!, columns: [column] });
    const message = `the table has no column ${part}; ${column.name} is its only column of that kind and was taken`;
    warnings.push({ code: "key-column", message });
  }
  for (const [name, part] of parts) parts.set(name, await withDomains(engine, table, part));
  const keys = named.map(({ label, parts: own }) => ({ label, parts: own.map((part) => parts.get(part)!) }));
  const twice = keys.find(({ label }, i) => keys.findIndex((one) => one.label === label) < i);
  if (twice !== undefined) throw new SegmentError("usage", `${option} ${twice.label} is given twice`);
  return { keys, warnings };
}

/** A part of a key with what comparing its addresses needs. One scan for such a part. */
export async function withDomains(engine: Engine, table: Table, part: KeyPart): Promise<KeyPart> {
  if (part.kind !== "email") return part;
  return { ...part, domains: await asciiDomains(engine, table.relation, textOf(part.columns[0]!)) };
}

/** Columns that could serve as a key, for the hint of a run that names none. */
export async function likelyKeys(engine: Engine, table: Table): Promise<readonly string[]> {
  const texts = table.columns.filter(({ type }) => type === "text" || type === "integer");
  const kinds = await contentKinds(engine, table, texts);
  return [...kinds].filter(([, kind]) => kind !== "text").map(([{ name }]) => name);
}

/** A name that a column has wins over its reading as several. */
function partsOf(table: Table, label: string, option: string): readonly string[] {
  if (table.columns.some(({ name }) => name === label)) return [label];
  const parts = label.split("+").map((part) => part.trim());
  if (!parts.includes("")) return parts;
  throw new SegmentError("usage", `${option} ${label}: a column is missing`, {
    hint: `write it as ${option} last_name+postcode`,
  });
}

function roleOf(name: string): "email" | "phone" | null {
  const word = nameWords(name).join("");
  if (["email", "mail", "emailaddress", "courriel", "adressemail"].includes(word)) return "email";
  return ["phone", "telephone", "tel", "mobile", "phonenumber", "portable"].includes(word) ? "phone" : null;
}

function kindOf(column: Column, kinds: ReadonlyMap<Column, ContentKind>): KeyKind {
  const kind = kinds.get(column);
  if (kind !== undefined && (kind !== "text" || column.type === "text")) return kind;
  return column.type === "text" ? "text" : "value";
}
