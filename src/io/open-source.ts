import { statSync } from "node:fs";
import { SegmentError } from "../core/errors.ts";
import type { Evidence, ReadOptions, Source } from "../core/source.ts";
import { gunzipTo } from "./decompress.ts";
import { readError } from "./file-errors.ts";
import { compressionOf, detectFormat } from "./formats/detect-format.ts";
import { readRange } from "./formats/file-window.ts";
import { openDelimited } from "./formats/open-delimited.ts";
import { openJson } from "./formats/open-json.ts";
import type { PlainFile } from "./formats/plain-file.ts";
import type { Quarantine } from "./formats/quarantine.ts";
import { emptyError, type Input } from "./inputs.ts";
import { openStream, readDescriptor } from "./read-stream.ts";
import type { Spool } from "./spool.ts";
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
export async function openSource(input: Input, options: ReadOptions, settings: OpenSettings): Promise<Source> {
  const { spool, signal } = settings;
  const { label } = input;
  try {
    const copied = input.kind === "file" ? input.path : await copyStream(input, settings);
    const file = await plainFile(copied, input.kind !== "file", label, settings);
    const { format, evidence } = detectFormat(file.path, label, options.from);
    const known: PlainFile = { ...file, evidence: [...file.evidence, evidence] };
    switch (format) {
      case "csv":
        return await openDelimited(known, options, spool, settings.quarantine, signal);
      case "ndjson":
      case "json":
        return await openJson(known, format, options, spool, signal);
      case "parquet":
        return { ...known, format, encoding: "utf-8", quarantined: 0 };
    }
  } catch (error) {
    throw atFile(readError(error, label), label);
  }
}

/** The error with the file it concerns, which code that sees only a path or a copy cannot name. */
function atFile(error: SegmentError, label: string): SegmentError {
  if (error.place.file !== undefined || error.place.line === undefined) return error;
  const { code, message, hint, cause } = error;
  return new SegmentError(code, message, { place: { ...error.place, file: label }, hint, cause });
}

async function copyStream(
  input: Exclude<Input, { kind: "file" }>,
  { spool, stdin, signal }: OpenSettings,
): Promise<string> {
  const path = spool.file(".in");
  const stream = input.kind === "stdin" ? readDescriptor(stdin) : openStream(input.path);
  await copyToFile(stream, [], path, signal);
  return path;
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
