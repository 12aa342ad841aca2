import type { Compute } from "../core/compute.ts";

/** Where a kernel finds an array, as a byte offset; 0 for none, which kernels take for all ones. */
export function placeInMemory(compute: Compute, values: Float64Array | null): number {
  return values === null ? 0 : inMemory(compute, values).byteOffset;
}

/**
 * The array itself where it lies in the numeric memory, else a copy there. Nothing but the numeric memory is shared
 * between threads, and a run has one.
 */
export function inMemory<Values extends Float64Array | Int32Array>(compute: Compute, values: Values): Values;
export function inMemory(compute: Compute, values: Float64Array | Int32Array): Float64Array | Int32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const copy = values instanceof Float64Array ? compute.f64(values.length) : compute.i32(values.length);
  copy.set(values);
  return copy;
}
