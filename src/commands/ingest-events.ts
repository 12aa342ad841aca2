import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf, OptionTable } from "../core/options.ts";
import type { FileFormat, InputFormat, Source } from "../core/source.ts";
import type { Block, ReportTable } from "../core/report.ts";
import { formatCount } from "../report/number.ts";
import { exportNames, fileFormat, isExportName, type ExportName } from "../steps/events/exports.ts";
import { nameEvents, quotedValue, type NamedEvents } from "../steps/events/name-events.ts";
import { readOptions, writeOptions } from "./common-options.ts";
import type { Warning } from "../steps/open-table.ts";
import type { IngestMore } from "./ingest-report.ts";

/** `--from` and `--format` of `segment ingest`, which also take the names of exports. */
export const exportOptions = {
  from: {
    ...readOptions.from,
    choices: [...readOptions.from.choices, ...exportNames],
    help: "input format, instead of by content; or the export that it is, whose columns become those of events: ga4 (BigQuery export; a purchase that a user has again by its transaction id counts once), matomo (visits, an event for each action), mixpanel (raw events)",
  },
  format: {
    ...writeOptions.format,
    choices: [...writeOptions.format.choices, ...exportNames],
    help: "output format, instead of by extension; or the name of the export that is read, as --from",
  },
} as const satisfies OptionTable;

type Given = OptionsOf<typeof exportOptions> & { readonly source: readonly string[] };

/** The export that `--from` or `--format` names, null for none, and the options without it. Throws `usage`. */
export function exportOf<Options extends Given>(
  given: Options,
): {
  readonly exported: ExportName | null;
  readonly options: Omit<Options, "from" | "format"> & {
    readonly from: InputFormat | undefined;
    readonly format: FileFormat | undefined;
  };
} {
  const { from, format } = given;
  const names = [from, format].filter(isExportName);
  const [exported = null, other = exported] = names;
  if (other !== exported) {
    throw new SegmentError("usage", `the file cannot be both --from ${exported} and --format ${other}`, {
      hint: "name one export, and the output by its extension",
    });
  }
  if (exported !== null && given.source.length > 0) {
    throw new SegmentError("usage", `${exported} is the name of one export, and --source names several files`, {
      hint: `make each a table of events first: segment ingest FILE --from ${exported} -o events.parquet`,
    });
  }
  return { exported, options: { ...given, from: fileFormat(from), format: fileFormat(format) } };
}

/** The events of an export, and what the report says of them; the table as it is without one. */
export async function readExport(
  context: Context,
  table: Table,
  quarantined: number,
  exported: ExportName | null,
  sources: readonly Source[],
): Promise<{
  readonly table: Table;
  readonly unpacked: number;
  readonly merged: number;
  readonly more: IngestMore | null;
  readonly warnings: readonly Warning[];
}> {
  if (exported === null) return { table, unpacked: 0, merged: 0, more: null, warnings: [] };
  const events = await nameEvents(context, table, exported, sources);
  const { unpacked, merged } = events;
  return {
    table: events.table,
    unpacked,
    merged,
    more: eventsMore(events, quarantined),
    warnings: [...(merged === 0 ? [] : [repeatedWarning(events)]), ...revenueWarnings(events)],
  };
}

function repeatedWarning({ merged, mergedBy }: NamedEvents): Warning {
  const by = `${mergedBy.slice(0, -1).join(", ")} and ${mergedBy.at(-1)!}`;
  const are = merged === 1 ? "1 event is" : `${formatCount(merged)} events are`;
  const message = `${are} there again (the same ${by}), and folded into the first of its kind`;
  return { code: "repeated-events", message };
}

function revenueWarnings({ oddRevenue }: NamedEvents): readonly Warning[] {
  if (oddRevenue === null) return [];
  const { count, first, place } = oddRevenue;
  const are = count === 1 ? "1 value of it is no number" : `${formatCount(count)} values of it are no numbers`;
  const at = place.line === undefined ? "" : ` on line ${place.line}`;
  const message = `revenue is text, not money: ${are}, first ${quotedValue(first)} of ${place.column}${at}; mend the export to have it summed`;
  return [{ code: "revenue-text", message }];
}

function eventsMore(events: NamedEvents, quarantined: number): IngestMore {
  const { name, title, table, rows, unpacked, merged, recognised, others } = events;
  const kept = others === 1 ? "1 other column is" : `${formatCount(others)} other columns are`;
  const lists = unpacked === 0 ? [] : [`${formatCount(rows)} rows hold ${formatCount(rows + unpacked)} events`];
  const blocks: readonly Block[] = [
    { kind: "heading", text: `events of ${title}` },
    { kind: "table", table: recognisedTable(events) },
    { kind: "text", text: [...lists, `${kept} kept by their paths`, "times are in UTC"].join("; "), emphasis: "dim" },
  ];
  return {
    titles: [],
    blocks,
    account: { used: rows, quarantined, unpacked, merged, out: table.rows },
    json: {
      events: {
        export: name,
        rows,
        unpacked,
        merged,
        events: table.rows,
        columns: recognised.map((one) => ({ ...one, from: [...one.from] })),
        others,
      },
    },
  };
}

function recognisedTable({ recognised }: NamedEvents): ReportTable {
  return {
    name: "events",
    columns: [
      { header: "column", align: "left" },
      { header: "made of", align: "left", wrap: true },
      { header: "events with a value", align: "right", priority: 1 },
    ],
    rows: recognised.map(({ column, how, present }) => ({ cells: [column, how, formatCount(present)] })),
  };
}
