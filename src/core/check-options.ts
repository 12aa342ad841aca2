import { SegmentError } from "./errors.ts";
import { flagName, type OptionSpec, type OptionTable } from "./options.ts";
import { didYouMean } from "./suggest.ts";

/**
 * The options of a call from a program, checked as the words of a command line are: known names, types, choices and
 * ranges; a single text may stand for a list of one. Throws `unknown-option`, `unknown-choice`, `bad-option-value`.
 */
export function checkOptions(
  name: string,
  table: OptionTable,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const checked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const spec = Object.hasOwn(table, key) ? table[key] : undefined;
    if (spec === undefined) {
      const hint = didYouMean(key, Object.keys(table));
      throw new SegmentError("unknown-option", `${name} has no option ${key}`, { hint });
    }
    if (value !== undefined) checked[key] = checkValue(key, spec, value);
  }
  return checked;
}

function checkValue(key: string, spec: OptionSpec, value: unknown): unknown {
  switch (spec.kind) {
    case "flag":
      if (typeof value !== "boolean") throw wrong(key, value, "true or false");
      return value;
    case "text":
      if (typeof value !== "string") throw wrong(key, value, "a text");
      if (value === "" && (spec.reads ?? spec.writes) === true) throw wrong(key, value, "the name of a file");
      return value;
    case "texts":
    case "list": {
      const items: unknown = typeof value === "string" ? [value] : value;
      if (!Array.isArray(items) || items.some((item) => typeof item !== "string")) throw wrong(key, value, "texts");
      return items;
    }
    case "choice":
      if (typeof value !== "string") throw wrong(key, value, `one of ${spec.choices.join(", ")}`);
      if (spec.choices.includes(value)) return value;
      throw new SegmentError("unknown-choice", `${key} ${value}: not one of ${spec.choices.join(", ")}`, {
        hint: didYouMean(value, spec.choices),
      });
    case "integer":
    case "number": {
      const { kind, minimum = -Infinity, maximum = Infinity } = spec;
      if (typeof value !== "number" || !Number.isFinite(value) || (kind === "integer" && !Number.isSafeInteger(value)))
        throw wrong(key, value, kind === "integer" ? "a whole number" : "a number");
      if (value < minimum) throw wrong(key, value, `at least ${minimum}`);
      if (value > maximum) throw wrong(key, value, `at most ${maximum}`);
      return value;
    }
  }
}

function wrong(key: string, value: unknown, wanted: string): SegmentError {
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return new SegmentError("bad-option-value", `${key} is ${shown.slice(0, 60)}, and has to be ${wanted}`, {
    hint: `on the command line: --${flagName(key)}`,
  });
}
