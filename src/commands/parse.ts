import { Command as Commander, CommanderError, Option } from "commander";
import type { Command } from "../core/command.ts";
import { SegmentError } from "../core/errors.ts";
import { flagName, splitList, withDefaults, type OptionSpec, type OptionTable } from "../core/options.ts";
import { didYouMean } from "../core/suggest.ts";
import { refuseReports } from "./refuse-options.ts";

/** What the words of a command line came to: options that fit the command's table, and its inputs. */
export interface Parsed {
  readonly inputs: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Set when the user asked for the help instead. */
  readonly help?: string;
}

/** Reads the words after the command's name by its option table. Throws usage errors (exit 2) with a did-you-mean. */
export function parseCommand(command: Command, words: readonly string[], width: number): Parsed {
  const parser = commanderFor(command, width);
  let help = "";
  parser.configureOutput({ writeOut: (text) => (help += text), writeErr: () => {} });
  try {
    parser.parse([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { inputs: [], options: {}, help };
    throw usageError(error, command);
  }
  const inputs = parser.args;
  if (command.inputs === "none" && inputs.length > 0) {
    throw new SegmentError("usage", `segment ${command.name} reads no file, but was given ${inputs[0]}`);
  }
  const options = withDefaults(command.options, parser.opts());
  refuseNameless(command, inputs, options);
  if (options.explain === true) refuseReports(command.options, options);
  return { inputs, options };
}

/** An empty name is most often a variable of a script that was never set. Throws `bad-option-value`. */
function refuseNameless(command: Command, inputs: readonly string[], options: Readonly<Record<string, unknown>>): void {
  if (inputs.includes("")) {
    throw new SegmentError(
      "usage",
      command.words?.isOne === true ? "the id is empty" : "an input file has an empty name",
    );
  }
  for (const [key, spec] of Object.entries(command.options)) {
    const isPlace = (spec.kind === "text" && (spec.writes ?? spec.reads)) || (spec.kind === "texts" && spec.reads);
    if (isPlace === true && [options[key]].flat().includes(""))
      throw new SegmentError("bad-option-value", `--${flagName(key)} names no file: the name is empty`);
  }
}

function commanderFor(command: Command, width: number): Commander {
  const parser = new Commander(`segment ${command.name}`);
  parser
    .description(command.description)
    .exitOverride()
    .configureHelp({ helpWidth: width, minWidthToWrap: 20, showGlobalOptions: false });
  parser.helpOption("-h, --help", "this help");
  if (command.inputs === "files")
    parser.argument(
      "[files...]",
      "input files, quoted globs, or - for standard input (of which segment --help says when its end is known)",
    );
  else if (command.words !== undefined) {
    const { value, help, isOne } = command.words;
    parser.argument(isOne ? `<${value}>` : `<${value}...>`, help);
  } else parser.allowExcessArguments(true);
  for (const [key, spec] of Object.entries(command.options)) parser.addOption(commanderOption(key, spec));
  parser.addHelpText("after", examplesText(command));
  return parser;
}

function commanderOption(key: string, spec: OptionSpec): Option {
  const name = flagName(key);
  const short = spec.short === undefined ? "" : `-${spec.short}, `;
  const option = new Option(flags(), spec.help);
  if (spec.group !== undefined) option.helpGroup(`${spec.group}:`);
  switch (spec.kind) {
    case "flag":
      return option;
    case "texts":
      return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    case "list":
      return option.argParser((value: string, before: string[] | undefined) => [
        ...(before ?? []),
        ...splitList(value),
      ]);
    case "choice":
      if (spec.default !== undefined) option.default(spec.default);
      return option.argParser((value: string) => checkChoice(name, value, spec.choices));
    case "integer":
    case "number":
      if (spec.default !== undefined) option.default(spec.default);
      return option.argParser((value: string) => checkNumber(name, value, spec));
    case "text":
      return spec.default === undefined ? option : option.default(spec.default);
  }

  function flags(): string {
    if (spec.kind === "flag") return spec.negated === true ? `${short}--no-${name}` : `${short}--${name}`;
    const value = spec.kind === "choice" ? spec.choices.join("|") : spec.value;
    return `${short}--${name} <${value}>`;
  }
}

function checkChoice(name: string, value: string, choices: readonly string[]): string {
  if (choices.includes(value)) return value;
  const hint = didYouMean(value, choices);
  throw new SegmentError("unknown-choice", `--${name} ${value}: not one of ${choices.join(", ")}`, { hint });
}

function checkNumber(name: string, value: string, spec: Extract<OptionSpec, { kind: "integer" | "number" }>): number {
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : Number.NaN;
  const whole = spec.kind === "integer";
  if (!Number.isFinite(number) || (whole && !Number.isSafeInteger(number))) {
    throw new SegmentError("bad-option-value", `--${name} ${value}: not a ${whole ? "whole number" : "number"}`);
  }
  if (spec.minimum !== undefined && number < spec.minimum) {
    throw new SegmentError("bad-option-value", `--${name} ${value}: at least ${spec.minimum}`);
  }
  if (spec.maximum !== undefined && number > spec.maximum) {
    throw new SegmentError("bad-option-value", `--${name} ${value}: at most ${spec.maximum}`);
  }
  return number;
}

function usageError(error: CommanderError, command: Command): SegmentError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const unknown = /^unknown option '(--?[^']*)'/.exec(first)?.[1];
  if (unknown !== undefined) {
    const word = unknown.replace(/^--?/, "").split("=")[0] ?? "";
    const names = Object.entries(command.options).map(([key, spec]) =>
      spec.kind === "flag" && spec.negated === true ? `no-${flagName(key)}` : flagName(key),
    );
    const sought = names.includes(`no-${word}`) ? `no-${word}` : word;
    const near = word.length > 1 ? didYouMean(sought, names).replace("mean ", "mean --") : "";
    const hint = near === "" ? `segment ${command.name} --help lists the options` : near;
    return new SegmentError("unknown-option", `unknown option ${unknown}`, { hint });
  }
  return new SegmentError("usage", first, { hint: rest.join(" ").trim() || `see segment ${command.name} --help` });
}

function examplesText(command: Command<OptionTable>): string {
  if (command.examples.length === 0) return "";
  const lines = command.examples.map(({ run, does }) => `  ${run}\n      ${does}`);
  return `\nExamples:\n${lines.join("\n")}\n`;
}
