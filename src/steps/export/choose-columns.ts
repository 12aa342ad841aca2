import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import { findColumn, matchColumns } from "../match-columns.ts";

/** A column of the output: its name there, and the column of the table it comes from. */
export interface ExportColumn {
  readonly name: string;
  readonly from: Column;
  /** `hash`: the SHA-256 of the normalised address in `from`, in the place of the address. */
  readonly form: "value" | "hash";
}

export interface ChosenColumns {
  /** In output order. */
  readonly columns: readonly ExportColumn[];
  /** Left out without having been asked to: scaled columns, and an address that goes out as its hash. */
  readonly leftOut: readonly { readonly column: string; readonly reason: "scaled" | "hashed" }[];
}

export interface ColumnWords {
  readonly columns?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** `OLD=NEW`. */
  readonly rename?: readonly string[] | undefined;
}

/** The name that the hash of an address has, unless it is renamed. */
export const hashName = "email_sha256";

/**
 * The columns that go out: those of `--columns` in the order in which they are named (a pattern stands for its columns
 * in table order), all without it; less `--exclude`; less `NAME_scaled` columns, unless named in full or by a pattern
 * that ends in `_scaled`. With `email`, the address goes out as `email_sha256`, and in plain only where it is named in
 * full. Throws `unknown-column`, `bad-option-value`, `column-exists`, `usage` where nothing is left.
 */
export function chooseExportColumns(
  table: readonly Column[],
  words: ColumnWords,
  email: Column | null = null,
): ChosenColumns {
  if (email !== null && table.some(({ name }) => name === hashName)) {
    throw new SegmentError("column-exists", `the table has a column ${hashName} already`, {
      hint: "leave out --hash-email, or rename that column first",
    });
  }
  const known = email === null ? table : [...table, { ...email, name: hashName }];
  const named = words.columns === undefined ? known.map(({ name }) => name) : [];
  const exact = new Set<string>();
  const scaled = new Set<string>();
  for (const pattern of words.columns ?? []) {
    const found = matchColumns(known, [pattern], "--columns");
    for (const name of found.names) if (!named.includes(name)) named.push(name);
    for (const name of found.exact) exact.add(name);
    if (pattern.endsWith("_scaled")) for (const name of found.names) scaled.add(name);
  }
  if (email !== null && !named.includes(hashName)) named.push(hashName);
  const excluded = new Set(words.exclude === undefined ? [] : matchColumns(known, words.exclude, "--exclude").names);
  const leftOut: { column: string; reason: "scaled" | "hashed" }[] = [];
  const columns = named.flatMap((name): ExportColumn[] => {
    if (excluded.has(name)) return [];
    if (email !== null && name === hashName) return [{ name, from: email, form: "hash" }];
    const isHashed = name === email?.name && !exact.has(name);
    const isScaled = name.endsWith("_scaled") && !exact.has(name) && !scaled.has(name);
    if (isHashed || isScaled) {
      leftOut.push({ column: name, reason: isHashed ? "hashed" : "scaled" });
      return [];
    }
    return [{ name, from: findColumn(table, name, "--columns"), form: "value" }];
  });
  if (email !== null && excluded.has(hashName))
    throw new SegmentError("usage", `--hash-email adds ${hashName}, and --exclude takes it away`);
  if (columns.length === 0) {
    throw new SegmentError("usage", "no column is left to write", { hint: "name some in --columns, or exclude fewer" });
  }
  return { columns: renamed(columns, words.rename ?? [], known), leftOut };
}

function renamed(
  columns: readonly ExportColumn[],
  items: readonly string[],
  known: readonly Column[],
): readonly ExportColumn[] {
  const names = new Map<string, string>();
  for (const item of items) {
    const { old, fresh } = splitRename(item, known);
    if (!columns.some(({ name }) => name === old)) {
      throw new SegmentError("bad-option-value", `--rename ${item}: ${old} does not go out`, {
        hint: "leave out the rename, or name the column in --columns",
      });
    }
    if (names.has(old)) throw new SegmentError("bad-option-value", `--rename gives ${old} two names`);
    names.set(old, fresh);
  }
  const result = columns.map((column) => ({ ...column, name: names.get(column.name) ?? column.name }));
  refuseClash(
    result.map(({ name }) => name),
    "--rename",
  );
  return result;
}

/** Refuses two output columns of the same name. Throws `column-exists`. */
export function refuseClash(names: readonly string[], option: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new SegmentError("column-exists", `${option} gives two columns the name ${twice}`, {
    hint: "give each column a name of its own",
  });
}

/** A name may hold `=` itself: the first sign that ends the name of a column divides. */
function splitRename(item: string, known: readonly Column[]): { readonly old: string; readonly fresh: string } {
  const cuts = [...item.matchAll(/=/g)].map(({ index }) => index);
  const cut = cuts.find((at) => known.some(({ name }) => name === item.slice(0, at).trim())) ?? cuts[0];
  if (cut === undefined || item.slice(cut + 1).trim() === "" || item.slice(0, cut).trim() === "") {
    throw new SegmentError("bad-option-value", `--rename ${item}: not OLD=NEW`, {
      hint: "write it like --rename segment=audience",
    });
  }
  const old = item.slice(0, cut).trim();
  findColumn(known, old, "--rename");
  return { old, fresh: item.slice(cut + 1).trim() };
}
