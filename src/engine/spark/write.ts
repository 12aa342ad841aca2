import { SegmentError } from "../../core/errors.ts";
import type { FileFormat } from "../../core/source.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { Message } from "./protocol.ts";
import type { Session } from "./session.ts";
import { isOutputTable, localTarget } from "./remote-place.ts";

/** `SAVE_MODE_ERROR_IF_EXISTS` and `TABLE_SAVE_METHOD_SAVE_AS_TABLE`. */
const errorIfExists = 3;
const saveAsTable = 1;

/**
 * Writes a query to a new folder of part files, which Spark puts in place when all are written, `_SUCCESS` last, or to a
 * new table. Gives the rows written. Text is UTF-8 with commas and a header in each file, values as they are written
 * elsewhere. Throws `cannot-write` where the place is taken.
 */
export async function writeRemote(session: Session, query: Sql, path: string, format: FileFormat): Promise<number> {
  const isTable = isOutputTable(path);
  const shaped = format === "csv" && !isTable ? await asTexts(session, query) : query;
  const view = await session.view(session.relation(shaped), `as\n${session.text(shaped)}`, "output");
  const named: Message = { read: { named_table: { unparsed_identifier: session.text(view) } } };
  const metrics = [{ expression_string: { expression: "count(1) as rows_0" } }];
  const input: Message = { collect_metrics: { input: named, name: "rows", metrics } };
  const source = { csv: "csv", parquet: "parquet", ndjson: "json", json: "json" }[format];
  const place: Message = isTable
    ? { table: { table_name: path, save_method: saveAsTable } }
    : { path, source, options: format === "csv" ? textOptions : {} };
  const write_operation = { input, mode: errorIfExists, ...place };
  const rows = await session.client.execute({ command: { write_operation } }, () => undefined, session.text(shaped));
  if (rows === undefined) throw new SegmentError("engine-failed", "the cluster did not tell how many rows it wrote");
  return rows;
}

/** Throws `cannot-write` where a table or path of the cluster is there already; a folder of this machine is looked at here. */
export async function requireFree(session: Session, output: string, isLocal: boolean): Promise<void> {
  const isTable = isOutputTable(output);
  if (!isTable && localTarget(output, isLocal) !== null) return;
  const read = isTable
    ? { named_table: { unparsed_identifier: output } }
    : { data_source: { format: "text", paths: [output] } };
  try {
    await session.client.ask("AnalyzePlan", { schema: { plan: { root: { read } } } });
  } catch (error) {
    if (error instanceof SegmentError && (error.code === "file-missing" || error.code === "engine-failed")) return;
    throw error;
  }
  throw new SegmentError("cannot-write", `the ${isTable ? "table" : "path"} is there already`, {
    place: { file: output },
    hint: "name another, or remove the old one first",
  });
}

const textOptions = {
  header: "true",
  escape: '"',
  ignoreLeadingWhiteSpace: "false",
  ignoreTrailingWhiteSpace: "false",
  encoding: "UTF-8",
};

async function asTexts(session: Session, query: Sql): Promise<Sql> {
  const described = await session.rows(sql`describe ${query}`, 100_000);
  const texts = described.map((row) => {
    const name = identifier(String(row["col_name"]));
    return row["data_type"] === "string" ? name : sql`${asText(name)} as ${name}`;
  });
  return sql`
    select
      ${join(texts, ",\n")}
    from (
      ${query}
    )
  `;
}
