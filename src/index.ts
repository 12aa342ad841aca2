import { readFileSync } from "node:fs";
import { assign as assignCommand } from "./commands/assign.ts";
import { cluster as clusterCommand } from "./commands/cluster.ts";
import { ingest as ingestCommand } from "./commands/ingest.ts";
import type { Command } from "./core/command.ts";
import type { ExitCode } from "./core/errors.ts";
import type { OptionsOf, OptionTable } from "./core/options.ts";
import type { JsonReport } from "./core/report.ts";
import { callCommand } from "./wire.ts";

export { SegmentError } from "./core/errors.ts";
export type { ErrorCode, ExitCode, Place } from "./core/errors.ts";
export type { Json, JsonReport } from "./core/report.ts";

/** What a call gives: the JSON report, and the exit code that the command line would end in. */
export interface CallResult {
  readonly report: JsonReport;
  readonly exit: ExitCode;
}

type Call<T extends OptionTable> = (
  files: string | readonly string[],
  options?: Partial<OptionsOf<T>>,
) => Promise<CallResult>;

/** `segment cluster` from a program: same options, camelCase names; `output` writes the table. Throws `SegmentError`. */
export const cluster = callable(clusterCommand);

/** `segment assign` from a program. Throws `SegmentError`. */
export const assign = callable(assignCommand);

/** `segment ingest` from a program. Throws `SegmentError`. */
export const ingest = callable(ingestCommand);

function callable<T extends OptionTable>(command: Command<T>): Call<T> {
  return (files, options = {}) =>
    callCommand(command, typeof files === "string" ? [files] : files, options, toolVersion());
}

function toolVersion(): string {
  const about = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return about.version;
}
