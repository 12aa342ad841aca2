import { availableParallelism, tmpdir, totalmem } from "node:os";
import { checkPlaces, deliver, type DeliverOptions } from "./commands/deliver.ts";
import { parseCommand } from "./commands/parse.ts";
import { checkOptions } from "./core/check-options.ts";
import type { Command } from "./core/command.ts";
import type { Compute } from "./core/compute.ts";
import type { Context, Engine, Terminal, TerminalStream } from "./core/context.ts";
import { isOutOfMemory, SegmentError, type ExitCode } from "./core/errors.ts";
import { flagName, splitNamed, withDefaults, type OptionsOf, type OptionTable } from "./core/options.ts";
import type { JsonReport } from "./core/report.ts";
import type { SentTable } from "./core/stream.ts";
import { openDuckdb } from "./engine/duckdb/open.ts";
import { lazyEngine } from "./engine/lazy-engine.ts";
import { openCluster } from "./wire-cluster.ts";
import { openIo, removeLeftovers, type OpenedIo } from "./io/io.ts";
import { requireSeparatePlaces } from "./io/separate-places.ts";
import { announceReader, canMark, leaveMark, sweepMarks } from "./io/stage-mark.ts";
import { renderFailure, renderFailureJson } from "./report/render/failure.ts";
import { quarantineOf } from "./steps/combine/quarantine-of.ts";
import { openCompute } from "./workers/pool.ts";

/** What of the options concerns the surroundings of a command rather than the command. */
interface WireOptions extends DeliverOptions {
  readonly threads?: number | undefined;
  readonly memory?: string | undefined;
  readonly engine?: string | undefined;
  readonly explain?: boolean | undefined;
  readonly perSegment?: string | undefined;
  /** The table of a command whose inputs are words. */
  readonly in?: string | readonly string[] | undefined;
  readonly color?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/**
 * Runs a command on the words of a command line, and tells the next stage of a pipe how it went. Gives the exit code;
 * throws what failed.
 */
export async function runCommand(command: Command, words: readonly string[], version: string): Promise<number> {
  const about = { stage: `segment ${command.name}`, pid: process.pid };
  const marked = canMark(stdout);
  const { exit, sent } = await runStage(command, words, version, marked);
  if (marked) {
    // The very last act: a process that is killed from here on has done all it was there for.
    const failure = exit === 0 ? null : { stage: about.stage, exit };
    leaveMark(
      stdout,
      failure === null ? { ...about, state: "done", table: sent } : { ...about, state: "failed", failure },
    );
    sweepMarks();
  }
  return exit;
}

/** Parses the words, builds the context, runs the command, delivers its outcome; `sent` is the table on standard output. */
async function runStage(
  command: Command,
  words: readonly string[],
  version: string,
  marked: boolean,
): Promise<{ readonly exit: ExitCode; readonly sent: SentTable | null }> {
  const started = process.hrtime.bigint();
  const parsed = parseCommand(command, words, process.stdout.columns ?? 80);
  const options = parsed.options as WireOptions;
  if (parsed.help !== undefined) {
    await openStream(process.stdout, true).write(parsed.help);
    return { exit: 0, sent: null };
  }
  const isNamed = parsed.inputs.length > 0 || hasSources(parsed.options);
  if (command.inputs === "files" && !isNamed && process.stdin.isTTY) {
    await openStream(process.stderr, true).write(
      parseCommand(command, ["--help"], process.stderr.columns ?? 80).help ?? "",
    );
    return { exit: 2, sent: null };
  }
  const files = command.inputs === "files" ? parsed.inputs : [parsed.options["in"] ?? []].flat().map(String);
  const readsStdin = (command.inputs === "files" && !isNamed) || namesStdin(files, parsed.options);
  const takeBack = readsStdin ? announceReader(stdin) : () => undefined;
  const interruption = listenForInterrupts(`segment ${command.name}`, options.json === true);
  const context = openContext(options, interruption.signal, version);
  try {
    checkSeparate(command, parsed.inputs, parsed.options);
    const destination = checkPlaces(context, options, "output" in command.options);
    const outcome = await command.run(context, parsed.inputs, parsed.options as OptionsOf<typeof command.options>);
    const invocation = typed(command.name, words);
    const { exit, sent } = await deliver(context, outcome, options, destination, { invocation, marked });
    if (options.verbose === true) await context.terminal.stderr.write(runFacts(context, started));
    return { exit, sent: sent === null ? null : { ...sent, ...context.sent() } };
  } catch (error) {
    if (interruption.signal.aborted) throw new SegmentError("interrupted", interrupted, { cause: error });
    throw error;
  } finally {
    takeBack();
    context.terminal.progress("");
    await context.close();
    interruption.stop();
  }
}

/**
 * Runs a command from a program: the same options by the same names, files in and out, no terminal. Gives the JSON
 * report; throws `SegmentError`.
 */
export async function callCommand<T extends OptionTable>(
  command: Command<T>,
  inputs: readonly string[],
  given: Partial<OptionsOf<T>>,
  version: string,
): Promise<{ readonly report: JsonReport; readonly exit: ExitCode }> {
  if (command.inputs === "files" && !(hasSources(given) && inputs.length === 0)) checkFiles(command.name, inputs);
  const options = withDefaults(command.options, checkOptions(command.name, command.options, given));
  const wired: WireOptions = { ...(options as WireOptions), quiet: true };
  const context = openContext(wired, new AbortController().signal, version);
  try {
    checkSeparate(command, inputs, options);
    const destination = wired.output === undefined ? null : checkPlaces(context, wired);
    const outcome = await command.run(context, inputs, { ...options, json: true });
    const { exit } = await deliver(context, outcome, wired, destination, { invocation: "", marked: false });
    return { report: outcome.report.json, exit };
  } finally {
    await context.close();
  }
}

/** Of several sources each has a quarantine of its own. */
function quarantinesOf(paths: readonly string[], options: Readonly<Record<string, unknown>>): readonly string[] {
  const { source } = options;
  if (!hasSources(options)) return paths;
  const names = [source].flat().map((one) => splitNamed(String(one)).name);
  return paths.flatMap((path) => names.map((name) => quarantineOf(path, name)));
}

/** Whether standard input is an input, or a source. */
function namesStdin(inputs: readonly string[], { source }: Readonly<Record<string, unknown>>): boolean {
  const sources = Array.isArray(source) ? source.map((one) => splitNamed(String(one)).rest) : [];
  return [...inputs, ...sources].includes("-");
}

/** Whether the inputs are named by `--source` instead of by themselves. */
function hasSources(options: Readonly<Record<string, unknown>>): boolean {
  const { source } = options;
  return Array.isArray(source) ? source.length > 0 : typeof source === "string";
}

/** A call names its files: it does not read the standard input of the program that makes it unasked. Throws `usage`. */
function checkFiles(name: string, inputs: unknown): void {
  const isNamed =
    Array.isArray(inputs) && inputs.length > 0 && inputs.every((one) => typeof one === "string" && one !== "");
  if (!isNamed)
    throw new SegmentError("usage", `${name} needs the names of its files`, { hint: '"-" is standard input' });
}

const stdin = 0;
const stdout = 1;

/** A command line as a shell takes it. */
function typed(name: string, words: readonly string[]): string {
  const quoted = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ["segment", name, ...quoted].join(" ");
}

/** Refuses outputs that are one another or a file that is read, whichever option or input names it. */
function checkSeparate(
  command: Pick<Command, "options" | "inputs">,
  inputs: readonly string[],
  options: Readonly<Record<string, unknown>>,
): void {
  const reads: string[] = command.inputs === "files" ? [...inputs] : [];
  const writes: { option: string; path: string }[] = [];
  for (const [key, spec] of Object.entries(command.options)) {
    if (spec.kind !== "text" && spec.kind !== "texts") continue;
    const paths = [options[key]].flat().filter((path) => typeof path === "string");
    const isNamed = spec.kind === "texts" && spec.named === true;
    if (spec.reads === true) reads.push(...(isNamed ? paths.map((path) => splitNamed(path).rest) : paths));
    if (spec.kind === "text" && spec.writes === true) {
      const places = key === "quarantine" ? quarantinesOf(paths, options) : paths;
      writes.push(...places.map((path) => ({ option: `--${flagName(key)}`, path })));
    }
  }
  requireSeparatePlaces(reads, writes);
}

/** Prints a failure on standard error, tells it to the next stage of a pipe, and gives its exit code. */
export async function showFailure(error: unknown, words: readonly string[], version: string): Promise<number> {
  const failure = error instanceof SegmentError ? error : unexpected(error, version);
  markFailure(
    failure,
    `segment ${words
      .filter((word) => !word.startsWith("-"))
      .slice(0, 1)
      .join(" ")}`.trim(),
  );
  const asJson = words.includes("--json");
  let text = asJson ? renderFailureJson(failure) : renderFailure(failure);
  if (words.includes("-v") || words.includes("--verbose") || failure.code === "bug") text += stackOf(error);
  await openStream(process.stderr, true).write(text);
  return failure.exit;
}

/** A context on this process's streams, environment and temporary folder. The engine is opened with the first input. */
export function openContext(
  options: WireOptions,
  signal: AbortSignal,
  version: string,
): Context & Pick<OpenedIo, "sent" | "close"> {
  const threads = options.threads ?? availableParallelism();
  const memory = options.memory === undefined ? Math.floor(totalmem() / 4) : parseSize(options.memory);
  const io = openIo({
    temporaryFolder: process.env.TMPDIR ?? tmpdir(),
    stdoutIsTerminal: process.stdout.isTTY === true,
    secret: (name) => process.env[name],
    signal,
  });
  const { terminal, more } = withMore(openTerminal(options));
  const onTasks = (done: number, all: number): void => more(`${done} of ${all} tasks`);
  const remote = options.engine === undefined ? null : openCluster(options, io, { signal, version, onTasks });
  let engine: Promise<Engine> | undefined;
  const open = (): Promise<Engine> =>
    (engine ??= remote?.open() ?? openDuckdb({ threads, memory, spool: io.spoolFolder(), signal }));
  let compute: Compute | undefined;
  return {
    engine: lazyEngine(open, remote !== null),
    get compute() {
      const backend = process.env.SEGMENT_KERNELS === "typescript" ? { backend: "typescript" as const } : {};
      compute ??= openCompute({ threads, signal, ...backend });
      return compute;
    },
    io: remote?.io ?? {
      ...io,
      open(inputs, readOptions) {
        // The engine comes up while the inputs are read; should it fail, its first use tells.
        open().catch(() => undefined);
        return io.open(inputs, readOptions);
      },
    },
    terminal,
    signal,
    version,
    sent: () => io.sent(),
    async close() {
      await (await engine?.catch(() => undefined))?.close();
      await compute?.close();
      await io.close();
    },
  };
}

/** `2GB`, `512MiB`, `1.5g`, or bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?b)?$/i.exec(text.trim());
  if (match === null) {
    throw new SegmentError("bad-option-value", `--memory ${text}: not a size`, { hint: "write it like 2GB or 512MB" });
  }
  const power = ["", "k", "m", "g", "t"].indexOf(match[2]!.toLowerCase());
  const base = match[3]?.toLowerCase() === "ib" ? 1024 : 1000;
  const bytes = Math.floor(Number(match[1]) * base ** power);
  if (bytes < 64e6) throw new SegmentError("bad-option-value", `--memory ${text}: at least 64MB`);
  return bytes;
}

/** A terminal whose last word on progress can be said again with more behind it. */
function withMore(terminal: Terminal): { readonly terminal: Terminal; readonly more: (text: string) => void } {
  let last = "";
  return {
    terminal: {
      ...terminal,
      progress(text) {
        last = text;
        terminal.progress(text);
      },
    },
    more: (text) => (last === "" ? undefined : terminal.progress(`${last} · ${text}`)),
  };
}

function openTerminal(options: WireOptions): Terminal {
  const colour = options.color !== false;
  const stdout = openStream(process.stdout, colour);
  const stderr = openStream(process.stderr, colour);
  const started = Date.now();
  let shown = false;
  return {
    stdinIsTerminal: process.stdin.isTTY === true,
    stdout,
    stderr,
    progress(text) {
      if (!stderr.isTerminal || (text === "" && !shown) || options.quiet === true) return;
      if (text !== "" && Date.now() - started < 500) return;
      process.stderr.write(text === "" ? "\r\u001b[K" : `\r\u001b[K${text.slice(0, stderr.width - 1)}`);
      shown = text !== "";
    },
  };
}

function openStream(stream: NodeJS.WriteStream, colourWanted: boolean): TerminalStream {
  const isTerminal = stream.isTTY === true;
  const { NO_COLOR, FORCE_COLOR, TERM, LC_ALL, LC_CTYPE, LANG } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  const plain = (NO_COLOR !== undefined && NO_COLOR !== "") || FORCE_COLOR === "0" || TERM === "dumb";
  const locale = LC_ALL || LC_CTYPE || LANG || "";
  return {
    isTerminal,
    width: isTerminal ? stream.columns || 80 : 80,
    colour: colourWanted && (forced || (isTerminal && !plain)),
    // A pipe carries bytes to a program that we know nothing of: UTF-8, as the tables are.
    unicode: !isTerminal || /utf-?8/i.test(locale),
    write: (text) => writeAll(stream, text),
  };
}

/** A closed pipe is a reader that has seen enough. */
function writeAll(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EPIPE") resolve();
      else
        reject(
          new SegmentError(error.code === "ENOSPC" ? "disk-full" : "cannot-write", error.message, { cause: error }),
        );
    };
    stream.once("error", failed);
    stream.write(text, (error) => {
      if (error === null || error === undefined) {
        stream.off("error", failed);
        resolve();
      } else failed(error);
    });
  });
}

const interrupted = "interrupted; nothing was written";

/** The first Ctrl-C asks the work to stop and clean up; a second one, or two seconds, does not wait for it. */
function listenForInterrupts(stage: string, asJson: boolean): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const leave = (): never => {
    removeLeftovers();
    const failure = new SegmentError("interrupted", interrupted);
    markFailure(failure, stage);
    process.stderr.write(asJson ? renderFailureJson(failure) : renderFailure(failure));
    process.exit(130);
  };
  const listener = (): void => {
    if (controller.signal.aborted) leave();
    controller.abort();
    setTimeout(leave, 2000).unref();
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    stop() {
      for (const name of names) process.off(name, listener);
    },
  };
}

/** What the next stage of a pipe is told of a failure: that of the first stage that failed. */
function markFailure(failure: SegmentError, stage: string): void {
  const first = failure.stage ?? stage;
  leaveMark(stdout, { state: "failed", stage, pid: process.pid, failure: { stage: first, exit: failure.exit } });
}

function unexpected(error: unknown, version: string): SegmentError {
  const system = error as NodeJS.ErrnoException;
  if (isOutOfMemory(error)) {
    const hint = "close other programs, or work on fewer rows or columns";
    return new SegmentError("out-of-memory", "not enough memory", { hint, cause: error });
  }
  if (system?.code === "ENOSPC") return new SegmentError("disk-full", "the disk is full", { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  const words = message.split("\n")[0] ?? "";
  return new SegmentError("bug", `${words} (segment ${version}, node ${process.version})`, { cause: error });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const cause = error.cause instanceof Error ? `caused by ${error.cause.stack ?? error.cause.message}\n` : "";
  return `${error.stack ?? ""}\n${cause}`;
}

function runFacts(context: Context, started: bigint): string {
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  return `${seconds.toFixed(2)} s, peak memory ${peak} MB, segment ${context.version}, node ${process.version}\n`;
}
