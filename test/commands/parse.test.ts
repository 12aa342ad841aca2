import { describe, expect, test } from "vitest";
import { assign } from "../../src/commands/assign.ts";
import { cluster } from "../../src/commands/cluster.ts";
import { commands } from "../../src/commands/index.ts";
import { parseCommand, type Parsed } from "../../src/commands/parse.ts";
import type { Command } from "../../src/core/command.ts";
import { SegmentError } from "../../src/core/errors.ts";
import { splitList, type OptionTable } from "../../src/core/options.ts";

const table = {
  k: { kind: "text", value: "N", default: "auto", help: "how many" },
  output: { kind: "text", value: "FILE", short: "o", group: "Output", help: "where to" },
  starts: { kind: "integer", value: "N", default: 10, minimum: 1, maximum: 100, help: "starts" },
  tol: { kind: "number", value: "X", default: 1e-4, minimum: 0, help: "tolerance" },
  scale: { kind: "choice", choices: ["auto", "zscore", "none"], default: "auto", help: "scaling" },
  columns: { kind: "list", value: "LIST", help: "columns" },
  where: { kind: "texts", value: "RULE", help: "rules" },
  quiet: { kind: "flag", short: "q", help: "no report" },
  color: { kind: "flag", negated: true, help: "no colour" },
  maxIter: { kind: "integer", value: "N", help: "iterations" },
} as const satisfies OptionTable;

const command: Command = {
  name: "divide",
  summary: "divides",
  description: "Divides a table.",
  inputs: "files",
  options: table,
  examples: [{ run: "segment divide a.csv", does: "divides a.csv" }],
  run: () => Promise.reject(new Error("not run")),
};

const parse = (...words: string[]): Parsed => parseCommand(command, words, 80);
const options = (...words: string[]): Readonly<Record<string, unknown>> => parse(...words).options;

function failure(run: () => unknown): SegmentError {
  try {
    run();
  } catch (error) {
    if (error instanceof SegmentError) return error;
    throw error;
  }
  throw new Error("it went well");
}

describe("each kind of option", () => {
  test("without a word, every option has its default", () => {
    expect(parse()).toEqual({
      inputs: [],
      options: {
        k: "auto",
        output: undefined,
        starts: 10,
        tol: 1e-4,
        scale: "auto",
        columns: undefined,
        where: [],
        quiet: false,
        color: true,
        maxIter: undefined,
      },
    });
  });

  test("text, by its long and short name, with a space or an equals sign", () => {
    expect(options("--k", "3..5").k).toBe("3..5");
    expect(options("--k=7").k).toBe("7");
    expect(options("-o", "out.csv").output).toBe("out.csv");
    expect(options("--output=-").output).toBe("-");
  });

  test("whole numbers and numbers, in every plain notation", () => {
    expect(options("--starts", "25").starts).toBe(25);
    expect(options("--max-iter", "1e3").maxIter).toBe(1000);
    expect(options("--max-iter", "+4").maxIter).toBe(4);
    for (const [text, number] of [
      ["0.5", 0.5],
      [".5", 0.5],
      ["1.", 1],
      ["1E-6", 1e-6],
      ["0", 0],
    ] as const) {
      expect(options("--tol", text).tol).toBe(number);
    }
  });

  test.each([
    [["--starts", "ten"], "--starts ten: not a whole number"],
    [["--starts", "2.5"], "--starts 2.5: not a whole number"],
    [["--starts", ""], "--starts : not a whole number"],
    [["--starts", "0x10"], "--starts 0x10: not a whole number"],
    [["--starts", "Infinity"], "--starts Infinity: not a whole number"],
    [["--starts", "9007199254740993"], "--starts 9007199254740993: not a whole number"],
    [["--starts", "0"], "--starts 0: at least 1"],
    [["--starts", "-3"], "--starts -3: at least 1"],
    [["--starts", "101"], "--starts 101: at most 100"],
    [["--tol", "1e999"], "--tol 1e999: not a number"],
    [["--tol", "1,5"], "--tol 1,5: not a number"],
    [["--tol", "-1"], "--tol -1: at least 0"],
  ])("%j is refused in its own words", (words, message) => {
    expect(failure(() => parse(...words))).toMatchObject({ code: "bad-option-value", exit: 2, message });
  });

  test("a choice is one of its words, and a slip is shown the right one", () => {
    expect(options("--scale", "none").scale).toBe("none");
    expect(failure(() => parse("--scale", "zscor"))).toMatchObject({
      code: "unknown-choice",
      message: "--scale zscor: not one of auto, zscore, none",
      hint: "did you mean zscore?",
    });
    expect(failure(() => parse("--scale", "Zscore"))).toMatchObject({ hint: "did you mean zscore?" });
    expect(failure(() => parse("--scale", "constructor"))).toMatchObject({ code: "unknown-choice", hint: "" });
  });

  test("a list is cut at commas, gathered over repetitions, and a doubled comma is a comma", () => {
    expect(options("--columns", "a, b,c").columns).toEqual(["a", "b", "c"]);
    expect(options("--columns", "a", "--columns", "b,c").columns).toEqual(["a", "b", "c"]);
    expect(options("--columns", "price,, net,b").columns).toEqual(["price, net", "b"]);
    expect(options("--columns", ",").columns).toEqual([]);
  });

  test("texts are gathered whole", () => {
    expect(options("--where", "a,b", "--where", "c").where).toEqual(["a,b", "c"]);
  });

  test("flags are switched on, and those on by default are switched off", () => {
    expect(options("--quiet").quiet).toBe(true);
    expect(options("-q").quiet).toBe(true);
    expect(options("--no-color").color).toBe(false);
  });
});

test("the words that are no option are the inputs, in order, wherever they stand", () => {
  expect(parse("a.csv", "--k", "3", "b.csv", "-").inputs).toEqual(["a.csv", "b.csv", "-"]);
  expect(parse("--k", "3", "--", "--odd.csv").inputs).toEqual(["--odd.csv"]);
});

test("a command without inputs refuses one", () => {
  const error = failure(() => parseCommand({ ...command, inputs: "none" }, ["a.csv"], 80));
  expect(error).toMatchObject({ code: "usage", message: "segment divide reads no file, but was given a.csv" });
});

test.each([
  ["--colums", "did you mean --columns?"],
  ["--start", "did you mean --starts?"],
  ["--maxiter", "did you mean --max-iter?"],
  ["--no-colour", "did you mean --no-color?"],
  ["--color", "did you mean --no-color?"],
  ["--colums=a", "did you mean --columns?"],
  ["--entirely-else", "segment divide --help lists the options"],
  ["-x", "segment divide --help lists the options"],
])("the unknown option %s is answered: %s", (word, hint) => {
  expect(failure(() => parse(word))).toMatchObject({ code: "unknown-option", exit: 2, hint });
});

test("an option without its value is a usage error that names it", () => {
  const error = failure(() => parse("--k"));
  expect(error).toMatchObject({ code: "usage", exit: 2 });
  expect(error.message).toContain("--k");
});

test("--help gives the help instead of options: usage, groups, defaults, examples", () => {
  for (const word of ["--help", "-h"]) {
    const { help } = parse(word);
    expect(help).toContain("Usage: segment divide [options] [files...]");
    expect(help).toContain("Output:\n  -o, --output <FILE>");
    expect(help).toContain('(default: "auto")');
    expect(help).toContain("--scale <auto|zscore|none>");
    expect(help).toContain("--no-color");
    expect(help).toContain("Examples:\n  segment divide a.csv\n      divides a.csv");
  }
});

test("the help keeps to the width it is given", () => {
  for (const width of [60, 80, 120]) {
    const lines = parseCommand({ ...command, examples: [] }, ["--help"], width).help!.split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  }
});

test.each([
  ["a,b", ["a", "b"]],
  ["a,,b", ["a,b"]],
  [" a , b ", ["a", "b"]],
  ["", []],
  ["a,", ["a"]],
  ["a,b,,c,d", ["a", "b,c", "d"]],
])("the list %j holds %j", (text, items) => expect(splitList(text)).toEqual(items));

test("every option of every command has a help line, a key in camelCase, and letters that do not clash", async () => {
  for (const { load } of commands) {
    const { options: specs, name } = await load();
    const letters = Object.values(specs).flatMap(({ short }) => short ?? []);
    expect(new Set(letters).size, name).toBe(letters.length);
    for (const [key, spec] of Object.entries(specs)) {
      expect(key, name).toMatch(/^[a-z][a-zA-Z]*$/);
      expect(spec.help.length, `${name} ${key}`).toBeGreaterThan(5);
    }
  }
});

test("an option means the same in every command that has it", () => {
  for (const key of ["with", "tables", "overwrite", "output", "format", "json", "quiet", "threads"] as const) {
    expect(assign.options[key]).toBe(cluster.options[key]);
  }
});

test("no command takes --explain together with a form of the report that SQL stands in for", async () => {
  for (const { load } of commands) {
    const each = await load();
    if (!("explain" in each.options)) continue;
    for (const words of [["--json"], ["--report", "out.html"]]) {
      const error = failure(() => parseCommand(each, ["a.csv", "--explain", ...words], 80));
      expect(error, each.name).toMatchObject({ code: "usage" });
      expect(error.message, each.name).toContain(words[0]);
    }
  }
});
