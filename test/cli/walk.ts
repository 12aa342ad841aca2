import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { shell } from "./run-segment.ts";

/** A command of a walk-through and what it printed, both streams in the order in which they came. */
export interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The commands (`$ …`) and outputs of the `console` blocks of a Markdown text. */
export function shownIn(markdown: string): readonly Shown[] {
  return [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [command = "", ...output] = text.split("\n");
        return { command, output: output.join("\n").trimEnd() };
      }),
  );
}

/** Runs the commands of a walk-through one after the other in a copy of its folder, and gives what they printed. */
export async function walk(example: string, cwd: string): Promise<readonly Shown[]> {
  cpSync(example, cwd, { recursive: true });
  const found: Shown[] = [];
  for (const { command } of shownIn(readFileSync(`${example}/README.md`, "utf8"))) {
    const { stdout } = await shell(`exec 2>&1; ${command}`, { cwd });
    found.push({ command, output: stdout.trimEnd() });
  }
  if (process.env.SEGMENT_EXAMPLES === "write") rewrite(`${example}/README.md`, found);
  return found;
}

/** Puts what the commands print now in the place of what the text shows. */
function rewrite(path: string, found: readonly Shown[]): void {
  let next = 0;
  const text = readFileSync(path, "utf8").replaceAll(/^```console\n([\s\S]*?)^```$/gm, (_, block: string) => {
    const commands = block.split(/^\$ /m).length - 1;
    const shown = found.slice(next, (next += commands));
    const lines = shown.map(({ command, output }) => `$ ${command}\n${output === "" ? "" : `${output}\n`}`);
    return `\`\`\`console\n${lines.join("\n")}\`\`\``;
  });
  writeFileSync(path, text);
}
