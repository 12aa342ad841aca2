import { statSync } from "node:fs";
import { dirname } from "node:path";
import { SegmentError } from "../core/errors.ts";
import type { DelimitedSource, Evidence, ParquetSource, ReadOptions, Source } from "../core/source.ts";
import { gunzipTo } from "./decompress.ts";
import { readError } from "./file-errors.ts";
import { compressionOf, detectFormat } from "./formats/detect-format.ts";
import { readRange } from "./formats/file-window.ts";
import { openDelimited } from "./formats/open-delimited.ts";
import { openJson } from "./formats/open-json.ts";
import { openWorkbook } from "./formats/open-workbook.ts";
import type { PlainFile } from "./formats/plain-file.ts";
import type { Quarantine } from "./formats/quarantine.ts";
import { emptyError, type Input } from "./inputs.ts";
import { openToRead, readDescriptor } from "./read-stream.ts";
import { checkStream, sentReading, type SentStream } from "./sent-stream.ts";
import type { Spool } from "./spool.ts";
import { markReader } from "./stage-mark.ts";
import { copyToFile } from "./write-stream.ts";
import { unzstdTo } from "./zstd.ts";

/** What opening one input needs besides it. */
export interface OpenSettings {
  readonly spool: Spool;
  readonly stdin: number;
  readonly signal: AbortSignal;
  readonly quarantine: Quarantine | null;
}

/** Opens one input to its end: stream → file → plain file → format. Throws what its parts throw. */
export async function openSource(
  input: Exclude<Input, { kind: "database" }>,
  options: ReadOptions,
  settings: OpenSettings,
): Promise<Source> {
  const { spool, signal } = settings;
  const { label } = input;
  try {
    const stream = input.kind === "file" ? { path: input.path, sent: null } : await copyStream(input, settings);
    const { sent } = stream;
    const reading = sent === null ? options : sentReading(sent, options);
    if (sent?.table.handed !== undefined) return handedSource(sent, sent.table.handed, label, spool);
    const file = await plainFile(stream.path, input.kind !== "file", label, settings);
    const { format, evidence } = detectFormat(file.path, label, reading.from);
    const known: PlainFile = {
      ...file,
      evidence: [...file.evidence, evidence],
      ...(sent === null ? {} : { sender: sent.stage }),
    };
    if (options.sheet !== undefined && format !== "xlsx") {
      throw new SegmentError("usage", `--sheet names a sheet of a workbook, and this is ${format}`, {
        place: { file: label },
      });
    }
    switch (format) {
      case "csv": {
        const source = await openDelimited(known, reading, spool, settings.quarantine, signal);
        return sent === null ? source : asStated(source, sent);
      }
      case "xlsx":
        return await openWorkbook(known, reading, spool, settings.quarantine, signal);
      case "ndjson":
      case "json":
        return await openJson(known, format, options, spool, settings.quarantine, signal);
      case "parquet":
        return { ...known, format, encoding: "utf-8", quarantined: 0, ...partitionOf(input) };
    }
  } catch (error) {
    throw atFile(readError(error, label), label);
  }
}

function partitionOf(input: Exclude<Input, { kind: "database" }>): Pick<ParquetSource, "partition" | "others"> {
  if (input.kind !== "file") return {};
  const { partition, others = [] } = input;
  return { ...(partition === undefined ? {} : { partition }), ...(others.length === 0 ? {} : { others }) };
}

/** The error with the file it concerns, which code that sees only a path or a copy cannot name. */
function atFile(error: SegmentError, label: string): SegmentError {
  if (error.place.file !== undefined || error.place.line === undefined) return error;
  const { code, message, hint, cause } = error;
  return new SegmentError(code, message, { place: { ...error.place, file: label }, hint, cause });
}

/** A stream copied to its end into a file, and what its sender says of it where that is a `segment` process. */
async function copyStream(
  input: Exclude<Input, { kind: "file" | "database" }>,
  { spool, stdin, signal }: OpenSettings,
): Promise<{ readonly path: string; readonly sent: SentStream | null }> {
  const path = spool.file(".in");
  const descriptor = input.kind === "stdin" ? stdin : openToRead(input.path);
  const readMark = markReader(descriptor);
  await copyToFile(readDescriptor(descriptor), [], path, signal);
  return { path, sent: checkStream(readMark(), statSync(path).size) };
}

/** A table that the stage before this one has put into a file: it goes with the run. */
function handedSource({ stage, table }: SentStream, path: string, label: string, spool: Spool): Source {
  spool.guard(dirname(path));
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new SegmentError("truncated-file", `the table that ${stage} has handed over is gone`, {
      hint: "run the pipe again",
    });
  }
  return {
    format: "parquet",
    label,
    path,
    spooled: true,
    compression: "none",
    encoding: "utf-8",
    evidence: [senderEvidence(stage)],
    quarantined: 0,
    sender: stage,
    rows: table.rows,
    stated: table.columns.map(({ type }) => type),
  };
}

function senderEvidence(stage: string): Evidence {
  return { subject: "sender", found: stage, why: "types, number of rows and end mark came beside the stream" };
}

/** The source with the types that its sender states. Throws `truncated-file` where it does not hold what was sent. */
function asStated(source: DelimitedSource, { stage, table }: SentStream): DelimitedSource {
  const { columns } = table;
  const isWhole = source.rows + source.quarantined === table.rows && source.columns.length === columns.length;
  if (!isWhole) {
    const message = `${stage} has sent ${table.rows} rows of ${columns.length} columns, and something else came`;
    throw new SegmentError("truncated-file", message, { hint: "run the pipe again" });
  }
  const evidence: readonly Evidence[] = [senderEvidence(stage), ...source.evidence];
  return { ...source, evidence, columns: columns.map(({ name }) => name), stated: columns.map(({ type }) => type) };
}

async function plainFile(
  path: string,
  spooled: boolean,
  label: string,
  { spool, signal }: OpenSettings,
): Promise<PlainFile> {
  if (statSync(path).size === 0) throw emptyError(label);
  const compression = compressionOf(readRange(path, 0, 4));
  if (compression === "none") return { label, path, spooled, compression, evidence: [] };
  const plain = spool.file(".plain");
  await (compression === "gzip" ? gunzipTo : unzstdTo)(path, plain, label, signal);
  if (statSync(plain).size === 0) throw emptyError(label);
  const evidence: Evidence = {
    subject: "compression",
    found: compression,
    why: `by its first bytes; read to its end and verified`,
  };
  return { label, path: plain, spooled: true, compression, evidence: [evidence] };
}
