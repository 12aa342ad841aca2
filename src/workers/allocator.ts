/// <reference lib="es2024.sharedmemory" />
import { SegmentError } from "../core/errors.ts";
import { heapOffset } from "./control.ts";

/** Memory of one piece that grows in place: views made earlier stay valid. */
export interface GrowingMemory {
  /** The memory as long as it is now. */
  buffer(): SharedArrayBuffer;
  /** Makes it at least `bytes` long; false when it cannot be. */
  grow(bytes: number): boolean;
}

const pageBytes = 65_536;
const maximumPages = 65_536;
const minimumPages = 1024;
/** Memory grows by at least 16 MiB, so that many small arrays do not each cost a call to the system. */
const growthPages = 256;
const alignment = 64;

/**
 * WebAssembly memory shared by threads, of at most 4 GiB; less where the system does not let as much address
 * space be reserved. Throws when WebAssembly or its threads are missing.
 */
export function wasmMemory(): { memory: WebAssembly.Memory; growing: GrowingMemory } {
  const { value: memory, maximum } = reserve(
    (pages) => new WebAssembly.Memory({ initial: heapOffset / pageBytes, maximum: pages, shared: true }),
  );
  const buffer = (): SharedArrayBuffer => {
    const bytes = memory.buffer;
    if (!(bytes instanceof SharedArrayBuffer)) throw new TypeError("WebAssembly memory is not shared");
    return bytes;
  };
  buffer();
  const grow = (bytes: number): boolean => {
    const now = memory.buffer.byteLength / pageBytes;
    const wanted = Math.ceil(bytes / pageBytes);
    if (wanted <= now) return true;
    if (wanted > maximum) return false;
    try {
      memory.grow(Math.min(maximum, Math.max(wanted, now + growthPages)) - now);
      return true;
    } catch {
      return false;
    }
  };
  return { memory, growing: { buffer, grow } };
}

/** The same without WebAssembly, for the kernels' TypeScript versions. */
export function plainMemory(): GrowingMemory {
  const { value: bytes, maximum } = reserve(
    (pages) => new SharedArrayBuffer(heapOffset, { maxByteLength: pages * pageBytes }),
  );
  return {
    buffer: () => bytes,
    grow(wanted) {
      if (wanted <= bytes.byteLength) return true;
      const pages = Math.max(Math.ceil(wanted / pageBytes), bytes.byteLength / pageBytes + growthPages);
      if (wanted > maximum * pageBytes) return false;
      try {
        bytes.grow(Math.min(pages, maximum) * pageBytes);
        return true;
      } catch {
        return false;
      }
    },
  };
}

function reserve<T>(make: (pages: number) => T): { value: T; maximum: number } {
  for (let pages = maximumPages; ; pages /= 2) {
    try {
      return { value: make(pages), maximum: pages };
    } catch (error) {
      if (!(error instanceof RangeError) || pages <= minimumPages) throw error;
    }
  }
}

/**
 * Hands out zeroed arrays of a growing memory, 64-byte aligned, one behind the other; `release` takes back all
 * that came after a mark. Costs the clearing of re-used bytes only. Throws `out-of-memory`.
 */
export class Allocator {
  readonly #memory: GrowingMemory;
  #end = heapOffset;
  /** Bytes from here on were never handed out, and are zero. */
  #touched = heapOffset;

  constructor(memory: GrowingMemory) {
    this.#memory = memory;
  }

  f64(length: number): Float64Array {
    const at = this.#take(length, 8);
    return new Float64Array(this.#memory.buffer(), at, length);
  }

  f32(length: number): Float32Array {
    const at = this.#take(length, 4);
    return new Float32Array(this.#memory.buffer(), at, length);
  }

  i32(length: number): Int32Array {
    const at = this.#take(length, 4);
    return new Int32Array(this.#memory.buffer(), at, length);
  }

  u8(length: number): Uint8Array {
    const at = this.#take(length, 1);
    return new Uint8Array(this.#memory.buffer(), at, length);
  }

  mark(): number {
    return this.#end;
  }

  release(mark: number): void {
    if (mark < heapOffset || mark > this.#end)
      throw new SegmentError("bug", `no such mark in the numeric memory: ${mark}`);
    this.#end = mark;
  }

  #take(length: number, size: number): number {
    if (!Number.isSafeInteger(length) || length < 0) throw new SegmentError("bug", `array length ${length}`);
    const at = this.#end;
    const end = at + Math.ceil((length * size) / alignment) * alignment;
    if (!this.#memory.grow(end)) {
      throw new SegmentError(
        "out-of-memory",
        `the numbers need more than ${gibibytes(at)} GiB of memory; no room for ${gibibytes(end - at)} GiB more`,
        {
          hint: "use fewer columns (--columns), or fit on a sample of the rows and assign the rest with --model",
        },
      );
    }
    const used = Math.min(end, this.#touched);
    if (used > at) new Uint8Array(this.#memory.buffer(), at, used - at).fill(0);
    this.#touched = Math.max(this.#touched, end);
    this.#end = end;
    return at;
  }
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
