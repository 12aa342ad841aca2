/**
 * The one-to-one pairing of rows and columns with the greatest total weight.
 * `weights` is `rows × columns`, row-major, finite. Gives for each row its column, or -1 where there are more rows
 * than columns. Shortest augmenting paths (Jonker & Volgenant 1987) on the costs `max - weight`; cost O(n³) for
 * n = max(rows, columns). Equal totals are settled by the lowest indices met first, so the result is a function of the weights.
 */
export function optimalAssignment(weights: Float64Array, rows: number, columns: number): Int32Array {
  const size = Math.max(rows, columns);
  const most = weights.reduce((best, weight) => Math.max(best, weight), 0);
  const cost = (i: number, j: number): number => (i < rows && j < columns ? most - weights[i * columns + j]! : most);
  const rowPrice = new Float64Array(size + 1);
  const columnPrice = new Float64Array(size + 1);
  const rowOf = new Int32Array(size + 1);
  const cameFrom = new Int32Array(size + 1);
  const slack = new Float64Array(size + 1);
  const done = new Uint8Array(size + 1);
  for (let i = 1; i <= size; i++) {
    rowOf[0] = i;
    slack.fill(Infinity);
    done.fill(0);
    let j0 = 0;
    do {
      done[j0] = 1;
      const i0 = rowOf[j0]!;
      let delta = Infinity;
      let next = 0;
      for (let j = 1; j <= size; j++) {
        if (done[j] === 1) continue;
        const reduced = cost(i0 - 1, j - 1) - rowPrice[i0]! - columnPrice[j]!;
        if (reduced < slack[j]!) {
          slack[j] = reduced;
          cameFrom[j] = j0;
        }
        if (slack[j]! < delta) {
          delta = slack[j]!;
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (done[j] === 1) {
          rowPrice[rowOf[j]!]! += delta;
          columnPrice[j]! -= delta;
        } else slack[j]! -= delta;
      }
      j0 = next;
    } while (rowOf[j0] !== 0);
    while (j0 !== 0) {
      const j1 = cameFrom[j0]!;
      rowOf[j0] = rowOf[j1]!;
      j0 = j1;
    }
  }
  const assigned = new Int32Array(rows).fill(-1);
  for (let j = 1; j <= columns; j++) if (rowOf[j]! <= rows) assigned[rowOf[j]! - 1] = j - 1;
  return assigned;
}
