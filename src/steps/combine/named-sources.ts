import { SegmentError } from "../../core/errors.ts";
import { splitNamed } from "../../core/options.ts";

/** A source as the command line names it: `crm=crm.csv`. */
export interface NamedSource {
  readonly name: string;
  /** A file, a quoted glob, or whatever else an input may be. */
  readonly place: string;
}

const plainName = /^\p{L}[\p{L}\p{N}_-]*$/u;
/** What `prefer` says in the place of a source. */
const reserved = ["newest", "none"];

/** Whether a value of `--source` gives a name, rather than an address that has a `=` in it, or none. */
export function isNamed(item: string): boolean {
  return plainName.test(splitNamed(item).name);
}

/** Reads `--source` and `--lookup`: each value is NAME=FILE, every name is another. Throws `bad-option-value`. */
export function readNamedSources(items: readonly string[], option: string): readonly NamedSource[] {
  const sources: NamedSource[] = [];
  for (const item of items) {
    const { name, rest: place } = splitNamed(item);
    const hint = `such as ${option} ${suggestedName(place)}=${place === "" ? "crm.csv" : place}`;
    if (name === "" || place === "")
      throw new SegmentError("bad-option-value", `${option} ${item}: not NAME=FILE`, { hint });
    if (!plainName.test(name) || reserved.includes(name)) {
      throw new SegmentError("bad-option-value", `${option} ${item}: ${name} cannot be the name of a source`, {
        hint: reserved.includes(name) ? hint : "a name is letters, digits, - and _, a letter first",
      });
    }
    if (sources.some((one) => one.name === name)) {
      throw new SegmentError("bad-option-value", `${option} names two sources ${name}`, {
        hint: `several files of the same columns are one source: ${option} ${name}='exports/*.csv'`,
      });
    }
    sources.push({ name, place });
  }
  return sources;
}

/** `exports/crm-2024.csv.gz` → `crm`. */
function suggestedName(place: string): string {
  const stem = /([^/\\]*)$/.exec(place)?.[1] ?? "";
  return /^\p{L}[\p{L}\p{N}_]*/u.exec(stem)?.[0].toLowerCase() ?? "crm";
}
