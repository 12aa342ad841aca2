import { closeSync, fstatSync, openSync } from "node:fs";
import { SegmentError } from "../../core/errors.ts";
import type { Compression, Evidence, InputFormat } from "../../core/source.ts";
import { readAt } from "./file-window.ts";
import { guessEncoding } from "./text-encoding.ts";

/** The compression that the first bytes show. */
export function compressionOf(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  if (head.length >= 4) {
    const magic = head.readUInt32LE(0);
    if (magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50) return "zstd";
  }
  return "none";
}

/** A format and the reason for it. */
export interface DetectedFormat {
  readonly format: InputFormat;
  readonly evidence: Evidence;
}

const headBytes = 1 << 16;

/**
 * The format of a plain file by its content, then by its name. Throws `truncated-file` for a Parquet file without its
 * end, `binary-input` for what is no table of ours.
 */
export function detectFormat(path: string, label: string, given: InputFormat | undefined): DetectedFormat {
  const descriptor = openSync(path, "r");
  try {
    const { size } = fstatSync(descriptor);
    const head = readAt(descriptor, 0, headBytes);
    const tail = size >= 4 ? readAt(descriptor, size - 4, 4).toString("latin1") : "";
    const found = formatOf(head, tail, size, label, given);
    if (found.format !== "parquet" && found.format !== "xlsx") refuseBinary(head, label);
    return found;
  } finally {
    closeSync(descriptor);
  }
}

function formatOf(
  head: Buffer,
  tail: string,
  size: number,
  label: string,
  given: InputFormat | undefined,
): DetectedFormat {
  const is = (format: InputFormat, why: string): DetectedFormat => ({
    format,
    evidence: { subject: "format", found: format, why: given === undefined ? why : "given" },
  });
  const start = head.toString("latin1", 0, 4);
  if (start === "PAR1" && (given === undefined || given === "parquet")) {
    if (tail === "PAR1" && size > 12) return is("parquet", "the file begins and ends with PAR1");
    if (given === "parquet" || !looksLikeText(head)) {
      throw new SegmentError("truncated-file", "a Parquet file without its end; it was cut short", {
        place: { file: label },
        hint: "fetch or write it again",
      });
    }
  }
  if (given === "parquet") {
    throw new SegmentError("broken-file", "not a Parquet file (it does not begin with PAR1)", {
      place: { file: label },
      hint: "leave out --from to have the format detected",
    });
  }
  if (start === zipStart && (given === undefined || given === "xlsx") && isWorkbook(head, label)) {
    return is("xlsx", "a zip archive that begins as workbooks do");
  }
  if (given === "xlsx") {
    throw new SegmentError("broken-file", "not an Excel workbook (.xlsx)", {
      place: { file: label },
      hint: "leave out --from to have the format detected",
    });
  }
  if (given !== undefined) return is(given, "given");
  const text = textOfHead(head);
  const open = text.replace(/^[\ufeff\s]+/, "");
  const line = firstLine(open);
  if (/^\{\s*["}]/.test(open)) {
    return isWholeJson(line)
      ? is("ndjson", "the first line is a JSON object of its own")
      : is("json", "the text begins with a JSON object");
  }
  if (open.startsWith("[") && isWholeJson(line) && open.slice(line.length).trim().startsWith("["))
    return is("ndjson", "the first line is a JSON array of its own");
  if (/^\[\s*(\{|$)/.test(open) || (open.startsWith("[") && isWholeJson(line)))
    return is("json", "the text begins with a JSON array");
  return is("csv", "plain text");
}

const zipStart = "PK\u0003\u0004";

/** Whether the first entries of a zip archive, or else its name, are those of a workbook of Excel 2007 or later. */
function isWorkbook(head: Buffer, label: string): boolean {
  const names = head.toString("latin1");
  return names.includes("xl/") || (names.includes("[Content_Types].xml") && /\.xls[xm]$/i.test(label));
}

/** The beginning as text, UTF-16 resolved; enough to see how it begins. */
function textOfHead(head: Buffer): string {
  const { encoding, mark } = guessEncoding(head.subarray(0, 4096));
  if (encoding === "utf-16le") return head.toString("utf16le", mark, head.length & ~1);
  if (encoding === "utf-16be")
    return Buffer.from(head.subarray(mark, head.length & ~1))
      .swap16()
      .toString("utf16le");
  return head.toString("utf8", mark);
}

function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return end === -1 ? text : text.slice(0, end);
}

function isWholeJson(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object";
  } catch {
    // The line may be longer than what was read: an object that stays open to the end of a full head is one line.
    return line.length >= headBytes / 2 && !/[\r\n]/.test(line);
  }
}

const magics: readonly { readonly bytes: string; readonly what: string; readonly hint: string }[] = [
  {
    bytes: "PK\u0003\u0004",
    what: "a zip archive",
    hint: "unzip it first",
  },
  { bytes: "\u00d0\u00cf\u0011\u00e0", what: "an old Excel or Word file (.xls, .doc)", hint: "save the sheet as CSV" },
  { bytes: "%PDF", what: "a PDF document", hint: "export the table as CSV" },
  { bytes: "\u0089PNG", what: "a PNG image", hint: "" },
  { bytes: "\u00ff\u00d8\u00ff", what: "a JPEG image", hint: "" },
  { bytes: "GIF8", what: "a GIF image", hint: "" },
  { bytes: "BZh", what: "a bzip2 archive", hint: "decompress it first: bzip2 -d" },
  { bytes: "\u00fd7zXZ", what: "an xz archive", hint: "decompress it first: xz -d" },
  { bytes: "7z\u00bc\u00af", what: "a 7-Zip archive", hint: "extract it first" },
  { bytes: "Rar!", what: "a RAR archive", hint: "extract it first" },
  { bytes: "SQLite format 3\0", what: "an SQLite database", hint: "export the table as CSV" },
  { bytes: "ORC", what: "an ORC file", hint: "convert it to Parquet" },
  { bytes: "Obj\u0001", what: "an Avro file", hint: "convert it to Parquet" },
  { bytes: "ARROW1", what: "an Arrow file", hint: "convert it to Parquet" },
  { bytes: "$FL2", what: "an SPSS file", hint: "save it as CSV" },
  { bytes: "\u001f\u008b", what: "a gzip file inside another", hint: "decompress it first: gunzip" },
];

function refuseBinary(head: Buffer, label: string): void {
  const start = head.toString("latin1", 0, 16);
  const known = magics.find(({ bytes }) => start.startsWith(bytes));
  // ORC, BZh and the like are also how a word may begin: only with bytes that no text has.
  if (known !== undefined && !looksLikeText(head)) throw binary(label, known.what, known.hint);
  if (known?.bytes === "%PDF" && start.startsWith("%PDF-")) throw binary(label, known.what, known.hint);
  if (!looksLikeText(head)) throw binary(label, "binary data", "give delimited text, JSON or Parquet");
}

function binary(label: string, what: string, hint: string): SegmentError {
  return new SegmentError("binary-input", `looks like ${what}, not a table`, { place: { file: label }, hint });
}

/** Whether at most three bytes, or one in fifty, are control characters that text does not hold (UTF-16 apart). */
function looksLikeText(head: Buffer): boolean {
  if (guessEncoding(head.subarray(0, 4096)).encoding?.startsWith("utf-16") === true) return true;
  let control = 0;
  for (const byte of head) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12) control++;
  return control * 50 <= head.length || (control <= 3 && control * 5 <= head.length && head.includes(10));
}
