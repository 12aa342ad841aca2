import type { OptionTable } from "../core/options.ts";
import { tableOptions } from "./common-options.ts";

/** The options of `segment export`. */
export const exportOptions = {
  columns: {
    kind: "list",
    value: "LIST",
    group: "Columns",
    help: "columns to write, in the order named: names, globs (*_at), :numeric, :date, :text (default: all but NAME_scaled)",
  },
  exclude: { kind: "list", value: "LIST", group: "Columns", help: "columns to leave out" },
  rename: { kind: "list", value: "OLD=NEW", group: "Columns", help: "names that columns have in the output" },
  hashEmail: {
    kind: "flag",
    group: "Columns",
    help: "add email_sha256, the SHA-256 (hex) of the address trimmed, in NFC and small letters; the plain address stays only where --columns names it in full",
  },
  email: {
    kind: "text",
    value: "COL",
    group: "Columns",
    help: "the column of addresses, for --suppress and --hash-email (default: the one that holds them)",
  },
  filter: {
    kind: "texts",
    value: "EXPR",
    group: "Rows",
    help: "keep rows where COL = != < <= > >= VALUE, COL in A,B, COL not in A,B, COL is missing, COL is present; several must all hold; a missing value satisfies only is missing; text is compared as it stands; names with spaces in backquotes",
  },
  consent: {
    kind: "texts",
    value: "COL",
    group: "Rows",
    help: "keep only rows with a clear yes in COL (yes, true, oui, vrai, y, o, 1); several columns must all say yes",
  },
  requireConsent: {
    kind: "flag",
    group: "Rows",
    help: "without --consent, stop with exit code 2",
  },
  suppress: {
    kind: "texts",
    reads: true,
    value: "FILE",
    group: "Rows",
    help: "remove the rows on a list of addresses or of their SHA-256 digests, and rows without a valid address; any format, with or without a header",
  },
  suppressColumn: {
    kind: "text",
    value: "COL",
    group: "Rows",
    help: "the list's column (default: its only one, or the one that holds addresses or digests)",
  },
  suppressLenient: {
    kind: "flag",
    group: "Rows",
    help: "count list entries that are neither address nor digest, instead of stopping at the first",
  },
  perSegment: {
    kind: "text",
    value: "DIR",
    writes: true,
    group: "Output",
    help: "write one file per segment and manifest.json to DIR, which is replaced as a whole; --format csv|parquet|ndjson",
  },
  name: {
    kind: "text",
    value: "COL",
    group: "Output",
    help: "the column of segments, numbers from 1 or words, for --per-segment (default: segment)",
  },
  withUnassigned: {
    kind: "flag",
    group: "Output",
    help: "with --per-segment, also write segment-0 with the rows of no segment (default: they are removed and counted)",
  },
  spreadsheet: {
    kind: "flag",
    group: "Output",
    help: "CSV that a spreadsheet opens safely: ' before text cells that begin with = + - @ tab or CR; numbers and +33… phones are left",
  },
  ...tableOptions,
} as const satisfies OptionTable;
