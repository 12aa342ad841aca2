import type { Command } from "../core/command.ts";

/** Every subcommand: its name and summary for the help, and where it is loaded from. One line each. */
export const commands: readonly CommandEntry[] = [
  {
    name: "ingest",
    summary: "read any export, say what it is, convert it",
    load: async () => (await import("./ingest.ts")).ingest,
  },
  {
    name: "profile",
    summary: "what is in a table, what is wrong with it, what to run next",
    load: async () => (await import("./profile.ts")).profile,
  },
  {
    name: "clean",
    summary: "one notation for every value; outliers and gaps on request",
    load: async () => (await import("./clean.ts")).clean,
  },
  {
    name: "dedupe",
    summary: "fold the rows of one person into one",
    load: async () => (await import("./dedupe.ts")).dedupe,
  },
  {
    name: "normalize",
    summary: "put numbers on one scale, and back",
    load: async () => (await import("./normalize.ts")).normalize,
  },
  {
    name: "score rfm",
    summary: "recency, frequency, monetary: scores and named segments",
    load: async () => (await import("./score-rfm.ts")).scoreRfm,
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
    name: "merge",
    summary: "join segments into one, in a table or a model",
    load: async () => (await import("./merge.ts")).merge,
  },
  {
    name: "why",
    summary: "why a row is in its segment, and what would move it",
    load: async () => (await import("./why.ts")).why,
  },
  {
    name: "validate",
    summary: "check a table and its segments, and pass it on only if all is well",
    load: async () => (await import("./validate.ts")).validate,
  },
  {
    name: "export",
    summary: "write segment files: columns, filter, consent, suppression",
    load: async () => (await import("./export.ts")).exportCommand,
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
