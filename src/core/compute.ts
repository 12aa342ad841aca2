/**
 * The numeric memory and the threads that work on it.
 *
 * A kernel is called once per block with `(block, args)`, where `args` points to an array of float64 in the
 * same memory: sizes, and the byte offsets of the arrays it reads and writes. Blocks have a fixed size and each
 * writes only its own slots, so results do not depend on the number of threads or on who takes which block;
 * what blocks leave behind is reduced by the caller in block order.
 */
export interface Compute {
  /** Threads that take part in `run`, the calling one included. */
  readonly threads: number;
  /** `typescript` where WebAssembly threads are missing: same bytes, slower. */
  readonly backend: "wasm" | "typescript";

  /** Zeroed arrays in the numeric memory, 64-byte aligned. Throw `out-of-memory` when it is full. */
  f64(length: number): Float64Array;
  f32(length: number): Float32Array;
  i32(length: number): Int32Array;
  u8(length: number): Uint8Array;

  /** Where the memory's used part ends now; `release(mark)` frees all that was allocated since. */
  mark(): number;
  release(mark: number): void;

  /** Runs `kernel` on blocks 0 … blocks-1 on all threads and returns when the last has ended. */
  run(kernel: string, blocks: number, args: readonly number[]): void;

  /** Lets timers, signals and progress be served; long loops await it between iterations. Throws `interrupted`. */
  breathe(): Promise<void>;

  close(): Promise<void>;
}
