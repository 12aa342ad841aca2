/**
 * Names under which a table's columns stand in the engine, in the same order: the user's own where it is safe to,
 * else one made of its position. DuckDB ignores case in names, so columns that differ only in case both get a made
 * name, and a query that spells one of them by hand fails instead of reading the other. Empty names, names with a
 * zero byte and names over 200 characters get a made one too. O(columns).
 */
export function engineNames(columns: readonly string[]): string[] {
  const uses = new Map<string, number>();
  for (const column of columns) uses.set(folded(column), (uses.get(folded(column)) ?? 0) + 1);
  const isPlain = (column: string): boolean =>
    column !== "" &&
    column.length <= 200 &&
    !column.includes("\0") &&
    !attachedName.test(column) &&
    uses.get(folded(column)) === 1;
  const taken = new Set(columns.filter(isPlain).map(folded));
  return columns.map((column, i) => {
    if (isPlain(column)) return column;
    let name = `column_${i + 1}`;
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  });
}

/** Names of columns that the program sets beside a table. */
const attachedName = /^numbers_\d+_\d+$/i;

/** What a column is called as its file has it, where the engine turned it into another type. */
export function ownName(column: string): string {
  return `${column} in its file`;
}

/** Names that DuckDB would take for one another. */
export function sameInEngine(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

/** Case folded more widely than DuckDB does (it folds ASCII), which can only separate too many names. */
function folded(name: string): string {
  return name.toLowerCase();
}
