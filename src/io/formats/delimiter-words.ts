import { SegmentError } from "../../core/errors.ts";

/** A delimiter as a sentence names it; empty for none. */
export function delimiterName(delimiter: string): string {
  if (delimiter === "\t") return "tab";
  if (delimiter === " ") return "space";
  if (delimiter === "") return "one column";
  return delimiter < " " ? `\\x${delimiter.charCodeAt(0).toString(16).padStart(2, "0")}` : `\`${delimiter}\``;
}

/** A delimiter as a shell takes it behind `--delimiter`. */
export function delimiterWord(delimiter: string): string {
  if (delimiter === "\t") return "tab";
  if (delimiter === " ") return "space";
  return /[;|^~]/.test(delimiter) ? `'${delimiter}'` : delimiter;
}

/** The byte of a delimiter as the user names it: one character, `tab`, `\t` or `space`; -1 for `none`. Throws `bad-option-value`. */
export function delimiterByte(text: string): number {
  if (text.toLowerCase() === "none") return -1;
  const named = new Map([
    ["tab", "\t"],
    ["\\t", "\t"],
    ["space", " "],
    ["comma", ","],
    ["semicolon", ";"],
    ["pipe", "|"],
  ]);
  const delimiter = named.get(text.toLowerCase()) ?? text;
  const code = delimiter.charCodeAt(0);
  if (delimiter.length !== 1 || code > 126 || code === 10 || code === 13 || code === 34 || code === 0)
    throw new SegmentError("bad-option-value", `--delimiter ${JSON.stringify(text)} is not one plain character`, {
      hint: "for instance --delimiter ';' or --delimiter tab",
    });
  return code;
}

/** The byte of a quote as the user names it, -1 for `none`. Throws `bad-option-value`. */
export function quoteByte(text: string): number {
  if (text === "" || text.toLowerCase() === "none") return -1;
  const code = text.charCodeAt(0);
  if (text.length !== 1 || code > 126 || code < 33)
    throw new SegmentError("bad-option-value", `--quote ${JSON.stringify(text)} is not one plain character`, {
      hint: `for instance --quote "'", or --quote none`,
    });
  return code;
}
