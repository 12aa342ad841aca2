import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { FileContent } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { throwIfInterrupted, writeError } from "../file-errors.ts";
import type { Spool } from "../spool.ts";
import { flush, flushFolder } from "./save-file.ts";
import { resolveTarget } from "./target.ts";
import { temporaryBeside } from "./temporary-name.ts";

const manifestName = "manifest.json";

/**
 * Puts a folder of files in place whole, with a `manifest.json` listing file, rows of a table, bytes and SHA-256 of each. An existing
 * folder is replaced only if all it holds is listed in its own manifest; otherwise, and on any failure, it stays as it
 * was. Throws `folder-not-ours`, `cannot-write`, `disk-full`, `interrupted`.
 */
export async function saveFolder(
  path: string,
  files: ReadonlyMap<string, FileContent>,
  spool: Spool,
  signal: AbortSignal,
): Promise<void> {
  for (const name of files.keys()) {
    if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name) || name === manifestName)
      throw new SegmentError("bug", `${JSON.stringify(name)} cannot be a file of an output folder`);
  }
  try {
    const target = resolveTarget(path.replace(/(?<=.)\/+$/, ""));
    if (target.kind === "file" || target.kind === "stream")
      throw new SegmentError("cannot-write", "a file, not a folder", { place: { file: path } });
    if (target.kind === "folder") refuseForeign(target.path, path);
    const fresh = temporaryBeside(target.path, ".new");
    const old = temporaryBeside(target.path, ".old");
    const forget = spool.guard(fresh);
    try {
      await fill(fresh, files, signal);
      throwIfInterrupted(signal);
      swap(fresh, target.path, old, target.kind === "folder");
    } finally {
      rmSync(fresh, { recursive: true, force: true });
      forget();
    }
  } catch (error) {
    throw writeError(error, path);
  }
}

async function fill(folder: string, files: ReadonlyMap<string, FileContent>, signal: AbortSignal): Promise<void> {
  mkdirSync(folder);
  const listed: { file: string; rows?: number; bytes: number; sha256: string }[] = [];
  for (const [file, content] of files) {
    const path = join(folder, file);
    if (typeof content === "string") writeFileSync(path, content, { flag: "wx" });
    const rows = typeof content === "string" ? {} : { rows: await content(path) };
    throwIfInterrupted(signal);
    flush(path);
    listed.push({ file, ...rows, bytes: statSync(path).size, sha256: await digest(path) });
  }
  const manifest = join(folder, manifestName);
  writeFileSync(manifest, `${JSON.stringify({ files: listed }, null, 2)}\n`, { flag: "wx" });
  flush(manifest);
  flushFolder(folder);
}

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Two renames: no call exchanges two folders in one. Should the second fail, the first is undone. */
function swap(fresh: string, target: string, old: string, exists: boolean): void {
  if (exists) renameSync(target, old);
  try {
    renameSync(fresh, target);
  } catch (error) {
    if (exists) renameSync(old, target);
    throw error;
  }
  flushFolder(dirname(target));
  rmSync(old, { recursive: true, force: true });
}

function refuseForeign(folder: string, label: string): void {
  const names = readdirSync(folder);
  if (names.length === 0) return;
  const ours = listedFiles(join(folder, manifestName));
  const foreign = names.find(
    (name) => ours === null || (name !== manifestName && !(ours.has(name) && isFile(join(folder, name)))),
  );
  if (foreign === undefined) return;
  throw new SegmentError("folder-not-ours", `the folder holds ${foreign}, which an earlier run did not write`, {
    place: { file: label },
    hint: "name a new or empty folder",
  });
}

function isFile(path: string): boolean {
  return statSync(path).isFile();
}

/** Names that a manifest lists; null when it is missing or is not one of ours. */
function listedFiles(path: string): ReadonlySet<string> | null {
  if (!existsSync(path)) return null;
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
  if (typeof manifest !== "object" || manifest === null || !("files" in manifest) || !Array.isArray(manifest.files))
    return null;
  const names = new Set<string>();
  for (const entry of manifest.files) {
    const file: unknown = entry;
    if (typeof file === "object" && file !== null && "file" in file && typeof file.file === "string")
      names.add(file.file);
  }
  return names;
}
