import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { SegmentError } from "../core/errors.ts";
import { expandGlob, isGlob } from "./glob.ts";

/**
 * Refuses two outputs of one run in the same file, and an output in a file that is being read. Devices, FIFOs and
 * standard streams may be named as often as one likes. Throws `usage`, `output-is-input`.
 */
export function requireSeparatePlaces(
  inputs: readonly string[],
  outputs: readonly { readonly option: string; readonly path: string }[],
): void {
  const taken = new Map<string, string>();
  for (const { option, path } of outputs) {
    const place = placeOf(path);
    if (place === null) continue;
    const other = taken.get(place);
    if (other !== undefined) throw new SegmentError("usage", `${other} and ${option} both name ${path}`);
    taken.set(place, option);
  }
  for (const input of inputs.flatMap(filesOf)) {
    const place = placeOf(input);
    const option = place === null ? undefined : taken.get(place);
    if (option === undefined) continue;
    throw new SegmentError("output-is-input", `${option} names a file that is being read`, {
      place: { file: input },
      hint: "write to another file",
    });
  }
}

function filesOf(input: string): readonly string[] {
  const exists = statSync(input, { throwIfNoEntry: false }) !== undefined;
  return exists || !isGlob(input) ? [input] : expandGlob(input);
}

/** The real path of a file, also of one that does not exist yet; null for what is no plain file. */
function placeOf(path: string): string | null {
  if (path === "-") return null;
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats !== undefined) return stats.isFile() || stats.isDirectory() ? realpathSync(path) : null;
    return join(realpathSync(dirname(resolve(path))), basename(path));
  } catch {
    return null;
  }
}
