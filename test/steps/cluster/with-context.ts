import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { Context, Table } from "../../../src/core/context.ts";
import { openTable } from "../../../src/steps/open-table.ts";
import { openContext } from "../../../src/wire.ts";

/** The program's own context and a folder, for the tests of one file. */
export interface Surroundings {
  readonly context: Context;
  path(name: string): string;
  /** Writes a file of the folder and gives its path. */
  put(name: string, text: string): string;
  /** A described table from CSV text. */
  table(text: string): Promise<Table>;
}

export function withContext(): () => Surroundings {
  const folder = mkdtempSync(join(tmpdir(), "segment-steps-"));
  let context: ReturnType<typeof openContext> | undefined;
  let count = 0;
  beforeAll(() => {
    context = openContext({ threads: 2, quiet: true }, new AbortController().signal, "0.0.0");
  });
  afterAll(async () => {
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const path = (name: string): string => join(folder, name);
  const put = (name: string, text: string): string => {
    writeFileSync(path(name), text);
    return path(name);
  };
  return () => ({
    context: context!,
    path,
    put,
    table: async (text) => (await openTable(context!, [put(`table-${++count}.csv`, text)], {})).table,
  });
}
