import { readFileSync } from "node:fs";
import { commands, type CommandEntry } from "./commands/index.ts";
import type { Command } from "./core/command.ts";
import { SegmentError } from "./core/errors.ts";
import { nearest } from "./core/suggest.ts";
import { leaveMark } from "./io/stage-mark.ts";

/** Runs one command line, sets the exit code, and lets the process end. */
export async function main(words: readonly string[]): Promise<void> {
  process.exitCode = await run(words);
}

async function run(words: readonly string[]): Promise<number> {
  const [first, second] = words;
  if (first === undefined) {
    await print(process.stderr, generalHelp());
    return 2;
  }
  if (first === "--version" || first === "-V") {
    await print(process.stdout, `${toolVersion()}\n`);
    return 0;
  }
  if (first === "--help" || first === "-h" || (first === "help" && second === undefined)) {
    await print(process.stdout, generalHelp());
    return 0;
  }
  const members = groupOf(first === "help" ? (second ?? "") : first);
  if (members.length > 0 && (first === "help" ? words.length === 2 : second === "--help" || second === "-h")) {
    await print(process.stdout, groupHelp(members));
    return 0;
  }
  // Before all that takes time: whoever reads this pipe shall know that a stage has begun, should it be killed.
  const stage = `segment ${words
    .filter((word) => !word.startsWith("-"))
    .slice(0, members.length > 0 ? 2 : 1)
    .join(" ")}`;
  leaveMark(1, { state: "running", stage, pid: process.pid });
  const { runCommand, showFailure } = await import("./wire.ts");
  const asked = first === "help" ? [...words.slice(1), "--help"] : words;
  try {
    const { entry, rest } = findCommand(asked);
    const command: Command = await entry.load();
    return await runCommand(command, rest, toolVersion());
  } catch (error) {
    return showFailure(error, asked, toolVersion());
  }
}

function findCommand(words: readonly string[]): { entry: CommandEntry; rest: readonly string[] } {
  const two = words.slice(0, 2).join(" ");
  const one = words[0] ?? "";
  for (const [name, length] of [
    [two, 2],
    [one, 1],
  ] as const) {
    const entry = commands.find((command) => command.name === name);
    if (entry !== undefined) return { entry, rest: words.slice(length) };
  }
  const group = groupOf(one).map((command) => command.name);
  if (group.length > 0) {
    const near = nearest(two, group);
    const hint = near === null ? `one of: ${group.join(", ")}` : `did you mean segment ${near}?`;
    throw new SegmentError("unknown-command", `segment ${one} what?`, { hint });
  }
  const near = nearest(
    one,
    commands.map((command) => command.name.split(" ")[0]!),
  );
  const hint = near === null ? "segment --help lists the commands" : `did you mean segment ${near}?`;
  throw new SegmentError("unknown-command", `unknown command ${one}`, { hint });
}

/** The commands of a group such as `sample`. */
function groupOf(name: string): readonly CommandEntry[] {
  return commands.filter((command) => command.name.startsWith(`${name} `));
}

function groupHelp(members: readonly CommandEntry[]): string {
  const width = Math.max(...members.map((command) => command.name.length));
  const list = members.map((command) => `  segment ${command.name.padEnd(width)}  ${command.summary}`);
  return `Commands:\n${list.join("\n")}\n\nEach explains itself: segment ${members[0]?.name ?? ""} --help\n`;
}

function generalHelp(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `segment: from raw customer exports to segment files you can defend

Usage: segment COMMAND [FILE ...] [OPTION ...]

Commands:
${list.join("\n")}

Start here:
  segment sample customers -o customers.csv         a customer base to try things on
  segment cluster customers.csv                     find the segments, read the answer here
  segment cluster customers.csv -o segments.csv     write every row with its segment

In a pipe, segment clean crm.csv | segment cluster -o segments.csv, types travel beside the CSV, and a stage that
fails ends those behind it in its exit code. (On Linux, between two segment processes of one user; elsewhere, and for the
pipe from another program, end marks are missing: use --format parquet, or set -o pipefail.)

segment COMMAND --help explains a command with examples; --version prints the version.
Exit codes: 0 done, 1 a gate failed, 2 usage, 3 input, 4 resources, 5 remote, 70 our bug, 130 interrupted.
`;
}

function toolVersion(): string {
  const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return about.version;
}

function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.once("error", () => resolve());
    stream.write(text, () => resolve());
  });
}
