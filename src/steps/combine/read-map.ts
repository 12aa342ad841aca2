import type { Node } from "yaml";
import { checkOptions } from "../../core/check-options.ts";
import { SegmentError, type Place } from "../../core/errors.ts";
import { flagName, type OptionTable } from "../../core/options.ts";
import type { ColumnType } from "../../core/schema.ts";
import { didYouMean } from "../../core/suggest.ts";
import { columnRoles, type MapColumn, type Mapping, type MapSource, type SourceMap } from "./source-map.ts";
import { openYaml, type Said, type YamlReader } from "../yaml-reader.ts";

const topKeys = ["sources", "lookups", "columns", "keys", "prefer", "updated", "country", "names"] as const;
const sourceKeys = ["read", "columns"] as const;
const columnKeys = ["type", "role", "prefer"] as const;
const types: readonly ColumnType[] = ["text", "integer", "number", "boolean", "date", "timestamp"];

/**
 * Reads a map file (YAML). `sources` and `lookups` are the names given on the command line, `readOptions` the reading options that
 * each may have of its own. Scalars are taken as they are written: `no` and `007` stay text. Throws `bad-map` with the
 * line and a did-you-mean.
 */
export async function readMap(
  text: string,
  file: string,
  { sources, lookups }: { readonly sources: readonly string[]; readonly lookups: readonly string[] },
  readOptions: OptionTable,
): Promise<SourceMap> {
  const { reader, contents } = await openYaml(text, file, {
    code: "bad-map",
    grammar: mappingGrammar,
    help: "see segment ingest --help for a map",
  });
  const top = reader.map(contents, "the map", topKeys);
  const ofSources = top.get("sources");
  const read = new Map<string, MapSource>();
  for (const [name, { node, place }] of ofSources === undefined ? [] : reader.map(ofSources.node, "sources", null)) {
    requireNamed(reader, name, place, sources, "--source");
    read.set(name, readSource(reader, name, node, place, readOptions, sourceKeys));
  }
  const ofLookups = top.get("lookups");
  const readLookups = new Map<string, MapSource["read"]>();
  for (const [name, { node, place }] of ofLookups === undefined ? [] : reader.map(ofLookups.node, "lookups", null)) {
    requireNamed(reader, name, place, lookups, "--lookup");
    readLookups.set(name, readSource(reader, name, node, place, readOptions, ["read"]).read);
  }
  const ofColumns = top.get("columns");
  const columns =
    ofColumns === undefined
      ? null
      : Array.from(reader.map(ofColumns.node, "columns", null), ([name, { node, place }]) =>
          readColumn(reader, name, node, place, sources),
        );
  if (columns !== null) {
    for (const source of read.values()) {
      for (const [name, { place }] of source.columns) {
        if (columns.some((column) => column.name === name)) continue;
        const known = columns.map((column) => column.name);
        throw reader.refuse(
          place,
          `${name} is no column of the schema`,
          didYouMean(name, known) || "add it to columns",
        );
      }
    }
  }
  const texts = (key: (typeof topKeys)[number]): readonly Said[] | null => {
    const entry = top.get(key);
    return entry === undefined ? null : reader.texts(entry.node, key, entry.place);
  };
  const one = (key: (typeof topKeys)[number]): Said | null => {
    const entry = top.get(key);
    return entry === undefined ? null : reader.text(entry.node, key, entry.place);
  };
  const prefer = texts("prefer");
  if (prefer !== null) checkPrefer(reader, prefer, sources);
  const names = texts("names");
  const isNone = names?.length === 1 && names[0]!.value === "none";
  return {
    file,
    columns,
    sources: read,
    lookups: readLookups,
    keys: texts("keys"),
    prefer,
    updated: one("updated"),
    country: one("country"),
    names: isNone ? [] : names,
  };
}

function requireNamed(reader: YamlReader, name: string, place: Place, known: readonly string[], option: string): void {
  if (known.includes(name)) return;
  const all = known.length === 0 ? `give ${option} ${name}=FILE` : `one of ${known.join(", ")}`;
  throw reader.refuse(place, `no ${option} is named ${name}`, didYouMean(name, known) || all);
}

function readSource(
  reader: YamlReader,
  name: string,
  node: Node | null,
  place: Place,
  readOptions: OptionTable,
  keys: readonly string[],
): MapSource {
  const entries = reader.map(node, name, keys);
  const ofRead = entries.get("read");
  const read: Record<string, unknown> = {};
  for (const [flag, { node: of, place: at }] of ofRead === undefined ? [] : reader.map(ofRead.node, "read", null)) {
    const key = Object.keys(readOptions).find((one) => flagName(one) === flag);
    if (key === undefined || key === "quarantine") {
      const flags = Object.keys(readOptions).filter((one) => one !== "quarantine");
      const hint = didYouMean(flag, flags.map(flagName)) || `reading options are ${flags.map(flagName).join(", ")}`;
      throw reader.refuse(at, `${flag} is no reading option`, hint);
    }
    const given = reader.option(of, flag, at, readOptions[key]!.kind);
    try {
      Object.assign(read, checkOptions("read", readOptions, { [key]: given }));
    } catch (error) {
      if (error instanceof SegmentError) throw reader.refuse(at, error.message, error.hint);
      throw error;
    }
  }
  const ofColumns = entries.get("columns");
  const columns = new Map<string, Mapping>();
  for (const [column, { node: of, place: at }] of ofColumns === undefined
    ? []
    : reader.map(ofColumns.node, "columns", null))
    columns.set(column, readMapping(reader, column, of, at));
  return { place, read, columns };
}

function readMapping(reader: YamlReader, column: string, node: Node | null, place: Place): Mapping {
  if (!reader.isMap(node)) return { kind: "first", columns: reader.texts(node, column, place), place };
  const entries = reader.map(node, column, ["value", "join", "between"]);
  const [constant, joined, between] = ["value", "join", "between"].map((key) => entries.get(key));
  if (constant !== undefined && entries.size === 1) {
    return { kind: "constant", text: reader.text(constant.node, "value", constant.place).value, place };
  }
  if (joined !== undefined && constant === undefined) {
    const columns = reader.texts(joined.node, "join", joined.place);
    const text = between === undefined ? " " : reader.text(between.node, "between", between.place).value;
    return { kind: "join", columns, between: text, place };
  }
  throw reader.refuse(place, `${column}: neither a column, nor a value, nor columns to join`, mappingGrammar);
}

const mappingGrammar =
  "write email: mail, or email: [mail, mail2] for the first that holds a value, name: {join: [first, last]}, or country: {value: FR}";

function readColumn(
  reader: YamlReader,
  name: string,
  node: Node | null,
  place: Place,
  sources: readonly string[],
): MapColumn {
  const none = { name, place, type: null, role: null, prefer: null };
  if (node === null || reader.isEmpty(node)) return none;
  if (!reader.isMap(node)) {
    const { value } = reader.text(node, name, place);
    return { ...none, type: reader.choice(value, types, `${name}: no type is called`, place) };
  }
  const entries = reader.map(node, name, columnKeys);
  const [type, role, prefer] = columnKeys.map((key) => entries.get(key));
  const preferred = prefer === undefined ? null : reader.texts(prefer.node, "prefer", prefer.place);
  if (preferred !== null) checkPrefer(reader, preferred, sources);
  const word = (entry: typeof type, key: string): string => reader.text(entry!.node, key, entry!.place).value;
  return {
    name,
    place,
    type: type === undefined ? null : reader.choice(word(type, "type"), types, "no type is called", type.place),
    role: role === undefined ? null : reader.choice(word(role, "role"), columnRoles, "no role is called", role.place),
    prefer: preferred,
  };
}

function checkPrefer(reader: YamlReader, prefer: readonly Said[], sources: readonly string[]): void {
  prefer.forEach(({ value, place }, i) => {
    if (prefer.findIndex((one) => one.value === value) < i)
      throw reader.refuse(place, `prefer names ${value} twice`, "");
    if (value === "newest" && i > 0) {
      throw reader.refuse(place, "newest decides before any source does", "put it first: prefer: [newest, crm]");
    }
    if (value === "newest" || sources.includes(value)) return;
    const known = [...sources, "newest"];
    throw reader.refuse(place, `prefer: no source ${value}`, didYouMean(value, known) || `one of ${known.join(", ")}`);
  });
}
