/** `1 row`, `1 204 rows`. */
export function countOf(count: number, word: string): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, " ")} ${word}${count === 1 ? "" : "s"}`;
}
