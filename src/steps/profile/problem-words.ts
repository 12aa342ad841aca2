/** `12 %`; what is not all is not said to be. */
export function percent(share: number): string {
  const text = (100 * share).toFixed(share >= 0.1 ? 0 : 1);
  return `${text === "100" && share < 1 ? ">99.9" : text} %`;
}

/** `3 rows`. */
export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** A text of 30 characters at most. */
export function short(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}
