import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { SegmentError } from "../../core/errors.ts";
import type { DelimitedSource, FileFormat, ReadOptions, RemoteSource, TextLayout } from "../../core/source.ts";
import { sql } from "../../sql/template.ts";
import { isTableName } from "./table-name.ts";
import type { Session } from "./session.ts";

/** Reads the layout of delimited text from its first lines; `label` is told with a failure. */
export type Sniff = (head: string, label: string, options: ReadOptions) => Promise<DelimitedSource>;

const endings: readonly (readonly [RegExp, FileFormat])[] = [
  [/\.(csv|tsv|tab|txt)(\.gz|\.bz2|\.zst)?$/i, "csv"],
  [/\.(parquet|pq)$/i, "parquet"],
  [/\.(ndjson|jsonl)(\.gz|\.bz2|\.zst)?$/i, "ndjson"],
  [/\.json(\.gz|\.bz2|\.zst)?$/i, "json"],
];

/** What the first lines settle; what the sniffer says of the file as a whole would be said of them alone. */
const settled = new Set(["delimiter", "quote", "header", "column names"]);

/** Lines of delimited text that are looked at. */
const headLines = 5000;

/**
 * What a cluster is asked to read: a table's name, or a path that it can reach (globs are the cluster's). On a server of
 * this machine a path is one of this machine's. The layout of delimited text is settled from its first lines, the rest is
 * held to it when it is read. Throws `usage`, `file-missing`, `file-empty` and what settling a layout throws.
 */
export async function openRemote(
  session: Session,
  inputs: readonly string[],
  options: ReadOptions,
  isLocal: boolean,
  sniff: Sniff,
): Promise<readonly RemoteSource[]> {
  if (inputs.length === 0 || inputs.includes("-")) {
    throw new SegmentError("usage", "a cluster does not read standard input", {
      hint: "name paths or tables of the cluster: s3a://bucket/crm.csv, catalog.schema.table",
    });
  }
  if (options.quarantine !== undefined) {
    throw new SegmentError("usage", "--quarantine does not work with --engine", {
      hint: "mend the rows first with segment ingest on one machine",
    });
  }
  const sources: RemoteSource[] = [];
  for (const input of inputs) sources.push(await openOne(session, input, options, isLocal, sniff));
  return sources;
}

async function openOne(
  session: Session,
  input: string,
  options: ReadOptions,
  isLocal: boolean,
  sniff: Sniff,
): Promise<RemoteSource> {
  const base = {
    format: "remote" as const,
    label: input,
    path: input,
    spooled: false,
    compression: "none" as const,
    encoding: options.encoding ?? ("utf-8" as const),
    quarantined: 0,
  };
  if (isTableName(input) && !(isLocal && existsSync(input)))
    return {
      ...base,
      content: "table",
      evidence: [{ subject: "format", found: "table", why: "of the cluster's catalogue" }],
    };
  const path = isLocal && !/^[a-z][a-z0-9+.-]*:/i.test(input) ? resolve(input) : input;
  if (options.from === "xlsx" || options.sheet !== undefined || /\.xls[xm]?$/i.test(input)) {
    throw new SegmentError("usage", "a cluster does not read workbooks", {
      place: { file: input },
      hint: "convert it first: segment ingest FILE.xlsx -o FILE.parquet",
    });
  }
  if (/^postgres(ql)?:/i.test(input) || options.table !== undefined || options.query !== undefined) {
    throw new SegmentError("usage", "a cluster does not read this database", {
      hint: "name a table of the cluster's catalogue, or fetch it first: segment ingest postgres://… -o FILE.parquet",
    });
  }
  const content = options.from ?? endings.find(([ending]) => ending.test(input.replace(/\/+$/, "")))?.[1];
  if (content === undefined) {
    throw new SegmentError("usage", "the name does not say which format the cluster is to read", {
      place: { file: input },
      hint: "add --from csv, parquet, ndjson or json; a table is named catalog.schema.table",
    });
  }
  const evidence = [{ subject: "format", found: content, why: options.from === undefined ? "by its name" : "given" }];
  if (content === "ndjson")
    return { ...base, path, content, evidence, keys: keysOf(await headOf(session, path, input, options)) };
  if (content !== "csv") return { ...base, path, content, evidence };
  const found = await sniff(await headOf(session, path, input, options), input, options);
  const { delimiter, quote, columns, sample, layout } = found;
  if (layout === undefined) throw new SegmentError("bug", "delimited text without a layout");
  refuseAround(layout, input);
  if ((found.blankRows ?? 0) > 0) {
    throw new SegmentError("usage", "has rows of empty fields alone, which a cluster's reader cannot leave out", {
      place: { file: input },
      hint: "convert it on one machine first: segment ingest FILE -o FILE.parquet",
    });
  }
  const multiline = sample.some((record) => record.some((field) => field?.includes("\n") === true));
  return {
    ...base,
    path,
    content,
    evidence: [...evidence, ...found.evidence.filter(({ subject }) => settled.has(subject))],
    notices: (found.notices ?? []).filter(({ code }) => code === "header-assumed"),
    text: { delimiter, quote, columns, multiline, header: layout.headerRows > 0, layout },
  };
}

/** A cluster's reader of delimited text knows records and one line of names: what stands around them is not left out. */
function refuseAround(layout: TextLayout, file: string): void {
  const { skipLines, headerRows, footerLines, trailingDelimiter } = layout;
  const first = (lines: TextLayout["preamble"]): string =>
    lines[0] === undefined ? "" : `, “${lines[0].text.slice(0, 60)}”`;
  const what =
    skipLines > 0
      ? `${skipLines} lines before the table${first(layout.preamble)}`
      : headerRows > 1
        ? `a header of ${headerRows} lines`
        : footerLines > 0
          ? `${footerLines} lines below the table${first(layout.footer)}`
          : trailingDelimiter
            ? "a delimiter at the end of every line"
            : null;
  if (what === null) return;
  throw new SegmentError("usage", `has ${what}, which a cluster's reader cannot leave out`, {
    place: { file },
    hint: "convert it on one machine first: segment ingest FILE -o FILE.parquet",
  });
}

/** The paths of the fields of records in the order in which they first stand; Spark gives them by the alphabet. */
function keysOf(head: string): readonly string[] {
  // A map of maps: a field that first stands in a later record comes where its object is.
  const top: Fields = new Map();
  const add = (fields: Fields, record: object): void => {
    for (const [key, value] of Object.entries(record)) {
      if (!fields.has(key)) fields.set(key, new Map());
      if (typeof value === "object" && value !== null && !Array.isArray(value)) add(fields.get(key)!, value as object);
    }
  };
  for (const line of head.split("\n")) {
    try {
      const record: unknown = JSON.parse(line);
      if (typeof record === "object" && record !== null) add(top, record);
    } catch {
      // Spark tells what is no record, with the record.
    }
  }
  const paths = (fields: Fields, above: string): readonly string[] =>
    [...fields].flatMap(([key, below]) => [`${above}${key}`, ...paths(below, `${above}${key}.`)]);
  return paths(top, "");
}

type Fields = Map<string, Fields>;

async function headOf(session: Session, path: string, label: string, { encoding }: ReadOptions): Promise<string> {
  const options = encoding === undefined ? {} : { encoding: encodingName(encoding) };
  const plan = { read: { data_source: { format: "text", options, paths: [path] } } };
  const view = await session.view(plan, `using text options (path ${session.dialect.literal(path)})`, "head");
  const rows = await session.rows(sql`select value from ${view} limit ${headLines}`, headLines);
  if (rows.length === 0) throw new SegmentError("file-empty", "holds nothing", { place: { file: label } });
  const text = rows.map((row) => String(row["value"])).join("\n");
  if (text.includes("\ufffd") && encoding === undefined) {
    throw new SegmentError("bad-encoding", "is not UTF-8", {
      place: { file: label },
      hint: "say what it is, such as --encoding cp1252",
    });
  }
  return `${text.replace(/^\ufeff/, "")}\n`;
}

/** An encoding by the name that Spark knows. */
export function encodingName(encoding: NonNullable<ReadOptions["encoding"]>): string {
  return {
    "utf-8": "UTF-8",
    "utf-16le": "UTF-16LE",
    "utf-16be": "UTF-16BE",
    cp1252: "windows-1252",
    "iso-8859-1": "ISO-8859-1",
    "iso-8859-15": "ISO-8859-15",
    macroman: "x-MacRoman",
    cp850: "IBM850",
  }[encoding];
}
