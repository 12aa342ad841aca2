import { readFileSync } from "node:fs";
import { assign as assignCommand } from "./commands/assign.ts";
import { clean as cleanCommand } from "./commands/clean.ts";
import { cluster as clusterCommand } from "./commands/cluster.ts";
import { dedupe as dedupeCommand } from "./commands/dedupe.ts";
import { exportCommand } from "./commands/export.ts";
import { ingest as ingestCommand } from "./commands/ingest.ts";
import { merge as mergeCommand } from "./commands/merge.ts";
import { normalize as normalizeCommand } from "./commands/normalize.ts";
import { profile as profileCommand } from "./commands/profile.ts";
import { sampleCustomers as sampleCustomersCommand } from "./commands/sample-customers.ts";
import { sampleEvents as sampleEventsCommand } from "./commands/sample-events.ts";
import { sampleTransactions as sampleTransactionsCommand } from "./commands/sample-transactions.ts";
import { scoreRfm as scoreRfmCommand } from "./commands/score-rfm.ts";
import { validate as validateCommand } from "./commands/validate.ts";
import { why as whyCommand } from "./commands/why.ts";
import type { Command } from "./core/command.ts";
import type { ExitCode } from "./core/errors.ts";
import type { OptionsOf, OptionTable } from "./core/options.ts";
import type { JsonReport } from "./core/report.ts";
import { callCommand } from "./wire.ts";

export { SegmentError } from "./core/errors.ts";
export type { ErrorCode, ExitCode, Place } from "./core/errors.ts";
export type { Json, JsonReport } from "./core/report.ts";

/** What a call gives: the JSON report, and the exit code that the command line would end in (1: a gate failed). */
export interface CallResult {
  readonly report: JsonReport;
  readonly exit: ExitCode;
}

type Call<T extends OptionTable> = (
  files: string | readonly string[],
  options?: Partial<OptionsOf<T>>,
) => Promise<CallResult>;

/** `segment ingest` from a program: same options, camelCase names; `output` writes the table. Throws `SegmentError`, as all calls do. */
export const ingest = callable(ingestCommand);

/** `segment profile` from a program: what it found is the report. */
export const profile = callable(profileCommand);

/** `segment clean` from a program. */
export const clean = callable(cleanCommand);

/** `segment dedupe` from a program. */
export const dedupe = callable(dedupeCommand);

/** `segment normalize` from a program. */
export const normalize = callable(normalizeCommand);

/** `segment score rfm` from a program. */
export const scoreRfm = callable(scoreRfmCommand);

/** `segment cluster` from a program. */
export const cluster = callable(clusterCommand);

/** `segment assign` from a program. */
export const assign = callable(assignCommand);

/** `segment merge` from a program: the segments to join, and the table's file as `in`. */
export const merge = callable(mergeCommand);

/** `segment validate` from a program: a failed gate is `exit` 1, and no table is written. */
export const validate = callable(validateCommand);

/** `segment why` from a program: the id of a row, then the options, `in` among them. */
export const why: (id: string, options: Partial<OptionsOf<typeof whyCommand.options>>) => Promise<CallResult> =
  callable(whyCommand) as Call<typeof whyCommand.options>;

/** `segment export` from a program (`export` itself is a word of the language). */
export const exportTable = callable(exportCommand);

/** `segment sample customers` from a program; it reads no file. */
export const sampleCustomers = callableWithoutFiles(sampleCustomersCommand);

/** `segment sample transactions` from a program. */
export const sampleTransactions = callableWithoutFiles(sampleTransactionsCommand);

/** `segment sample events` from a program. */
export const sampleEvents = callableWithoutFiles(sampleEventsCommand);

function callable<T extends OptionTable>(command: Command<T>): Call<T> {
  return (files, options = {}) =>
    callCommand(command, typeof files === "string" ? [files] : files, options, toolVersion());
}

function callableWithoutFiles<T extends OptionTable>(
  command: Command<T>,
): (options?: Partial<OptionsOf<T>>) => Promise<CallResult> {
  return (options = {}) => callCommand(command, [], options, toolVersion());
}

function toolVersion(): string {
  const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return about.version;
}
