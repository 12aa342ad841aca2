/**
 * The TypeScript version of a kernel: what the compiled one of the same name must equal bit for bit. `memory` is
 * the whole numeric memory, `args` holds sizes and byte offsets into it.
 */
export type Kernel = (memory: SharedArrayBuffer, block: number, args: Float64Array) => void;

/** Argument i, a size or byte offset. */
export function argument(args: Float64Array, i: number): number {
  return args[i] ?? 0;
}
