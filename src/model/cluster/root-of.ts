/** The root above a node of a forest (`parents`, -1 above a root); shortens the way for the next call. */
export function rootOf(parents: Int32Array, node: number): number {
  let root = node;
  while (parents[root]! >= 0) root = parents[root]!;
  for (let at = node; at !== root;) {
    const next = parents[at]!;
    parents[at] = root;
    at = next;
  }
  return root;
}
