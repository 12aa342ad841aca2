/** Bounds of a column, in its own unit: above `above`, and at most `atMost`. */
export interface Condition {
  readonly column: number;
  readonly above: number | null;
  readonly atMost: number | null;
}

/** What a row must be like: all conditions hold, each of another column. */
export type Box = readonly Condition[];

/**
 * The same rows by fewer words: boxes that touch and differ in one column alone become one, then bounds go without which a box
 * takes in only what other boxes hold, and boxes that others hold go as well. Exact for any values. Cost about boxes³ × columns.
 */
export function simplifyBoxes(boxes: readonly Box[]): readonly Box[] {
  const left = mergeTouching(boxes.filter((box) => !box.some(isEmpty)));
  for (let b = 0; b < left.length; b++) {
    const others = left.filter((_, other) => other !== b);
    for (const { column } of left[b]!) {
      for (const side of ["above", "atMost"] as const) {
        const own = left[b]!.find((one) => one.column === column);
        if (own === undefined || own[side] === null) continue;
        // What the bound keeps out.
        const outside = {
          column,
          above: side === "atMost" ? own.atMost : null,
          atMost: side === "above" ? own.above : null,
        };
        const added = [...left[b]!.filter((one) => one.column !== column), outside];
        if (holds(others, added)) left[b] = withBounds(left[b]!, { ...own, [side]: null });
      }
    }
  }
  for (let b = left.length - 1; b >= 0; b--) {
    const others = left.filter((_, other) => other !== b);
    if (others.length > 0 && holds(others, left[b]!)) left.splice(b, 1);
  }
  return left;
}

/** Whether every row of a box is in one of some boxes. */
function holds(boxes: readonly Box[], box: Box): boolean {
  const [first, ...rest] = boxes;
  if (box.some(isEmpty)) return true;
  if (first === undefined) return false;
  // What sticks out of the first box, in parts that do not overlap, must be in the rest.
  let inside = box;
  for (const { column, above, atMost } of first) {
    const own = boundsOf(inside, column);
    if (above !== null) {
      if (!holds(rest, withBounds(inside, { ...own, atMost: least(own.atMost, above) }))) return false;
      inside = withBounds(inside, { ...own, above: most(own.above, above) });
    }
    if (atMost !== null) {
      const now = boundsOf(inside, column);
      if (!holds(rest, withBounds(inside, { ...now, above: most(now.above, atMost) }))) return false;
      inside = withBounds(inside, { ...now, atMost: least(now.atMost, atMost) });
    }
    if (inside.some(isEmpty)) return true;
  }
  return true;
}

function isEmpty({ above, atMost }: Condition): boolean {
  return above !== null && atMost !== null && above >= atMost;
}

function least(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}

function most(a: number | null, b: number): number {
  return a === null ? b : Math.max(a, b);
}

function boundsOf(box: Box, column: number): Condition {
  return box.find((one) => one.column === column) ?? { column, above: null, atMost: null };
}

/** A box with other bounds of a column, which stays in its place. */
export function withBounds(box: Box, bounds: Condition): Box {
  const isOpen = bounds.above === null && bounds.atMost === null;
  if (!box.some(({ column }) => column === bounds.column)) return isOpen ? box : [...box, bounds];
  return box.flatMap((one) => (one.column !== bounds.column ? [one] : isOpen ? [] : [bounds]));
}

function mergeTouching(boxes: readonly Box[]): Box[] {
  const left = [...boxes];
  for (let a = 0; a < left.length; a++) {
    for (let b = a + 1; b < left.length; b++) {
      const union = unionOf(left[a]!, left[b]!);
      if (union === null) continue;
      left[a] = union;
      left.splice(b, 1);
      // The wider box may touch one that the narrower did not.
      a = -1;
      break;
    }
  }
  return left;
}

function unionOf(a: Box, b: Box): Box | null {
  const columns = [...new Set([...a, ...b].map(({ column }) => column))];
  const differing = columns.filter((column) => {
    const [own, other] = [boundsOf(a, column), boundsOf(b, column)];
    return own.above !== other.above || own.atMost !== other.atMost;
  });
  if (differing.length !== 1) return null;
  const [own, other] = [boundsOf(a, differing[0]!), boundsOf(b, differing[0]!)];
  const [low, high] = own.atMost !== null && own.atMost === other.above ? [own, other] : [other, own];
  if (low.atMost === null || low.atMost !== high.above) return null;
  return withBounds(a, { column: differing[0]!, above: low.above, atMost: high.atMost });
}
