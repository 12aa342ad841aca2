/**
 * Option tables: one typed table per command feeds the parser, the types, the help, the checks and the docs.
 * The key is the camelCase name; the flag is the same in kebab-case. A default appears here and nowhere else.
 */
interface OptionBase {
  readonly help: string;
  /** One letter. */
  readonly short?: string;
  /** Heading in the help under which the option is listed. */
  readonly group?: string;
}

export interface FlagOption extends OptionBase {
  readonly kind: "flag";
  /** A flag that is on by default and is switched off by `--no-NAME`. */
  readonly negated?: true;
}

export interface TextOption extends OptionBase {
  readonly kind: "text";
  /** What stands for the value in the help, such as `FILE`. */
  readonly value: string;
  readonly default?: string;
  /** The value names a file or folder that the run writes: it must not be one that it reads, nor another option's. */
  readonly writes?: true;
  /** The value names a file that the run reads: no option may have it written. */
  readonly reads?: true;
}

/** May be given several times; the values are gathered in order. */
export interface TextsOption extends OptionBase {
  readonly kind: "texts";
  readonly value: string;
  /** The values name files that the run reads. */
  readonly reads?: true;
  /** Each value is a name and a file: `crm=crm.csv`. */
  readonly named?: true;
}

/** `crm=crm.csv` → `crm`, `crm.csv`; a value without a name is all file. */
export function splitNamed(text: string): { readonly name: string; readonly rest: string } {
  const equals = text.indexOf("=");
  return equals < 0 ? { name: "", rest: text } : { name: text.slice(0, equals).trim(), rest: text.slice(equals + 1) };
}

/** Comma-separated (a doubled comma is a comma in a name), may be given several times. */
export interface ListOption extends OptionBase {
  readonly kind: "list";
  readonly value: string;
}

export interface NumberOption extends OptionBase {
  readonly kind: "integer" | "number";
  readonly value: string;
  readonly default?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface ChoiceOption extends OptionBase {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default?: string;
}

export type OptionSpec = FlagOption | TextOption | TextsOption | ListOption | NumberOption | ChoiceOption;
export type OptionTable = Readonly<Record<string, OptionSpec>>;

type Value<S extends OptionSpec> = S extends { kind: "flag" }
  ? boolean
  : S extends { kind: "texts" }
    ? readonly string[]
    : S extends { kind: "list" }
      ? readonly string[] | undefined
      : S extends { kind: "choice"; choices: readonly (infer C)[] }
        ? C | (S extends { default: string } ? never : undefined)
        : S extends { kind: "integer" | "number" }
          ? number | (S extends { default: number } ? never : undefined)
          : string | (S extends { default: string } ? never : undefined);

/** The parsed options of a table; options not given and without a default are undefined. */
export type OptionsOf<T extends OptionTable> = { readonly [K in keyof T]: Value<T[K]> };

/** The options of a call: those given, completed by the table's defaults. */
export function withDefaults<T extends OptionTable>(table: T, given: Readonly<Record<string, unknown>>): OptionsOf<T> {
  const options: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(table)) options[key] = given[key] ?? defaultOf(spec);
  return options as OptionsOf<T>;
}

function defaultOf(spec: OptionSpec): unknown {
  switch (spec.kind) {
    case "flag":
      return spec.negated === true;
    case "texts":
      return [];
    case "list":
      return undefined;
    default:
      return spec.default;
  }
}

/** `minShare` → `min-share`. */
export function flagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Items as one text that `splitList` takes apart again. */
export function joinList(items: readonly string[]): string {
  return items.map((item) => item.replaceAll(",", ",,")).join(",");
}

/** `a,b,,c` → `a`, `b,c`: a doubled comma stands for a comma inside a name. */
export function splitList(text: string): string[] {
  return text
    .split(/(?<!,),(?!,)/)
    .map((item) => item.replaceAll(",,", ",").trim())
    .filter((item) => item !== "");
}
