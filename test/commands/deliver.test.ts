import { describe, expect, test } from "vitest";
import { checkPlaces, deliver, type DeliverOptions } from "../../src/commands/deliver.ts";
import type { GeneratedTable, Outcome } from "../../src/core/command.ts";
import type { Compute } from "../../src/core/compute.ts";
import type { Context, Destination, TerminalStream } from "../../src/core/context.ts";
import type { Report } from "../../src/core/report.ts";
import { sql } from "../../src/sql/template.ts";

/** A world that keeps what it is given: files by path, `-` for a table on standard output, and both streams. */
interface FakeWorld {
  readonly context: Context;
  readonly places: Map<string, string>;
  readonly stdout: string[];
  readonly stderr: string[];
  /** What was written, in order. */
  readonly order: string[];
}

function world(stdoutIs: "terminal" | "pipe"): FakeWorld {
  const places = new Map<string, string>();
  const stdout: string[] = [];
  const stderr: string[] = [];
  const order: string[] = [];
  const drafts = new Map<string, string>();
  const stream = (written: string[], name: string, isTerminal: boolean): TerminalStream => ({
    isTerminal,
    width: 80,
    colour: false,
    unicode: true,
    write: (text) => {
      written.push(text);
      order.push(name);
      return Promise.resolve();
    },
  });
  const never = (): never => {
    throw new Error("not part of this test");
  };
  const put = (path: string, text: string): void => {
    places.set(path, text);
    order.push(path);
  };
  const compute = { close: never } as Partial<Compute> as Compute;
  const context: Context = {
    engine: {
      rowsStay: false,
      forget: never,
      load: never,
      columns: never,
      rows: never,
      matrix: never,
      attach: never,
      store: never,
      hand: never,
      write: never,
      explain: never,
      close: never,
    },
    io: {
      open: never,
      destination: (output, format) => {
        if (output === undefined && stdoutIs === "terminal") return null;
        const path = output === undefined || output === "-" ? null : output;
        return { path, format: format ?? "csv", compression: "none", delimiter: "," };
      },
      save: async (destination: Destination, write) => {
        const draft = `draft of ${destination.path ?? "-"}`;
        const rows = await write(draft);
        put(destination.path ?? "-", drafts.get(draft) ?? "");
        return rows;
      },
      hand: never,
      writeLinesWith: never,
      copyFile: never,
      readText: never,
      saveText: async (path, text, beforeInPlace) => {
        order.push(`draft of ${path}`);
        await beforeInPlace?.();
        put(path, text);
      },
      writeText: (path, chunks) => {
        drafts.set(path ?? "spool", [...chunks].join(""));
        order.push(path ?? "spool");
        return Promise.resolve(path ?? "spool");
      },
      saveFolder: (path, files) => Promise.resolve(put(path, [...files.keys()].join())),
      close: never,
    },
    compute,
    terminal: {
      stdinIsTerminal: false,
      stdout: stream(stdout, "stdout", stdoutIs === "terminal"),
      stderr: stream(stderr, "stderr", false),
      progress: () => {},
    },
    signal: new AbortController().signal,
    version: "0.0.0",
  };
  return { context, places, stdout, stderr, order };
}

const csv = "n,segment\n1,1\n2,2\n";
const table: GeneratedTable = {
  rows: 2,
  columns: [
    { name: "n", type: "integer" },
    { name: "segment", type: "integer" },
  ],
  csv: [csv],
  first: ["segment"],
};

const report: Report = {
  command: "test",
  blocks: [{ kind: "text", text: "two segments" }],
  json: {
    schema: "segment/test@1",
    version: "0.0.0",
    input: { rows: 2, used: 2, quarantined: 0 },
    merged: 0,
    grouped: 0,
    removed: 0,
    output: { rows: 2 },
    warnings: [],
  },
};

async function run(
  stdoutIs: "terminal" | "pipe",
  options: DeliverOptions,
  outcome: Outcome = { report, table },
): Promise<FakeWorld> {
  const made = world(stdoutIs);
  const destination = checkPlaces(made.context, options);
  const delivered = await deliver(made.context, outcome, options, destination, {
    invocation: "segment test a.csv",
    marked: false,
  });
  expect(delivered).toEqual({ exit: outcome.exit ?? 0, sent: null });
  return made;
}

const kindOf = (written: readonly string[]): string => {
  const text = written.join("");
  if (text === "") return "-";
  if (text.startsWith("{")) return "json";
  return text.includes("preview") ? "words and preview" : "words";
};

describe("where table and report go", () => {
  // The table is at `out.csv`, on standard output (`stdout`), or nowhere.
  const cases: ["terminal" | "pipe", DeliverOptions, string, string, string][] = [
    ["terminal", {}, "nowhere", "words and preview", "-"],
    ["terminal", { output: "out.csv" }, "out.csv", "words", "-"],
    ["terminal", { output: "-" }, "stdout", "-", "words"],
    ["terminal", { json: true }, "nowhere", "json", "-"],
    ["terminal", { output: "out.csv", json: true }, "out.csv", "json", "-"],
    ["terminal", { output: "-", json: true }, "stdout", "-", "json"],
    ["terminal", { quiet: true }, "nowhere", "-", "-"],
    ["terminal", { output: "out.csv", quiet: true }, "out.csv", "-", "-"],
    ["terminal", { output: "out.csv", quiet: true, json: true }, "out.csv", "-", "-"],
    ["pipe", {}, "stdout", "-", "words"],
    ["pipe", { output: "out.csv" }, "out.csv", "words", "-"],
    ["pipe", { output: "-" }, "stdout", "-", "words"],
    ["pipe", { json: true }, "nowhere", "json", "-"],
    ["pipe", { output: "out.csv", json: true }, "out.csv", "json", "-"],
    ["pipe", { output: "-", json: true }, "stdout", "-", "json"],
    ["pipe", { quiet: true }, "stdout", "-", "-"],
    ["pipe", { output: "out.csv", quiet: true }, "out.csv", "-", "-"],
    ["pipe", { json: true, quiet: true }, "nowhere", "-", "-"],
  ];
  test.each(cases)(
    "%s %j: table to %s, %s on standard output, %s on standard error",
    async (is, options, place, out, err) => {
      for (const saved of [undefined, "r.json", "r.md", "r.HTML"]) {
        const { places, stdout, stderr } = await run(is, {
          ...options,
          ...(saved === undefined ? {} : { report: saved }),
        });
        const tables = { nowhere: undefined, stdout: places.get("-"), "out.csv": places.get("out.csv") };
        expect(tables[place as keyof typeof tables]).toBe(place === "nowhere" ? undefined : csv);
        expect([...places.keys()].toSorted()).toEqual(
          [
            ...(place === "nowhere" ? [] : [place === "stdout" ? "-" : place]),
            ...(saved === undefined ? [] : [saved]),
          ].toSorted(),
        );
        expect(kindOf(stdout)).toBe(out);
        expect(kindOf(stderr)).toBe(err);
        if (saved === "r.json") expect(JSON.parse(places.get(saved)!)).toEqual(report.json);
        if (saved === "r.md") expect(places.get(saved)).toContain("two segments");
        if (saved === "r.HTML") expect(places.get(saved)).toContain("<html");
      }
    },
  );

  test("a command without a table says its words on standard output, in a pipe too", async () => {
    for (const is of ["terminal", "pipe"] as const) {
      const { stdout, stderr, places } = await run(is, {}, { report });
      expect([kindOf(stdout), kindOf(stderr), places.size]).toEqual(["words", "-", 0]);
    }
  });
});

test("the preview shows the new column first, and the line that saves the rest", async () => {
  const { stdout } = await run("terminal", {});
  const text = stdout.join("");
  expect(text).toContain("preview: 2 rows");
  expect(text).toMatch(/segment +n\n/);
  expect(text).toContain("to save them all: segment test a.csv -o out.csv");
});

test("the text of --explain takes the place of everything else", async () => {
  const outcome: Outcome = { report, table, text: "select 1;\n", files: [{ path: "m.json", text: "{}" }] };
  const { stdout, stderr, places } = await run("pipe", { output: "out.csv", report: "r.json" }, outcome);
  expect([stdout, stderr, [...places]]).toEqual([["select 1;\n"], [], []]);
});

test("every file is whole before the first is put in its place, and the report is said last", async () => {
  const outcome: Outcome = {
    report,
    table,
    tables: [{ path: "truth.csv", table }],
    files: [{ path: "m.json", text: "{}" }],
    folders: [{ path: "tables", files: new Map([["sizes.csv", ""]]) }],
  };
  const { order, places } = await run("pipe", { output: "out.csv", report: "r.md" }, outcome);
  const files = ["out.csv", "truth.csv", "m.json", "r.md"];
  expect(order.slice(0, 4).toSorted()).toEqual(files.map((file) => `draft of ${file}`).toSorted());
  expect(order.slice(4, -1).toSorted()).toEqual([...files, "tables"].toSorted());
  expect(order.at(-1)).toBe("stdout");
  expect(places.get("truth.csv")).toBe(csv);
});

test("a gate that failed ends in its exit code, all written", async () => {
  const { places } = await run("pipe", { output: "out.csv" }, { report, table, exit: 1 });
  expect(places.get("out.csv")).toBe(csv);
});

test("a report of an unknown kind is refused before any work", () => {
  for (const file of ["report.pdf", "report", "json"]) {
    expect(() => checkPlaces(world("pipe").context, { report: file })).toThrowError(
      expect.objectContaining({ code: "bad-option-value", hint: "end it in .json, .md, .html" }),
    );
  }
});

test("a table of other rows than it promised is our bug: nothing is put in place", async () => {
  const { context, places } = world("pipe");
  const engine = { ...context.engine, write: () => Promise.resolve(1) };
  const destination: Destination = { path: "out.csv", format: "csv", compression: "none", delimiter: "," };
  const queried = { query: sql`select 1`, typed: sql`select 1`, rows: 2 };
  const delivered = deliver({ ...context, engine }, { report, table: queried }, {}, destination, {
    invocation: "",
    marked: false,
  });
  await expect(delivered).rejects.toMatchObject({ code: "bug", exit: 70 });
  expect([...places]).toEqual([]);
});
