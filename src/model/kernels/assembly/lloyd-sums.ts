import { argument } from "./argument";

/**
 * Sums of the block by segment from scratch. Rows are first put in order of segment, so that a segment's sums stay
 * in registers.
 */
export function sumAnew(args: usize, sums: usize, first: usize, count: usize, order: usize, starts: usize): void {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const segments = argument(args, 4);
  const values = argument(args, 5) + 8 * first;
  const weights: usize = argument(args, 6) == 0 ? 0 : argument(args, 6) + 8 * first;
  const shift = argument(args, 22);
  const stride: usize = 8 * (columns + 1);
  orderBySegment(argument(args, 13) + 4 * first, count, segments, order, starts);
  for (let c: usize = 0; c < segments; c++) {
    const from = order + (<usize>load<u32>(starts + (c << 2)) << 2);
    const to = order + (<usize>load<u32>(starts + (c << 2), 4) << 2);
    const out = sums + c * stride;
    let j: usize = 0;
    for (; j + 8 <= columns; j += 8) sumEight(values + 8 * j * rows, 8 * rows, weights, shift + 8 * j, from, to, out + 8 * j);
    for (; j < columns; j++) sumOne(values + 8 * j * rows, weights, load<f64>(shift + 8 * j), from, to, out + 8 * j);
    let weight: f64 = 0;
    if (weights == 0) weight = <f64>((to - from) >> 2);
    else for (let at: usize = from; at < to; at += 4) weight += load<f64>(weights + <usize>load<u32>(at));
    store<f64>(out + 8 * columns, weight);
  }
}

/** Byte offsets (8 × row) of the rows by segment, and where in that list each segment starts. */
function orderBySegment(labels: usize, count: usize, segments: usize, order: usize, starts: usize): void {
  memory.fill(starts, 0, 4 * (segments + 2));
  for (let i: usize = 0; i < count; i++) {
    const slot = starts + (<usize>load<u32>(labels + (i << 2)) << 2);
    store<u32>(slot, load<u32>(slot, 8) + 1, 8);
  }
  for (let c: usize = 1; c <= segments; c++) {
    const slot = starts + (c << 2);
    store<u32>(slot, load<u32>(slot) + load<u32>(slot, 4), 4);
  }
  for (let i: usize = 0; i < count; i++) {
    const slot = starts + (<usize>load<u32>(labels + (i << 2)) << 2);
    const place = load<u32>(slot, 4);
    store<u32>(slot, place + 1, 4);
    store<u32>(order + (<usize>place << 2), <u32>(i << 3));
  }
}

@inline
function sumEight(a: usize, step: usize, weights: usize, shift: usize, from: usize, to: usize, out: usize): void {
  const b = a + step;
  const c = b + step;
  const d = c + step;
  const e = d + step;
  const f = e + step;
  const g = f + step;
  const h = g + step;
  const origin0 = v128.load(shift);
  const origin1 = v128.load(shift, 16);
  const origin2 = v128.load(shift, 32);
  const origin3 = v128.load(shift, 48);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let at: usize = from; at < to; at += 4) {
    const row = <usize>load<u32>(at);
    let x0 = f64x2.sub(v128.load64_lane(b + row, v128.load64_zero(a + row), 1), origin0);
    let x1 = f64x2.sub(v128.load64_lane(d + row, v128.load64_zero(c + row), 1), origin1);
    let x2 = f64x2.sub(v128.load64_lane(f + row, v128.load64_zero(e + row), 1), origin2);
    let x3 = f64x2.sub(v128.load64_lane(h + row, v128.load64_zero(g + row), 1), origin3);
    if (weights != 0) {
      const w = v128.load64_splat(weights + row);
      x0 = f64x2.mul(x0, w);
      x1 = f64x2.mul(x1, w);
      x2 = f64x2.mul(x2, w);
      x3 = f64x2.mul(x3, w);
    }
    s0 = f64x2.add(s0, x0);
    s1 = f64x2.add(s1, x1);
    s2 = f64x2.add(s2, x2);
    s3 = f64x2.add(s3, x3);
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

@inline
function sumOne(a: usize, weights: usize, origin: f64, from: usize, to: usize, out: usize): void {
  let sum: f64 = 0;
  for (let at: usize = from; at < to; at += 4) {
    const row = <usize>load<u32>(at);
    const x = load<f64>(a + row) - origin;
    sum += weights == 0 ? x : x * load<f64>(weights + row);
  }
  store<f64>(out, sum);
}

/** Moves the changed rows from one segment's sums to another's. */
export function sumChanges(args: usize, sums: usize, changes: usize, changed: usize): void {
  const columns = argument(args, 1);
  const step: usize = 8 * argument(args, 0);
  const values = argument(args, 5);
  const labels = argument(args, 13);
  const weights = argument(args, 6);
  const shift = argument(args, 22);
  const stride: usize = 8 * (columns + 1);
  for (let n: usize = 0; n < changed; n++) {
    const row = <usize>load<u32>(changes + (n << 3));
    const from = sums + <usize>load<u32>(changes + (n << 3), 4) * stride;
    const to = sums + <usize>load<u32>(labels + (row << 2)) * stride;
    const w = weights == 0 ? 1 : load<f64>(weights + (row << 3));
    const pair = f64x2.splat(w);
    let x = values + (row << 3);
    let j: usize = 0;
    for (; j + 16 < stride; j += 16) {
      const both = v128.load64_lane(x + step, v128.load64_zero(x), 1);
      const term = f64x2.mul(f64x2.sub(both, v128.load(shift + j)), pair);
      v128.store(from + j, f64x2.sub(v128.load(from + j), term));
      v128.store(to + j, f64x2.add(v128.load(to + j), term));
      x += 2 * step;
    }
    for (; j + 8 < stride; j += 8) {
      const term = (load<f64>(x) - load<f64>(shift + j)) * w;
      store<f64>(from + j, load<f64>(from + j) - term);
      store<f64>(to + j, load<f64>(to + j) + term);
      x += step;
    }
    store<f64>(from + j, load<f64>(from + j) - w);
    store<f64>(to + j, load<f64>(to + j) + w);
  }
}
