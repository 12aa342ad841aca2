import type { TextLayout } from "../../../src/core/source.ts";

/** The layout of text whose first line is its header, and nothing else is around the table. */
export function plainLayout(delimiter: string): TextLayout {
  return {
    delimiter,
    quote: '"',
    escape: "double",
    newline: "lf",
    skipLines: 0,
    preamble: [],
    headerRows: 1,
    footerLines: 0,
    footer: [],
    trailingDelimiter: false,
    score: 1,
    rival: null,
  };
}
