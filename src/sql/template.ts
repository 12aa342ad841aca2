import type { Sql, SqlPart, SqlValue } from "../core/sql.ts";

/**
 * SQL as a tagged template: `${value}` binds a value, `${identifier(name)}` quotes a name, `${other}` nests SQL.
 * The template's own indentation is taken off, and nested lines are indented like the line that holds them, so
 * that the text reads as SQL. Cost: linear in the text.
 *
 * ```ts
 * sql`
 *   select ${identifier("revenue")}
 *   from ${table}
 *   where ${identifier("revenue")} > ${100}
 * `
 * ```
 */
export function sql(strings: TemplateStringsArray, ...slots: readonly (Sql | SqlValue)[]): Sql {
  const texts = dedent(strings);
  const parts: SqlPart[] = [];
  let margin = "";
  texts.forEach((text, i) => {
    if (text !== "") parts.push({ kind: "text", text });
    margin = marginAfter(margin, text);
    if (i >= slots.length) return;
    const slot = slots[i]!;
    if (!isSql(slot)) parts.push({ kind: "value", value: slot });
    else for (const part of slot.parts) parts.push(indent(part, margin));
  });
  return { parts };
}

/** A column, table or alias by name; the dialect quotes it. */
export function identifier(name: string): Sql {
  return { parts: [{ kind: "identifier", name }] };
}

/** A bound value as SQL of its own, for lists: `in (${join(words.map(value), ", ")})`. */
export function value(bound: SqlValue): Sql {
  return { parts: [{ kind: "value", value: bound }] };
}

/** SQL pieces with a separator between them, such as `", "` or `",\n"`; nothing for an empty list. */
export function join(pieces: readonly Sql[], separator: string): Sql {
  const parts: SqlPart[] = [];
  pieces.forEach((piece, i) => {
    if (i > 0) parts.push({ kind: "text", text: separator });
    for (const part of piece.parts) parts.push(part);
  });
  return { parts };
}

/** A call of a function that engines spell differently; see `functions.ts` for the ones there are. */
export function call(member: string, args: readonly Sql[]): Sql {
  return { parts: [{ kind: "call", member, args }] };
}

function isSql(slot: Sql | SqlValue): slot is Sql {
  return typeof slot === "object" && slot !== null && "parts" in slot;
}

/** Takes off the leading and trailing blank lines and the indentation that all further lines share. */
function dedent(strings: TemplateStringsArray): string[] {
  let shared = Infinity;
  strings.forEach((text, i) => {
    text.split("\n").forEach((line, j) => {
      if (j === 0) return;
      const blank = line.trim() === "" && (i < strings.length - 1 ? j < text.split("\n").length - 1 : true);
      if (!blank) shared = Math.min(shared, line.length - line.trimStart().length);
    });
  });
  const texts = strings.map((text) => (shared === Infinity ? text : text.replaceAll("\n" + " ".repeat(shared), "\n")));
  texts[0] = texts[0]!.replace(/^\s*\n/, "");
  texts[texts.length - 1] = texts[texts.length - 1]!.replace(/\n\s*$/, "");
  return texts;
}

/** The white space that begins the line on which `text` ends; `margin` if `text` stays on the line before it. */
function marginAfter(margin: string, text: string): string {
  const start = text.lastIndexOf("\n");
  if (start < 0) return margin;
  return /^ */.exec(text.slice(start + 1))![0];
}

function indent(part: SqlPart, margin: string): SqlPart {
  if (margin === "") return part;
  if (part.kind === "text" && part.text.includes("\n")) {
    return { kind: "text", text: part.text.replaceAll("\n", "\n" + margin) };
  }
  return part;
}
