import {
  fstatSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { SentTable, StageFailure } from "../core/stream.ts";
import { isAlive } from "./spool.ts";

/**
 * What a `segment` process leaves beside the pipe it writes to, for the one that reads it. On Linux both ends of a pipe
 * are one inode, which `fstat` tells each of them, and another program between the two makes two pipes of it: so a file
 * named after the inode reaches the reader next in line and no other. It is there before the first byte is, and in its
 * last state before the pipe is closed.
 */
export type StageMark =
  | { readonly state: "running"; readonly stage: string; readonly pid: number }
  | { readonly state: "done"; readonly stage: string; readonly pid: number; readonly table: SentTable | null }
  | { readonly state: "failed"; readonly stage: string; readonly pid: number; readonly failure: StageFailure }
  /** More than one process has written to the pipe, one after the other or at once. */
  | { readonly state: "several"; readonly stage: string; readonly pid: number };

/**
 * Notes in the mark of the pipe behind `descriptor` how things stand; nothing where it is no pipe, or not on Linux. What
 * another writer of the same pipe has noted is not lost: its failure stays, and else the two are `several`.
 */
export function leaveMark(descriptor: number, own: StageMark): void {
  const path = markPath(descriptor);
  if (path === null) return;
  const other = readMark(path);
  const isAlone = other === null || (other.pid === own.pid && other.state !== "several");
  if (other?.state === "failed" && !isAlone) return;
  const mark: StageMark =
    isAlone || own.state === "failed" ? own : { state: "several", stage: own.stage, pid: own.pid };
  const beside = `${path}.${process.pid}`;
  try {
    writeFileSync(beside, JSON.stringify(mark), { mode: 0o600 });
    renameSync(beside, path);
  } catch {
    // Without a place for it there is no mark, and the reader takes the stream for another program's.
    rmSync(beside, { force: true });
  }
}

/**
 * Tells the writer of the pipe behind `descriptor` that a `segment` process reads it, so that a table may be handed over
 * as a file. Gives the function that takes the word back.
 */
export function announceReader(descriptor: number): () => void {
  const path = markPath(descriptor);
  if (path === null) return () => undefined;
  const own = `${path}${readerEnding}`;
  try {
    writeFileSync(own, String(process.pid), { mode: 0o600 });
  } catch {
    // Without a place for it the table comes through the pipe.
  }
  return () => rmSync(own, { force: true });
}

/** The process number of the `segment` process that reads the pipe behind `descriptor`; null where there is none. */
export function readerOf(descriptor: number): number | null {
  const path = markPath(descriptor);
  if (path === null) return null;
  try {
    const pid = Number(readFileSync(`${path}${readerEnding}`, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 && isAlive(pid) ? pid : null;
  } catch {
    return null;
  }
}

const readerEnding = ".reader";

/** Whether the descriptor is a pipe beside which a mark can be left. */
export function canMark(descriptor: number): boolean {
  return markPath(descriptor) !== null;
}

/**
 * Looks for the mark of the pipe behind `descriptor`. To be called while the pipe is open; what it gives reads the mark,
 * and takes it away, once the pipe has come to its end. Null: the writer is no `segment` process.
 */
export function markReader(descriptor: number): () => StageMark | null {
  const path = markPath(descriptor);
  return () => {
    if (path === null) return null;
    const mark = readMark(path);
    rmSync(path, { force: true });
    return mark;
  };
}

function readMark(path: string): StageMark | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as StageMark;
  } catch {
    return null;
  }
}

/** Removes marks that nobody will read: those of a minute ago whose pipe no process holds any more. */
export function sweepMarks(): void {
  const folder = markFolder();
  if (folder === null) return;
  const stale = readdirSync(folder).filter((name) => isOld(join(folder, name)));
  if (stale.length === 0) return;
  const open = openPipes();
  for (const name of stale) {
    const inode = /^[0-9a-f]+-\d+-(\d+)(?:\.reader)?$/.exec(name)?.[1];
    if (inode === undefined || !open.has(inode)) rmSync(join(folder, name), { force: true });
  }
}

const staleAfterMs = 60_000;

function isOld(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > staleAfterMs;
}

/** Inodes of the pipes that this user's processes hold. */
function openPipes(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const process of listed("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of listed(`/proc/${process}/fd`)) {
      try {
        const inode = /^pipe:\[(\d+)\]$/.exec(readlinkSync(`/proc/${process}/fd/${descriptor}`))?.[1];
        if (inode !== undefined) found.add(inode);
      } catch {
        // Closed in the meantime.
      }
    }
  }
  return found;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function markPath(descriptor: number): string | null {
  if (process.platform !== "linux") return null;
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    // A pipe with a name outlives its writers, and whoever opens it next would read what they have left.
    const isNameless = stats.isFIFO() && readlinkSync(`/proc/self/fd/${descriptor}`).startsWith("pipe:[");
    const folder = isNameless ? markFolder() : null;
    return folder === null ? null : join(folder, `${boot()}-${stats.dev}-${stats.ino}`);
  } catch {
    return null;
  }
}

/** Inodes begin anew with every boot. */
function boot(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").replace(/[^0-9a-f]/g, "");
}

let folderFound: string | null | undefined;

/** A folder that every process of this user finds, whatever its environment: only the user can look into it. */
function markFolder(): string | null {
  if (folderFound !== undefined) return folderFound;
  const user = process.getuid?.() ?? 0;
  const folder = ["/dev/shm", "/tmp"]
    .map((base) => join(base, `segment-pipes-${user}`))
    .find((path) => isOurs(path, user));
  return (folderFound = folder ?? null);
}

function isOurs(path: string, user: number): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch {
    // There already, or not to be made.
  }
  try {
    const stats = lstatSync(path);
    return stats.isDirectory() && stats.uid === user && (stats.mode & 0o077) === 0;
  } catch {
    return false;
  }
}
