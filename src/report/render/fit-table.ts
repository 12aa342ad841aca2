import type { ColumnWish } from "./measure-table.ts";

/** A column with the widths it was given; `drawing` is 0 where its bar or spark is not drawn. */
export interface FittedColumn {
  readonly wish: ColumnWish;
  readonly text: number;
  readonly drawing: number;
}

/** Columns side by side, and the indices of those left out for want of room. */
export interface TablePart {
  readonly columns: readonly FittedColumn[];
  readonly leftOut: readonly number[];
}

/** Cells between two columns. */
export const columnGap = 2;

/**
 * Fits columns into lines of `width` cells. As far as needed and in this order: the wrapping column wraps and bars shrink
 * to a comfortable length; columns are left out by falling priority (with `repeat`: go to a further part); bars shrink
 * to a stub and go; names are cut; and where even that is too wide, the table goes on in further parts.
 */
export function fitTable(
  wishes: readonly ColumnWish[],
  width: number,
  repeat: number | undefined,
): readonly TablePart[] {
  if (repeat !== undefined && sum(wishes.map(comfortableWidth)) + gaps(wishes) > width) {
    return splitTable(wishes, width, repeat, comfortableWidth);
  }
  const kept = [...wishes];
  const leftOut: number[] = [];
  while (sum(kept.map(comfortableWidth)) + gaps(kept) > width) {
    const last = kept.reduce(
      (worst, wish, at) => (wish.priority > 0 && wish.priority >= (kept[worst]?.priority ?? 1) ? at : worst),
      -1,
    );
    if (last < 0) break;
    leftOut.push(...kept.splice(last, 1).map((wish) => wish.index));
  }
  if (sum(kept.map(leastWidth)) + gaps(kept) > width && kept.length > 1)
    return splitTable(kept, width, 1, leastWidth, leftOut);
  return [{ columns: share(kept, width), leftOut: leftOut.toSorted((a, b) => a - b) }];
}

/** Parts of as many columns as fit, each after the `repeat` first ones. */
function splitTable(
  wishes: readonly ColumnWish[],
  width: number,
  repeat: number,
  widthOf: (wish: ColumnWish) => number,
  leftOut: readonly number[] = [],
): readonly TablePart[] {
  const first = wishes.slice(0, repeat);
  const rest = wishes.slice(repeat);
  const parts: TablePart[] = [];
  let part = [...first];
  for (const wish of rest) {
    const wider = [...part, wish];
    if (part.length > first.length && sum(wider.map(widthOf)) + gaps(wider) > width) {
      parts.push({ columns: share(part, width), leftOut: [] });
      part = [...first, wish];
    } else part = wider;
  }
  parts.push({ columns: share(part, width), leftOut });
  return parts;
}

/** Gives each column its width: least first, then back to what each asked for while there is room, bars last. */
function share(wishes: readonly ColumnWish[], width: number): readonly FittedColumn[] {
  const room = width - gaps(wishes);
  const texts = wishes.map((wish) => wish.leastText);
  const bars = wishes.map((wish) => (wish.drawing > 0 ? wish.leastDrawing + 1 : 0));
  let left = room - sum(texts) - sum(bars);
  for (let at = bars.length - 1; at >= 0 && left < 0; at--) {
    left += bars[at] ?? 0;
    bars[at] = 0;
  }
  while (left < 0) {
    const widest = texts.indexOf(Math.max(...texts));
    if ((texts[widest] ?? 0) <= 1) break;
    texts[widest] = (texts[widest] ?? 0) - 1;
    left++;
  }
  const grow = (widths: number[], wanted: readonly number[], may: (at: number) => boolean): void => {
    for (let grown = true; grown && left > 0;) {
      grown = false;
      for (let at = 0; at < widths.length && left > 0; at++) {
        if (!may(at) || (widths[at] ?? 0) >= (wanted[at] ?? 0)) continue;
        widths[at] = (widths[at] ?? 0) + 1;
        left--;
        grown = true;
      }
    }
  };
  grow(
    texts,
    wishes.map((wish) => wish.text),
    (at) => wishes[at]?.wrap === false,
  );
  grow(
    bars,
    wishes.map((wish) => wish.comfortable + 1),
    (at) => (bars[at] ?? 0) > 0,
  );
  grow(
    texts,
    wishes.map((wish) => wish.text),
    () => true,
  );
  grow(
    bars,
    wishes.map((wish) => wish.drawing + 1),
    (at) => (bars[at] ?? 0) > 0,
  );
  return wishes.map((wish, at) => ({ wish, text: texts[at] ?? 1, drawing: Math.max(0, (bars[at] ?? 0) - 1) }));
}

/** Width at which a column is still good to read. */
function comfortableWidth(wish: ColumnWish): number {
  return wish.comfortableText + (wish.comfortable > 0 ? wish.comfortable + 1 : 0);
}

function leastWidth(wish: ColumnWish): number {
  return wish.leastText;
}

function gaps(wishes: readonly ColumnWish[]): number {
  return columnGap * Math.max(0, wishes.length - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
