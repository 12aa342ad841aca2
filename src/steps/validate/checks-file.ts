import type { Alias, Document, LineCounter, ParsedNode } from "yaml";
import { SegmentError } from "../../core/errors.ts";
import { splitList } from "../../core/options.ts";
import { didYouMean } from "../../core/suggest.ts";
import { checkKinds, type Ask, type CheckKind, type Origin } from "./asks.ts";
import { gateNames, type GateAsk, type GateName } from "./gates.ts";

/** What a rules file asks for. */
export interface ChecksFile {
  readonly asks: readonly Ask[];
  readonly gates: readonly GateAsk[];
}

type Node = ParsedNode | Alias.Parsed | null;

/**
 * Reads a rules file: a map of checks by name, or a list of such maps. The argument of a check is the text that its option
 * takes, a list of such texts, or a map from column to the rest (`range: {age: 18..99}`). Values are taken as they are
 * written: `no`, `007` and `2024-01-01` stay text. Throws `bad-rules` with the line.
 */
export async function readChecksFile(text: string, file: string): Promise<ChecksFile> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = openReader(yaml, document, lines, file);
  const [error] = document.errors;
  if (error !== undefined) {
    const hint = "a rules file is YAML: a check and its argument a line, such as not-null: [email, country]";
    throw reader.refuse(error.pos[0], `is not YAML: ${error.message.split("\n")[0]!}`, hint);
  }
  const root = reader.resolved(document.contents);
  const maps = yaml.isSeq(root) ? root.items.map((item) => reader.resolved(item as Node)) : [root];
  const asks: Ask[] = [];
  const gates: GateAsk[] = [];
  for (const map of maps) {
    if (!yaml.isMap(map)) throw reader.refuse(startOf(map ?? root), "holds something that is no check", grammar);
    for (const { key, value } of map.items) {
      const name = reader.scalar(key as Node);
      const at = startOf(key as Node);
      const origin = { said: name, place: reader.place(at) };
      const gate = gateNames.find((one) => one === name);
      const kind = checkKinds.find((one) => one === name);
      if (gate !== undefined) gates.push({ gate, words: reader.scalar(value as Node, origin), origin });
      else if (kind !== undefined) asks.push(...reader.asks(kind, value as Node, origin));
      else throw reader.refuse(at, `${name} is no check`, unknownHint(name));
    }
  }
  if (asks.length === 0 && gates.length === 0) throw reader.refuse(0, "asks for no check", grammar);
  return { asks, gates };
}

const grammar = "write checks by name, such as not-null: [email] or range: {age: 18..99}";

function unknownHint(name: string): string {
  if (name === "as-of") return "the day changes with every run: give it as --as-of DATE";
  const names: readonly (CheckKind | GateName)[] = [...checkKinds, ...gateNames];
  return didYouMean(name, names) || `checks are ${names.join(", ")}`;
}

function startOf(node: Node): number {
  return node?.range?.[0] ?? 0;
}

function openReader(yaml: typeof import("yaml"), document: Document.Parsed, lines: LineCounter, file: string) {
  const place = (at: number): { file: string; line: number } => ({ file, line: Math.max(1, lines.linePos(at).line) });
  const refuse = (at: number, message: string, hint: string): SegmentError =>
    new SegmentError("bad-rules", message, { place: place(at), hint });
  const resolved = (node: Node): Node => {
    if (!yaml.isAlias(node)) return node;
    const found = node.resolve(document) as ParsedNode | undefined;
    if (found === undefined) throw refuse(startOf(node), `*${node.source} stands for nothing`, "name it with & before");
    return found;
  };

  /** A scalar as the text that was written. */
  function scalar(node: Node, origin?: Origin): string {
    const found = resolved(node);
    if (yaml.isScalar(found) && found.value !== null) return found.source ?? String(found.value);
    const said = origin === undefined ? "" : `${origin.said}: `;
    const line = origin?.place?.line;
    if (found === null || yaml.isScalar(found)) {
      const where = line === undefined ? place(startOf(node)) : { file, line };
      throw new SegmentError("bad-rules", `${said}holds nothing`, { place: where, hint: grammar });
    }
    throw refuse(startOf(node), `${said}a list or map stands where a text belongs`, grammar);
  }

  function texts(node: Node, origin: Origin): { readonly text: string; readonly at: Node }[] {
    const found = resolved(node);
    if (!yaml.isSeq(found)) return [{ text: scalar(node, origin), at: node }];
    return found.items.map((item) => ({ text: scalar(item as Node, origin), at: item as Node }));
  }

  function asks(kind: CheckKind, node: Node, origin: Origin): Ask[] {
    const at = (one: Node): Origin => (one === null ? origin : { ...origin, place: place(startOf(one)) });
    const found = resolved(node);
    if (!yaml.isMap(found)) {
      return texts(node, origin).flatMap(({ text, at: one }) => {
        const items = kind === "not-null" || kind === "schema" ? splitList(text) : [text];
        return items.map((words) => ({ kind, column: null, words, origin: at(one) }));
      });
    }
    if (kind === "not-null" || kind === "unique" || kind === "rows") {
      const hint = kind === "rows" ? "write rows: 1000.." : `write ${kind}: [email, phone]`;
      throw refuse(startOf(node), `${kind}: takes no map`, hint);
    }
    return found.items.flatMap(({ key, value }): Ask[] => {
      const column = scalar(key as Node, origin);
      const own = at(key as Node);
      const words = texts(value as Node, { ...own, said: `${kind}: ${column}` });
      if (kind === "set" && yaml.isSeq(resolved(value as Node))) {
        return [{ kind, column, words: words.map(({ text }) => text), origin: own }];
      }
      return words.map(({ text }) => ({ kind, column, words: text, origin: own }));
    });
  }

  return { place, refuse, resolved, scalar, asks };
}
