import { readdirSync, statSync, type Stats } from "node:fs";
import { basename, dirname } from "node:path";
import { SegmentError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { directoryError, readError } from "./file-errors.ts";
import { expandGlob, isGlob } from "./glob.ts";
import { isParquetName, parquetFilesOf, partitionBelow, type Partition } from "./parquet-folder.ts";
import { isPostgresUrl } from "./postgres/postgres-url.ts";

/** One input: a regular file that can be read in place, or a stream that must be copied first. */
export type Input =
  | {
      readonly kind: "file";
      readonly label: string;
      readonly path: string;
      readonly partition?: Partition;
      /** Files of the same folder that are none of its table. */
      readonly others?: readonly string[];
    }
  | { readonly kind: "stream"; readonly label: string; readonly path: string }
  | { readonly kind: "stdin"; readonly label: "<stdin>" }
  | { readonly kind: "database"; readonly label: string };

const stdin: Input = { kind: "stdin", label: "<stdin>" };

/**
 * The inputs that the names on the command line stand for: files, quoted globs, `-`; standard input when there is none.
 * A folder of Parquet files is all of them. A name that exists is taken literally. Throws `file-missing` (with a near name), `is-directory`, `file-empty`, `usage`.
 */
export function resolveInputs(names: readonly string[]): Input[] {
  if (names.length === 0) return [stdin];
  if (names.filter((name) => name === "-").length > 1)
    throw new SegmentError("usage", "standard input (-) can be named only once");
  return names.flatMap((name) => (name === "-" ? [stdin] : resolveName(name)));
}

function resolveName(name: string): Input[] {
  if (isPostgresUrl(name)) return [{ kind: "database", label: name }];
  const stats = statOf(name);
  if (stats?.isDirectory() === true) return folderOf(name);
  if (stats !== null) return [inputOf(name, stats)];
  if (isGlob(name)) {
    const found = expandGlob(name);
    if (found.length > 0) {
      return found.map((path) => {
        const stats = statOf(path);
        if (stats === null) throw missing(path);
        const input = inputOf(path, stats);
        const partition = input.kind === "file" && isParquetName(path) ? partitionBelow(name, path) : [];
        return partition.length === 0 ? input : { ...input, partition };
      });
    }
  }
  throw missing(name);
}

function folderOf(folder: string): Input[] {
  const { files, others } = parquetFilesOf(folder);
  if (files.length === 0) throw directoryError(folder);
  return files.map(({ path, partition }) => ({ kind: "file", label: path, path, partition, others }));
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    const explained = readError(error, path);
    if (explained.code === "file-missing") return null;
    throw explained;
  }
}

function inputOf(path: string, stats: Stats): Input {
  if (stats.isDirectory()) throw directoryError(path);
  // What `/dev/stdin` stands for is a file at times, but not by a name that others can open.
  if (!stats.isFile() || /^\/(dev|proc)\//.test(path)) return { kind: "stream", label: path, path };
  if (stats.size === 0) throw emptyError(path);
  return { kind: "file", label: path, path };
}

/** The input holds no byte at all. */
export function emptyError(label: string): SegmentError {
  return new SegmentError("file-empty", "the file is empty", { place: { file: label } });
}

function missing(name: string): SegmentError {
  let near: readonly string[] = [];
  const folder = dirname(name);
  try {
    near = readdirSync(folder);
  } catch {
    return new SegmentError("file-missing", `no such file, nor is there a folder ${folder}`, {
      place: { file: name },
    });
  }
  const what = isGlob(name) ? "no file matches" : "no such file";
  return new SegmentError("file-missing", what, {
    place: { file: name },
    hint: didYouMean(basename(name), near),
  });
}
