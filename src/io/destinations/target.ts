import { readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { systemCode } from "../file-errors.ts";

/** Where an output really goes, symbolic links resolved. */
export type Target =
  | { readonly kind: "new"; readonly path: string }
  | { readonly kind: "file"; readonly path: string; readonly mode: number }
  /** A device, FIFO or socket: written directly. */
  | { readonly kind: "stream"; readonly path: string }
  | { readonly kind: "folder"; readonly path: string };

/** Resolves an output path; a link to a file that does not exist yet leads to that file. Throws system errors. */
export function resolveTarget(path: string): Target {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { kind: "new", path: followDangling(path) };
  if (stats.isDirectory()) return { kind: "folder", path: realpathSync(path) };
  // The real path of /dev/stdout may be no path at all (pipe:[…]), so a stream keeps its name.
  if (!stats.isFile()) return { kind: "stream", path };
  return { kind: "file", path: realpathSync(path), mode: stats.mode & 0o7777 };
}

function followDangling(path: string): string {
  let current = resolve(path);
  for (let hops = 0; hops < 40; hops++) {
    try {
      current = resolve(dirname(current), readlinkSync(current));
    } catch (error) {
      if (systemCode(error) === "EINVAL" || systemCode(error) === "ENOENT") break;
      throw error;
    }
  }
  return join(realpathSync(dirname(current)), basename(current));
}
