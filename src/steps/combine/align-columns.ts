import { SegmentError } from "../../core/errors.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import { nameWords } from "../column-kinds.ts";
import { placeOf } from "../reading/place-of.ts";
import { requireSettled } from "../reading/ties.ts";
import { findColumn } from "../match-columns.ts";
import { alignByRole, type SourceRoles } from "./align-by-role.ts";
import type { OpenedSource } from "./open-sources.ts";
import type { ColumnRole, MapColumn, Mapping, Prefer, Said, SourceMap } from "./source-map.ts";

/** Where a source has the values of a column: in one of its columns or several, or in none but the map. */
export type Origin =
  | {
      readonly kind: "first";
      readonly columns: readonly Column[];
      readonly how: "mapped" | "same name" | "like name" | "same role";
    }
  | { readonly kind: "join"; readonly columns: readonly Column[]; readonly between: string }
  | { readonly kind: "constant"; readonly text: string };

/** A column of the table that all sources make up. */
export interface AlignedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly role: ColumnRole | null;
  readonly prefer: Prefer | null;
  /** By source; null where it has nothing for it. */
  readonly origins: readonly (Origin | null)[];
}

/** How the columns of all sources meet. */
export interface Alignment {
  readonly columns: readonly AlignedColumn[];
  /** By source: columns that go nowhere, as the schema has no place for them. */
  readonly leftOut: readonly (readonly string[])[];
}

/**
 * Sets the columns of all sources under one schema: that of the map, else all columns there are. What the map says of a
 * source comes first; a column of the schema that it does not map takes the source's column of the same name, or of the
 * same words (`Postal Code`, `postal_code`); where there is no schema, also of the same contact role. Throws `bad-map`, `schema-mismatch`, `ambiguous-input`, `unknown-column`.
 */
export async function alignColumns(
  sources: readonly OpenedSource[],
  map: SourceMap | null,
  roles: SourceRoles | null,
): Promise<Alignment> {
  const said = sources.map((source) => mappedOrigins(source, map));
  const mapped = roles === null ? said : withRoles(sources, said, roles);
  const schema = map?.columns ?? openSchema(sources, mapped);
  const origins = sources.map((source, s) => {
    const own = mapped[s]!;
    const used = new Set([...own.values()].flatMap((origin) => (origin.kind === "constant" ? [] : origin.columns)));
    const free = source.table.columns.filter((column) => !used.has(column));
    return schema.map((column) => own.get(column.name) ?? byName(column.name, free, schema));
  });
  for (const s of sources.keys()) {
    const used = origins[s]!.flatMap((origin) => (origin === null || origin.kind === "constant" ? [] : origin.columns));
    settle(sources[s]!, [...new Set(used.map((column) => column.name))]);
  }
  const columns: AlignedColumn[] = [];
  for (const [i, { name, place, type, role, prefer }] of schema.entries()) {
    const own = origins.map((of) => of[i]!);
    if (own.every((origin) => origin === null)) {
      const known = sources.flatMap((source) => source.table.columns).map((column) => column.name);
      throw new SegmentError("bad-map", `no source has anything for ${name}`, {
        place,
        hint: `map it in a source; columns are ${[...new Set(known)].slice(0, 12).join(", ")}`,
      });
    }
    const found = type ?? own.flatMap(typesOf).reduce<ColumnType | null>(widerType, null) ?? "text";
    for (const [s, origin] of own.entries()) if (type !== null) await requireType(sources[s]!, name, type, origin);
    columns.push({ name, type: found, role, prefer, origins: own.map((origin) => fitting(origin, found)) });
  }
  const leftOut = sources.map(({ table }, s) => {
    const used = new Set(
      origins[s]!.flatMap((origin) => (origin === null || origin.kind === "constant" ? [] : origin.columns)),
    );
    return table.columns.filter((column) => !used.has(column)).map(({ name }) => name);
  });
  return { columns, leftOut };
}

/** What the map gives the columns of the schema from one source. */
function mappedOrigins(source: OpenedSource, map: SourceMap | null): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const [name, mapping] of map?.sources.get(source.name)?.columns ?? []) {
    origins.set(name, originOf(source, mapping));
  }
  return origins;
}

/** Adds the columns that meet by their roles. */
function withRoles(
  sources: readonly OpenedSource[],
  said: readonly ReadonlyMap<string, Origin>[],
  roles: SourceRoles,
): readonly ReadonlyMap<string, Origin>[] {
  const isSaid = (s: number, column: Column): boolean =>
    said.some((own) => own.has(column.name)) ||
    [...said[s]!.values()].some((origin) => origin.kind !== "constant" && origin.columns.includes(column));
  const renamed = alignByRole(sources, roles, isSaid, (a, b) => key(a) === key(b));
  return said.map((own, s) => {
    const added = [...renamed[s]!].map(
      ([column, name]) => [name, { kind: "first", columns: [column], how: "same role" }] as const,
    );
    return new Map<string, Origin>([...own, ...added]);
  });
}

function originOf({ table, name }: OpenedSource, mapping: Mapping): Origin {
  if (mapping.kind === "constant") return mapping;
  const columns = mapping.columns.map((said) => {
    const found = table.columns.find((column) => column.name === said.value);
    return found ?? unknownColumn(table.columns, said, name);
  });
  return mapping.kind === "join"
    ? { kind: "join", columns, between: mapping.between }
    : { kind: "first", columns, how: "mapped" };
}

function unknownColumn(columns: readonly Column[], { value, place }: Said, source: string): never {
  try {
    findColumn(columns, value, source);
  } catch (error) {
    if (error instanceof SegmentError)
      throw new SegmentError("bad-map", `${source} has no column ${value}`, { place, hint: error.hint });
    throw error;
  }
  throw new SegmentError("bug", `${value} is a column of ${source} and is not`);
}

/** Every column there is, in the order of sources; columns of later sources join those of the same or a like name. */
function openSchema(
  sources: readonly OpenedSource[],
  mapped: readonly ReadonlyMap<string, Origin>[],
): readonly MapColumn[] {
  const schema = new Map<string, MapColumn>();
  const add = (name: string): void => {
    if (!schema.has(name)) schema.set(name, { name, place: {}, type: null, role: null, prefer: null });
  };
  const targets = new Set(mapped.flatMap((own) => [...own.keys()]));
  for (const [s, { table }] of sources.entries()) {
    const own = mapped[s]!;
    const by = (column: Column): string | undefined =>
      [...own].find(([, origin]) => origin.kind !== "constant" && origin.columns.includes(column))?.[0];
    for (const column of table.columns) {
      const target = by(column);
      if (target !== undefined) add(target);
      else if (schema.has(column.name) || targets.has(column.name)) add(column.name);
      else {
        const like = [...schema.values()].filter((one) => key(one.name) === key(column.name));
        const twins = table.columns.filter((one) => key(one.name) === key(column.name));
        const taken =
          like.length === 1 && (own.has(like[0]!.name) || table.columns.some((c) => c.name === like[0]!.name));
        if (like.length !== 1 || twins.length !== 1 || taken) add(column.name);
      }
    }
    for (const name of own.keys()) add(name);
  }
  return [...schema.values()];
}

/** The column of that name, else the only one of the same words where no other column of the schema has them. */
function byName(name: string, columns: readonly Column[], schema: readonly MapColumn[]): Origin | null {
  const same = columns.find((column) => column.name === name);
  if (same !== undefined) return { kind: "first", columns: [same], how: "same name" };
  const like = columns.filter((column) => key(column.name) === key(name));
  const rivals = schema.filter((column) => key(column.name) === key(name));
  const isTaken = like.length === 1 && schema.some((column) => column.name === like[0]!.name);
  if (like.length !== 1 || rivals.length !== 1 || isTaken) return null;
  return { kind: "first", columns: like, how: "like name" };
}

function key(name: string): string {
  return nameWords(name).join("") || name;
}

/** Types that an origin brings; none of an empty column or a constant, which may be any. */
function typesOf(origin: Origin | null): readonly ColumnType[] {
  if (origin === null || origin.kind === "constant") return [];
  if (origin.kind === "join") return ["text"];
  return origin.columns.filter(({ present }) => present > 0).map(({ type }) => type);
}

function widerType(a: ColumnType | null, b: ColumnType): ColumnType {
  if (a === null || a === b) return b;
  const pair = new Set([a, b]);
  if (pair.has("integer") && pair.has("number")) return "number";
  return pair.has("date") && pair.has("timestamp") ? "timestamp" : "text";
}

const constantForms: Readonly<Record<ColumnType, RegExp>> = {
  text: /^/,
  integer: /^-?\d{1,15}$/,
  number: /^-?\d+(?:\.\d+)?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  timestamp: /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?$/,
  boolean: /^(?:true|false|yes|no|oui|non)$/i,
};

const fits: Readonly<Record<ColumnType, readonly ColumnType[]>> = {
  text: ["text", "integer", "number", "boolean", "date", "timestamp"],
  integer: ["integer"],
  number: ["integer", "number"],
  boolean: ["boolean"],
  date: ["date"],
  timestamp: ["date", "timestamp"],
};

/** Stops where a source does not hold what the map says that the column is, with the first value that does not fit. */
async function requireType(source: OpenedSource, name: string, type: ColumnType, origin: Origin | null): Promise<void> {
  if (origin === null) return;
  if (origin.kind === "constant") {
    if (constantForms[type].test(origin.text)) return;
    throw new SegmentError("bad-map", `${source.name}: ${name} is ${type}, and its value ${origin.text} is none`);
  }
  if (origin.kind === "join" && type !== "text") {
    throw new SegmentError("bad-map", `${source.name}: ${name} is ${type}, and joined columns are text`);
  }
  for (const column of origin.columns) {
    if (column.present === 0 || fits[type].includes(column.type)) continue;
    const { oddValue } = column;
    const shown = oddValue === undefined ? column.why : `“${oddValue.value}” is none`;
    throw new SegmentError(
      "schema-mismatch",
      `${name} is ${type} in the map, and ${source.name} has ${column.type}: ${shown}`,
      {
        place:
          oddValue === undefined
            ? { file: source.sources[0]!.label, column: column.name }
            : await placeOf(source.sources, oddValue.row, column.name),
        hint: "mend the value, give the source its reading (sources: NAME: read: …), or map the column as text",
      },
    );
  }
}

/** A constant that is no value of the column's type makes it text, which the caller has seen to where the map gives a type. */
function fitting(origin: Origin | null, type: ColumnType): Origin | null {
  if (origin?.kind === "constant" && !constantForms[type].test(origin.text)) {
    throw new SegmentError("bad-map", `the value ${origin.text} is no ${type}, as the other sources' values are`, {
      hint: "give the column type: text",
    });
  }
  return origin;
}

function settle({ table, sources, name }: OpenedSource, names: readonly string[]): void {
  try {
    requireSettled(table, names);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    const hint = `${error.hint}; of this source alone: --dates ${name}.COL=ORDER, or read: {dates: …, decimal: …} in the map`;
    throw new SegmentError(error.code, `source ${name}: ${error.message}`, {
      place: { file: sources[0]!.label },
      hint,
    });
  }
}
