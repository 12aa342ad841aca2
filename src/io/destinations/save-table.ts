import { createReadStream, rmSync } from "node:fs";
import { createGzip } from "node:zlib";
import type { Destination } from "../../core/context.ts";
import { writeError } from "../file-errors.ts";
import type { Spool } from "../spool.ts";
import { copyToFile } from "../write-stream.ts";
import { saveFile, type Write } from "./save-file.ts";
import { writeDescriptor } from "./write-descriptor.ts";

/** What `saveTable` needs besides the destination. */
export interface SaveSettings {
  readonly spool: Spool;
  readonly stdout: number;
  readonly signal: AbortSignal;
  /** Called when the reader of standard output has gone. */
  readonly onClosedPipe: () => void;
  /** Called with the bytes that went to standard output. */
  readonly onSent: (bytes: number) => void;
}

/**
 * Has a table written and puts it where it goes. `write` gets a path that ends in `.csv`, `.tsv`, `.ndjson`, `.json` or
 * `.parquet`, with `.zst` behind it where the writer is to compress; gzip is done here, with the same bytes on any day.
 */
export async function saveTable(destination: Destination, settings: SaveSettings, write: Write): Promise<number> {
  const { spool, signal } = settings;
  const { path, compression } = destination;
  const text = destination.format === "csv" && destination.delimiter === "\t" ? ".tsv" : `.${destination.format}`;
  const ending = compression === "zstd" ? `${text}.zst` : text;
  if (path === null) return await toStdout(settings, ending, compression === "gzip", write);
  if (compression !== "gzip") return await saveFile(path, ending, spool, signal, write);
  return await saveFile(path, `${text}.gz`, spool, signal, async (temporary) => {
    const plain = spool.file(text);
    try {
      const rows = await write(plain);
      await copyToFile(createReadStream(plain, { highWaterMark: 1 << 18 }), [createGzip()], temporary, signal);
      return rows;
    } finally {
      rmSync(plain, { force: true });
    }
  });
}

async function toStdout(settings: SaveSettings, ending: string, gzip: boolean, write: Write): Promise<number> {
  const { spool, signal, stdout } = settings;
  const file = spool.file(ending);
  try {
    const rows = await write(file);
    const source = createReadStream(file, { highWaterMark: 1 << 18 });
    const whole = await writeDescriptor(gzip ? source.pipe(createGzip()) : source, stdout, signal);
    source.destroy();
    if (whole) settings.onSent(source.bytesRead);
    else settings.onClosedPipe();
    return rows;
  } catch (error) {
    throw writeError(error, "<stdout>");
  } finally {
    rmSync(file, { force: true });
  }
}
