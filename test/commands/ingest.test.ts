import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../src/commands/ingest.ts";
import type { OutputTable } from "../../src/core/command.ts";
import type { Context, TerminalStream } from "../../src/core/context.ts";
import { withDefaults, type OptionsOf } from "../../src/core/options.ts";
import { openDuckdb } from "../../src/engine/duckdb/open.ts";
import { openIo } from "../../src/io/io.ts";
import { renderJson } from "../../src/report/render/json.ts";
import { renderTerminal } from "../../src/report/render/terminal.ts";
import { openCompute } from "../../src/workers/pool.ts";

type Options = OptionsOf<typeof ingest.options>;

const defaults: Options = withDefaults(ingest.options, {});

const folder = mkdtempSync(join(tmpdir(), "segment-test-"));
const { signal } = new AbortController();
let context: Context;

beforeAll(async () => {
  const io = openIo({ temporaryFolder: folder, stdoutIsTerminal: true, signal });
  const stream: TerminalStream = { isTerminal: false, width: 80, colour: false, unicode: true, write: async () => {} };
  context = {
    engine: await openDuckdb({ threads: 2, memory: 512e6, spool: folder, signal }),
    io,
    compute: openCompute({ threads: 1, signal, backend: "typescript" }),
    terminal: { stdinIsTerminal: false, stdout: stream, stderr: stream, progress: () => {} },
    signal,
    version: "1.2.3",
  };
});

afterAll(async () => {
  await context.engine.close();
  await context.compute.close();
  await context.io.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const french = Buffer.from(
  "date_naissance;ville;montant;code;actif\n01/02/1980;Lyon;1.234,50;01000;oui\n03/04/1990;Saint-\u00c9tienne;12,5;75001;non\n;Metz;NA;69003;oui\n",
  "latin1",
);

async function write(table: OutputTable, name: string): Promise<string> {
  const path = join(folder, name);
  const format = name.endsWith(".csv") ? "csv" : "ndjson";
  const rows = await context.engine.write(format === "csv" ? table.query : table.typed, path, format);
  expect(rows).toBe(table.rows);
  return readFileSync(path, "utf8");
}

describe("segment ingest", () => {
  it("reads a French export and says what it found and why", async () => {
    const { report, table } = await ingest.run(context, [file("fr.csv", french)], defaults);
    expect(report.json).toMatchObject({
      schema: "segment/ingest@1",
      version: "1.2.3",
      input: { rows: 3, used: 3, quarantined: 0 },
      merged: 0,
      grouped: 0,
      removed: 0,
      output: { rows: 3 },
      warnings: [],
      sources: [
        { format: "csv", compression: "none", encoding: "cp1252", delimiter: ";", header: true, newline: "\n" },
      ],
    });
    const columns = report.json["columns"] as readonly Record<string, unknown>[];
    expect(
      columns.map(({ name, type, decimal, order, present, missing }) => [name, type, decimal, order, present, missing]),
    ).toEqual([
      ["date_naissance", "date", null, "dmy", 2, 1],
      ["ville", "text", null, null, 3, 0],
      ["montant", "number", ",", null, 2, 1],
      ["code", "text", null, null, 3, 0],
      ["actif", "boolean", null, null, 3, 0],
    ]);
    expect(await write(table as OutputTable, "plain.csv")).toBe(
      "date_naissance,ville,montant,code,actif\n" +
        "1980-02-01,Lyon,1234.50,01000,true\n1990-04-03,Saint-Étienne,12.5,75001,false\n,Metz,,69003,true\n",
    );
    expect(await write(table as OutputTable, "typed.ndjson")).toBe(
      '{"date_naissance":"1980-02-01","ville":"Lyon","montant":1234.5,"code":"01000","actif":true}\n' +
        '{"date_naissance":"1990-04-03","ville":"Saint-Étienne","montant":12.5,"code":"75001","actif":false}\n' +
        '{"date_naissance":null,"ville":"Metz","montant":null,"code":"69003","actif":true}\n',
    );
    const drawn = await renderTerminal(report, { width: 100, colour: false, unicode: true });
    for (const words of ["cp1252", "decimal mark", "comma", "day, month, year", "01/02/1980"])
      expect(drawn).toContain(words);
  });

  it("names no path in its JSON report", async () => {
    const { report } = await ingest.run(context, [file("paths.csv", "a,b\n1,x\n")], defaults);
    expect(renderJson(report)).not.toContain(folder);
  });

  it("stops where the data can be read in two ways, with lines that settle it", async () => {
    const path = file("tie.csv", "amount;signup\n1.234;01/02/2024\n5.678;03/04/2024\n");
    await expect(ingest.run(context, [path], defaults)).rejects.toMatchObject({
      code: "ambiguous-input",
      exit: 3,
      hint:
        "add --decimal , --dates signup=dmy (1234, 1 February 2024) " +
        "or --decimal . --dates signup=mdy (1.234, 2 January 2024)",
    });
    const { table } = await ingest.run(context, [path], { ...defaults, decimal: ".", dates: ["signup=mdy"] });
    expect(await write(table as OutputTable, "settled.csv")).toBe(
      "amount,signup\n1.234,2024-01-02\n5.678,2024-03-04\n",
    );
  });

  it("warns of a column that stays text because of single values, with the line of the first", async () => {
    const path = file("odd.csv", "day,n\n2024-02-28,1\n2024-02-30,2\n2024-02-27,3\n2024-02-26,4\n");
    const { report } = await ingest.run(context, [path], defaults);
    expect(report.json.warnings).toEqual([
      {
        code: "mixed-column",
        message:
          "day stays text: not every value is a date like 2024-02-28; 1 of 4 values does not fit, first 2024-02-30 on line 3; --dates day=ymd --quarantine FILE sets such rows aside",
      },
    ]);
  });

  it("reads several files of the same columns as one, and counts quarantined rows", async () => {
    const first = file("part-1.csv", "a,b\n1,x\n2,y\n");
    const second = file("part-2.csv", "b,a\nz,3\nbroken\nw,4\n");
    const quarantine = join(folder, "aside.csv");
    const { report, table } = await ingest.run(context, [first, second], { ...defaults, quarantine });
    expect(report.json.input).toEqual({ rows: 5, used: 4, quarantined: 1 });
    expect(await write(table as OutputTable, "all.csv")).toBe("a,b\n1,x\n2,y\n3,z\n4,w\n");
    expect(existsSync(quarantine)).toBe(true);
  });

  it("explains itself as SQL that names the file, and hands no table on", async () => {
    const path = file("explain.csv", "a,b\n1,x\n");
    const { text, table } = await ingest.run(context, [path], { ...defaults, explain: true });
    expect(table).toBeUndefined();
    expect(text).toContain("read_csv(");
    expect(text).toContain("explain.csv");
  });
});
