import type { Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { emailColumns } from "../contact/email.ts";
import { findColumn } from "../match-columns.ts";

/** The column of addresses that a run works with, and what other columns hold addresses too. */
export interface EmailColumn {
  readonly email: Column;
  readonly others: readonly Column[];
}

/**
 * The column that `--email` names, else the only one that holds addresses. `wants` is the option that needs it. Cost:
 * that of `emailColumns`. Throws `unknown-column`, `usage` where none holds addresses or several do.
 */
export async function findEmailColumn(
  engine: Engine,
  table: Table,
  named: string | undefined,
  wants: string,
): Promise<EmailColumn> {
  const found = await emailColumns(engine, table);
  if (named !== undefined) {
    const email = findColumn(table.columns, named, "--email");
    if (email.type !== "text") throw new SegmentError("usage", `--email ${named}: the column holds no addresses`);
    return { email, others: found.filter(({ name }) => name !== named) };
  }
  const [email] = found;
  if (email === undefined) {
    throw new SegmentError("usage", `${wants} needs a column of e-mail addresses, and no column holds them`, {
      hint: "name it: --email COL",
    });
  }
  if (found.length > 1) {
    const names = found.map(({ name }) => name);
    throw new SegmentError("usage", `${wants}: ${names.join(", ")} all hold e-mail addresses`, {
      hint: `say which: --email ${names[0]}`,
    });
  }
  return { email, others: [] };
}
