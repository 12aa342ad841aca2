import { existsSync, lstatSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join as joinPath, resolve } from "node:path";
import type { Destination } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { FileFormat } from "../../core/source.ts";
import { isTableName } from "./table-name.ts";

/** The place that an output name stands for: a table, or a folder of the format that its ending tells. Throws `usage`. */
export function remoteDestination(output: string, format: FileFormat | undefined): Destination {
  const isTable = isTableName(output);
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
  if (isTableName(path) || !isLocal || /^[a-z][a-z0-9+.-]*:/i.test(path)) return write(path);
  const target = resolve(path);
  refuseForeign(target, path);
  const fresh = joinPath(dirname(target), `.segment-${process.pid}-${basename(target)}`);
  const old = `${fresh}.old`;
  try {
    const rows = await write(fresh);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
    return rows;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** A folder that Spark wrote has a `_SUCCESS`; anything else is not replaced. */
function refuseForeign(target: string, shown: string): void {
  const stats = lstatSync(target, { throwIfNoEntry: false });
  if (stats === undefined) {
    const folder = statSync(dirname(target), { throwIfNoEntry: false });
    if (folder?.isDirectory() === true) return;
    throw new SegmentError("cannot-write", "there is no such folder to write into", { place: { file: shown } });
  }
  if (stats.isDirectory() && existsSync(joinPath(target, "_SUCCESS"))) return;
  throw new SegmentError("folder-not-ours", "is there already and is no folder that a cluster wrote", {
    place: { file: shown },
    hint: "name another folder, or remove this one first",
  });
}
