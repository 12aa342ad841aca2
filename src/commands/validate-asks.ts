import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { type TableSchema } from "../steps/roles/schema-file.ts";
import type { Ask, CheckKind } from "../steps/validate/asks.ts";
import { givenFlags } from "./refuse-options.ts";
import { validateOptions } from "./validate-options.ts";

type ValidateOptions = OptionsOf<typeof validateOptions>;

/** `COL:TYPE` items, and the one that names a file. Throws `usage` for two files. */
export function splitSchema(items: readonly string[]): {
  readonly schemaFile: string | null;
  readonly typed: readonly string[];
} {
  const files = items.filter((item) => /\.ya?ml$/i.test(item));
  if (files.length > 1) throw new SegmentError("usage", `--schema names two files: ${files.join(", ")}`);
  return { schemaFile: files[0] ?? null, typed: items.filter((item) => !files.includes(item)) };
}

/** A check for each column that a schema gives a type. */
export function schemaAsks(schema: TableSchema | null): readonly Ask[] {
  return (schema?.columns ?? []).flatMap(({ name, type }): readonly Ask[] =>
    type === null
      ? []
      : [{ kind: "schema", column: name, words: type, origin: { said: `--schema ${schema!.file}`, place: null } }],
  );
}

/** The data checks that options ask for, in the order of the help. */
export function optionAsks(options: ValidateOptions): readonly Ask[] {
  const texts: readonly (readonly [CheckKind, readonly string[]])[] = [
    ["not-null", options.notNull ?? []],
    ["unique", options.unique],
    ["range", options.range],
    ["set", options.set],
    ["regex", options.regex],
    ["schema", options.schema ?? []],
    ["rows", options.rows === undefined ? [] : [options.rows]],
    ["fresh", options.fresh],
  ];
  return texts.flatMap(([kind, all]) =>
    all.map((words): Ask => ({ kind, column: null, words, origin: { said: `--${kind} ${words}`, place: null } })),
  );
}

/** Refuses options that would have no effect beside the others. Throws `usage`. */
export function requireChecks(asks: readonly Ask[], judgesSegments: boolean): void {
  if (asks.length > 0 || judgesSegments) return;
  throw new SegmentError("usage", "no check was asked for", {
    hint:
      "ask for --not-null LIST, --unique KEY, --range COL:LOW..HIGH, --set COL:A,B, --regex COL:PATTERN, " +
      "--schema COL:TYPE, --rows LOW..HIGH, --fresh COL:DAYS, --checks FILE, or for --segments and its gates",
  });
}

/** Refuses options that would have no effect. Throws `usage`. */
export function refuseIdle(
  options: ValidateOptions,
  asks: readonly Ask[],
  judgesSegments: boolean,
  judgesStability: boolean,
): void {
  const refuse = (keys: readonly (keyof typeof validateOptions)[], without: string, hint: string): void => {
    const given = givenFlags(validateOptions, options, keys);
    if (given.length === 0) return;
    throw new SegmentError("usage", `${given.join(", ")} would have no effect ${without}`, { hint });
  };
  if (!asks.some(({ kind }) => kind === "fresh")) refuse(["asOf"], "without --fresh", "add --fresh COL:DAYS");
  if (!judgesSegments) {
    const keys = ["name", "model", "columns", "exclude", "seed"] as const;
    refuse(keys, "where no segments are judged", "add --segments or one of its gates");
  }
  if (!judgesStability)
    refuse(["draws", "stabilityRows", "method"], "without --stability", "add --stability or --min-jaccard");
  if (options.against === undefined) refuse(["id"], "without --against", "add --against FILE");
  if (options.model !== undefined)
    refuse(["columns", "exclude"], "beside --model, which has its own columns", "leave out one or the other");
  if (!options.explain) return;
  refuse(["quarantine", "failures"], "beside --explain, which writes nothing", "leave out one or the other");
  if (!judgesSegments) return;
  throw new SegmentError("usage", "--explain prints the checks as SQL, and segments are not judged in SQL", {
    hint: "leave out one or the other",
  });
}
