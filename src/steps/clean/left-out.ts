/** A column that rules for all columns did not reach, and why. */
export interface Left {
  readonly column: string;
  readonly reason: string;
}

/** The same, with the rules. */
export interface LeftOut extends Left {
  readonly rules: readonly ("outliers" | "impute")[];
}

/** What each kind of rule left out, as one list in the order of columns; one entry a column and reason. */
export function leftOutOf(
  columns: readonly { readonly name: string }[],
  outliers: readonly Left[],
  impute: readonly Left[],
): readonly LeftOut[] {
  return columns.flatMap(({ name }): readonly LeftOut[] => {
    const [first, second] = [outliers, impute].map((some) => some.find(({ column }) => column === name)?.reason);
    if (first !== undefined && first === second) {
      return [{ column: name, reason: first, rules: ["outliers", "impute"] as const }];
    }
    return [
      ...(first === undefined ? [] : [{ column: name, reason: first, rules: ["outliers"] as const }]),
      ...(second === undefined ? [] : [{ column: name, reason: second, rules: ["impute"] as const }]),
    ];
  });
}
