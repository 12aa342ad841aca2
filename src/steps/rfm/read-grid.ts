import type { Node, YAMLMap } from "yaml";
import { SegmentError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import { anyScore, cellWords, gridFault, type Grid, type GridRule, type ScoreRange } from "./grid.ts";

const members = ["name", "r", "f", "m"] as const;

/**
 * Reads a grid from YAML: a list of segments with a `name`, and ranges of `r`, `f` and `m` (`4-5`, `3`; all scores where
 * one is left out). Every one of the 125 combinations must be in exactly one. Throws `bad-rules` with file and line.
 */
export async function readGrid(text: string, file: string): Promise<Grid> {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent" });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const what = broken.message.split(" at line ")[0]!.split("\n")[0]!;
    throw wrong(`is not YAML: ${what}`, broken.linePos?.[0].line);
  }
  const root = document.contents;
  if (!isSeq(root) || root.items.length === 0) {
    throw wrong("holds no list of segments", root === null ? undefined : lineOf(root));
  }
  const found = root.items.map((item, i) => {
    const node = item as Node;
    if (!isMap(node)) throw wrong(`entry ${i + 1} is no segment`, lineOf(node));
    return { rule: readRule(node), line: lineOf(node) };
  });
  const grid = found.map(({ rule }) => rule);
  const fault = gridFault(grid);
  if (fault === null) return grid;
  if (fault.kind === "gap") {
    const hint = "give them a segment, or widen the ranges of one";
    throw new SegmentError("bad-rules", `no segment holds ${cellWords(fault.cells)}`, { place: { file }, hint });
  }
  const [first, second] = [found[fault.first]!, found[fault.second]!];
  throw new SegmentError(
    "bad-rules",
    `${quoted(second.rule.name)} and ${quoted(first.rule.name)} (line ${first.line}) both hold ${cellWords(fault.cells)}`,
    { place: { file, line: second.line }, hint: "narrow the ranges of one" },
  );

  function readRule(map: YAMLMap): GridRule {
    const values = new Map<string, { node: Node | null; line: number }>();
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : "";
      const line = lineOf(key as Node | null);
      if (!members.some((member) => member === name)) {
        const near = didYouMean(name, members);
        throw wrong(`a segment has no ${quoted(name)}`, line, near === "" ? `it has ${members.join(", ")}` : near);
      }
      values.set(name, { node: value as Node | null, line });
    }
    const name = values.get("name");
    const text = name !== undefined && isScalar(name.node) ? name.node.value : undefined;
    if (typeof text !== "string" || text.trim() === "") {
      const what = name === undefined ? "a segment has no name" : "the name of a segment is no text";
      throw wrong(what, name?.line ?? lineOf(map), "write it like - name: champions");
    }
    const range = (member: "r" | "f" | "m"): ScoreRange => {
      const given = values.get(member);
      if (given === undefined) return anyScore;
      const scores = isScalar(given.node) ? readRange(String(given.node.value)) : null;
      if (scores !== null) return scores;
      throw wrong(`${member} of ${quoted(text)} is no range of scores`, given.line, "write it like 4-5, or 3");
    };
    return { name: text.trim(), r: range("r"), f: range("f"), m: range("m") };
  }

  function lineOf(node: Node | null): number {
    return lines.linePos(node?.range?.[0] ?? 0).line;
  }

  function wrong(message: string, line: number | undefined, hint?: string): SegmentError {
    return new SegmentError("bad-rules", message, {
      place: line === undefined ? { file } : { file, line },
      hint: hint ?? "--save-grid FILE.yaml writes a grid to start from",
    });
  }
}

/** `4-5` or `3` as scores, or null. */
function readRange(text: string): ScoreRange | null {
  const match = /^\s*([1-5])\s*(?:-\s*([1-5])\s*)?$/.exec(text);
  if (match === null) return null;
  const low = Number(match[1]);
  const high = Number(match[2] ?? match[1]);
  return low <= high ? [low, high] : null;
}

function quoted(text: string): string {
  return `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}
