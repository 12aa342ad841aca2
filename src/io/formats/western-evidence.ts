import { openWindow } from "./file-window.ts";

/** What the bytes from 80 to FF of a text that is not UTF-8 look like when read as Windows-1252. */
export interface WesternEvidence {
  readonly high: number;
  /** Accented letters of Western languages, next to nothing or to other letters. */
  readonly letters: number;
  /** Bytes that would put a punctuation mark or a control character inside a word: a sign of an older code page. */
  readonly odd: number;
  /** Words of three or more accented letters in a row: a sign of Cyrillic, Greek or an Asian encoding. */
  readonly runs: number;
  /** Well-formed UTF-8 characters of two or more bytes: a sign of UTF-8 with damage. */
  readonly utf8: number;
  /** The first high bytes as Windows-1252 letters, with their lines. */
  readonly example: string;
}

/** Weighs the whole file. One pass. */
export function westernEvidence(path: string): WesternEvidence {
  const { window, refill, close } = openWindow(path);
  let high = 0;
  let letters = 0;
  let odd = 0;
  let runs = 0;
  let utf8 = 0;
  let run = 0;
  let line = 1;
  let example = "";
  try {
    while (!window.atEnd) {
      refill();
      const { buffer, start, end } = window;
      for (let i = start; i < end; i++) {
        const byte = buffer[i]!;
        if (byte < 0x80) {
          if (byte === 10) line++;
          run = 0;
          continue;
        }
        high++;
        if (example === "") example = `byte ${byte.toString(16).toUpperCase()} on line ${line}`;
        const next = i + 1 < end ? buffer[i + 1]! : 0;
        const before = i > start ? buffer[i - 1]! : 0;
        if (byte >= 0xc0) {
          letters++;
          run++;
          if (run === 3) runs++;
          if (byte >= 0xc2 && byte < 0xf5 && next >= 0x80 && next < 0xc0) utf8++;
        } else {
          run = 0;
          if (isLetter(before) && isLetter(next) && !insideWords.has(byte)) odd++;
        }
      }
      window.start = window.end;
    }
    return { high, letters, odd, runs, utf8, example };
  } finally {
    close();
  }
}

/** Bytes below C0 that Western words do hold: apostrophes, dashes, Š Œ Ž š œ ž Ÿ, the soft hyphen and the no-break space. */
const insideWords: ReadonlySet<number> = new Set([
  0x91, 0x92, 0x96, 0x97, 0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f, 0xad, 0xa0, 0xb4, 0xb7,
]);

function isLetter(byte: number): boolean {
  return (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90);
}
