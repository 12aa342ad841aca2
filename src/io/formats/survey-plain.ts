import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { throwIfInterrupted } from "../file-errors.ts";
import type { Layout } from "./record.ts";
import type { RecordRules } from "./record-fault.ts";
import type { Survey } from "./survey.ts";
import type { TextRegion } from "./text-region.ts";
import { utf8Check } from "./utf8-check.ts";

/**
 * The survey of a text in plain notation (rectangular, quotes at the edges of fields alone, LF or CRLF, no NUL, UTF-8,
 * its first record nowhere again, no record of delimiters alone), by compiled code, 64 bytes at a time. Null as soon as anything is otherwise: the general survey then finds out what.
 * Throws `interrupted`.
 */
export async function surveyPlain(
  path: string,
  { from, to }: TextRegion,
  layout: Layout,
  { fields, headers, keepsBlank }: RecordRules,
  signal: AbortSignal,
): Promise<Survey | null> {
  if (layout.escape !== "double") return null;
  const memory = scanMemory();
  if (memory === null) return null;
  const repeats = headers.length === 0 ? null : lineFinder(headers);
  const scanner = openScanner(memory, layout, fields, from, repeats, fields > 1 && !keepsBlank);
  const check = utf8Check();
  const oneColumn = fields === 1;
  let absent = [44, 59, 9, 124];
  const descriptor = openSync(path, "r");
  try {
    for (let position = from, pieces = 1; ; pieces++) {
      const length = fill(descriptor, scanner.piece, position, to);
      if (length === 0) break;
      const piece = scanner.piece.subarray(0, length);
      // Blank lines above the only column's header are no records, as they are below it.
      if (oneColumn && position === from && piece[0]! <= 32) return null;
      if (!check.push(piece)) return null;
      if (oneColumn) absent = absent.filter((delimiter) => !piece.includes(delimiter));
      if (!scanner.scan(length)) return null;
      if (repeats?.isIn(piece, scanner.alike(), scanner.odd()) === true) return null;
      position += length;
      if (length < pieceBytes) break;
      if (pieces % piecesBetweenPauses === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        throwIfInterrupted(signal);
      }
    }
    return check.finish() ? scanner.finish(absent[0] ?? -1) : null;
  } finally {
    closeSync(descriptor);
  }
}

const pieceBytes = 1 << 20;
const piecesBetweenPauses = 64;

/** Looks for lines of a header behind the first of the text. */
interface LineFinder {
  /** The first bytes of the last of them, at most eight, and a mask of as many. */
  readonly key: bigint;
  readonly mask: bigint;
  /**
   * Whether a line stands across the border of the piece and the one before, or inside the piece, the last one if that may
   * be; behind a byte order mark where the text so far may have one.
   */
  isIn(piece: Buffer, mayBeInside: boolean, mayBeMarked: boolean): boolean;
}

function lineFinder(lines: readonly Buffer[]): LineFinder {
  const line = lines.at(-1)!;
  const [wanted, ...others] = lines.toReversed().map((one) => Buffer.concat([Buffer.from("\n"), one]));
  const marked = lines.map((one) => Buffer.concat([Buffer.from("\n\ufeff"), one]));
  const longest = Math.max(...lines.map((one) => one.length)) + 12;
  const length = Math.min(8, line.length);
  let key = 0n;
  for (let i = length - 1; i >= 0; i--) key = (key << 8n) | BigInt(line[i]!);
  let tail: Buffer = Buffer.alloc(0);
  return {
    key,
    mask: (1n << BigInt(8 * length)) - 1n,
    isIn(piece, mayBeInside, mayBeMarked) {
      const border = Buffer.concat([tail, piece.subarray(0, longest)]);
      tail = Buffer.from(piece.subarray(Math.max(0, piece.length - longest)));
      if ((mayBeInside && holdsLine(piece, wanted!)) || holdsLine(border, wanted!)) return true;
      if (mayBeMarked && marked.some((line) => holdsLine(piece, line) || holdsLine(border, line))) return true;
      return others.some((other) => holdsLine(piece, other) || holdsLine(border, other));
    },
  };
}

function holdsLine(bytes: Buffer, wanted: Buffer): boolean {
  for (let at = bytes.indexOf(wanted); at !== -1; at = bytes.indexOf(wanted, at + 1)) {
    const next = bytes[at + wanted.length];
    if (next === undefined || next === 10 || next === 13) return true;
  }
  return false;
}

function fill(descriptor: number, piece: Buffer, position: number, to: number): number {
  let length = 0;
  while (length < pieceBytes) {
    const wanted = Math.min(pieceBytes - length, to - position - length);
    const got = wanted <= 0 ? 0 : readSync(descriptor, piece, length, wanted, position + length);
    if (got === 0) break;
    length += got;
  }
  return length;
}

interface Scanner {
  /** Where the next bytes go. */
  readonly piece: Buffer;
  /** Scans the first `length` bytes of the piece; false when they are not plain. */
  scan(length: number): boolean;
  /** Whether a record of the last piece, its first 8 bytes apart, begins as the sought line does. */
  alike(): boolean;
  /** Whether some character so far may be odd (see `assembly/scan.ts`). */
  odd(): boolean;
  finish(absentDelimiter: number): Survey | null;
}

interface ScanExports {
  scan(
    state: number,
    data: number,
    length: number,
    delimiter: number,
    quote: number,
    fields: bigint,
    key: bigint,
    mask: bigint,
    blank: number,
  ): number;
  finish(state: number, fields: bigint, blank: number): number;
}

/** Byte offsets in the memory, and in the state those of `assembly/scan.ts`. */
const stateAt = 1024;
const dataAt = 1 << 17;
const at = {
  openingMayFollow: 8,
  records: 32,
  blankLines: 40,
  lines: 48,
  crs: 56,
  recordStart: 64,
  position: 80,
  quotes: 88,
  physicalLines: 96,
  stride: 112,
  used: 120,
  alike: 128,
  odd: 136,
  slots: 256,
};
const none = 255;

let compiled: WebAssembly.Module | null = null;

/** Null where the system does not let its address space be reserved; the general survey needs none. */
function scanMemory(): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ initial: 20, maximum: 20, shared: false });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function openScanner(
  memory: WebAssembly.Memory,
  layout: Layout,
  fields: number,
  from: number,
  line: LineFinder | null,
  asksBlank: boolean,
): Scanner {
  compiled ??= new WebAssembly.Module(readFileSync(fileURLToPath(builtScan())));
  const instance = new WebAssembly.Instance(compiled, { env: { memory } });
  const exports = scanExports(instance.exports);
  const state = new DataView(memory.buffer, stateAt, dataAt - stateAt);
  const get = (offset: number): number => Number(state.getBigInt64(offset, true));
  const set = (offset: number, value: number): void => state.setBigInt64(offset, BigInt(value), true);
  set(at.openingMayFollow, 1);
  set(at.recordStart, from);
  set(at.position, from);
  set(at.stride, 1);
  const expected = BigInt(fields);
  const blank = asksBlank ? 1 : 0;
  const delimiter = layout.delimiter === -1 ? none : layout.delimiter;
  const quote = layout.quote === -1 ? none : layout.quote;
  return {
    piece: Buffer.from(memory.buffer, dataAt, pieceBytes),
    scan: (length) =>
      exports.scan(stateAt, dataAt, length, delimiter, quote, expected, line?.key ?? 1n, line?.mask ?? 0n, blank) === 0,
    alike() {
      const found = get(at.alike) !== 0;
      set(at.alike, 0);
      return found;
    },
    odd: () => get(at.odd) !== 0,
    finish(absentDelimiter) {
      const openEnd = get(at.recordStart) < get(at.position);
      if (exports.finish(stateAt, expected, blank) !== 0) return null;
      const crlf = get(at.crs);
      const used = get(at.used);
      return {
        utf8: true,
        records: get(at.records),
        lines: get(at.physicalLines) + (openEnd ? 1 : 0),
        blankLines: get(at.blankLines),
        spacedBlankLines: 0,
        endings: { lf: get(at.lines) - crlf, crlf, cr: 0 },
        quoted: get(at.quotes) !== 0,
        spacedRecords: 0,
        bad: 0,
        firstBad: [],
        blankRows: 0,
        firstBlank: 0,
        headers: 0,
        openEnded: false,
        nul: -1,
        odd: get(at.odd) !== 0,
        absentDelimiter,
        offsets: Float64Array.from({ length: used }, (_, i) => get(at.slots + 8 * i)),
        stride: get(at.stride),
      };
    },
  };
}

function scanExports(exports: Readonly<Record<string, unknown>>): ScanExports {
  const { scan, finish } = exports;
  if (typeof scan !== "function" || typeof finish !== "function") throw new Error("scan.wasm lacks its functions");
  return {
    scan: (...given) => Number(scan(...given)),
    finish: (...given) => Number(finish(...given)),
  };
}

/** The compiled scan, beside the built module, or in the build when the source is run as it stands. */
function builtScan(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "../../../dist/io/formats/scan.wasm" : "scan.wasm", import.meta.url);
}
