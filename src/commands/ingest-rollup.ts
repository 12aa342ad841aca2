import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf, OptionTable } from "../core/options.ts";
import type { Block, ReportTable } from "../core/report.ts";
import type { Source } from "../core/source.ts";
import { formatCount } from "../report/number.ts";
import type { RowAccount } from "../report/row-account.ts";
import type { Warning } from "../steps/open-table.ts";
import { readAsOf } from "../steps/rfm/settings.ts";
import { readRollup } from "../steps/rollup/read-rollup.ts";
import { measureWords, type Rollup } from "../steps/rollup/rollup.ts";
import { rollupEvents, type RolledUp } from "../steps/rollup/rollup-events.ts";
import type { IngestMore } from "./ingest-report.ts";
import { refuseIdle } from "./refuse-options.ts";

/** The options of `segment ingest` that make customers of events. */
export const rollupOptions = {
  rollup: {
    kind: "text",
    value: "FILE",
    reads: true,
    group: "Events",
    help: "one row per customer from events or transactions: counts, sums, means, distinct values, recency, first and last values, within windows of days, by a file (YAML) of customer, time, as_of and measures",
  },
  asOf: {
    kind: "text",
    value: "DATE",
    group: "Events",
    help: "the day that a rollup is as of, instead of its file's as_of; events after it are left out and counted",
  },
} as const satisfies OptionTable;

type RollupOptions = OptionsOf<typeof rollupOptions> & {
  readonly combine: "union" | "left" | "full";
  readonly source: readonly string[];
};

/** The rollup that the options name, read before the events are; null without. Throws `usage`, `bad-rules`, `bad-option-value`. */
export async function openRollup({ io }: Context, options: RollupOptions): Promise<Rollup | null> {
  const { rollup, asOf, combine, source } = options;
  if (rollup === undefined) {
    if (asOf !== undefined) refuseIdle(["--as-of"], "there is no --rollup", "add --rollup FILE");
    return null;
  }
  if (source.length > 0 && combine !== "union") {
    throw new SegmentError("usage", `--rollup takes events, and --combine ${combine} gives customers`, {
      hint: "events of several sources: --combine union",
    });
  }
  readAsOf(asOf);
  return readRollup(await io.readText(rollup), rollup);
}

/** The table rolled up, and what the report says of it; as it is without a rollup. */
export async function rollUp(
  context: Context,
  table: Table,
  sources: readonly Source[] | null,
  {
    quarantined,
    unpacked,
    merged,
  }: Pick<RowAccount, "quarantined"> & { readonly unpacked: number; readonly merged: number },
  rollup: Rollup | null,
  { asOf }: RollupOptions,
): Promise<{ readonly table: Table; readonly more: IngestMore | null; readonly warnings: readonly Warning[] }> {
  if (rollup === null) return { table, more: null, warnings: [] };
  const rolled = await rollupEvents(context, table, sources, rollup, { asOf: readAsOf(asOf) });
  return {
    table: rolled.table,
    more: rollupMore(rolled, { used: table.rows - unpacked + merged, unpacked, merged, quarantined }),
    warnings: rolled.warnings,
  };
}

function rollupMore(rolled: RolledUp, read: Omit<RowAccount, "out">): IngestMore {
  const { customer, time, asOf, asOfBy, firstDay, lastDay, used, after, dropped, measures } = rolled;
  const customers = rolled.table.rows;
  const by = { option: "as --as-of says", file: "as the file says", "last event": "the day of the last event" }[asOfBy];
  const blocks: readonly Block[] = [
    { kind: "heading", text: `rolled up by ${customer} as of ${asOf}, ${by}` },
    {
      kind: "text",
      text: `${formatCount(used)} events of ${formatCount(customers)} customers, ${time} from ${firstDay} to ${lastDay}`,
    },
    { kind: "table", table: measureTable(rolled) },
    {
      kind: "text",
      text:
        "customers: those with a value; days in UTC, both ends of a window among them; a count or sum without an event is 0, all else missing; sums and " +
        "means are of exact decimals; a first or last value is that of the earliest or latest event that has one, of equal " +
        "times the first or last row",
      emphasis: "dim",
    },
  ];
  return {
    titles: [],
    blocks,
    account: { ...read, grouped: used - customers, removed: after + dropped, out: customers },
    json: {
      rollup: {
        customer,
        time,
        as_of: asOf,
        as_of_by: asOfBy,
        first_day: firstDay,
        last_day: lastDay,
        events: { used, after_as_of: after, dropped },
        customers,
        measures: measures.map(({ measure, from, to, customers: present }) => ({
          name: measure.name,
          kind: measure.kind,
          column: measure.column?.value ?? null,
          where: measure.where.map(({ value }) => value.text),
          from,
          to,
          customers: present,
        })),
      },
    },
  };
}

function measureTable({ measures }: RolledUp): ReportTable {
  return {
    name: "measures",
    columns: [
      { header: "measure", align: "left" },
      { header: "what", align: "left", wrap: true },
      { header: "days", align: "left", priority: 1 },
      { header: "customers", align: "right", priority: 2 },
    ],
    rows: measures.map(({ measure, from, to, customers }) => {
      const days = from === null ? `to ${to}` : `${from} to ${to}`;
      return { cells: [measure.name, measureWords(measure), days, formatCount(customers)] };
    }),
  };
}
