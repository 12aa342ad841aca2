import { SegmentError } from "../core/errors.ts";
import type { Sql, SqlPart, SqlValue } from "../core/sql.ts";
import type { Dialect, DialectFunctionName } from "./dialect.ts";

/** A query ready to run: its text with a placeholder for each value. Lists stand in the text as literals. */
export interface CompiledSql {
  readonly text: string;
  readonly values: readonly Exclude<SqlValue, readonly SqlValue[]>[];
}

/** SQL with bound values, for running. Throws `engine-failed` for a function the dialect lacks. */
export function compile(query: Sql, dialect: Dialect): CompiledSql {
  const values: Exclude<SqlValue, readonly SqlValue[]>[] = [];
  const text = print(query, dialect, (value) => {
    if (isList(value)) return dialect.literal(value);
    values.push(value);
    return dialect.placeholder(values.length);
  });
  return { text, values };
}

/** SQL with every value in place as a literal, for `--explain` and for statements that take no bound values. */
export function inline(query: Sql, dialect: Dialect): string {
  return print(query, dialect, (value) => dialect.literal(value));
}

function print(query: Sql, dialect: Dialect, printValue: (value: SqlValue) => string): string {
  const texts: string[] = [];
  const printPart = (part: SqlPart): void => {
    switch (part.kind) {
      case "text":
        texts.push(part.text);
        return;
      case "identifier":
        texts.push(dialect.quoteIdentifier(part.name));
        return;
      case "value":
        texts.push(printValue(part.value));
        return;
      case "call":
        expand(part.member, part.args, dialect).parts.forEach(printPart);
    }
  };
  query.parts.forEach(printPart);
  return texts.join("");
}

function expand(member: string, args: readonly Sql[], dialect: Dialect): Sql {
  if (!isMember(member, dialect)) throw new SegmentError("bug", `no dialect function ${member}`);
  // Arity is checked where the call is written, by the typed functions of functions.ts.
  const apply: (...args: readonly Sql[]) => Sql = dialect.functions[member] as (...args: readonly Sql[]) => Sql;
  return apply(...args);
}

function isMember(member: string, dialect: Dialect): member is DialectFunctionName {
  return Object.hasOwn(dialect.functions, member);
}

function isList(value: SqlValue): value is readonly SqlValue[] {
  return Array.isArray(value);
}
