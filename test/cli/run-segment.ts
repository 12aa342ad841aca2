import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** The built program, as a shell finds it. */
export const program = fileURLToPath(new URL("../../bin/segment.js", import.meta.url));

/** What a run left on its two streams, and its exit code: null when a signal ended it. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a program is run. */
export interface RunSettings {
  readonly cwd?: string;
  readonly stdin?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

/** A scratch folder for a test file, removed when its tests have ended. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "segment-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `segment` with `words`, pipes on all three streams. Environment: PATH, HOME, TMPDIR and what `env` gives. */
export function segment(words: readonly string[], settings: RunSettings = {}): Promise<Run> {
  return runProgram(process.execPath, [program, ...words], settings);
}

/** Runs a line of Bash in which `segment` is the program and `pipefail` is off; `PIPESTATUS` tells the codes. */
export function shell(line: string, settings: RunSettings = {}): Promise<Run> {
  const words = `segment() { "${process.execPath}" "${program}" "$@"; }; ${line}`;
  return runProgram("bash", ["-c", words], settings);
}

/**
 * Runs a line of Bash at a pseudo-terminal of `columns` columns, standard input included. What the two streams showed
 * comes as `stdout`, with plain line ends.
 */
export async function terminal(line: string, columns: number, settings: RunSettings = {}): Promise<Run> {
  const words = `segment() { '${process.execPath}' '${program}' "$@"; }; stty cols ${columns} rows 50; ${line}`;
  const env = { LANG: "C.UTF-8", TERM: "xterm-256color", SEGMENT_LINE: words, ...settings.env };
  const run = await runProgram("python3", ["-c", atPty], { ...settings, env });
  return { ...run, stdout: run.stdout.replaceAll("\r\n", "\n") };
}

const atPty = `
import os, pty, sys
code = pty.spawn(["bash", "-c", os.environ["SEGMENT_LINE"]], lambda fd: os.read(fd, 65536), lambda fd: b"")
sys.exit(os.waitstatus_to_exitcode(code))
`;

function runProgram(name: string, words: readonly string[], settings: RunSettings): Promise<Run> {
  const { PATH = "", HOME = "", TMPDIR = tmpdir() } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(name, words, { cwd: settings.cwd, env: { PATH, HOME, TMPDIR, ...settings.env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    // A program that ends without reading its input closes the pipe: nothing to complain of.
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString("utf8"), stderr: Buffer.concat(err).toString("utf8") }),
    );
    child.stdin.end(settings.stdin);
  });
}
