import { argument } from "./kernel.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Tells apart the rows of a table of few whole numbers by their mixed-radix code, and sums weights by code.
 *
 * args: rows, columns, rows of a block, codes there are, values (f64, column-major), weights (f64 by row; 0: all
 * one), lowest value of each column (f64, whole), how many values each column has (f64), out: code by row (i32),
 * out: first row of each code (i32, blocks × codes; -1: none), out: summed weights (f64, blocks × codes), out: 1
 * by block when all its values are whole and in range (i32; 0: the rest is unfinished).
 */
export const collapseCodes: Kernel = (memory, block, args) => {
  const rows = argument(args, 0);
  const columns = argument(args, 1);
  const blockRows = argument(args, 2);
  const domain = argument(args, 3);
  const first = block * blockRows;
  const end = Math.min(first + blockRows, rows);
  const values = new Float64Array(memory, argument(args, 4), rows * columns);
  const weightsAt = argument(args, 5);
  const weights = weightsAt === 0 ? null : new Float64Array(memory, weightsAt, rows);
  const lowest = new Float64Array(memory, argument(args, 6), columns);
  const sizes = new Float64Array(memory, argument(args, 7), columns);
  const codes = new Int32Array(memory, argument(args, 8), rows);
  const firstRows = new Int32Array(memory, argument(args, 9) + 4 * block * domain, domain);
  const sums = new Float64Array(memory, argument(args, 10) + 8 * block * domain, domain);
  const fits = new Int32Array(memory, argument(args, 11) + 4 * block, 1);
  firstRows.fill(-1);
  sums.fill(0);
  fits[0] = 0;
  for (let i = first; i < end; i++) {
    let code = 0;
    for (let j = 0; j < columns; j++) {
      const x = values[j * rows + i]!;
      const place = x - lowest[j]!;
      if (!Number.isInteger(x) || place < 0 || place >= sizes[j]!) return;
      code = code * sizes[j]! + place;
    }
    codes[i] = code;
    if (firstRows[code] === -1) firstRows[code] = i;
    sums[code]! += weights === null ? 1 : weights[i]!;
  }
  fits[0] = 1;
};
