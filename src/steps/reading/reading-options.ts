import { SegmentError } from "../../core/errors.ts";
import type { DateOrder, DecimalMark, ReadingOptions } from "../../core/source.ts";

const orders: readonly DateOrder[] = ["dmy", "mdy", "ymd"];

/**
 * The reading options from `--decimal` and the items of `--dates`: `signup=dmy` for a column, `dmy` alone for all
 * (key `*`). Throws `bad-option-value`.
 */
export function parseReadingOptions(given: {
  readonly decimal?: DecimalMark | undefined;
  readonly dates?: readonly string[] | undefined;
}): ReadingOptions {
  if (given.dates === undefined) return { decimal: given.decimal };
  const dates = new Map<string, DateOrder>();
  for (const item of given.dates) {
    const equals = item.lastIndexOf("=");
    const name = equals < 0 ? "*" : item.slice(0, equals).trim();
    const word = item
      .slice(equals + 1)
      .trim()
      .toLowerCase();
    const order = orders.find((one) => one === word);
    if (order === undefined || name === "") {
      throw new SegmentError("bad-option-value", `--dates ${item}: not COLUMN=ORDER`, {
        hint: "write it like --dates signup=dmy, or --dates dmy for every column; orders are dmy, mdy and ymd",
      });
    }
    if (dates.has(name) && dates.get(name) !== order) {
      throw new SegmentError("bad-option-value", `--dates gives ${name === "*" ? "every column" : name} two orders`);
    }
    dates.set(name, order);
  }
  return { decimal: given.decimal, dates };
}
