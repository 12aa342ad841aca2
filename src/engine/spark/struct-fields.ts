import type { Sql } from "../../core/sql.ts";
import { identifier, sql } from "../../sql/template.ts";

/** A field of a record at any depth: its path as a column's name, what stands for it, and its type. */
export interface StructField {
  readonly name: string;
  readonly value: Sql;
  readonly type: string;
}

/** Fields of one object, beyond which it is a map from names to values rather than a record of fields. */
const fieldsBelow = 500;

/**
 * A column of JSON records as the fields below it, named by their path (`user.address.city`); itself where it is no
 * object, or one whose fields cannot be told from their type's text (names with `:`, `,`, `<` or `>`).
 */
export function structFields(field: StructField): readonly StructField[] {
  const fields = /^struct<(.*)>$/s.exec(field.type);
  const parts = fields === null ? null : partsOf(fields[1]!);
  if (parts === null || parts.length > fieldsBelow) return [field];
  return parts.flatMap(({ name, type }) =>
    structFields({ name: `${field.name}.${name}`, value: sql`${field.value}.${identifier(name)}`, type }),
  );
}

/** `a:int,b:struct<c:string>` in its parts; null where a name has a mark of the notation in it, or there is none. */
function partsOf(text: string): readonly { readonly name: string; readonly type: string }[] | null {
  const parts: { name: string; type: string }[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const letter = text[i];
    if (letter === "<" || letter === "(") depth++;
    else if (letter === ">" || letter === ")") depth--;
    else if (i === text.length || (letter === "," && depth === 0)) {
      const part = /^([^:,<>()]+):([a-z_]+(?:[<(].*)?)$/s.exec(text.slice(start, i));
      if (part === null) return null;
      parts.push({ name: part[1]!, type: part[2]! });
      start = i + 1;
    }
    if (depth < 0) return null;
  }
  return depth === 0 ? parts : null;
}
