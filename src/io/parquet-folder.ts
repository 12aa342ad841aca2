import { readdirSync } from "node:fs";
import { join } from "node:path";

/** What the folders above a file say of all its rows, such as `year=2024`: names and values, from the top. */
export type Partition = readonly { readonly name: string; readonly value: string | null }[];

/** What Hive writes for a missing value. */
const missing = "__HIVE_DEFAULT_PARTITION__";

/**
 * The Parquet files in a folder and the folders below it, in the order of their paths' letters by code; hidden names and
 * those that begin with `_` are left out, as all readers of such folders do. Empty where there is none.
 */
export function parquetFilesOf(folder: string): readonly { readonly path: string; readonly partition: Partition }[] {
  const walk = (path: string, partition: Partition): { path: string; partition: Partition }[] =>
    readdirSync(path, { withFileTypes: true })
      .filter(({ name }) => !/^[._]/.test(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const below = join(path, entry.name);
        if (entry.isDirectory()) return walk(below, [...partition, ...partOf(entry.name)]);
        return /\.(parquet|pq)$/i.test(entry.name) ? [{ path: below, partition }] : [];
      });
  return walk(folder, []);
}

function partOf(name: string): Partition {
  const cut = name.indexOf("=");
  if (cut < 1) return [];
  const value = unescaped(name.slice(cut + 1));
  return [{ name: unescaped(name.slice(0, cut)), value: value === missing ? null : value }];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
