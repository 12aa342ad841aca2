/**
 * Text as a terminal shows it: made harmless, measured in cells, cut and wrapped.
 *
 * A cell count follows Unicode Standard Annex 11 (East Asian Width, Unicode 15) by grapheme cluster: wide and full-width
 * characters and emoji take two cells, combining marks and format characters none, ambiguous ones one.
 */

/**
 * Data in people's text: control characters, line ends, and the format characters that reorder or hide text are shown
 * as escapes (`\n`, `\u001b`, `\u202e`), so that no name can steer a terminal or forge a line.
 */
export function visibleText(text: string): string {
  if (!unsafe.test(text)) return text;
  return text.replace(unsafeAll, (character) => {
    const short = shortEscapes.get(character);
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

const unsafeSource =
  "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]" +
  "|[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]";
const unsafe = new RegExp(unsafeSource);
const unsafeAll = new RegExp(unsafeSource, "g");
const shortEscapes: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** Cells that `text` takes. Linear in its length. */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** At most `width` cells: a longer text keeps its beginning and its end around `mark`; only where even the mark has no room is it cut off. */
export function cutMiddle(text: string, width: number, mark = "…"): string {
  if (text.length <= width && isPlain(text)) return text;
  if (displayWidth(text) <= width) return text;
  const room = width - displayWidth(mark);
  if (room < 2) return takeStart(text, width);
  const end = takeEnd(text, Math.floor(room / 2));
  return takeStart(text, room - displayWidth(end)) + mark + end;
}

/** At most `width` cells of two texts around an arrow: each is cut as `cutMiddle` cuts, and the arrow stays while there is room for a letter on both sides. */
export function cutBesideArrow(text: string, width: number, arrow: string, mark = "…"): string {
  const at = text.indexOf(arrow);
  const room = width - displayWidth(arrow);
  if (at < 0 || room < 2 || displayWidth(text) <= width) return cutMiddle(text, width, mark);
  const [before, after] = [text.slice(0, at), text.slice(at + arrow.length)];
  const half = Math.floor(room / 2);
  const right = Math.min(displayWidth(after), Math.max(half, room - displayWidth(before)));
  return cutMiddle(before, room - right, mark) + arrow + cutMiddle(after, right, mark);
}

/** Spaces up to `width` cells, after the text or (`right`) before it. */
export function padText(text: string, width: number, align: "left" | "right"): string {
  const spaces = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + spaces : spaces + text;
}

/**
 * Lines of at most `width` cells, broken between words; the spaces inside a number (`120 431`) do not break it, a word
 * longer than a line is broken where the line ends. Always at least one line.
 */
export function wrapText(text: string, width: number): readonly string[] {
  if (displayWidth(text) <= width) return [text.trimEnd()];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(wordBreak)) {
    if (word === "") continue;
    const joined = line === "" ? word : `${line} ${word}`;
    if (displayWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    while (displayWidth(line) > width) {
      const start = takeStart(line, width) || firstGrapheme(line);
      lines.push(start);
      line = line.slice(start.length);
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}

const wordBreak = /(?<!\d) +| +(?!\d{3}(?!\d))/;

/** The longest beginning of `text` that takes at most `width` cells. */
function takeStart(text: string, width: number): string {
  let taken = "";
  let left = width;
  for (const { segment } of graphemes.segment(text)) {
    left -= graphemeWidth(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
}

function takeEnd(text: string, width: number): string {
  // A grapheme of more than 32 units is no letter of any script; the window keeps a long text from being read whole.
  const window = text.slice(-32 * (width + 1));
  const parts = Array.from(graphemes.segment(window), ({ segment }) => segment);
  let start = parts.length;
  let left = width;
  while (start > 0) {
    left -= graphemeWidth(parts[start - 1] ?? "");
    if (left < 0) break;
    start--;
  }
  return parts.slice(start).join("");
}

function firstGrapheme(text: string): string {
  for (const { segment } of graphemes.segment(text)) return segment;
  return text;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x300 && !(unit >= 0x2010 && unit <= 0x2027) && !(unit >= 0x2500 && unit <= 0x259f)) return false;
  }
  return true;
}

function graphemeWidth(grapheme: string): number {
  if (emoji.test(grapheme)) return 2;
  let width = 0;
  for (const character of grapheme) {
    if (!invisible.test(character)) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  }
  return width;
}

const emoji = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Regional_Indicator}/u;
const invisible = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]/u;

function isWide(code: number): boolean {
  if (code < 0x1100) return false;
  let low = 0;
  let high = wideRanges.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < (wideRanges[2 * middle] ?? 0)) high = middle - 1;
    else if (code > (wideRanges[2 * middle + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

/** First and last code points of the wide and full-width ranges, ascending. Source: EastAsianWidth.txt, W and F. */
const wideRanges: readonly number[] = [
  0x1100, 0x115f, 0x231a, 0x231b, 0x2329, 0x232a, 0x23e9, 0x23ec, 0x23f0, 0x23f0, 0x23f3, 0x23f3, 0x25fd, 0x25fe,
  0x2614, 0x2615, 0x2648, 0x2653, 0x267f, 0x267f, 0x2693, 0x2693, 0x26a1, 0x26a1, 0x26aa, 0x26ab, 0x26bd, 0x26be,
  0x26c4, 0x26c5, 0x26ce, 0x26ce, 0x26d4, 0x26d4, 0x26ea, 0x26ea, 0x26f2, 0x26f3, 0x26f5, 0x26f5, 0x26fa, 0x26fa,
  0x26fd, 0x26fd, 0x2705, 0x2705, 0x270a, 0x270b, 0x2728, 0x2728, 0x274c, 0x274c, 0x274e, 0x274e, 0x2753, 0x2755,
  0x2757, 0x2757, 0x2795, 0x2797, 0x27b0, 0x27b0, 0x27bf, 0x27bf, 0x2b1b, 0x2b1c, 0x2b50, 0x2b50, 0x2b55, 0x2b55,
  0x2e80, 0x303e, 0x3041, 0x3247, 0x3250, 0x4dbf, 0x4e00, 0xa4c6, 0xa960, 0xa97c, 0xac00, 0xd7a3, 0xf900, 0xfad9,
  0xfe10, 0xfe19, 0xfe30, 0xfe6b, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18d08, 0x1aff0, 0x1b2fb, 0x1f004, 0x1f004,
  0x1f0cf, 0x1f0cf, 0x1f18e, 0x1f18e, 0x1f191, 0x1f19a, 0x1f200, 0x1f320, 0x1f32d, 0x1f335, 0x1f337, 0x1f37c, 0x1f37e,
  0x1f393, 0x1f3a0, 0x1f3ca, 0x1f3cf, 0x1f3d3, 0x1f3e0, 0x1f3f0, 0x1f3f4, 0x1f3f4, 0x1f3f8, 0x1f43e, 0x1f440, 0x1f440,
  0x1f442, 0x1f4fc, 0x1f4ff, 0x1f53d, 0x1f54b, 0x1f54e, 0x1f550, 0x1f567, 0x1f57a, 0x1f57a, 0x1f595, 0x1f596, 0x1f5a4,
  0x1f5a4, 0x1f5fb, 0x1f64f, 0x1f680, 0x1f6c5, 0x1f6cc, 0x1f6cc, 0x1f6d0, 0x1f6d2, 0x1f6d5, 0x1f6df, 0x1f6eb, 0x1f6ec,
  0x1f6f4, 0x1f6fc, 0x1f7e0, 0x1f7f0, 0x1f90c, 0x1f93a, 0x1f93c, 0x1f945, 0x1f947, 0x1f9ff, 0x1fa70, 0x1faf6, 0x20000,
  0x3fffd,
];
