import { createHash, randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { isAlive } from "../spool.ts";

/**
 * A hidden name in the target's folder that nobody else uses; independent of the target's, whose length it may not
 * exceed. What killed runs of this machine have left in the folder under such names is removed.
 */
export function temporaryBeside(target: string, ending: string): string {
  const folder = dirname(target);
  removeAbandoned(folder);
  return join(folder, `.segment-${host()}-${process.pid}-${randomBytes(6).toString("hex")}${ending}`);
}

function removeAbandoned(folder: string): void {
  const own = new RegExp(`^\\.segment-${host()}-(\\d+)-[0-9a-f]{12}`);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const pid = own.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // Another user's: theirs to remove.
    }
  }
}

/** Tells machines apart that share a folder: a process number means something on its own machine only. */
function host(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
}
