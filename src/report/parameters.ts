import type { Block } from "../core/report.ts";
import { formatMeasure } from "./number.ts";

/** What a method went by, one line each, and where it was proposed how; nothing where it has no such parameters. */
export function parameterBlocks(
  parameters: readonly { readonly flag: string; readonly value: number; readonly how: string | null }[],
): readonly Block[] {
  return parameters.map(({ flag, value, how }) => ({
    kind: "text",
    text: `--${flag} ${formatMeasure(value)}${how === null ? "" : `, proposed: ${how}`}`,
  }));
}
