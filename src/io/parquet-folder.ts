import { readdirSync } from "node:fs";
import { join, normalize } from "node:path";
import { isGlob } from "./glob.ts";

/** What the folders above a file say of all its rows, such as `year=2024`: names and values, from the top. */
export type Partition = readonly { readonly name: string; readonly value: string | null }[];

/** What Hive writes for a missing value. */
const missing = "__HIVE_DEFAULT_PARTITION__";

/** The Parquet files of a folder, and the other files in it. */
export interface ParquetFolder {
  readonly files: readonly { readonly path: string; readonly partition: Partition }[];
  readonly others: readonly string[];
}

/**
 * The Parquet files in a folder and the folders below it, in the order of their paths' letters by code; hidden names and
 * those that begin with `_` are left out, as all readers of such folders do. Empty where there is none.
 */
export function parquetFilesOf(folder: string): ParquetFolder {
  const others: string[] = [];
  const walk = (path: string, partition: Partition): { path: string; partition: Partition }[] =>
    readdirSync(path, { withFileTypes: true })
      .filter(({ name }) => !/^[._]/.test(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const below = join(path, entry.name);
        if (entry.isDirectory()) return walk(below, [...partition, ...partOf(entry.name)]);
        if (isParquetName(entry.name)) return [{ path: below, partition }];
        others.push(below);
        return [];
      });
  return { files: walk(folder, []), others };
}

/** What the folders of a path that a glob found say, as far as the glob leaves them open. */
export function partitionBelow(glob: string, path: string): Partition {
  const named = normalize(glob).split("/");
  const open = named.findIndex((part) => isGlob(part));
  return path
    .split("/")
    .slice(open === -1 ? named.length : open, -1)
    .flatMap(partOf);
}

/** Whether a name is that of a Parquet file. */
export function isParquetName(name: string): boolean {
  return /\.(parquet|pq)$/i.test(name);
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
