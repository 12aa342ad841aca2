import type { Sql } from "../../core/sql.ts";
import { sql } from "../../sql/template.ts";
import type { Session } from "./session.ts";

/**
 * Writes a query, in its order, to a Parquet file that lives for one reading: not compressed, and cut into row groups as
 * the threads come. As quick as to write CSV, and the reader scans it as fast as a table in memory.
 */
export function handOver(session: Session, query: Sql, path: string): Promise<number> {
  return session.run(
    sql`
      copy (
        ${query}
      ) to ${path} (
        format parquet,
        compression uncompressed,
        use_tmp_file false
      )
    `,
    { writing: "the table for the next stage" },
  );
}
