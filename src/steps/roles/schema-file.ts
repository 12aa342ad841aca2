import type { Node, YAMLMap } from "yaml";
import type { ColumnType } from "../../core/column-type.ts";
import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { roleNames, roleWords, type DeclaredColumn, type Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import type { DateCount, DateOrder, DecimalMark } from "../../core/source.ts";
import { didYouMean } from "../../core/suggest.ts";
import { dateCounts } from "../reading/day-counts.ts";
import type { ColumnRole } from "./column-roles.ts";

/** What a schema file says of a column: its type and role, and how the file that it was made from writes it. */
export interface SchemaColumn extends DeclaredColumn {
  readonly name: string;
  readonly order: DateOrder | DateCount | null;
  readonly decimal: DecimalMark | null;
}

/** A schema file that was read. */
export interface TableSchema {
  readonly file: string;
  readonly columns: readonly SchemaColumn[];
}

const format = "segment/schema@1";
const types: readonly ColumnType[] = ["text", "integer", "number", "boolean", "date", "timestamp"];
const orders: readonly (DateOrder | DateCount)[] = ["ymd", "dmy", "mdy", ...dateCounts];
const decimals: readonly DecimalMark[] = [".", ","];
const members = { type: types, role: roleNames, order: orders, decimal: decimals } as const;
type Member = keyof typeof members;

/**
 * The text of a schema file: a line for each column with its type and role, and the reason of the role as a comment. A
 * column that can be read in two ways has no type. Postcodes and telephone numbers are text, whatever their digits.
 */
export async function schemaText(table: Table, roles: readonly ColumnRole[]): Promise<string> {
  const { Document } = await import("yaml");
  const document = new Document({ schema: format, columns: {} });
  document.commentBefore =
    " What the columns of a table are, for --schema of segment: a type and a role for each.\n" +
    ` Types: ${types.join(", ")}.\n Roles: ${roleNames.join(", ")}.`;
  const columns = document.get("columns") as YAMLMap;
  table.columns.forEach((column, i) => {
    const { role, why } = roles[i]!;
    const { reading, stored, type } = column;
    const isText = staysText(column, role);
    const node = document.createNode({
      ...(column.tie === undefined && role !== "empty" ? { type: isText ? "text" : type } : {}),
      // What today's rows happen to hold is no promise of tomorrow's.
      ...(role === "empty" || role === "constant" ? {} : { role }),
      ...(stored === "text" && "order" in reading ? { order: reading.order } : {}),
      ...(stored === "text" && !isText && "decimal" in reading && reading.decimal === "," ? { decimal: "," } : {}),
    }) as YAMLMap;
    node.flow = true;
    node.comment = ` ${why}`;
    columns.add(document.createPair(column.name, node));
  });
  return document.toString({ lineWidth: 0 });
}

/** A table that is read as the schema written of it says: postcodes and telephone numbers in digits are text. */
export function readAsWritten(table: Table, roles: readonly ColumnRole[]): Table {
  const columns = table.columns.map((column, i): Column => {
    if (!staysText(column, roles[i]!.role) || column.type === "text") return column;
    return { ...column, type: "text", reading: { type: "text" }, why: `digits, but ${roleWords[roles[i]!.role]}` };
  });
  return { ...table, columns };
}

/** Its first zero is a part of it, whether or not a value of today has one. */
function staysText({ stored }: Column, role: Role): boolean {
  return stored === "text" && (role === "postcode" || role === "phone");
}

/** Reads the text of a schema file. Throws `bad-rules` with file, line and column for what it cannot mean. */
export async function readSchema(text: string, file: string): Promise<TableSchema> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import("yaml");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: "silent", prettyErrors: false });
  const wrong = (message: string, at: number, column: string | null = null, hint = grammar): SegmentError =>
    new SegmentError("bad-rules", message, {
      place: { file, line: Math.max(1, lines.linePos(at).line), ...(column === null ? {} : { column }) },
      hint,
    });
  const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;
  const written = (node: unknown): string | null =>
    isScalar(node) && node.value !== null
      ? typeof node.value === "string"
        ? node.value
        : (node.source ?? null)
      : null;
  const [broken] = document.errors;
  if (broken !== undefined) throw wrong(`is not YAML: ${broken.message.split("\n")[0]!}`, broken.pos[0]);
  const root = document.contents;
  if (!isMap(root)) throw wrong("holds no schema", startOf(root));
  for (const { key } of root.items) {
    const name = written(key) ?? "";
    if (name === "schema" || name === "columns") continue;
    throw wrong(
      `a schema has no ${quoted(name)}`,
      startOf(key),
      null,
      didYouMean(name, ["schema", "columns"]) || grammar,
    );
  }
  const found = written(root.get("schema", true));
  if (found !== null && found !== format) throw wrong(`holds ${quoted(found)}, not ${format}`, startOf(root));
  const map = root.get("columns", true);
  if (!isMap(map) || map.items.length === 0) throw wrong("names no column", startOf(map ?? root));
  const columns = map.items.map(({ key, value }): SchemaColumn => {
    const name = written(key);
    if (name === null) throw wrong("the name of a column is no text", startOf(key));
    if (!isMap(value)) throw wrong("gives no type or role", startOf(value ?? key), name);
    const given = new Map<Member, string>();
    for (const pair of value.items) {
      const member = written(pair.key) ?? "";
      const word = written(pair.value);
      const at = startOf(pair.value ?? pair.key);
      if (!(member in members)) {
        const near = didYouMean(member, Object.keys(members));
        throw wrong(
          `a column has no ${quoted(member)}`,
          startOf(pair.key),
          name,
          near || `it has ${Object.keys(members).join(", ")}`,
        );
      }
      const allowed: readonly string[] = members[member as Member];
      if (word === null || !allowed.includes(word)) {
        const near = word === null ? "" : didYouMean(word, allowed);
        const what = word === null ? `its ${member} is no word` : `${quoted(word)} is no ${member}`;
        throw wrong(what, at, name, near || `it is one of ${allowed.join(", ")}`);
      }
      given.set(member as Member, word);
    }
    const word = <Word extends string>(member: Member): Word | null => (given.get(member) as Word | undefined) ?? null;
    return { name, type: word("type"), role: word("role"), order: word("order"), decimal: word("decimal") };
  });
  return { file, columns };
}

const grammar = "write columns: and below it a line for each, such as   email: {type: text, role: email}";

function quoted(text: string): string {
  return `“${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}
