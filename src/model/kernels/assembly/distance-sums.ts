import { argument } from "./argument";

/** Tiles of four anchors that one block takes. */
const tilesPerBlock: usize = 4;

/** Compiled version of `distanceSumsF32`; see the TypeScript version for the arguments. */
export function distanceSumsF32(block: i32, args: usize): void {
  const columns = argument(args, 0);
  const packed = argument(args, 1);
  const weights = argument(args, 2);
  const groups = argument(args, 3);
  const starts = argument(args, 4);
  const slotsOf = argument(args, 5);
  const labelings = argument(args, 6);
  const anchors = argument(args, 7);
  const out = argument(args, 9);
  const slots = argument(args, 10);
  const chunk = argument(args, 11);
  const firstTile = <usize>block * tilesPerBlock;
  const lastTile = min<usize>(firstTile + tilesPerBlock, argument(args, 8));
  const width: usize = 16 * columns;
  let atomOfChunk: usize = 0;
  for (let from: usize = 0; from < groups; from += chunk) {
    const to = min<usize>(from + chunk, groups);
    while (<usize>load<i32>(starts + 4 * (atomOfChunk + 1)) <= from) atomOfChunk++;
    for (let tile = firstTile; tile < lastTile; tile++) {
      const anchor = anchors + tile * width;
      const sums = out + 32 * tile * slots;
      let atom = atomOfChunk;
      let group = from;
      while (group < to) {
        const end = min<usize>(<usize>load<i32>(starts + 4 * (atom + 1)), to);
        let s0 = f32x4.splat(0);
        let s1 = f32x4.splat(0);
        let s2 = f32x4.splat(0);
        let s3 = f32x4.splat(0);
        for (; group + 1 < end; group += 2) {
          let d0 = f32x4.splat(0);
          let d1 = f32x4.splat(0);
          let d2 = f32x4.splat(0);
          let d3 = f32x4.splat(0);
          let e0 = f32x4.splat(0);
          let e1 = f32x4.splat(0);
          let e2 = f32x4.splat(0);
          let e3 = f32x4.splat(0);
          const row = packed + group * width;
          for (let at: usize = 0; at < width; at += 16) {
            const x = v128.load(row + at);
            const y = v128.load(row + width + at);
            const a0 = v128.load32_splat(anchor + at);
            const a1 = v128.load32_splat(anchor + at, 4);
            const a2 = v128.load32_splat(anchor + at, 8);
            const a3 = v128.load32_splat(anchor + at, 12);
            d0 = nearerF32(d0, x, a0);
            e0 = nearerF32(e0, y, a0);
            d1 = nearerF32(d1, x, a1);
            e1 = nearerF32(e1, y, a1);
            d2 = nearerF32(d2, x, a2);
            e2 = nearerF32(e2, y, a2);
            d3 = nearerF32(d3, x, a3);
            e3 = nearerF32(e3, y, a3);
          }
          const w = v128.load(weights + 16 * group);
          const v = v128.load(weights + 16 * group, 16);
          s0 = f32x4.add(f32x4.add(s0, f32x4.mul(w, f32x4.sqrt(d0))), f32x4.mul(v, f32x4.sqrt(e0)));
          s1 = f32x4.add(f32x4.add(s1, f32x4.mul(w, f32x4.sqrt(d1))), f32x4.mul(v, f32x4.sqrt(e1)));
          s2 = f32x4.add(f32x4.add(s2, f32x4.mul(w, f32x4.sqrt(d2))), f32x4.mul(v, f32x4.sqrt(e2)));
          s3 = f32x4.add(f32x4.add(s3, f32x4.mul(w, f32x4.sqrt(d3))), f32x4.mul(v, f32x4.sqrt(e3)));
        }
        if (group < end) {
          let d0 = f32x4.splat(0);
          let d1 = f32x4.splat(0);
          let d2 = f32x4.splat(0);
          let d3 = f32x4.splat(0);
          const row = packed + group * width;
          for (let at: usize = 0; at < width; at += 16) {
            const x = v128.load(row + at);
            d0 = nearerF32(d0, x, v128.load32_splat(anchor + at));
            d1 = nearerF32(d1, x, v128.load32_splat(anchor + at, 4));
            d2 = nearerF32(d2, x, v128.load32_splat(anchor + at, 8));
            d3 = nearerF32(d3, x, v128.load32_splat(anchor + at, 12));
          }
          const w = v128.load(weights + 16 * group);
          s0 = f32x4.add(s0, f32x4.mul(w, f32x4.sqrt(d0)));
          s1 = f32x4.add(s1, f32x4.mul(w, f32x4.sqrt(d1)));
          s2 = f32x4.add(s2, f32x4.mul(w, f32x4.sqrt(d2)));
          s3 = f32x4.add(s3, f32x4.mul(w, f32x4.sqrt(d3)));
          group++;
        }
        const t01 = f64x2.replace_lane(f64x2.splat(total4(s0)), 1, total4(s1));
        const t23 = f64x2.replace_lane(f64x2.splat(total4(s2)), 1, total4(s3));
        addToSlots(sums, slotsOf + 4 * atom * labelings, labelings, t01, t23);
        atom++;
      }
    }
  }
}

/** Compiled version of `distanceSumsF64`; see the TypeScript version for the arguments. */
export function distanceSumsF64(block: i32, args: usize): void {
  const columns = argument(args, 0);
  const packed = argument(args, 1);
  const weights = argument(args, 2);
  const groups = argument(args, 3);
  const starts = argument(args, 4);
  const slotsOf = argument(args, 5);
  const labelings = argument(args, 6);
  const anchors = argument(args, 7);
  const out = argument(args, 9);
  const slots = argument(args, 10);
  const chunk = argument(args, 11);
  const width: usize = 16 * columns;
  const firstTile = <usize>block * tilesPerBlock;
  const lastTile = min<usize>(firstTile + tilesPerBlock, argument(args, 8));
  let atomOfChunk: usize = 0;
  for (let from: usize = 0; from < groups; from += chunk) {
    const to = min<usize>(from + chunk, groups);
    while (<usize>load<i32>(starts + 4 * (atomOfChunk + 1)) <= from) atomOfChunk++;
    for (let tile = firstTile; tile < lastTile; tile++) {
      const anchor = anchors + 2 * tile * width;
      const sums = out + 32 * tile * slots;
      let atom = atomOfChunk;
      let group = from;
      while (group < to) {
        const end = min<usize>(<usize>load<i32>(starts + 4 * (atom + 1)), to);
        let s0 = f64x2.splat(0);
        let s1 = f64x2.splat(0);
        let s2 = f64x2.splat(0);
        let s3 = f64x2.splat(0);
        for (; group + 1 < end; group += 2) {
          let d0 = f64x2.splat(0);
          let d1 = f64x2.splat(0);
          let d2 = f64x2.splat(0);
          let d3 = f64x2.splat(0);
          let e0 = f64x2.splat(0);
          let e1 = f64x2.splat(0);
          let e2 = f64x2.splat(0);
          let e3 = f64x2.splat(0);
          const row = packed + group * width;
          for (let at: usize = 0; at < width; at += 16) {
            const x = v128.load(row + at);
            const y = v128.load(row + width + at);
            const a0 = v128.load64_splat(anchor + 2 * at);
            const a1 = v128.load64_splat(anchor + 2 * at, 8);
            const a2 = v128.load64_splat(anchor + 2 * at, 16);
            const a3 = v128.load64_splat(anchor + 2 * at, 24);
            d0 = nearerF64(d0, x, a0);
            e0 = nearerF64(e0, y, a0);
            d1 = nearerF64(d1, x, a1);
            e1 = nearerF64(e1, y, a1);
            d2 = nearerF64(d2, x, a2);
            e2 = nearerF64(e2, y, a2);
            d3 = nearerF64(d3, x, a3);
            e3 = nearerF64(e3, y, a3);
          }
          const w = v128.load(weights + 16 * group);
          const v = v128.load(weights + 16 * group, 16);
          s0 = f64x2.add(f64x2.add(s0, f64x2.mul(w, f64x2.sqrt(d0))), f64x2.mul(v, f64x2.sqrt(e0)));
          s1 = f64x2.add(f64x2.add(s1, f64x2.mul(w, f64x2.sqrt(d1))), f64x2.mul(v, f64x2.sqrt(e1)));
          s2 = f64x2.add(f64x2.add(s2, f64x2.mul(w, f64x2.sqrt(d2))), f64x2.mul(v, f64x2.sqrt(e2)));
          s3 = f64x2.add(f64x2.add(s3, f64x2.mul(w, f64x2.sqrt(d3))), f64x2.mul(v, f64x2.sqrt(e3)));
        }
        if (group < end) {
          let d0 = f64x2.splat(0);
          let d1 = f64x2.splat(0);
          let d2 = f64x2.splat(0);
          let d3 = f64x2.splat(0);
          const row = packed + group * width;
          for (let at: usize = 0; at < width; at += 16) {
            const x = v128.load(row + at);
            d0 = nearerF64(d0, x, v128.load64_splat(anchor + 2 * at));
            d1 = nearerF64(d1, x, v128.load64_splat(anchor + 2 * at, 8));
            d2 = nearerF64(d2, x, v128.load64_splat(anchor + 2 * at, 16));
            d3 = nearerF64(d3, x, v128.load64_splat(anchor + 2 * at, 24));
          }
          const w = v128.load(weights + 16 * group);
          s0 = f64x2.add(s0, f64x2.mul(w, f64x2.sqrt(d0)));
          s1 = f64x2.add(s1, f64x2.mul(w, f64x2.sqrt(d1)));
          s2 = f64x2.add(s2, f64x2.mul(w, f64x2.sqrt(d2)));
          s3 = f64x2.add(s3, f64x2.mul(w, f64x2.sqrt(d3)));
          group++;
        }
        const t01 = f64x2.replace_lane(f64x2.splat(total2(s0)), 1, total2(s1));
        const t23 = f64x2.replace_lane(f64x2.splat(total2(s2)), 1, total2(s3));
        addToSlots(sums, slotsOf + 4 * atom * labelings, labelings, t01, t23);
        atom++;
      }
    }
  }
}

/** One more column's squared gap to an anchor. */
@inline
function nearerF32(squares: v128, x: v128, anchor: v128): v128 {
  const gap = f32x4.sub(x, anchor);
  return f32x4.add(squares, f32x4.mul(gap, gap));
}

@inline
function nearerF64(squares: v128, x: v128, anchor: v128): v128 {
  const gap = f64x2.sub(x, anchor);
  return f64x2.add(squares, f64x2.mul(gap, gap));
}

@inline
function total4(s: v128): f64 {
  const low = <f64>f32x4.extract_lane(s, 0) + <f64>f32x4.extract_lane(s, 1);
  const high = <f64>f32x4.extract_lane(s, 2) + <f64>f32x4.extract_lane(s, 3);
  return low + high;
}

@inline
function total2(s: v128): f64 {
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

@inline
function addToSlots(sums: usize, slotAt: usize, labelings: usize, t01: v128, t23: v128): void {
  for (let l: usize = 0; l < labelings; l++) {
    const at: usize = sums + 32 * <usize>load<i32>(slotAt + 4 * l);
    v128.store(at, f64x2.add(v128.load(at), t01));
    v128.store(at, f64x2.add(v128.load(at, 16), t23), 16);
  }
}
