import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";

/** Whether a name has a character that a pattern would. */
export function isGlob(name: string): boolean {
  return /[*?[]/.test(name);
}

/**
 * Files that a pattern names (`*`, `?`, `[a-z]`, `[!a-z]`, and `**` for any folders), sorted by code unit. Hidden names
 * match only a pattern part that begins with a dot. Folders that cannot be read hold no match.
 */
export function expandGlob(pattern: string): string[] {
  const parts = pattern.split("/").filter((part, i) => part !== "" || i === 0);
  const found = new Set<string>();
  const absolute = parts[0] === "";
  walk(absolute ? "/" : "", absolute ? parts.slice(1) : parts, found);
  return [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function walk(folder: string, parts: readonly string[], found: Set<string>): void {
  const [part, ...rest] = parts;
  if (part === undefined) return;
  const last = rest.length === 0;
  if (part === "**") {
    walk(folder, last ? ["*"] : rest, found);
    for (const entry of entriesOf(folder)) {
      if (entry.isDirectory() && !entry.name.startsWith(".")) walk(join(folder, entry.name), parts, found);
    }
    return;
  }
  if (!isGlob(part) && !last) {
    walk(join(folder, part), rest, found);
    return;
  }
  const matches = isGlob(part) ? partPattern(part) : null;
  for (const entry of entriesOf(folder)) {
    if (matches === null ? entry.name !== part : !matches.test(entry.name)) continue;
    if (entry.name.startsWith(".") && !part.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (last) {
      if (!entry.isDirectory()) found.add(path);
    } else if (entry.isDirectory() || entry.isSymbolicLink()) walk(path, rest, found);
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder === "" ? "." : folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function partPattern(part: string): RegExp {
  let source = "";
  for (let i = 0; i < part.length; i++) {
    const letter = part[i]!;
    const close = letter === "[" ? part.indexOf("]", i + 2) : -1;
    if (letter === "*") source += "[^/]*";
    else if (letter === "?") source += "[^/]";
    else if (close > 0) {
      const negated = part[i + 1] === "!" || part[i + 1] === "^";
      const body = part.slice(i + (negated ? 2 : 1), close).replace(/[\\\]^[&]/g, "\\$&");
      source += `[${negated ? "^" : ""}${body}]`;
      i = close;
    } else source += letter.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "su");
}
