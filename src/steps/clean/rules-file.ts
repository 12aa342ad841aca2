import type { Alias, ParsedNode } from "yaml";
import { checkOptions } from "../../core/check-options.ts";
import { SegmentError } from "../../core/errors.ts";
import { flagName, splitList, withDefaults, type OptionSpec, type OptionTable } from "../../core/options.ts";
import { didYouMean } from "../../core/suggest.ts";

type Node = ParsedNode | Alias.Parsed | null;
type Given = Readonly<Record<string, unknown>>;

const grammar = "write options by name, such as phone: [mobile] or case: {city: title}";

/**
 * Reads a rules file: a map from options by the names of the command line to what they take. A list takes a list, a text
 * with commas, or a map from column to rule; texts are taken as they are written (`no`, `007`); a file is looked for beside
 * the rules file. Gives the options of
 * `keys` that it holds. Throws `bad-rules` with line and column.
 */
export async function readRulesFile(
  text: string,
  file: string,
  table: OptionTable,
  keys: readonly string[],
): Promise<Given> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (at: number, message: string, hint: string, cause?: unknown): SegmentError => {
    const { line, col } = lines.linePos(at);
    const place = { file, line: Math.max(1, line), column: String(Math.max(1, col)) };
    return new SegmentError("bad-rules", message, { place, hint, cause });
  };
  const [error] = document.errors;
  if (error !== undefined) throw refuse(error.pos[0], `is not YAML: ${error.message.split("\n")[0]!}`, grammar);
  const resolved = (node: Node): Node => {
    if (!yaml.isAlias(node)) return node;
    const found = node.resolve(document) as ParsedNode | undefined;
    if (found === undefined) throw refuse(startOf(node), `*${node.source} stands for nothing`, "name it with & before");
    return found;
  };
  const scalar = (node: Node, name: string): string => {
    const found = resolved(node);
    if (yaml.isScalar(found) && found.value !== null) return found.source ?? String(found.value);
    // A word that YAML takes for nothing, such as null, is a word all the same.
    if (yaml.isScalar(found) && found.source !== undefined && found.source !== "") return found.source;
    const what = found === null || yaml.isScalar(found) ? "holds nothing" : "a list or map stands where a text belongs";
    throw refuse(startOf(found ?? node), `${name}: ${what}`, grammar);
  };
  const texts = (node: Node, name: string, spec: OptionSpec): readonly string[] => {
    const found = resolved(node);
    if (yaml.isMap(found)) {
      const between = spec.kind === "texts" ? ": " : "=";
      return found.items.map(
        ({ key, value }) => `${scalar(key as Node, name)}${between}${scalar(value as Node, name)}`,
      );
    }
    if (yaml.isSeq(found)) return found.items.map((item) => scalar(item as Node, name));
    return spec.kind === "texts" ? [scalar(node, name)] : splitList(scalar(node, name));
  };
  const root = resolved(document.contents);
  if (!yaml.isMap(root)) throw refuse(startOf(root), "holds no map of rules", grammar);
  const names = new Map(keys.map((key) => [flagName(key), key]));
  const given: Record<string, unknown> = {};
  for (const { key: keyNode, value } of root.items) {
    const name = scalar(keyNode as Node, "a rule");
    const key = names.get(name);
    if (key === undefined) {
      const hint = didYouMean(name, names.keys()) || `rules are ${[...names.keys()].join(", ")}`;
      throw refuse(startOf(keyNode as Node), `${name} is no rule`, hint);
    }
    if (Object.hasOwn(given, key)) throw refuse(startOf(keyNode as Node), `${name} stands twice`, "write it once");
    const spec = table[key]!;
    const isList = spec.kind === "list" || spec.kind === "texts";
    const one = (): unknown => {
      const found = scalar(value as Node, name);
      return spec.kind === "text" && "reads" in spec ? beside(file, found) : typed(found, spec);
    };
    const item = isList ? texts(value as Node, name, spec) : one();
    try {
      Object.assign(given, checkOptions(name, table, { [key]: item }));
    } catch (cause) {
      if (!(cause instanceof SegmentError)) throw cause;
      throw refuse(startOf((value ?? keyNode) as Node), cause.message.replace(/^\w+/, name), cause.hint, cause);
    }
  }
  return given;
}

function startOf(node: Node): number {
  return node?.range?.[0] ?? 0;
}

/** The path of a file that a rules file names: its own where it is absolute, else from the folder of the rules file. */
function beside(rules: string, path: string): string {
  const folder = rules.slice(0, Math.max(rules.lastIndexOf("/"), rules.lastIndexOf("\\")) + 1);
  return /^([/\\]|[A-Za-z]:)/.test(path) ? path : `${folder}${path}`;
}

/** A text as the type of value that an option takes; what is none stays text, to be refused. */
function typed(text: string, { kind }: OptionSpec): unknown {
  if (kind === "flag")
    return text === "true" || text === "yes" ? true : text === "false" || text === "no" ? false : text;
  if (kind === "integer" || kind === "number")
    return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  return text;
}

/** Options whose items are `COLUMN=RULE`: an item of the command line takes the place of the file's for that column. */
const ruled: ReadonlySet<string> = new Set(["case", "check", "outliers", "impute"]);

/**
 * The options of a call with those of a rules file: a value other than the default takes the place of the file's, lists
 * are put together.
 */
export function addedTo<Options extends Given>(table: OptionTable, file: Given, options: Options): Options {
  const defaults: Given = withDefaults(table, {});
  const merged: Record<string, unknown> = { ...options };
  for (const [key, value] of Object.entries(file)) {
    const own = options[key];
    if (Array.isArray(value)) {
      const items = Array.isArray(own) ? (own as readonly string[]) : [];
      const taken = new Set(items.map(ruledOf));
      const kept = (value as readonly string[]).filter((item) => !ruled.has(key) || !taken.has(ruledOf(item)));
      merged[key] = [...kept, ...items.filter((item) => !kept.includes(item))];
    } else if (own === defaults[key]) merged[key] = value;
  }
  return merged as Options;
}

/** What an item `COLUMN=RULE` is a rule for; null for all columns. */
function ruledOf(item: string): string | null {
  const constant = item.indexOf("=constant:");
  const cut = constant >= 0 ? constant : item.lastIndexOf("=");
  return cut < 0 ? null : item.slice(0, cut).trim();
}
