import type { Document, LineCounter, Node, YAMLMap } from "yaml";
import { SegmentError, type ErrorCode, type Place } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";

/** A text of a YAML file, and where it stands. */
export interface Said<Of = string> {
  readonly value: Of;
  readonly place: Place;
}

/** A value of a YAML map, and where its name stands. */
interface Entry {
  readonly node: Node | null;
  readonly place: Place;
}

/** What reads the parts of one YAML file. */
export type YamlReader = ReturnType<typeof openReader>;

/**
 * Opens a YAML text of maps, lists and scalars, whose scalars are taken as they are written: `no` and `007` stay text.
 * `grammar` is the hint where a list or map stands in the place of a text, `help` the one for what is no YAML. All that is
 * refused has the code, and its line and column in the file.
 */
export async function openYaml(
  text: string,
  file: string,
  { code, grammar, help }: { readonly code: ErrorCode; readonly grammar: string; readonly help: string },
): Promise<{ readonly reader: YamlReader; readonly contents: Node | null }> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = openReader(yaml, document, lines, file, code, grammar);
  const [error] = document.errors;
  if (error !== undefined) {
    throw reader.refuse(reader.placeAt(error.pos[0]), `is not YAML: ${error.message.split("\n")[0]!}`, help);
  }
  return { reader, contents: document.contents };
}

function openReader(
  yaml: typeof import("yaml"),
  document: Document,
  lines: LineCounter,
  file: string,
  code: ErrorCode,
  grammar: string,
) {
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: String(Math.max(1, col)) };
  };
  const refuse = (place: Place, message: string, hint: string): SegmentError =>
    new SegmentError(code, message, { place, hint });
  const resolved = (node: unknown): Node | null => {
    if (!yaml.isAlias(node)) return (node ?? null) as Node | null;
    const found = node.resolve(document);
    if (found === undefined) throw refuse(placeOf(node, { file }), `*${node.source} stands for nothing`, "");
    return found as Node;
  };
  const placeOf = (node: unknown, otherwise: Place): Place => {
    const start = yaml.isNode(node) ? node.range?.[0] : undefined;
    return start === undefined ? otherwise : placeAt(start);
  };
  const isEmpty = (node: unknown): boolean => {
    const found = resolved(node);
    return found === null || (yaml.isScalar(found) && found.value === null && (found.source ?? "") === "");
  };
  const isMap = (node: unknown): node is YAMLMap => yaml.isMap(resolved(node));

  /** The entries of a map by their names; `known` are those that it may have, null for any. */
  function map(node: unknown, what: string, known: readonly string[] | null): ReadonlyMap<string, Entry> {
    const found = resolved(node);
    if (found === null || isEmpty(found)) return new Map();
    if (!yaml.isMap(found)) {
      const hint = known === null ? "write a name and a value a line" : `it holds ${known.join(", ")}`;
      throw refuse(placeOf(node, { file }), `${what} is no map of names`, hint);
    }
    const entries = new Map<string, Entry>();
    for (const { key, value } of found.items) {
      const place = placeOf(key, { file });
      const name = text(key, what, place).value;
      if (known !== null && !known.includes(name)) {
        throw refuse(place, `${what} has no ${name}`, didYouMean(name, known) || `it holds ${known.join(", ")}`);
      }
      entries.set(name, { node: resolved(value), place });
    }
    return entries;
  }

  /** A scalar as it is written. */
  function text(node: unknown, what: string, otherwise: Place): Said {
    const found = resolved(node);
    const place = placeOf(node, otherwise);
    if (found === null || isEmpty(found))
      throw refuse(otherwise, `${what} holds nothing`, "write its value behind the colon");
    if (!yaml.isScalar(found)) throw refuse(place, `${what}: a list or map stands where a text belongs`, grammar);
    return { value: found.type === "PLAIN" ? (found.source ?? String(found.value)) : String(found.value), place };
  }

  /** A scalar, or a list of them; never empty. */
  function texts(node: unknown, what: string, otherwise: Place): readonly Said[] {
    const found = resolved(node);
    if (!yaml.isSeq(found)) return [text(node, what, otherwise)];
    if (found.items.length === 0) throw refuse(placeOf(node, otherwise), `${what}: the list is empty`, "name a column");
    return found.items.map((item) => text(item, what, placeOf(node, otherwise)));
  }

  /** The value of a reading option, as `checkOptions` takes it; of lists also a map: `dates: {signup: dmy}`. */
  function option(node: Node | null, flag: string, place: Place, kind: string): unknown {
    if (kind === "list" || kind === "texts") {
      if (!isMap(node)) return texts(node, flag, place).map(({ value }) => value);
      return [...map(node, flag, null)].map(([name, entry]) => `${name}=${text(entry.node, flag, entry.place).value}`);
    }
    const { value } = text(node, flag, place);
    if (kind === "flag" && (value === "true" || value === "false")) return value === "true";
    if (kind === "integer" || kind === "number") return Number(value);
    return value;
  }

  function choice<Of extends string>(word: string, known: readonly Of[], what: string, place: Place): Of {
    const found = known.find((one) => one === word);
    if (found !== undefined) return found;
    throw refuse(place, `${what} ${word}`, didYouMean(word, known) || `one of ${known.join(", ")}`);
  }

  return { placeAt, refuse, map, text, texts, option, choice, isMap, isEmpty };
}
