/** A path as DuckDB's file functions take it: they expand `*`, `?` and `[`, so these stand in brackets here. */
export function filePattern(path: string): string {
  return path.replace(/[*?[]/g, (character) => `[${character}]`);
}
