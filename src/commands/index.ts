import type { Command } from "../core/command.ts";

/** Every subcommand: its name and summary for the help, and where it is loaded from. One line each. */
export const commands: readonly CommandEntry[] = [
  {
    name: "ingest",
    summary: "read any export, say what it is, convert it",
    load: async () => (await import("./ingest.ts")).ingest,
  },
  {
    name: "dedupe",
    summary: "fold the rows of one person into one",
    load: async () => (await import("./dedupe.ts")).dedupe,
  },
  {
    name: "cluster",
    summary: "find the segments in a table of customers",
    load: async () => (await import("./cluster.ts")).cluster,
  },
  {
    name: "assign",
    summary: "give new rows the segments of a saved model",
    load: async () => (await import("./assign.ts")).assign,
  },
  {
    name: "sample customers",
    summary: "a synthetic customer base to try things on",
    load: async () => (await import("./sample-customers.ts")).sampleCustomers,
  },
  {
    name: "sample transactions",
    summary: "the orders of that customer base",
    load: async () => (await import("./sample-transactions.ts")).sampleTransactions,
  },
  {
    name: "sample events",
    summary: "its e-mail and web events",
    load: async () => (await import("./sample-events.ts")).sampleEvents,
  },
];

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}
