/** How many letters of a value a name takes. */
const longest = 60;

/**
 * Names of the columns of a one-hot encoding, `NAME_VALUE_scaled`: of each value what is no letter, digit, point or hyphen
 * becomes one `_`; rare ones together are `other`. Names that differ by case alone, or meet one of `taken`, are told apart
 * by a number.
 */
export function oneHotNames(
  column: string,
  values: readonly (string | null)[],
  taken: readonly string[],
): readonly string[] {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  return values.map((value) => {
    const stem = `${column}_${value === null ? "other" : wordOf(value)}`;
    let name = `${stem}_scaled`;
    for (let n = 2; used.has(name.toLowerCase()); n++) name = `${stem}_${n}_scaled`;
    used.add(name.toLowerCase());
    return name;
  });
}

function wordOf(value: string): string {
  const word = value.normalize("NFC").replaceAll(/[^\p{L}\p{M}\p{N}.-]+/gu, "_");
  const cut = [...word]
    .slice(0, longest)
    .join("")
    .replaceAll(/^_+|_+$/g, "");
  return cut === "" ? "value" : cut;
}
