import type { Command } from "../core/command.ts";
import { eventColumns, eventRows, eventsCsv } from "../steps/sample/events.ts";
import { historyReport } from "./sample-history-report.ts";
import { readSampleOptions, sampleOptions } from "./sample-options.ts";

/** `segment sample events`: the e-mails, visits and orders behind `sample customers` of the same options. */
export const sampleEvents: Command<typeof sampleOptions> = {
  name: "sample events",
  summary: "its e-mail and web events",
  description: `Writes what the customers of \`segment sample customers\` with the same options did: --rows is the number of
customer rows, not of events. Types: email_sent, email_opened, email_clicked and visit, of the last 365 days, as many as
the customer file counts; purchase, with the amount of the order as its value; return, which takes one back. Times are
UTC. By customer, then by time.`,
  inputs: "none",
  options: sampleOptions,
  examples: [
    { run: "segment sample events -o events.csv", does: "the events of the 1,000 customers of `sample customers`" },
    { run: "segment sample events --rows 20 --format ndjson", does: "a few, as one JSON object a line" },
  ],
  async run(context, _inputs, given) {
    const sample = readSampleOptions(given);
    const rows = eventRows(sample);
    const table = { rows, columns: eventColumns, csv: eventsCsv(sample, rows) };
    const kinds = eventColumns.map((column) => column.kind);
    return { report: historyReport(context, sample, "events", rows, kinds), table };
  },
};
