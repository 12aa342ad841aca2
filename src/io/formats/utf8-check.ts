import { isUtf8 } from "node:buffer";

/** Checks UTF-8 piece by piece; characters may straddle pieces. */
export interface Utf8Check {
  /** False as soon as a piece shows that the text is not UTF-8. */
  push(piece: Buffer): boolean;
  /** False when the text ends inside a character. */
  finish(): boolean;
}

/** A check at the beginning of a text. Cost: one native pass over the bytes. */
export function utf8Check(): Utf8Check {
  let carry: Buffer = Buffer.alloc(0);
  return {
    push(piece) {
      let from = 0;
      if (carry.length > 0) {
        const wanted = sequenceLength(carry[0]!) - carry.length;
        const joined = Buffer.concat([carry, piece.subarray(0, wanted)]);
        if (piece.length < wanted) {
          carry = joined;
          return true;
        }
        if (!isUtf8(joined)) return false;
        from = wanted;
        carry = Buffer.alloc(0);
      }
      const open = openSequence(piece, from);
      if (open > 0) carry = Buffer.from(piece.subarray(piece.length - open));
      return isUtf8(piece.subarray(from, piece.length - open));
    },
    finish: () => carry.length === 0,
  };
}

/** Bytes of the character that `lead` begins; 1 for a byte that begins none. */
function sequenceLength(lead: number): number {
  return lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc0 && lead < 0xe0 ? 2 : 1;
}

/** How many bytes at the end of `piece` are a character not yet complete. */
function openSequence(piece: Buffer, from: number): number {
  for (let back = 1; back <= 3 && piece.length - back >= from; back++) {
    const byte = piece[piece.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Where text stops being UTF-8: the offset of the first byte of the first bad sequence, or -1. Slow; for messages. */
export function firstBadByte(bytes: Buffer): number {
  for (let i = 0; i < bytes.length;) {
    if (bytes[i]! < 0x80) {
      i++;
      continue;
    }
    const length = sequenceLength(bytes[i]!);
    if (length === 1 || i + length > bytes.length || !isUtf8(bytes.subarray(i, i + length))) return i;
    i += length;
  }
  return -1;
}
