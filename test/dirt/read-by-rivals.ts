import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import Papa from "papaparse";
import type { DirtyFile } from "./corpus.ts";
import { judge, type Verdict } from "./judge.ts";

/** A reader that is called with the file and nothing else. `error` is what it says when it does not read it. */
export type Rival = (file: DirtyFile) => Promise<Verdict | { readonly outcome: "error"; readonly why: string }>;

/** DuckDB's `select * from 'file.csv'`: its own sniffer decides. */
export async function openDuckdbReader(folder: string): Promise<Rival> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const path = join(folder, "duckdb.csv");
  return async (file) => {
    writeFileSync(path, file.bytes);
    try {
      const read = await connection.runAndReadAll(`select columns(*)::varchar from read_csv('${path}')`);
      const rows = read.getRows().map((row) => row.map((cell) => (cell === "" ? null : (cell as string | null))));
      return judge(file, { names: read.columnNames(), rows }, 0);
    } catch (error) {
      return { outcome: "error", why: String(error) };
    }
  };
}

/** papaparse's `parse(text)`: delimiter and line ending are its own guess, the first record is the header. */
export const readByPapaparse: Rival = async (file) => {
  const { data, errors } = Papa.parse<string[]>(file.bytes.toString("utf8"));
  if (errors.length > 0) return { outcome: "error", why: errors[0]!.message };
  const rows = data.filter((row) => row.length > 1 || row[0] !== "");
  const names = file.draft.header.length === 0 ? file.draft.columns.map(({ name }) => name) : (rows.shift() ?? []);
  return judge(file, { names, rows: rows.map((row) => row.map((cell) => (cell === "" ? null : cell))) }, 0);
};
