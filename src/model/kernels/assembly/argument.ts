/**
 * Argument i of a kernel, a size or byte offset; float64 holds both exactly.
 *
 * The conversion is an addition that moves the whole number into the lower bits. The instruction for it,
 * i32.trunc_sat_f64_u, becomes a branch in V8, which then repeats it inside the loops that use the argument:
 * a copying loop took three times as long.
 */
@inline
export function argument(args: usize, i: usize): usize {
  return <usize>reinterpret<u64>(load<f64>(args + 8 * i) + 4503599627370496);
}
