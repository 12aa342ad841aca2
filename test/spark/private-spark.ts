import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A Spark of a test's own, which it may kill as it likes. */
export interface PrivateSpark {
  /** `sc://127.0.0.1:PORT`. */
  readonly remote: string;
  readonly serverPid: number;
  /** The workers' processes, in order; each leads a group that holds its executors. */
  readonly workerPids: readonly number[];
  /** Ends every process that is left, and removes what they wrote. To be called whatever the test did. */
  stop(): Promise<void>;
}

/** How long a start may take: for the hook that calls `privateSpark`. Three Java processes on a busy machine. */
export const startTimeout = 240_000;

/**
 * Starts a Spark Connect server beside the shared one: by itself on two threads, or with a standalone master and
 * `workers` workers of one core each; with `token` it refuses calls that do not carry that word. About 8 s and 0.5 GB,
 * with two workers 25 s and 2 GB. Throws the one line that `test/spark/serve` gives when it cannot.
 */
export async function privateSpark(settings: { workers?: number; token?: string } = {}): Promise<PrivateSpark> {
  const { workers = 0, token = "" } = settings;
  const folder = mkdtempSync(join(tmpdir(), "segment-private-spark-"));
  const state = join(folder, "state.json");
  const stop = async (): Promise<void> => {
    await serve(["--stop", "--state", state]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const words = ["--state", state, "--memory", "1g", "--workers", String(workers)];
    const output = await serve(token === "" ? words : [...words, "--token", token]);
    const facts = new Map(output.split("\n").map((line) => [line.split("=", 1)[0], line.slice(line.indexOf("=") + 1)]));
    return {
      remote: facts.get("SPARK_REMOTE") ?? "",
      serverPid: Number(facts.get("SPARK_SERVER_PID")),
      workerPids: (facts.get("SPARK_WORKER_PIDS") ?? "").split(",").filter(Boolean).map(Number),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Kills a process of a private Spark and its group at once, as a lost machine would. */
export function killGroup(pid: number): void {
  process.kill(-pid, "SIGKILL");
}

async function serve(words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(fileURLToPath(new URL("serve", import.meta.url)), words);
  return stdout;
}
