import { closeSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { SegmentError } from "../../core/errors.ts";
import type { DelimitedSource, Evidence, ReadOptions } from "../../core/source.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Spool } from "../spool.ts";
import { grouped } from "./grouped.ts";
import { openDelimited } from "./open-delimited.ts";
import type { PlainFile } from "./plain-file.ts";
import type { Quarantine } from "./quarantine.ts";
import type { WorkbookAnswer, WorkbookQuestion } from "./workbook.ts";

/** Megabytes that parsing may take: a full sheet of a million rows of ten cells needs less. */
const parserMemory = 6144;

/**
 * Opens a sheet of an Excel workbook: its cells become delimited text in plain notation, of which title lines, header
 * and totals are then told as of any other. Lines are rows of the sheet. A cell that holds an error is an error, unless
 * there is a quarantine, to which its row goes. Throws `broken-file`, `no-rows`, `bad-option-value`, `out-of-memory`.
 */
export async function openWorkbook(
  file: PlainFile,
  options: ReadOptions,
  spool: Spool,
  quarantine: Quarantine | null,
  signal: AbortSignal,
): Promise<DelimitedSource> {
  const answer = await ask({ path: file.path, sheet: options.sheet }, file.label, signal);
  const place = { file: file.label };
  switch (answer.kind) {
    case "broken":
      throw new SegmentError("broken-file", `the workbook cannot be read: ${answer.why}`, {
        place,
        hint: "open it in a spreadsheet program and save it again, or save the sheet as CSV",
      });
    case "empty":
      throw new SegmentError("no-rows", "the sheet holds nothing", {
        place,
        hint:
          answer.sheets.length === 0 ? "no sheet of the workbook does" : `--sheet names one of ${list(answer.sheets)}`,
      });
    case "no-sheet":
      throw new SegmentError("bad-option-value", `--sheet ${options.sheet}: the workbook has no such sheet`, {
        place,
        hint: didYouMean(options.sheet ?? "", answer.sheets) || `it has ${list(answer.sheets)}`,
      });
    case "sheet":
      return await openSheet(answer, file, options, spool, quarantine, signal);
  }
}

type Sheet = Extract<WorkbookAnswer, { kind: "sheet" }>;

async function openSheet(
  sheet: Sheet,
  file: PlainFile,
  options: ReadOptions,
  spool: Spool,
  quarantine: Quarantine | null,
  signal: AbortSignal,
): Promise<DelimitedSource> {
  const label = file.label;
  const odd = new Map(sheet.errors.map((error) => [error.row, error]));
  if (odd.size > 0 && quarantine === null) {
    const { address, shown, row } = sheet.errors[0]!;
    const more = sheet.errors.length > 1 ? `; ${grouped(sheet.errors.length)} cells are such` : "";
    throw new SegmentError("broken-file", `cell ${address} of ${sheet.name} has no value but ${shown}${more}`, {
      place: { file: label, line: row },
      hint: "mend the formula, or add --quarantine FILE to set such rows aside",
    });
  }
  const written = writeSheet(sheet, spool.file(".csv"), odd, quarantine, label);
  if (odd.size > 0 && written.filled <= 1) {
    const { address, shown, row } = sheet.errors[0]!;
    const what = `every row of ${sheet.name} below the first holds a cell without a value, such as ${address} (${shown})`;
    throw new SegmentError("nothing-left", `${what}: ${grouped(written.aside)} rows would be set aside`, {
      place: { file: label, line: row },
      hint: "mend the formulas, or save their values in the workbook",
    });
  }
  const others = sheet.sheets.filter((name) => name !== sheet.name);
  const why =
    options.sheet !== undefined
      ? "given"
      : others.length === 0
        ? "the only sheet"
        : `the first; --sheet names ${list(others)}`;
  const evidence: Evidence[] = [
    { subject: "sheet", found: sheet.name, why },
    ...(sheet.system === 1904 ? [{ subject: "day numbers", found: "from 1904", why: "so the workbook says" }] : []),
    ...(sheet.merged > 0
      ? [
          {
            subject: "merged cells",
            found: grouped(sheet.merged),
            why: "the first cell of each has the value, the others are empty",
          },
        ]
      : []),
  ];
  const rowOf = (line: number): number => written.rows[upperBound(written.lines, line) - 1] ?? line;
  const rows: Quarantine | null =
    quarantine === null
      ? null
      : { ...quarantine, add: (row) => quarantine.add({ ...row, line: rowOf(row.line), byte: null }) };
  const text: PlainFile = { ...file, path: written.path, spooled: true, evidence: [...file.evidence, ...evidence] };
  const { sheet: _sheet, from: _from, encoding: _encoding, delimiter: _delimiter, quote: _quote, ...rest } = options;
  const source = await openDelimited(
    text,
    { ...rest, delimiter: ",", quote: '"', encoding: "utf-8" },
    spool,
    rows,
    signal,
  ).catch((error: unknown) => {
    throw error instanceof SegmentError && error.place.line !== undefined
      ? new SegmentError(error.code, error.message, {
          place: { ...error.place, file: label, line: rowOf(error.place.line) },
          hint: error.hint,
          cause: error.cause,
        })
      : error;
  });
  // What the text was written in is ours, not the workbook's.
  const ours = new Set(["encoding", "delimiter", "quote", "line ending"]);
  return {
    ...source,
    sheet: sheet.name,
    quarantined: source.quarantined + written.aside,
    evidence: source.evidence.filter(({ subject }) => !ours.has(subject)),
    lineOf: async (row) => rowOf(await source.lineOf(row)),
    recordsAt: async (rows) =>
      (await source.recordsAt(rows)).map(({ line, raw }) => ({ line: rowOf(line), byte: null, raw })),
  };
}

interface WrittenSheet {
  readonly path: string;
  /** The physical line on which each written row begins, ascending, and its row in the sheet. */
  readonly lines: readonly number[];
  readonly rows: readonly number[];
  /** Those of them that hold anything. */
  readonly filled: number;
  /** Rows that went to the quarantine. */
  readonly aside: number;
}

function writeSheet(
  { rows, name, errors }: Sheet,
  path: string,
  odd: ReadonlyMap<number, { readonly address: string; readonly shown: string }>,
  quarantine: Quarantine | null,
  label: string,
): WrittenSheet {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const filled = rows.map((row) => row.reduce((count, cell) => count + (cell === "" ? 0 : 1), 0));
  const first = filled.findIndex((count) => count > 1);
  const last = filled.findLastIndex((count) => count > 1);
  // A line with a single cell above or below the table is a title or a note, not a record of which the rest is empty.
  const isNote = (i: number): boolean => width > 2 && filled[i] === 1 && (i < first || i > last);
  // What stands in the place of a value that is not there tells what the row is.
  const shownRow = (i: number, cells: readonly string[]): string => {
    const shown = new Map(
      errors.filter(({ row }) => row === i + 1).map(({ address, shown: text }) => [columnIndex(address), text]),
    );
    const most = Math.max(width, ...[...shown.keys()].map((column) => column + 1));
    return Array.from({ length: most }, (_, j) => quoted(shown.get(j) ?? cells[j] ?? "")).join(",");
  };
  const lines: number[] = [];
  const numbers: number[] = [];
  const descriptor = openSync(path, "wx", 0o600);
  let aside = 0;
  let kept = 0;
  let line = 1;
  let chunk: string[] = [];
  const flush = (): void => {
    const bytes = Buffer.from(chunk.join(""), "utf8");
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
    chunk = [];
  };
  try {
    rows.forEach((cells, i) => {
      const full = isNote(i)
        ? cells.filter((cell) => cell !== "")
        : Array.from({ length: width }, (_, j) => cells[j] ?? "");
      // A row without a value inside the table, or below it, is one of empty fields, as in a sheet that was saved as text.
      const text = filled[i] === 0 && i < first ? "" : full.map(quoted).join(",");
      const error = odd.get(i + 1);
      if (error !== undefined && quarantine !== null) {
        const reason = `cell ${error.address} of ${name} has no value but ${error.shown}`;
        quarantine.add({ file: label, line: i + 1, byte: null, column: "", reason, raw: shownRow(i, cells) });
        aside++;
        return;
      }
      if (filled[i]! > 0) kept++;
      lines.push(line);
      numbers.push(i + 1);
      line += 1 + (text.match(/\n/g)?.length ?? 0);
      chunk.push(text, "\n");
      if (chunk.length > 4000) flush();
    });
    flush();
  } finally {
    closeSync(descriptor);
  }
  return { path, lines, rows: numbers, filled: kept, aside };
}

/** The number of the column of a cell such as `D45`, from 0. */
function columnIndex(address: string): number {
  const letters = /^[A-Z]+/.exec(address)?.[0] ?? "A";
  return [...letters].reduce((index, letter) => index * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** The number of values that are at most `wanted`. */
function upperBound(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function list(names: readonly string[]): string {
  return names.slice(0, 6).join(", ") + (names.length > 6 ? ` and ${names.length - 6} more` : "");
}

function ask(question: WorkbookQuestion, label: string, signal: AbortSignal): Promise<WorkbookAnswer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerPath(), {
      workerData: question,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: parserMemory },
    });
    const stop = (): void => {
      void worker.terminate();
      reject(new SegmentError("interrupted", "interrupted"));
    };
    signal.addEventListener("abort", stop, { once: true });
    worker.once("message", resolve);
    worker.once("error", (error: unknown) => {
      const isFull = error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
      const failure = new SegmentError(
        "out-of-memory",
        `the sheet needs more than ${parserMemory / 1024} GB to be parsed`,
        {
          place: { file: label },
          hint: "save it as CSV and give that",
          cause: error,
        },
      );
      reject(isFull ? failure : error);
    });
    worker.once("exit", () => signal.removeEventListener("abort", stop));
    if (signal.aborted) stop();
  });
}

/** The built thread, found from the built module beside it, or from the source when that is run as it stands. */
function workerPath(): string {
  const base = import.meta.url.endsWith(".ts") ? "../../../dist/io/formats/" : "";
  return fileURLToPath(new URL(`${base}workbook-worker.js`, import.meta.url));
}
