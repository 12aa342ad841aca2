import type { Command } from "../core/command.ts";
import { transactionColumns, transactionRows, transactionsCsv } from "../steps/sample/transactions.ts";
import { historyReport } from "./sample-history-report.ts";
import { readSampleOptions, sampleOptions } from "./sample-options.ts";

/** `segment sample transactions`: the orders behind `sample customers` of the same options. */
export const sampleTransactions: Command<typeof sampleOptions> = {
  name: "sample transactions",
  summary: "the orders of that customer base",
  description: `Writes the orders of the customers that \`segment sample customers\` writes with the same options: --rows is
the number of customer rows, not of orders. Per customer_id there are as many as its orders, their amounts sum to its
revenue to the cent, and the last is on its last_order. By customer, then by date.`,
  inputs: "none",
  options: sampleOptions,
  examples: [
    {
      run: "segment sample transactions -o orders.csv",
      does: "the orders of the 1,000 customers of `sample customers`",
    },
    { run: "segment sample transactions --rows 50000 --seed 7 -o orders.parquet", does: "those of a larger base" },
  ],
  async run(context, _inputs, given) {
    const sample = readSampleOptions(given);
    const rows = transactionRows(sample);
    const table = { rows, columns: transactionColumns, csv: transactionsCsv(sample, rows) };
    const kinds = transactionColumns.map((column) => column.kind);
    return { report: historyReport(context, sample, "transactions", rows, kinds), table };
  },
};
