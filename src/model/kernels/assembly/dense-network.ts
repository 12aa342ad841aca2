import { argument } from "./argument";
import { expOfTwo } from "./exp-log";
import { thread } from "./thread";

/** Rows of a tile, and bytes of a unit's numbers for them. */
const tile: usize = 16;
const unitBytes: usize = 128;

/** Compiled version of `denseNetwork`; see the TypeScript version for the arguments. */
export function denseNetwork(block: i32, args: usize): void {
  const rows = argument(args, 0);
  const blockRows = argument(args, 1);
  const layers = argument(args, 2);
  const sizes = argument(args, 3);
  const scratch = argument(args, 15) + <usize>thread * argument(args, 16);
  const lossAt = argument(args, 12);
  const outAt = argument(args, 14);
  const columns = sizeOf(sizes, 0);
  const size = sizeOf(sizes, layers);
  let parameters: usize = 0;
  let activationBytes: usize = 0;
  let widest: usize = 0;
  for (let l: usize = 0; l <= layers; l++) {
    const own = sizeOf(sizes, l);
    if (l > 0) parameters += own * (sizeOf(sizes, l - 1) + 1);
    activationBytes += own * unitBytes;
    widest = max(widest, own);
  }
  const weights = scratch;
  const activations = weights + unitBytes;
  const deltas = activations + activationBytes;
  const output = deltas - size * unitBytes;
  let gradient = argument(args, 13);
  if (gradient != 0) {
    gradient += 8 * <usize>block * parameters;
    memory.fill(gradient, 0, 8 * parameters);
  }
  const first = <usize>block * blockRows;
  const end = min(first + blockRows, rows);
  let loss: f64 = 0;
  for (let row = first; row < end; row += tile) {
    const valid = min(tile, end - row);
    gather(args, row, valid, columns, activations, weights);
    forward(layers, sizes, argument(args, 4), activations);
    if (outAt != 0) {
      for (let u: usize = 0; u < size; u++) {
        memory.copy(outAt + 8 * (u * rows + row), output + u * unitBytes, 8 * valid);
      }
    }
    if (lossAt == 0 && gradient == 0) continue;
    let lanes = f64x2.splat(0);
    for (let u: usize = 0; u < size * unitBytes; u += unitBytes) {
      for (let r: usize = 0; r < unitBytes; r += 16) {
        const difference = f64x2.sub(v128.load(output + u + r), v128.load(activations + u + r));
        const delta = f64x2.mul(difference, v128.load(weights + r));
        v128.store(deltas + u + r, delta);
        lanes = f64x2.add(lanes, f64x2.mul(difference, delta));
      }
    }
    loss += f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
    if (gradient != 0) {
      const end = argument(args, 4) + 8 * parameters;
      backward(layers, sizes, end, output, deltas, deltas + widest * unitBytes, gradient + 8 * parameters);
    }
  }
  if (lossAt != 0) store<f64>(lossAt + 8 * <usize>block, loss);
}

@inline
function sizeOf(sizes: usize, l: usize): usize {
  return <usize>load<u32>(sizes + 4 * l);
}

function gather(args: usize, row: usize, valid: usize, columns: usize, input: usize, weights: usize): void {
  const values = argument(args, 5);
  const rowStep = 8 * argument(args, 6);
  const columnStep = 8 * argument(args, 7);
  const list = argument(args, 8);
  const rowWeights = argument(args, 9);
  const means = argument(args, 10);
  const scale = load<f64>(args + 8 * 11);
  if (valid < tile) {
    memory.fill(input, 0, columns * unitBytes);
    memory.fill(weights, 0, unitBytes);
  }
  for (let r: usize = 0; r < valid; r++) {
    const from = list == 0 ? row + r : <usize>load<u32>(list + 4 * (row + r));
    store<f64>(weights + 8 * r, rowWeights == 0 ? 1.0 : load<f64>(rowWeights + 8 * from));
    let at = values + from * rowStep;
    for (let j: usize = 0; j < columns; j++, at += columnStep) {
      store<f64>(input + j * unitBytes + 8 * r, (load<f64>(at) - load<f64>(means + 8 * j)) * scale);
    }
  }
}

function forward(layers: usize, sizes: usize, parameters: usize, activations: usize): void {
  let below = activations;
  let weights = parameters;
  for (let l: usize = 1; l <= layers; l++) {
    const inputs = sizeOf(sizes, l - 1);
    const units = sizeOf(sizes, l);
    let own = below + inputs * unitBytes;
    let biases = weights + 8 * units * inputs;
    const end = biases;
    const next = biases + 8 * units;
    for (; weights < end; own += unitBytes, biases += 8) {
      const bias = v128.load64_splat(biases);
      let a = bias, b = bias, c = bias, d = bias, e = bias, f = bias, g = bias, h = bias;
      const rowEnd = weights + 8 * inputs;
      for (let at = below; weights < rowEnd; weights += 8, at += unitBytes) {
        const weight = v128.load64_splat(weights);
        a = f64x2.add(a, f64x2.mul(weight, v128.load(at)));
        b = f64x2.add(b, f64x2.mul(weight, v128.load(at, 16)));
        c = f64x2.add(c, f64x2.mul(weight, v128.load(at, 32)));
        d = f64x2.add(d, f64x2.mul(weight, v128.load(at, 48)));
        e = f64x2.add(e, f64x2.mul(weight, v128.load(at, 64)));
        f = f64x2.add(f, f64x2.mul(weight, v128.load(at, 80)));
        g = f64x2.add(g, f64x2.mul(weight, v128.load(at, 96)));
        h = f64x2.add(h, f64x2.mul(weight, v128.load(at, 112)));
      }
      v128.store(own, a);
      v128.store(own, b, 16);
      v128.store(own, c, 32);
      v128.store(own, d, 48);
      v128.store(own, e, 64);
      v128.store(own, f, 80);
      v128.store(own, g, 96);
      v128.store(own, h, 112);
      if ((l & 1) == 1) for (let r: usize = 0; r < unitBytes; r += 16) v128.store(own + r, tangent(v128.load(own + r)));
    }
    below += inputs * unitBytes;
    weights = next;
  }
}

@inline
function tangent(x: v128): v128 {
  const twice = f64x2.max(f64x2.splat(-40), f64x2.min(f64x2.splat(40), f64x2.mul(f64x2.splat(2), x)));
  const one = f64x2.splat(1);
  return f64x2.sub(one, f64x2.div(f64x2.splat(2), f64x2.add(expOfTwo(twice), one)));
}

/** Pointers to parameters, activations and gradients are to the end of the last layer's, and go down. */
function backward(
  layers: usize,
  sizes: usize,
  parametersEnd: usize,
  output: usize,
  deltas: usize,
  otherDeltas: usize,
  gradientEnd: usize,
): void {
  let delta = deltas;
  let next = otherDeltas;
  let own = output;
  let weights = parametersEnd;
  let gradient = gradientEnd;
  for (let l = layers; l > 0; l--) {
    const inputs = sizeOf(sizes, l - 1);
    const units = sizeOf(sizes, l);
    const below = own - inputs * unitBytes;
    weights -= 8 * units * (inputs + 1);
    gradient -= 8 * units * (inputs + 1);
    let to = gradient;
    let bias = gradient + 8 * units * inputs;
    for (let u = delta; u < delta + units * unitBytes; u += unitBytes, bias += 8) {
      const a = v128.load(u);
      const b = v128.load(u, 16);
      const c = v128.load(u, 32);
      const d = v128.load(u, 48);
      const e = v128.load(u, 64);
      const f = v128.load(u, 80);
      const g = v128.load(u, 96);
      const h = v128.load(u, 112);
      for (let i = below; i < own; i += unitBytes, to += 8) {
        let lanes = f64x2.mul(a, v128.load(i));
        lanes = f64x2.add(lanes, f64x2.mul(b, v128.load(i, 16)));
        lanes = f64x2.add(lanes, f64x2.mul(c, v128.load(i, 32)));
        lanes = f64x2.add(lanes, f64x2.mul(d, v128.load(i, 48)));
        lanes = f64x2.add(lanes, f64x2.mul(e, v128.load(i, 64)));
        lanes = f64x2.add(lanes, f64x2.mul(f, v128.load(i, 80)));
        lanes = f64x2.add(lanes, f64x2.mul(g, v128.load(i, 96)));
        lanes = f64x2.add(lanes, f64x2.mul(h, v128.load(i, 112)));
        store<f64>(to, load<f64>(to) + (f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)));
      }
      let lanes = f64x2.add(f64x2.add(f64x2.add(a, b), c), d);
      lanes = f64x2.add(f64x2.add(f64x2.add(f64x2.add(lanes, e), f), g), h);
      store<f64>(bias, load<f64>(bias) + (f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1)));
    }
    if (l == 1) return;
    deltasBelow(inputs, units, weights, delta, below, next, (l & 1) == 0);
    const spare = delta;
    delta = next;
    next = spare;
    own = below;
  }
}

function deltasBelow(
  inputs: usize,
  units: usize,
  weights: usize,
  delta: usize,
  below: usize,
  next: usize,
  curved: bool,
): void {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  for (let i: usize = 0; i < inputs; i++) {
    let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
    let weightAt = weights + 8 * i;
    for (let u = delta; u < delta + units * unitBytes; u += unitBytes, weightAt += 8 * inputs) {
      const weight = v128.load64_splat(weightAt);
      a = f64x2.add(a, f64x2.mul(weight, v128.load(u)));
      b = f64x2.add(b, f64x2.mul(weight, v128.load(u, 16)));
      c = f64x2.add(c, f64x2.mul(weight, v128.load(u, 32)));
      d = f64x2.add(d, f64x2.mul(weight, v128.load(u, 48)));
      e = f64x2.add(e, f64x2.mul(weight, v128.load(u, 64)));
      f = f64x2.add(f, f64x2.mul(weight, v128.load(u, 80)));
      g = f64x2.add(g, f64x2.mul(weight, v128.load(u, 96)));
      h = f64x2.add(h, f64x2.mul(weight, v128.load(u, 112)));
    }
    const to = next + i * unitBytes;
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    v128.store(to, e, 64);
    v128.store(to, f, 80);
    v128.store(to, g, 96);
    v128.store(to, h, 112);
    if (!curved) continue;
    const own = below + i * unitBytes;
    for (let r: usize = 0; r < unitBytes; r += 16) {
      const x = v128.load(own + r);
      v128.store(to + r, f64x2.mul(v128.load(to + r), f64x2.sub(one, f64x2.mul(x, x))));
    }
  }
}
