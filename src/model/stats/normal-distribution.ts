/**
 * Coefficients of rational approximations, from the highest power down, and where they hold. The quantile is Wichura's
 * (1988, algorithm AS 241, PPND16; relative error about 1e-16) for probabilities from exp(-25) to 1 - exp(-25); the
 * distribution is Cody's (1969, erf and erfc) for at most 4√2 deviations. Both serve as numbers and as SQL.
 */
export const normalTerms = {
  middle: {
    over: [
      2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
      133.14166789178438, 3.3871328727963665,
    ],
    under: [
      5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
      687.1870074920579, 42.31333070160091, 1,
    ],
  },
  tail: {
    over: [
      0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
      5.769497221460691, 4.630337846156546, 1.4234371107496835,
    ],
    under: [
      1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
      1.6763848301838038, 2.053191626637759, 1,
    ],
  },
  /** In x², for erf(x) / x where |x| is at most 0.46875. */
  erf: {
    over: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
    under: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
  },
  /** In x, for exp(x²)·erfc(x) where x is from 0.46875 to 4. */
  erfc: {
    over: [
      2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
      881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
    ],
    under: [
      1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
      4362.619090143247, 3439.3676741437216, 1230.3393548037495,
    ],
  },
} as const;

/** Where the middle approximations end. */
export const middleReach = 0.425;
export const erfReach = 0.46875;

/** The standard normal deviate of a probability from exp(-25) to 1 - exp(-25). About 20 ns. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= middleReach) return q * ratio(normalTerms.middle, 0.180625 - q * q);
  const tail = ratio(normalTerms.tail, Math.sqrt(-Math.log(q < 0 ? p : 1 - p)) - 1.6);
  return q < 0 ? -tail : tail;
}

/** The probability below a standard normal deviate; 0 and 1 beyond 4√2. About 20 ns. */
export function normalProbability(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2;
  if (x <= erfReach) return 0.5 + 0.5 * z * Math.SQRT1_2 * ratio(normalTerms.erf, x * x);
  const tail = x > 4 ? 0 : 0.5 * Math.exp(-x * x) * ratio(normalTerms.erfc, x);
  return z < 0 ? tail : 1 - tail;
}

function ratio(
  { over, under }: { readonly over: readonly number[]; readonly under: readonly number[] },
  x: number,
): number {
  return polynomial(over, x) / polynomial(under, x);
}

function polynomial(terms: readonly number[], x: number): number {
  let sum = terms[0]!;
  for (let i = 1; i < terms.length; i++) sum = sum * x + terms[i]!;
  return sum;
}
