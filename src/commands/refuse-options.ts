import { SegmentError } from "../core/errors.ts";
import { flagName, joinList, withDefaults, type OptionTable } from "../core/options.ts";
import type { Source } from "../core/source.ts";

/** The flags, of some options of a table, that were given another value than their default. */
export function givenFlags<T extends OptionTable>(
  table: T,
  options: Readonly<Record<string, unknown>>,
  keys: readonly (keyof T & string)[],
): readonly string[] {
  const defaults: Readonly<Record<string, unknown>> = withDefaults(table, {});
  const isGiven = (key: string): boolean => {
    const value = options[key];
    return Array.isArray(value) ? value.length > 0 : value !== defaults[key];
  };
  return keys.filter(isGiven).map((key) => `--${flagName(key)}`);
}

/** Options of a table that were given another value than their default, as words of a command line. */
export function givenWords<T extends OptionTable>(
  table: T,
  options: Readonly<Record<string, unknown>>,
  keys: readonly (keyof T & string)[],
): readonly string[] {
  return keys.flatMap((key) => {
    if (givenFlags(table, options, [key]).length === 0) return [];
    const spec = table[key]!;
    const flag = `--${flagName(key)}`;
    if (spec.kind === "flag") return [spec.negated === true ? `--no-${flagName(key)}` : flag];
    const values = spec.kind === "list" ? [joinList(options[key] as readonly string[])] : [options[key]].flat();
    // A value that begins with a dash would be read as another option.
    return values.flatMap((value) => (String(value).startsWith("-") ? [`${flag}=${value}`] : [flag, String(value)]));
  });
}

/** Refuses flags that would have no effect, `why` being the reason. Throws `usage`. */
export function refuseIdle(flags: readonly string[], why: string, hint = "leave out one or the other"): void {
  if (flags.length === 0) return;
  throw new SegmentError("usage", `${why}, so ${flags.join(", ")} would have no effect`, { hint });
}

/** Refuses forms of a report where `--explain` prints SQL in its place. Throws `usage`. */
export function refuseReports<T extends OptionTable>(table: T, options: Readonly<Record<string, unknown>>): void {
  const flags = givenFlags<OptionTable>(table, options, ["report", "json"]);
  refuseIdle(flags, "--explain prints SQL in place of a report");
}

/** The text of `--explain` must run later, by itself: what was read from a temporary copy cannot be explained. */
export function refuseSpooled(sources: readonly Source[]): void {
  const source = sources.find(({ spooled }) => spooled);
  if (source === undefined) return;
  throw new SegmentError(
    "usage",
    "--explain needs a file that SQL can read as it is: plain UTF-8, not standard input",
    {
      place: { file: source.label },
      hint: "convert it first: segment ingest FILE -o plain.csv",
    },
  );
}
