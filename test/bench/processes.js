import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { environment, here, python } from "./files.js";
import { summary } from "./measures.js";

/** A standing process that answers requests, one JSON line each. */
export function openPeer(command, args) {
  const child = spawn(command, args, { env: environment(), stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ended at ${JSON.stringify(request)}`);
      return JSON.parse(value);
    },
    close() {
      child.stdin.end();
      return new Promise((resolve) => child.once("close", resolve));
    },
  };
}

/** Our core with data in memory. */
export function openOurs() {
  return openPeer(process.execPath, [here("ours.js")]);
}

/** scikit-learn with data in memory. */
export function openRival() {
  return openPeer(python(), [here("rival.py")]);
}

/** Ends both sides of a race with runs `a` of ours and `b` of the rival's: what the runs took, and the peaks of the processes. */
export async function closeBoth({ ours, a, rival, b }) {
  const peaks = [await ours.ask({ do: "peak" }), await rival.ask({ do: "peak" })];
  await Promise.all([ours.close(), rival.close()]);
  return { ours: { ...summary(a), ...peaks[0] }, rival: { ...summary(b), ...peaks[1] } };
}

/** Runs a command to its end; wall seconds and peak resident bytes, and what it printed. Throws when it fails. */
export function timeCommand(command, args) {
  const run = spawnSync(python(), ["-S", here("measure.py"), command, ...args], {
    env: environment(),
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const facts = JSON.parse(run.output[3] || "{}");
  if (facts.code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${facts.code}: ${run.stderr}`);
  return { ...facts, stdout: run.stdout };
}
