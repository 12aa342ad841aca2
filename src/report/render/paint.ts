/** How a piece of text stands out. Colour only ever repeats what the text says. */
export type Tone = "plain" | "strong" | "dim" | { readonly segment: number };

/** Text with a tone, the unit in which lines are put together. */
export interface Piece {
  readonly text: string;
  readonly tone: Tone;
}

/** Turns a piece into what is written to the terminal. */
export type Paint = (piece: Piece) => string;

/** No colour, no escape sequence. */
export const plainPaint: Paint = (piece) => piece.text;

/**
 * The eight colours of Okabe and Ito (2008), told apart by people with any colour vision, in an order that keeps
 * neighbours far apart; grey stands for their black, which a dark terminal would hide.
 */
const segmentColours: readonly string[] = [
  "#56B4E9",
  "#E69F00",
  "#009E73",
  "#CC79A7",
  "#D55E00",
  "#0072B2",
  "#F0E442",
  "#999999",
];

/** Colour of a segment, from 1; 0, the unassigned rows, is grey. */
export function segmentColour(segment: number): string {
  const grey = segmentColours[segmentColours.length - 1] ?? "";
  return segment < 1 ? grey : (segmentColours[(segment - 1) % segmentColours.length] ?? grey);
}

/** A paint in 256 colours, which every colour terminal has. Loads chalk. */
export async function colourPaint(): Promise<Paint> {
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level: 2 });
  return ({ text, tone }) => {
    if (text.trim() === "" || tone === "plain") return text;
    if (tone === "strong") return chalk.bold(text);
    if (tone === "dim") return chalk.dim(text);
    return chalk.hex(segmentColour(tone.segment))(text);
  };
}
