import { existsSync, renameSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

/**
 * Writes a Parquet table of `rows` rows, `v_1` … `v_8` of doubles in eight overlapping clusters, unless it is there. Whole
 * numbers alone make it, so that it is the same everywhere. About a second a million rows.
 */
export async function writeBlobs(path, rows) {
  if (existsSync(path)) return path;
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  // Each value is the sum of two uniform numbers of 20 bits, moved by 1 where the cluster has the column's bit.
  const uniform = (n) => `(((i * 16 + ${n + 1}) * 2654435761 % 4294967291) * 69621 % 2147483647 & 1048575) / 1048576.0`;
  const columns = Array.from(
    { length: 8 },
    (_, j) => `${uniform(2 * j)} + ${uniform(2 * j + 1)} + 1.0 * ((i * 40503 % 65537 >> ${j % 3}) & 1) as v_${j + 1}`,
  );
  await connection.run(`
    copy (select ${columns.join(", ")} from (select range as i from range(${rows})))
    to '${path}.new' (format parquet, row_group_size 100000)
  `);
  connection.closeSync();
  instance.closeSync();
  renameSync(`${path}.new`, path);
  return path;
}

/** k places among the clusters (at most 8), k × 8, row-major: no two alike, none a cluster's middle. */
export function startingPlaces(k) {
  return Float64Array.from({ length: k * 8 }, (_, n) => {
    const [c, j] = [Math.floor(n / 8), n % 8];
    return 1 + 0.5 * ((c >> (j % 3)) & 1) + 0.03125 * ((c * 5 + j * 3) % 7);
  });
}
