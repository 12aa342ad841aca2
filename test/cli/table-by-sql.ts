import { DuckDBInstance } from "@duckdb/node-api";

/** The rows of the last statement of a text that `--explain` printed, run in a fresh DuckDB in a folder. */
export async function tableBySql(cwd: string, text: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const started = process.cwd();
  process.chdir(cwd);
  try {
    const statements = await connection.extractStatements(text);
    let rows: Record<string, unknown>[] = [];
    for (let i = 0; i < statements.count; i++) {
      const result = await (await statements.prepare(i)).runAndReadAll();
      if (i === statements.count - 1) rows = result.getRowObjects();
    }
    return rows;
  } finally {
    process.chdir(started);
    connection.closeSync();
    instance.closeSync();
  }
}
