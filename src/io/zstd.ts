import { closeSync, openSync, writeSync } from "node:fs";
import { Decompress } from "fzstd";
import { SegmentError } from "../core/errors.ts";
import { brokenError, truncatedError } from "./decompress.ts";
import { readError, throwIfInterrupted } from "./file-errors.ts";
import { openWindow } from "./formats/file-window.ts";
import { xxh64, type Xxh64 } from "./xxh64.ts";

/**
 * Decompresses a zstd file to `to`: all frames, skippable ones passed over, each followed block by block to its last,
 * its content size and XXH64 checksum verified where it carries them (RFC 8878). Memory: the frame's window, at most
 * 128 MB. Throws `truncated-file`, `broken-file`, `disk-full`, `interrupted`.
 */
export async function unzstdTo(path: string, to: string, label: string, signal: AbortSignal): Promise<void> {
  const reader = byteReader(path, label);
  const out = openSync(to, "wx", 0o600);
  const write = (bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length;) at += writeSync(out, bytes, at);
  };
  try {
    let frames = 0;
    while (!reader.ended()) {
      const magic = uint32(reader.take(4), 0);
      if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) reader.skip(uint32(reader.take(4), 0));
      else if (magic === 0xfd2fb528) await frame(reader, write, label, signal);
      else throw brokenError(label, "zstd", frames === 0 ? "no frame" : "bytes behind its end are not zstd");
      frames++;
    }
  } catch (error) {
    if (error instanceof SegmentError) throw error;
    if (isZstdError(error)) throw brokenError(label, "zstd", error.message, error);
    throw readError(error, label);
  } finally {
    closeSync(out);
    reader.close();
  }
}

const largestWindow = 2 ** 27;
const bytesBetweenPauses = 1 << 23;

async function frame(
  reader: ByteReader,
  write: (bytes: Uint8Array) => void,
  label: string,
  signal: AbortSignal,
): Promise<void> {
  const header = frameHeader(reader, label);
  const hash: Xxh64 | null = header.checksum ? xxh64() : null;
  let produced = 0;
  let sincePause = 0;
  const decompress = new Decompress((bytes) => {
    produced += bytes.length;
    sincePause += bytes.length;
    hash?.update(bytes);
    write(bytes);
  });
  // The decoder is told of no checksum: it would look for one without verifying it.
  let pending: Uint8Array = header.bytes;
  for (let last = false; !last;) {
    const head = reader.take(3);
    const value = head[0]! | (head[1]! << 8) | (head[2]! << 16);
    last = (value & 1) === 1;
    const type = (value >> 1) & 3;
    if (type === 3) throw brokenError(label, "zstd", "a block of unknown kind");
    const body = reader.take(type === 1 ? 1 : value >>> 3);
    const block = new Uint8Array(pending.length + 3 + body.length);
    block.set(pending, 0);
    block.set(head, pending.length);
    block.set(body, pending.length + 3);
    if (block.length < 18 && !last) {
      // Less than the decoder accepts at first: wait for the next block.
      pending = block;
      continue;
    }
    pending = new Uint8Array(0);
    decompress.push(block, last);
    if (sincePause >= bytesBetweenPauses) {
      sincePause = 0;
      await new Promise((resolve) => setImmediate(resolve));
      throwIfInterrupted(signal);
    }
  }
  if (header.contentSize !== null && produced !== header.contentSize)
    throw brokenError(label, "zstd", `${produced} bytes where the frame promises ${header.contentSize}`);
  if (hash !== null && uint32(reader.take(4), 0) !== hash.low32())
    throw brokenError(label, "zstd", "its checksum does not match");
}

interface FrameHeader {
  /** Magic number and header as the decoder wants them, the checksum flag cleared. */
  readonly bytes: Uint8Array;
  readonly checksum: boolean;
  readonly contentSize: number | null;
}

function frameHeader(reader: ByteReader, label: string): FrameHeader {
  const descriptor = reader.take(1)[0]!;
  const single = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = sizeFlag === 0 ? (single ? 1 : 0) : 1 << sizeFlag;
  if ((descriptor & 8) !== 0) throw brokenError(label, "zstd", "a reserved bit is set");
  const rest = Uint8Array.from(reader.take((single ? 0 : 1) + dictionaryBytes + sizeBytes));
  const dictionary = rest.subarray(single ? 0 : 1, rest.length - sizeBytes);
  if (dictionary.some((byte) => byte !== 0)) throw brokenError(label, "zstd", "it needs a dictionary");
  let contentSize: number | null = null;
  if (sizeBytes > 0) {
    contentSize = sizeBytes === 2 ? 256 : 0;
    for (let i = 0; i < sizeBytes; i++) contentSize += rest[rest.length - sizeBytes + i]! * 256 ** i;
  }
  const exponent = 10 + (rest[0]! >> 3);
  const window = single ? (contentSize ?? 0) : 2 ** exponent * (1 + (rest[0]! & 7) / 8);
  if (window > largestWindow) throw brokenError(label, "zstd", `its window of ${window} bytes is over 128 MB`);
  const bytes = new Uint8Array(5 + rest.length);
  bytes.set([0x28, 0xb5, 0x2f, 0xfd, descriptor & ~4], 0);
  bytes.set(rest, 5);
  return { bytes, checksum: (descriptor & 4) !== 0, contentSize };
}

interface ByteReader {
  ended(): boolean;
  /** The next `count` bytes, valid until the next call. Throws `truncated-file` when there are fewer. */
  take(count: number): Uint8Array;
  skip(count: number): void;
  close(): void;
}

function byteReader(path: string, label: string): ByteReader {
  const { window, refill, close } = openWindow(path);
  const fill = (count: number): boolean => {
    while (window.end - window.start < count && !window.atEnd) refill();
    return window.end - window.start >= count;
  };
  const take = (count: number): Uint8Array => {
    if (!fill(count)) throw truncatedError(label, "zstd");
    const bytes = window.buffer.subarray(window.start, window.start + count);
    window.start += count;
    return Uint8Array.from(bytes);
  };
  return {
    ended: () => !fill(1),
    take,
    skip(count) {
      for (let left = count; left > 0;) {
        const step = Math.min(left, 1 << 16);
        take(step);
        left -= step;
      }
    },
    close,
  };
}

function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** What the decoder throws on bad data: its own errors carry a number, a failed allocation or index is a RangeError. */
function isZstdError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (("code" in error && typeof error.code === "number") || error instanceof RangeError || error instanceof TypeError)
  );
}
