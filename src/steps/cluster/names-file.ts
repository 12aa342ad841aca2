import type { Pair, YAMLMap } from "yaml";
import { SegmentError, type Place } from "../../core/errors.ts";
import { openYaml, type Said } from "../yaml-reader.ts";

/** What the file of `--names` says of one segment. */
export interface NamesEntry {
  readonly name: string;
  /** Whether a person chose the name: it differs from the one that was generated. */
  readonly isGiven: boolean;
  /** A person's sentence; null for the generated one. */
  readonly sentence: string | null;
  /** Whether a fit after it had no such segment. */
  readonly isRetired: boolean;
}

/** The entries of a names file by the segment, as its column says it: `3`, or `2.1` for a part of a segment. */
export type NamesFile = ReadonlyMap<string, NamesEntry>;

const members = ["name", "sentence", "generated", "retired"] as const;
const grammar = "write a segment as its number, a colon and its name, such as 3: Weekend shoppers";

/**
 * Reads a names file: a YAML map of segment numbers, each a name, or a map of `name`, `sentence`, `generated` (the name that
 * was made for it) and `retired`. Throws `bad-names` with file, line and column, also for a name that two segments share.
 */
export async function readNamesFile(text: string, file: string): Promise<NamesFile> {
  const { reader, contents } = await openYaml(text, file, { code: "bad-names", grammar, help: grammar });
  const entries = new Map<string, NamesEntry>();
  const places = new Map<string, Place>();
  for (const [key, { node, place }] of reader.map(contents, "the file", null)) {
    if (!/^[1-9]\d*(\.[1-9]\d*)*$/.test(key)) {
      throw reader.refuse(place, `${JSON.stringify(key)} is no number of a segment`, grammar);
    }
    const what = `segment ${key}`;
    if (!reader.isMap(node)) {
      const name = reader.text(node, what, place);
      add(key, { name: oneLine(name, what), isGiven: true, sentence: null, isRetired: false }, name.place);
      continue;
    }
    const map = reader.map(node, what, members);
    const said = (member: (typeof members)[number]): Said | null => {
      const entry = map.get(member);
      return entry === undefined ? null : reader.text(entry.node, `${what}: ${member}`, entry.place);
    };
    const name = said("name");
    if (name === null) throw reader.refuse(place, `${what} has no name`, grammar);
    const sentence = said("sentence");
    const generated = said("generated");
    const retired = said("retired");
    const isRetired =
      retired !== null && reader.choice(retired.value, ["true", "false"], `${what}: retired`, retired.place) === "true";
    const entry = {
      name: oneLine(name, what),
      isGiven: name.value !== generated?.value,
      sentence: sentence === null ? null : oneLine(sentence, `${what}: sentence`),
      isRetired,
    };
    add(key, entry, name.place);
  }
  return entries;

  function add(key: string, entry: NamesEntry, place: Place): void {
    const isLive = !entry.isRetired;
    const folded = entry.name.toLowerCase();
    if (isLive && places.has(folded)) {
      const first = places.get(folded)!;
      throw reader.refuse(
        place,
        `two segments are named ${entry.name} (the other on line ${first.line})`,
        "give each a name of its own",
      );
    }
    if (isLive) places.set(folded, place);
    entries.set(key, entry);
  }

  function oneLine({ value, place }: Said, what: string): string {
    const text = value.trim();
    if (text === "") throw reader.refuse(place, `${what}: the text is empty`, grammar);
    if (/\p{Cc}/u.test(text)) throw reader.refuse(place, `${what}: the text is not one line`, grammar);
    return text;
  }
}

/** A segment as the names file is to say it. */
export interface NamedSegment {
  readonly key: string;
  readonly name: string;
  /** The name that was made for it. */
  readonly generated: string;
}

const preface = ` Names of the segments, by their numbers. A name that differs from the generated one is yours, and stays at
 every refit that is numbered after the last one (--like MODEL.json). A segment may have a sentence of its own too:
 a line sentence: below its name.`;

/**
 * The names file with the segments of a fit: names that a person chose stay, others follow the fit, segments that it has not
 * are marked retired; comments and order stay. `text` is null where there is no file yet.
 */
export async function updateNamesFile(text: string | null, segments: readonly NamedSegment[]): Promise<string> {
  const yaml = await import("yaml");
  const document = yaml.parseDocument(text ?? "");
  if (text === null) document.commentBefore = preface;
  const root: YAMLMap = yaml.isMap(document.contents) ? document.contents : new yaml.YAMLMap();
  document.contents = root as typeof document.contents;
  const keyOf = ({ key }: Pair): string => (yaml.isScalar(key) ? (key.source ?? String(key.value)) : String(key));
  const pairs = new Map(root.items.map((pair) => [keyOf(pair), pair]));
  const nodeOf = (value: string): unknown => document.createNode(value);
  for (const { key, name, generated } of segments) {
    const pair = pairs.get(key);
    if (pair === undefined) {
      const added = document.createPair(key, { name, generated });
      if (/^\d+$/.test(key)) added.key = document.createNode(Number(key)) as typeof added.key;
      root.items.push(added as Pair);
    } else if (yaml.isMap(pair.value)) {
      setText(pair.value, "name", name);
      setText(pair.value, "generated", generated);
      pair.value.delete("retired");
    }
  }
  const live = new Set(segments.map(({ key }) => key));
  for (const [key, pair] of pairs) {
    if (live.has(key)) continue;
    if (yaml.isMap(pair.value)) pair.value.set("retired", true);
    else pair.value = document.createNode({ name: scalarText(pair.value), retired: true });
  }
  return document.toString({ lineWidth: 0 });

  function setText(map: YAMLMap, member: string, value: string): void {
    const node = map.get(member, true);
    if (!yaml.isScalar(node)) map.set(member, nodeOf(value));
    else if (scalarText(node) !== value) node.value = value;
  }

  function scalarText(node: unknown): string {
    if (!yaml.isScalar(node)) throw new SegmentError("bug", "a names file that was read holds another node");
    return node.type === "PLAIN" ? (node.source ?? String(node.value)) : String(node.value);
  }
}
