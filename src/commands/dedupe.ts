import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import type { OptionsOf } from "../core/options.ts";
import { dedupeTable } from "../steps/dedupe/dedupe-table.ts";
import { openTable } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import { givenFlags, refuseIdle, refuseSpooled } from "./refuse-options.ts";
import { dedupeOptions } from "./dedupe-options.ts";
import { dedupeReport } from "./dedupe-report.ts";

type DedupeOptions = OptionsOf<typeof dedupeOptions>;

/** `segment dedupe`: from one row per record to one row per person. */
export const dedupe: Command<typeof dedupeOptions> = {
  name: "dedupe",
  summary: "fold the rows of one person into one",
  description:
    "Finds the rows that are one person, by keys that are equal once normalised (e-mail, telephone, any columns) and by " +
    "texts that are nearly equal, and folds each group into one row, column by column. An empty, invalid or placeholder " +
    "key (noreply@, 0000000000) matches nothing. Rows that share a key but whose names, or names and dates of birth, say " +
    "two people are listed, not merged; a row that fits two people goes with the one whose telephone, address or postcode it " +
    "has. What is merged by that, or under a mailbox that several people may read (famille.dupont@, info@), is listed too. Nothing is learned, and the same input gives the same bytes.",
  inputs: "files",
  options: dedupeOptions,
  examples: [
    { run: "segment dedupe crm.csv --key email -o people.csv", does: "one row per e-mail address and person" },
    {
      run: "segment dedupe crm.csv --key email --key phone --country country --keep most-recent:last_order -o people.csv",
      does: "two ways to match; the latest values survive",
    },
    {
      run: "segment dedupe crm.csv --key last_name+birth_date+postcode --duplicates duplicates.csv",
      does: "a composite key, and every group listed with the reason",
    },
    {
      run: 'segment dedupe crm.csv --fuzzy "name:0.92" --block postcode --id customer_id -o people.csv',
      does: "nearly the same name in one postcode",
    },
  ],
  run,
};

async function run(context: Context, inputs: readonly string[], options: DedupeOptions): Promise<Outcome> {
  if (options.explain) {
    const why = "--explain shows how the table is made and writes nothing";
    refuseIdle(givenFlags(dedupeOptions, options, ["duplicates", "quarantine"]), why);
  }
  const opened = await openTable(context, inputs, options);
  if (options.explain) refuseSpooled(opened.sources);
  const deduped = await dedupeTable(context, opened, options);
  const queries = outputQueries(deduped.table);
  const report = dedupeReport(context, opened, deduped);
  if (options.explain) {
    const format = context.io.destination(options.output, options.format)?.format ?? "csv";
    return { report, text: context.engine.explain(format === "csv" ? queries.query : queries.typed) };
  }
  const { duplicates } = deduped;
  return {
    report,
    table: { ...queries, rows: deduped.table.rows, ...(options.group === undefined ? {} : { first: [options.group] }) },
    tables: duplicates === null ? [] : [{ path: options.duplicates!, table: duplicates }],
  };
}
