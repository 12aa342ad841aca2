import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { environment, top } from "../files.js";
import { alternate, median } from "../measures.js";

/** How long the program takes to say anything, over a bare Node. */
export const start = {
  name: "start",
  about: "segment --help and --version, over node -e 0",
  async run({ beyond }) {
    const segment = join(top, "bin", "segment.js");
    const commands = [
      ["-e", "0"],
      [segment, "--help"],
      [segment, "--version"],
    ];
    const runs = await alternate(
      commands.map((args) => () => timed(args)),
      21,
    );
    const [bare, help, version] = runs.map(median);
    beyond({ name: "segment --help", milliseconds: help - bare, bare, limit: 40 });
    beyond({ name: "segment --version", milliseconds: version - bare, bare, limit: 40 });
  },
};

function timed(args) {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, args, { env: environment(), stdio: ["ignore", "pipe", "ignore"] });
  const milliseconds = performance.now() - began;
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return milliseconds;
}
