import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Destination } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Compression, FileFormat } from "../../core/source.ts";
import { writeError } from "../file-errors.ts";
import { resolveTarget } from "./target.ts";

const formats: ReadonlyMap<string, FileFormat> = new Map([
  [".csv", "csv"],
  [".tsv", "csv"],
  [".tab", "csv"],
  [".txt", "csv"],
  [".parquet", "parquet"],
  [".pq", "parquet"],
  [".ndjson", "ndjson"],
  [".jsonl", "ndjson"],
  [".json", "json"],
]);

const compressions: ReadonlyMap<string, Compression> = new Map([
  [".gz", "gzip"],
  [".zst", "zstd"],
]);

/**
 * The destination that an output name stands for, by its extension; `format` takes precedence. The folder is checked
 * now, before long work. Throws `usage` for a name that says nothing, `cannot-write`.
 */
export function fileDestination(output: string, format: FileFormat | undefined): Destination {
  const lower = output.toLowerCase();
  const ending = /\.[a-z0-9]+$/.exec(lower)?.[0] ?? "";
  const compression = compressions.get(ending) ?? "none";
  const inner = compression === "none" ? ending : (/\.[a-z0-9]+$/.exec(lower.slice(0, -ending.length))?.[0] ?? "");
  const found = format ?? formats.get(inner) ?? (isStream(output) ? "csv" : undefined);
  if (found === undefined) {
    const known = [...formats.keys()].join(" ");
    throw new SegmentError("usage", "the name does not say which format to write", {
      place: { file: output },
      hint: `end it in ${known} (text also in .gz or .zst), or add --format`,
    });
  }
  if (found === "parquet" && compression !== "none") {
    throw new SegmentError("usage", `Parquet is compressed within; it is not written as ${ending}`, {
      place: { file: output },
      hint: `write ${output.slice(0, -ending.length)}`,
    });
  }
  checkWritable(output);
  return {
    path: output,
    format: found,
    compression,
    delimiter: /^\.(tsv|tab)$/.test(inner) && found === "csv" ? "\t" : ",",
  };
}

/** Whether the output is a device or FIFO, whose name says nothing of its format. */
function isStream(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}

/** Throws `cannot-write` when a file cannot be put at `path`: no such folder, no permission, a folder in its place. */
export function checkWritable(path: string): void {
  try {
    const target = resolveTarget(path);
    if (target.kind === "folder")
      throw new SegmentError("cannot-write", "a folder, not a file", { place: { file: path } });
    const folder = dirname(target.path);
    if (target.kind === "stream") accessSync(target.path, constants.W_OK);
    else {
      if (!statSync(folder).isDirectory()) throw notAFolder(path, folder);
      accessSync(folder, constants.W_OK | constants.X_OK);
    }
  } catch (error) {
    throw writeError(error, path);
  }
}

function notAFolder(path: string, folder: string): SegmentError {
  return new SegmentError("cannot-write", `${folder} is not a folder`, { place: { file: path } });
}
