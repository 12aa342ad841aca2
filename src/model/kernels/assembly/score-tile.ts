/** Added where a sum of squares must not be 0. */
const tiny: f32 = 1e-30;

/**
 * Scores a tile against all centres: for its 8 rows what the second-nearest centre is farther than the nearest at
 * least (f32, not positive where that is in doubt), then the nearest (i32).
 */
export function scoreTile(
  tile: usize,
  tileEnd: usize,
  tiles: usize,
  halves: usize,
  segments: usize,
  centreError: f32,
  rowError: f32,
  results: usize,
): void {
  const none = f32x4.splat(tiny);
  const one = i32x4.splat(1);
  const quadBytes = tileEnd >> 1;
  let normA = none;
  let normB = none;
  for (let at: usize = 0; at < tileEnd; at += 32) {
    const a = v128.load(tile + at);
    const b = v128.load(tile + at, 16);
    normA = f32x4.add(normA, f32x4.mul(a, a));
    normB = f32x4.add(normB, f32x4.mul(b, b));
  }

  let bestA = f32x4.splat(f32.MAX_VALUE);
  let bestB = bestA;
  let nextA = bestA;
  let nextB = bestA;
  let whichA = i32x4.splat(0);
  let whichB = whichA;
  let index = whichA;
  let centre = tiles;
  // Centres come by rising index: the larger one is the later one.
  for (let c: usize = 0; c < segments; c += 4) {
    const h = halves + (c << 2);
    let a0 = v128.load32_splat(h);
    let a1 = v128.load32_splat(h, 4);
    let a2 = v128.load32_splat(h, 8);
    let a3 = v128.load32_splat(h, 12);
    let b0 = a0;
    let b1 = a1;
    let b2 = a2;
    let b3 = a3;
    const end = centre + quadBytes;
    let x = tile;
    for (; centre < end; centre += 16, x += 32) {
      const xa = v128.load(x);
      const xb = v128.load(x, 16);
      const c0 = v128.load32_splat(centre);
      a0 = f32x4.sub(a0, f32x4.mul(xa, c0));
      b0 = f32x4.sub(b0, f32x4.mul(xb, c0));
      const c1 = v128.load32_splat(centre, 4);
      a1 = f32x4.sub(a1, f32x4.mul(xa, c1));
      b1 = f32x4.sub(b1, f32x4.mul(xb, c1));
      const c2 = v128.load32_splat(centre, 8);
      a2 = f32x4.sub(a2, f32x4.mul(xa, c2));
      b2 = f32x4.sub(b2, f32x4.mul(xb, c2));
      const c3 = v128.load32_splat(centre, 12);
      a3 = f32x4.sub(a3, f32x4.mul(xa, c3));
      b3 = f32x4.sub(b3, f32x4.mul(xb, c3));
    }
    whichA = i32x4.max_s(whichA, v128.and(index, f32x4.lt(a0, bestA)));
    whichB = i32x4.max_s(whichB, v128.and(index, f32x4.lt(b0, bestB)));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a0));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b0));
    bestA = f32x4.pmin(bestA, a0);
    bestB = f32x4.pmin(bestB, b0);
    index = i32x4.add(index, one);
    whichA = i32x4.max_s(whichA, v128.and(index, f32x4.lt(a1, bestA)));
    whichB = i32x4.max_s(whichB, v128.and(index, f32x4.lt(b1, bestB)));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a1));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b1));
    bestA = f32x4.pmin(bestA, a1);
    bestB = f32x4.pmin(bestB, b1);
    index = i32x4.add(index, one);
    whichA = i32x4.max_s(whichA, v128.and(index, f32x4.lt(a2, bestA)));
    whichB = i32x4.max_s(whichB, v128.and(index, f32x4.lt(b2, bestB)));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a2));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b2));
    bestA = f32x4.pmin(bestA, a2);
    bestB = f32x4.pmin(bestB, b2);
    index = i32x4.add(index, one);
    whichA = i32x4.max_s(whichA, v128.and(index, f32x4.lt(a3, bestA)));
    whichB = i32x4.max_s(whichB, v128.and(index, f32x4.lt(b3, bestB)));
    nextA = f32x4.pmin(nextA, f32x4.pmax(bestA, a3));
    nextB = f32x4.pmin(nextB, f32x4.pmax(bestB, b3));
    bestA = f32x4.pmin(bestA, a3);
    bestB = f32x4.pmin(bestB, b3);
    index = i32x4.add(index, one);
  }

  const two = f32x4.splat(2);
  const six = f32x4.splat(6);
  const errorCentre = f32x4.splat(centreError);
  const errorRow = f32x4.splat(rowError);
  // error of a score ≤ e; gap g = (second² - own²)/2 ≥ next - best - 2e; second - own ≥ g / √(own² + g).
  const errorA = f32x4.add(errorCentre, f32x4.mul(errorRow, normA));
  const errorB = f32x4.add(errorCentre, f32x4.mul(errorRow, normB));
  const gapA = f32x4.sub(f32x4.sub(nextA, bestA), f32x4.mul(two, errorA));
  const gapB = f32x4.sub(f32x4.sub(nextB, bestB), f32x4.mul(two, errorB));
  const ownA = f32x4.add(f32x4.add(normA, f32x4.mul(two, bestA)), f32x4.mul(six, errorA));
  const ownB = f32x4.add(f32x4.add(normB, f32x4.mul(two, bestB)), f32x4.mul(six, errorB));
  v128.store(results, f32x4.div(gapA, f32x4.sqrt(f32x4.pmax(f32x4.add(ownA, gapA), none))));
  v128.store(results, f32x4.div(gapB, f32x4.sqrt(f32x4.pmax(f32x4.add(ownB, gapB), none))), 16);
  v128.store(results, whichA, 32);
  v128.store(results, whichB, 48);
}
