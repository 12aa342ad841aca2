/** Argument i of a kernel, a size or byte offset. Float64 holds both exactly. */
@inline
export function argument(args: usize, i: usize): usize {
  return <usize>load<f64>(args + 8 * i);
}
