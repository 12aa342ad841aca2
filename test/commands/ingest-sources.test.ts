import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ingest } from "../../src/commands/ingest.ts";
import type { OutputTable } from "../../src/core/command.ts";
import type { Context, TerminalStream } from "../../src/core/context.ts";
import { withDefaults, type OptionsOf } from "../../src/core/options.ts";
import { openDuckdb } from "../../src/engine/duckdb/open.ts";
import { openIo } from "../../src/io/io.ts";
import { openCompute } from "../../src/workers/pool.ts";

type Options = OptionsOf<typeof ingest.options>;

const folder = mkdtempSync(join(tmpdir(), "segment-test-"));
const { signal } = new AbortController();
let context: Context;

beforeAll(async () => {
  const stream: TerminalStream = { isTerminal: false, width: 80, colour: false, unicode: true, write: async () => {} };
  context = {
    engine: await openDuckdb({ threads: 2, memory: 512e6, spool: folder, signal }),
    io: openIo({ temporaryFolder: folder, stdoutIsTerminal: true, signal }),
    compute: openCompute({ threads: 1, signal, backend: "typescript" }),
    terminal: { stdinIsTerminal: false, stdout: stream, stderr: stream, progress: () => {} },
    signal,
    version: "1.2.3",
  };
  map = join(folder, "map.yaml");
  const roles = "customer_id: {role: id}\n  email: {role: email}\n  phone: {role: phone}\n  name:";
  const columns = [roles, ...tags.map((tag) => `tag_${tag}: text`)].join("\n  ");
  writeFileSync(map, `columns:\n  ${columns}\nkeys: [customer_id, email, phone]\ncountry: FR\n`);
});

afterAll(async () => {
  await context.engine.close();
  await context.compute.close();
  await context.io.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A row of a source; few values, so that keys are shared, repeated and contradict one another. */
interface Row {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
  readonly name: string;
}

const row = fc.record({
  id: fc.constantFrom("", "", "K1", "K2", "K3", "k1", "K4"),
  email: fc.constantFrom("", "", "a@x.fr", "A@X.fr", "b@x.fr", "c@x.fr", "noreply@x.fr", "d@", "e@x.fr"),
  phone: fc.constantFrom("", "", "0611223301", "06 11 22 33 02", "+33611223301", "0000000000", "12"),
  name: fc.constantFrom("", "Anne Martin", "Paul Durand", "A. Martin"),
});
const sources = fc.array(fc.array(row, { minLength: 1, maxLength: 7 }), { minLength: 3, maxLength: 3 });
const tags = ["a", "b", "c"];

let files = 0;
let map = "";

/** Each source as a file with a column of its own that numbers its rows. */
function write(tables: readonly (readonly Row[])[], order: (rows: number) => readonly number[]): readonly string[] {
  return tables.map((rows, s) => {
    const path = join(folder, `source-${++files}.csv`);
    const lines = order(rows.length).map((at) => {
      const { id, email, phone, name } = rows[at]!;
      return [id, email, phone, name, `${tags[s]}${at}`].join(",");
    });
    writeFileSync(path, `customer_id,email,phone,name,tag_${tags[s]}\n${lines.join("\n")}\n`);
    return `${tags[s]}=${path}`;
  });
}

interface Result {
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  readonly json: {
    readonly input: { readonly rows: number };
    readonly merged: number;
    readonly removed: number;
    readonly output: { readonly rows: number };
    readonly combine: {
      readonly sources: readonly {
        readonly rows: number;
        readonly matched: Readonly<Record<string, number>>;
        readonly alone: number;
        readonly out: number;
        readonly merged: number;
        readonly removed: number;
      }[];
    };
  };
}

async function combine(source: readonly string[], more: Partial<Options>): Promise<Result> {
  const options: Options = withDefaults(ingest.options, {
    source,
    map,
    repeated: "keep",
    ...more,
  });
  const { report, table } = await ingest.run(context, [], options);
  const path = join(folder, `out-${++files}.ndjson`);
  const written = await context.engine.write((table as OutputTable).typed, path, "ndjson");
  expect(written).toBe(table!.rows);
  const rows = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, string | null>);
  return { rows, json: report.json as unknown as Result["json"] };
}

const asIs = (rows: number): readonly number[] => Array.from({ length: rows }, (_, i) => i);

/** The tags of a source in the output, sorted: every row that is there, as often as it is there. */
const tagsOf = ({ rows }: Result, s: number): readonly string[] =>
  rows
    .map((one) => one[`tag_${tags[s]}`] ?? "")
    .filter((tag) => tag !== "")
    .sort();
const all = (tables: readonly (readonly Row[])[], s: number): readonly string[] =>
  tables[s]!.map((_, at) => `${tags[s]}${at}`).sort();

const customers = ({ rows }: Result): readonly string[] =>
  rows.map((one) => tags.map((tag) => one[`tag_${tag}`] ?? "").join(" ")).sort();

test("no row is lost or multiplied, every account adds up, and no customer has two ids, whatever the order of rows", async () => {
  await fc.assert(
    fc.asyncProperty(sources, fc.constantFrom("full", "left", "union"), async (tables, kind) => {
      const result = await combine(write(tables, asIs), { combine: kind });
      const { json } = result;
      const rows = tables.reduce((sum, own) => sum + own.length, 0);
      expect(json.input.rows).toBe(rows);
      expect(json.output.rows + json.merged + json.removed).toBe(rows);
      expect(json.output.rows).toBe(result.rows.length);
      for (const [s, own] of json.combine.sources.entries()) {
        expect(own.rows).toBe(tables[s]!.length);
        expect(own.out + own.merged + own.removed).toBe(own.rows);
        expect(Object.values(own.matched).reduce((sum, one) => sum + one, own.alone)).toBe(own.rows);
        const found = tagsOf(result, s);
        if (kind !== "left" || s === 0) expect(found).toEqual(all(tables, s));
        else {
          expect(new Set(found).size).toBe(found.length);
          expect(found.length).toBe(own.merged);
        }
      }
      expect(json.combine.sources.reduce((sum, { out }) => sum + out, 0)).toBe(json.output.rows);
      if (kind === "left") expect(result.rows.length).toBe(tables[0]!.length);
      if (kind === "union") return;
      for (const one of result.rows) {
        const ids = tables.flatMap((own, s) =>
          own.flatMap(({ id }, at) =>
            one[`tag_${tags[s]}`] === `${tags[s]}${at}` && id !== "" ? [id.toLowerCase()] : [],
          ),
        );
        expect(new Set(ids).size).toBeLessThanOrEqual(1);
      }
      const backwards = write(tables, (of) => [...asIs(of)].reverse());
      expect(customers(await combine(backwards, { combine: kind }))).toEqual(customers(result));
    }),
    { numRuns: 20 },
  );
}, 300_000);

test("the text of --explain makes the same table in a fresh DuckDB", async () => {
  const tables: readonly (readonly Row[])[] = [
    [
      { id: "K1", email: "a@x.fr", phone: "", name: "Anne Martin" },
      { id: "K2", email: "b@x.fr", phone: "0611223302", name: "Paul Durand" },
    ],
    [
      { id: "", email: "A@x.fr", phone: "", name: "A. Martin" },
      { id: "", email: "", phone: "+33611223302", name: "Paul Durand" },
      { id: "K3", email: "", phone: "", name: "Eva Blanc" },
    ],
    [{ id: "K3", email: "", phone: "0611223302", name: "" }],
  ];
  const named = write(tables, asIs);
  const { rows } = await combine(named, { provenance: true });
  const explained = withDefaults(ingest.options, { source: named, map, provenance: true, explain: true });
  // In a session of its own: the text repeats every step that was run.
  const engine = await openDuckdb({ threads: 2, memory: 256e6, spool: folder, signal });
  const { text = "" } = await ingest.run({ ...context, engine }, [], explained);
  await engine.close();
  const fresh = await (await DuckDBInstance.create(":memory:")).connect();
  const there = (await (await fresh.runAndReadAll(text)).getRowObjectsJS()) as Result["rows"];
  expect(there.map((one) => Object.values(one).map((cell) => cell ?? null))).toEqual(
    rows.map((one) => Object.values(one).map((cell) => cell ?? null)),
  );
  expect(rows.length).toBe(3);
});
