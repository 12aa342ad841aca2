import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Engine, LoadedTable, Table } from "../../../src/core/context.ts";
import type { Column } from "../../../src/core/schema.ts";
import type { DelimitedSource, ReadingOptions } from "../../../src/core/source.ts";
import { openDuckdb } from "../../../src/engine/duckdb/open.ts";
import { asText } from "../../../src/sql/functions.ts";
import { sql } from "../../../src/sql/template.ts";
import { describeTable } from "../../../src/steps/describe.ts";
import { outputQueries, valueSql } from "../../../src/steps/reading/values.ts";

/** A table of the test, column by column: the texts of its cells as they stand in the file. */
export type Cells = Readonly<Record<string, readonly string[]>>;

export interface DescribeGiven extends ReadingOptions {
  readonly delimiter?: string;
  /** Records that the reader drew; all without it. */
  readonly sampled?: number;
}

/** A real engine and real files in a folder of their own. */
export class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), "segment-test-"));
  private engine: Engine | undefined;
  private files = 0;

  async open(): Promise<Engine> {
    this.engine ??= await openDuckdb({
      threads: 2,
      memory: 512e6,
      spool: this.folder,
      signal: new AbortController().signal,
    });
    return this.engine;
  }

  /** Writes the cells as a delimited file and describes it: by all its records, and (the same) by asking the engine. */
  async describe(cells: Cells, given: DescribeGiven = {}): Promise<Table> {
    const engine = await this.open();
    const source = this.source(cells, given);
    const loaded = await engine.load([source]);
    const table = await describeTable(engine, loaded, [source], given);
    const partial = { ...source, sample: [...source.sample, ...source.sample] };
    const asked = await describeTable(engine, loaded, [partial], given);
    expect(asked.columns.map(withoutWords)).toEqual(table.columns.map(withoutWords));
    return table;
  }

  /** The texts of one column as a table inside the engine, not described. */
  async load(values: readonly string[]): Promise<LoadedTable> {
    const engine = await this.open();
    return engine.load([this.source({ id: values.map((_, i) => `r${i}`), value: values })]);
  }

  /** One column alone in a file. */
  async column(values: readonly string[], given: DescribeGiven = {}): Promise<Column> {
    const table = await this.describe({ id: values.map((_, i) => `r${i}`), value: values }, given);
    return table.columns[1]!;
  }

  /** The rows of a described table, in the forms for CSV (`query`) or Parquet (`typed`). */
  async rows(table: Table, form: "query" | "typed"): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const engine = await this.open();
    return engine.rows(outputQueries(table)[form], 100_000);
  }

  /** The values of one column in the engine's own text. */
  async text(table: Table, name: string): Promise<readonly unknown[]> {
    const column = table.columns.find((one) => one.name === name)!;
    const engine = await this.open();
    const rows = await engine.rows(sql`select ${asText(valueSql(column))} as text from ${table.relation}`, 100_000);
    return rows.map((row) => row["text"]);
  }

  async close(): Promise<void> {
    await this.engine?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  source(cells: Cells, given: DescribeGiven = {}): DelimitedSource {
    const delimiter = given.delimiter ?? ",";
    const names = Object.keys(cells);
    const rows = cells[names[0]!]!.length;
    const quote = (text: string): string =>
      text.includes(delimiter) || text.includes('"') || text.includes("\n") ? `"${text.replaceAll('"', '""')}"` : text;
    const record = (values: readonly string[]): string => values.map(quote).join(delimiter);
    const records = Array.from({ length: rows }, (_, i) => names.map((name) => cells[name]![i]!));
    const path = join(this.folder, `table-${this.files++}.csv`);
    writeFileSync(path, [names, ...records].map(record).join("\n") + "\n");
    const sample = records
      .slice(0, given.sampled ?? rows)
      .map((values) => values.map((text) => (text === "" ? null : text)));
    return {
      label: "export.csv",
      path,
      spooled: false,
      format: "csv",
      compression: "none",
      encoding: "utf-8",
      evidence: [],
      quarantined: 0,
      delimiter,
      quote: '"',
      newline: "\n",
      columns: names,
      skip: 1,
      rows,
      sample,
      lineOf: async (row) => row + 2,
      recordsAt: async () => [],
    };
  }
}

/** Reasons quote what the sample showed. */
function withoutWords(column: Column): Column {
  return { ...column, why: "" };
}
