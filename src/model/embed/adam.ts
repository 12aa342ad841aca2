/** State of Adam (Kingma and Ba 2015, A method for stochastic optimization) with the paper's constants. */
export interface Adam {
  readonly mean: Float64Array;
  readonly square: Float64Array;
  /** Powers of the two rates of decay. */
  meanDecay: number;
  squareDecay: number;
}

const meanRate = 0.9;
const squareRate = 0.999;
const epsilon = 1e-8;

export function openAdam(parameters: number): Adam {
  return { mean: new Float64Array(parameters), square: new Float64Array(parameters), meanDecay: 1, squareDecay: 1 };
}

/** Moves the parameters one step down the gradient. */
export function adamStep(state: Adam, parameters: Float64Array, gradient: Float64Array, rate: number): void {
  const { mean, square } = state;
  state.meanDecay *= meanRate;
  state.squareDecay *= squareRate;
  const unbias = 1 / (1 - state.squareDecay);
  const step = rate / (1 - state.meanDecay);
  for (let p = 0; p < parameters.length; p++) {
    const g = gradient[p]!;
    const m = meanRate * mean[p]! + (1 - meanRate) * g;
    const s = squareRate * square[p]! + (1 - squareRate) * (g * g);
    mean[p] = m;
    square[p] = s;
    parameters[p]! -= (step * m) / (Math.sqrt(s * unbias) + epsilon);
  }
}
