import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SegmentError } from "../core/errors.ts";
import { writeError } from "./file-errors.ts";

/** A private folder for verified copies and intermediate files. */
export interface Spool {
  /** The folder itself, made on first use. */
  folder(): string;
  /** A path in the folder that no other call has given; `ending` such as `.csv` is kept. */
  file(ending: string): string;
  /** Registers a file outside the folder that must not outlive the run; returns the function that forgets it. */
  guard(path: string): () => void;
  /** Removes the folder and every guarded file. Synchronous, so that it also serves in an exit handler. */
  remove(): void;
}

/**
 * Makes a folder of mode 0700 below `base`, named `segment-io-<pid>-…`, on first use, and removes those that dead
 * processes of this machine have left there.
 */
export function openSpool(base: string): Spool {
  let folder: string | null = null;
  let removed = false;
  let count = 0;
  const guarded = new Set<string>();
  const made = (): string => {
    if (removed) throw new Error("the spool folder is already removed");
    if (folder === null) {
      removeAbandoned(base);
      folder = makePrivate(base, `${prefix}${process.pid}-`);
    }
    return folder;
  };
  const spool: Spool = {
    folder: made,
    file: (ending) => join(made(), `${++count}${ending}`),
    guard(path) {
      guarded.add(path);
      return () => guarded.delete(path);
    },
    remove() {
      removed = true;
      for (const path of guarded) rmSync(path, { force: true, recursive: true });
      guarded.clear();
      if (folder !== null) rmSync(folder, { force: true, recursive: true });
      folder = null;
      open.delete(spool);
    },
  };
  open.add(spool);
  return spool;
}

const open = new Set<Spool>();

/** Removes every spool folder and guarded file of this process at once: for a signal or exit handler. */
export function removeLeftovers(): void {
  for (const spool of open) spool.remove();
}

const prefix = "segment-io-";

/**
 * Makes a folder of mode 0700 below `base` for a table that is handed to the process `reader`, who removes it; what the
 * dead were handed is removed like their own folders.
 */
export function handedFolder(base: string, reader: number): string {
  return makePrivate(base, `segment-handed-${reader}-`);
}

/** A new folder of mode 0700. Throws `cannot-write`, `disk-full` where the temporary folder does not allow it. */
function makePrivate(base: string, stem: string): string {
  try {
    return mkdtempSync(join(base, stem));
  } catch (error) {
    const failure = writeError(error, base);
    throw new SegmentError(failure.code, `the folder for temporary files cannot be used: ${base}`, {
      hint: "set TMPDIR to a folder that exists and can be written",
      cause: error,
    });
  }
}

function removeAbandoned(base: string): void {
  let names: string[];
  try {
    names = readdirSync(base);
  } catch {
    return;
  }
  for (const name of names) {
    const pid = /^segment-(?:io|handed)-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(join(base, name), { recursive: true, force: true });
    } catch {
      // Another user's folder: theirs to remove.
    }
  }
}

/** Whether a process of this machine with that number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
