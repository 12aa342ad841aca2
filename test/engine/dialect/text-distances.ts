/** Jaro–Winkler similarity from its definition (Winkler 1990; weight 0.1, prefix of at most 4 above 0.7), by code point. */
export function jaroWinklerOf(first: string, second: string): number {
  const [a, b] = [[...first], [...second]];
  if (a.length === 0 || b.length === 0) return 0;
  const reach = Math.max(Math.floor(Math.max(a.length, b.length) / 2) - 1, 0);
  const taken = b.map(() => false);
  const met: string[] = [];
  a.forEach((letter, i) => {
    const j = b.findIndex((other, at) => Math.abs(at - i) <= reach && !taken[at] && other === letter);
    if (j < 0) return;
    taken[j] = true;
    met.push(letter);
  });
  if (met.length === 0) return 0;
  const other = b.filter((_, j) => taken[j]);
  const swaps = Math.floor(met.filter((letter, i) => letter !== other[i]).length / 2);
  const jaro = (met.length / a.length + met.length / b.length + (met.length - swaps) / met.length) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro > 0.7 ? jaro + prefix * 0.1 * (1 - jaro) : jaro;
}

/** Damerau–Levenshtein distance by the algorithm of Lowrance and Wagner (1975), by code point. */
export function damerauLevenshtein(first: string, second: string): number {
  const [a, b] = [[...first], [...second]];
  const far = a.length + b.length;
  const table = Array.from({ length: a.length + 2 }, () => new Array<number>(b.length + 2).fill(far));
  for (let i = 0; i <= a.length; i++) table[i + 1]![1] = i;
  for (let j = 0; j <= b.length; j++) table[1]![j + 1] = j;
  const lastRow = new Map<string, number>();
  for (let i = 1; i <= a.length; i++) {
    let lastColumn = 0;
    for (let j = 1; j <= b.length; j++) {
      const [row, column] = [lastRow.get(b[j - 1]!) ?? 0, lastColumn];
      const same = a[i - 1] === b[j - 1];
      if (same) lastColumn = j;
      table[i + 1]![j + 1] = Math.min(
        table[i]![j]! + (same ? 0 : 1),
        table[i + 1]![j]! + 1,
        table[i]![j + 1]! + 1,
        table[row]![column]! + (i - row - 1) + 1 + (j - column - 1),
      );
    }
    lastRow.set(a[i - 1]!, i);
  }
  return table[a.length + 1]![b.length + 1]!;
}

/** Pairs of words of up to eight letters, the same ones every time. */
export function randomWords(count: number, letters: string): readonly (readonly [string, string])[] {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const all = [...letters];
  const word = (): string => Array.from({ length: 1 + next(8) }, () => all[next(all.length)]!).join("");
  return Array.from({ length: count }, () => [word(), word()] as const);
}
