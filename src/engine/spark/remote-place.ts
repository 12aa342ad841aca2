import { existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join as joinPath, resolve } from "node:path";
import type { Destination } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { FileFormat } from "../../core/source.ts";
import { isTableName } from "./table-name.ts";

/** The place that an output name stands for: a table, or a folder of the format that its ending tells. Throws `usage`. */
export function remoteDestination(output: string, format: FileFormat | undefined, isLocal: boolean): Destination {
  const isTable = isOutputTable(output);
  const target = localTarget(output, isLocal);
  if (target !== null) refuseForeign(target, output);
  const ending = /\.(csv|parquet|ndjson)\/*$/i.exec(output)?.[1]?.toLowerCase();
  const found = format ?? (isTable ? "parquet" : (ending as FileFormat | undefined));
  if (found === undefined || found === "json") {
    throw new SegmentError("usage", "a cluster writes folders of csv, parquet or ndjson files, or a table", {
      place: { file: output },
      hint: "end the folder's name in .csv, .parquet or .ndjson, or add --format; a table is named catalog.schema.table",
    });
  }
  return { path: output, format: found, compression: "none", delimiter: "," };
}

/** A table to be written is named with its schema at least, so that no word for a folder is taken for one. */
export function isOutputTable(output: string): boolean {
  return output.includes(".") && isTableName(output);
}

/** The folder on this machine that a server of this machine writes; null where the place is the cluster's. */
export function localTarget(path: string, isLocal: boolean): string | null {
  return isOutputTable(path) || !isLocal || /^[a-z][a-z0-9+.-]*:/i.test(path) ? null : resolve(path);
}

/**
 * Writes a folder and puts it in place whole. On a server of this machine it is written beside its place and renamed,
 * and an earlier folder of ours is replaced; elsewhere the place must be free. Throws `folder-not-ours`, `cannot-write`.
 */
export async function saveRemote(
  { path }: Destination,
  isLocal: boolean,
  write: (path: string) => Promise<number>,
): Promise<number> {
  if (path === null) throw new SegmentError("bug", "a cluster writes no standard output");
  const target = localTarget(path, isLocal);
  if (target === null) return write(path);
  refuseForeign(target, path);
  const fresh = joinPath(dirname(target), `.segment-${process.pid}-${basename(target)}`);
  const old = `${fresh}.old`;
  try {
    const rows = await write(fresh);
    writeFileSync(joinPath(fresh, mark), `${JSON.stringify({ schema: "segment/folder@1", rows })}\n`, { flag: "wx" });
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
    return rows;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** What marks a folder as one of ours; Spark passes over names that begin like this. */
const mark = "_segment.json";
const written = /^(\.?_SUCCESS(\.crc)?|\.?part-.*|_segment\.json)$/;

/** A folder with our mark and nothing but files of a run is replaced; anything else is not. */
function refuseForeign(target: string, shown: string): void {
  const stats = lstatSync(target, { throwIfNoEntry: false });
  if (stats === undefined) {
    const folder = statSync(dirname(target), { throwIfNoEntry: false });
    if (folder?.isDirectory() === true) return;
    throw new SegmentError("cannot-write", "there is no such folder to write into", { place: { file: shown } });
  }
  const entries = stats.isDirectory() ? readdirSync(target, { withFileTypes: true }) : [];
  const isOurs = entries.some(({ name }) => name === mark);
  if (isOurs && entries.every((entry) => entry.isFile() && written.test(entry.name))) return;
  throw new SegmentError("folder-not-ours", "is there already and is no folder that an earlier run wrote", {
    place: { file: shown },
    hint: "name another folder, or remove this one first",
  });
}
