import type { Command, Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf, OptionTable } from "../core/options.ts";
import type { Report } from "../core/report.ts";
import { formatCount, formatShare } from "../report/number.ts";
import { customerColumns, customersCsv, segmentRows, truthColumns, truthCsv } from "../steps/sample/customers.ts";
import { dirtyCells } from "../steps/sample/dirt.ts";
import { population, type SampleOptions } from "../steps/sample/population.ts";
import { segments } from "../steps/sample/segments.ts";
import { readSampleOptions, sampleOptions } from "./sample-options.ts";

const options = {
  ...sampleOptions,
  truth: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Output",
    help: "also write customer_id, person_id and segment of every row to FILE; the table itself does not tell them",
  },
} as const satisfies OptionTable;

/** `segment sample customers`: a synthetic customer base with latent segments and, if asked, duplicates and dirt. */
export const sampleCustomers: Command<typeof options> = {
  name: "sample customers",
  summary: "a synthetic customer base to try things on",
  description: `Writes an invented customer base, the same bytes for the same options on any machine. Six latent segments
drive what customers do; they overlap, and a fifth of the rows is on the way from one to another. 5 % of the e-mails are
blank, 1 % of the persons share a mailbox. E-mail domains and telephone numbers are those reserved for fiction; the
latter are few, so that in large files unrelated persons have the same number.`,
  inputs: "none",
  options,
  examples: [
    { run: "segment sample customers -o customers.csv", does: "1,000 customers" },
    {
      run: "segment sample customers --rows 50000 --duplicates 0.1 --dirty 0.02 -o crm.csv --truth truth.csv",
      does: "a base to clean and dedupe, and the answers in a file of their own",
    },
    { run: "segment sample customers --rows 1000000 -o customers.parquet", does: "a large one" },
  ],
  async run(context, _inputs, given) {
    const sample = readSampleOptions(given);
    checkTruth(context, given);
    const table = { rows: sample.rows, columns: customerColumns, csv: customersCsv(sample), first: firstShown };
    const outcome: Outcome = { report: report(context, sample), table };
    if (given.truth === undefined) return outcome;
    const truth = { rows: sample.rows, columns: truthColumns, csv: truthCsv(sample) };
    return { ...outcome, tables: [{ path: given.truth, table: truth }] };
  },
};

const firstShown = ["customer_id", "first_name", "last_name", "email", "city", "orders", "revenue", "last_order"];

/** Finds out before any work whether the truth has a place of its own to go to. */
function checkTruth(context: Context, given: OptionsOf<typeof options>): void {
  if (given.truth === undefined) return;
  const truth = context.io.destination(given.truth, undefined);
  if (truth === null || truth.path === null)
    throw new SegmentError("usage", "--truth needs a file, such as --truth truth.csv");
  if (given.output !== undefined && context.io.destination(given.output, undefined)?.path === truth.path) {
    throw new SegmentError("usage", `--truth and --output both name ${given.truth}`);
  }
}

function report(context: Context, sample: SampleOptions): Report {
  const base = population(sample);
  const sizes = segmentRows(sample);
  const kinds = customerColumns.map((column) => column.kind);
  const damaged = dirtyCells(sample.rows, kinds, sample.dirty);
  const largest = Math.max(...sizes);
  return {
    command: "sample customers",
    blocks: [
      {
        kind: "title",
        parts: [
          "sample customers",
          `${formatCount(sample.rows)} rows`,
          `${formatCount(base.persons)} persons`,
          `seed ${sample.seed}`,
        ],
      },
      {
        kind: "table",
        table: {
          name: "rates",
          columns: [
            { header: "what", align: "left" },
            { header: "count", align: "right" },
          ],
          rows: [
            { cells: ["further records of a person", formatCount(base.duplicates)] },
            { cells: ["rows without an e-mail", formatCount(base.blankEmails)] },
            { cells: ["persons who share a mailbox", formatCount(base.sharingPersons)] },
            { cells: ["damaged cells", formatCount(damaged)] },
          ],
        },
      },
      { kind: "heading", text: "latent segments (told only by --truth)" },
      {
        kind: "table",
        table: {
          name: "segments",
          columns: [
            { header: "segment", align: "left" },
            { header: "rows", align: "right" },
            { header: "share", align: "right" },
            { header: "who they are", align: "left", priority: 1, wrap: true },
          ],
          rows: segments.map((segment, i) => {
            const size = sizes[i] as number;
            return {
              cells: [
                segment.name,
                formatCount(size),
                { text: formatShare(size / sample.rows), bar: size / largest },
                segment.about,
              ],
            };
          }),
        },
      },
    ],
    json: {
      schema: "segment/sample-customers@1",
      version: context.version,
      input: { rows: 0, used: 0, quarantined: 0 },
      merged: 0,
      grouped: 0,
      removed: 0,
      output: { rows: sample.rows },
      warnings: [],
      seed: sample.seed,
      locale: sample.locale,
      persons: base.persons,
      duplicates: base.duplicates,
      blank_emails: base.blankEmails,
      persons_sharing_email: base.sharingPersons,
      damaged_cells: damaged,
      segments: segments.map((segment, i) => ({
        segment: segment.name,
        size: sizes[i] as number,
        share: (sizes[i] as number) / sample.rows,
      })),
    },
  };
}
