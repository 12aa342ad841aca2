import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built program. */
export const program = fileURLToPath(new URL("../../bin/segment.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Starts the program with a temporary folder of its own. */
export function start(
  words: readonly string[],
  temporaryFolder: string,
): { process: ChildProcess; ended: Promise<Ended> } {
  return launch(process.execPath, [program, ...words], temporaryFolder);
}

/** The same under a shell that first runs `setting`, such as a limit. */
export function startUnder(
  setting: string,
  words: readonly string[],
  temporaryFolder: string,
): { ended: Promise<Ended> } {
  return launch("bash", ["-c", `${setting}; exec "$@"`, "bash", process.execPath, program, ...words], temporaryFolder);
}

/** A line of Bash in a folder. */
export function spawnShell(line: string, cwd: string, temporaryFolder: string): { ended: Promise<Ended> } {
  return launch("bash", ["-c", line], temporaryFolder, cwd);
}

function launch(
  command: string,
  words: readonly string[],
  temporaryFolder: string,
  cwd = process.cwd(),
): { process: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(command, words, {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, TMPDIR: temporaryFolder },
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  return { process: child, ended };
}

/** A table of four segments in two columns, as CSV. */
export function tableText(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const wobble = ((i * 7919) % 1009) / 1009;
    return `c${i},${(i % 2) * 10 + wobble},${((i >> 1) % 2) * 10 + wobble * wobble}\n`;
  });
  return `name,visits,basket\n${lines.join("")}`;
}
