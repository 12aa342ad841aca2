import type { Engine } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { saysConsent, saysRefusal } from "../column-kinds.ts";
import { contentKinds } from "../dedupe/key-kinds.ts";
import { readKeys, withDomains, type KeyKind, type KeyPart, type KeySpec } from "../dedupe/keys.ts";
import type { Warning } from "../open-table.ts";
import type { AlignedColumn } from "./align-columns.ts";
import { isCustomerId } from "./customer-id.ts";
import type { ColumnRole, Said, SourceMap } from "./source-map.ts";
import type { Stack } from "./stack.ts";

/** A key by which rows of several sources are one customer. */
export interface CombineKey extends KeySpec {
  /** Rows that have it both and differ in it are two customers, whatever a later key says. */
  readonly isId: boolean;
}

/** The keys of a run, the strongest first, and what every column is. */
export interface ChosenKeys {
  readonly keys: readonly CombineKey[];
  /** By column of the stack. */
  readonly roles: readonly ColumnRole[];
  readonly warnings: readonly Warning[];
}

/**
 * The keys in the order in which they are tried: those of `--key`, else those of the map, else customer id, e-mail address
 * and telephone number, as far as two sources or more have them. Roles are those of the map, else by content (addresses,
 * numbers) and by name. One scan. Throws `unknown-column`, `bad-map`.
 */
export async function chooseKeys(
  engine: Engine,
  stack: Stack,
  aligned: readonly AlignedColumn[],
  map: SourceMap | null,
  asked: readonly string[],
): Promise<ChosenKeys> {
  const { table } = stack;
  const texts = table.columns.filter(({ type }) => type === "text" || type === "integer");
  const kinds = await contentKinds(engine, table, texts);
  const roles = table.columns.map((column, i) => aligned[i]!.role ?? roleOf(column, kinds.get(column)));
  const items =
    asked.length > 0 ? asked : (map?.keys?.map(({ value }) => value) ?? usualKeys(table.columns, roles, aligned));
  const read = await readNamed(engine, stack, items, asked.length > 0 ? null : (map?.keys ?? null));
  const keys: CombineKey[] = [];
  for (const key of read.keys) {
    const parts: KeyPart[] = [];
    for (const part of key.parts) {
      const role = part.columns.length === 1 ? roles[table.columns.indexOf(part.columns[0]!)]! : null;
      const kind: KeyKind = role === "email" || role === "phone" ? role : plainKind(part.kind, part.columns[0]!);
      const known = part.domains !== undefined && kind === "email";
      parts.push(known ? part : await withDomains(engine, table, { ...part, kind }));
    }
    const own = parts[0]!.columns[0]!;
    keys.push({ ...key, parts, isId: parts.length === 1 && roles[table.columns.indexOf(own)] === "id" });
  }
  return { keys, roles, warnings: read.warnings };
}

async function readNamed(engine: Engine, { table }: Stack, items: readonly string[], said: readonly Said[] | null) {
  try {
    return await readKeys(engine, table, items, "--key", undefined);
  } catch (error) {
    if (said === null || !(error instanceof SegmentError)) throw error;
    const at = said.find(({ value }) => error.message.includes(value.split("+")[0]!)) ?? said[0]!;
    throw new SegmentError("bad-map", error.message.replaceAll("--key", "keys"), { place: at.place, hint: error.hint });
  }
}

/** What a role of the map takes back: an address in a column that is said to be an id is an id. */
function plainKind(kind: KeyKind, column: Column): KeyKind {
  if (kind !== "email" && kind !== "phone") return kind;
  return column.type === "text" ? "text" : "value";
}

function roleOf(column: Column, kind: "email" | "phone" | "text" | undefined): ColumnRole {
  if (kind === "email" || kind === "phone") return kind;
  if (isCustomerId(column.name)) return "id";
  if (saysRefusal(column.name)) return "refusal";
  if (saysConsent(column.name)) return "consent";
  return column.type === "date" || column.type === "timestamp" ? "date" : "text";
}

/** Customer id, addresses, numbers: columns that two sources or more have something for. */
function usualKeys(
  columns: readonly Column[],
  roles: readonly ColumnRole[],
  aligned: readonly AlignedColumn[],
): readonly string[] {
  const isCommon = (i: number): boolean =>
    aligned[i]!.origins.filter((origin) => origin !== null && origin.kind !== "constant").length > 1;
  return (["id", "email", "phone"] as const).flatMap((role) =>
    columns.filter((_, i) => roles[i] === role && isCommon(i)).map(({ name }) => name),
  );
}
