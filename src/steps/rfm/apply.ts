import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ReadingOptions } from "../../core/source.ts";
import { measures } from "../../model/rfm/score.ts";
import { requireModelColumns } from "../model-file.ts";
import type { OpenedTable, Warning } from "../open-table.ts";
import { groupTransactions } from "./group-transactions.ts";
import { measureColumns, reusedMeasures } from "./measure-columns.ts";
import { measuredNumbers } from "./measured-numbers.ts";
import type { Measured, MeasureOptions } from "./measured.ts";
import type { RfmModel } from "./model.ts";
import type { RfmRoles } from "./roles.ts";
import { addedNames, scoreTable } from "./score-table.ts";
import type { ScoreWeights } from "./settings.ts";
import type { RfmSummary } from "./summary.ts";

export interface ApplyRfmOptions {
  /** As YYYY-MM-DD; the last date in the data where it is left out. */
  readonly asOf?: string | undefined;
  /** What becomes of rows that lack a value; left out, transactions stop the run and customers stay without scores. */
  readonly missing?: "error" | "drop" | undefined;
  /** Replace columns that have the names of those added. */
  readonly overwrite?: boolean | undefined;
  /** How the user settled what can be read in two ways. */
  readonly reading?: ReadingOptions | undefined;
}

/** A table with its scores, and how it came from the rows that were read. */
export interface AppliedRfm {
  readonly table: Table;
  /** Rows left out: after the as-of day, or lacking a value with `--missing drop`. */
  readonly removed: number;
  /** Transactions folded into another of the same customer. */
  readonly grouped: number;
  readonly warnings: readonly Warning[];
  /** As YYYY-MM-DD; null where recency was days already. */
  readonly asOf: string | null;
  readonly afterAsOf: number;
  readonly summary: RfmSummary;
}

/**
 * Scores a table by a model, without fitting: the cuts, weights and grid are the model's, the as-of day that of the
 * options or of the data. On the rows of the fit it gives what the fit gave. Throws `model-mismatch`, `column-exists`,
 * and what `measureRfm` throws.
 */
export async function applyRfm(
  context: Context,
  opened: OpenedTable,
  model: RfmModel,
  options: ApplyRfmOptions,
): Promise<AppliedRfm> {
  const { columns } = opened.table;
  const wanted = model.columns.map(({ name, type, ...unit }) => {
    const column = columns.find((one) => one.name === name);
    const found = column?.type;
    // Values that do not fit are rows that lack a value.
    const isDropped = options.missing === "drop" && column?.oddValue !== undefined;
    // Customers are told apart by their text, and times count by their day.
    const isFree = model.roles.kind === "transactions" && name === model.roles.customer;
    const isTime = (type === "date" || type === "timestamp") && (found === "date" || found === "timestamp");
    return { name, type: found !== undefined && (isFree || isTime || isDropped) ? found : type, ...unit };
  });
  requireModelColumns(wanted, columns, opened.sources.map(({ label }) => label).join(", "));
  const measured = await measureRfm(context, opened, model.roles, { ...options, weights: model.weights });
  const numbers = await measuredNumbers(context, measured);
  return scoreMeasured(measured, await numbers.summary(model), model);
}

/** A table with its recency, frequency and monetary, from transactions or columns. Throws `column-exists`, and what the two throw. */
export async function measureRfm(
  context: Context,
  opened: OpenedTable,
  roles: RfmRoles,
  options: ApplyRfmOptions & { readonly weights: ScoreWeights | null },
): Promise<Measured> {
  const { asOf, missing, reading = { decimal: undefined } } = options;
  const given: MeasureOptions = { asOf, missing, reading };
  const added = addedNames(options.weights);
  if (roles.kind === "transactions") {
    refuseExisting([roles.customer], added, "rename the column of the customers");
    return groupTransactions(context, opened, roles, given);
  }
  const reused: readonly string[] = reusedMeasures(opened.table, roles);
  if (options.overwrite !== true) {
    const names = opened.table.columns.map(({ name }) => name);
    const fresh = added.filter((name) => !reused.includes(name));
    refuseExisting(names, fresh, "--overwrite replaces it");
  }
  return measureColumns(context, opened, roles, given);
}

/** The scores of a measured table, whose summary by the model is known. */
export function scoreMeasured(measured: Measured, summary: RfmSummary, model: RfmModel): AppliedRfm {
  return {
    table: scoreTable(measured.table, model, summary.scored),
    removed: measured.afterAsOf + measured.dropped,
    grouped: measured.grouped,
    warnings: [...measured.warnings, ...levelWarnings(summary, model)],
    asOf: measured.asOf,
    afterAsOf: measured.afterAsOf,
    summary,
  };
}

function levelWarnings({ levels }: RfmSummary, { cuts }: RfmModel): readonly Warning[] {
  return measures.flatMap((name): readonly Warning[] => {
    const found = levels[name];
    if (found.length === 5 || found.length === 0) return [];
    if (cuts[name].constant && found.length === 1 && found[0] === 3) {
      const message = `${name} has one value only, and everyone scores 3 on it`;
      return [{ code: "one-value", message }];
    }
    const isTied = cuts[name].at.some((cut, i, at) => i > 0 && cut === at[i - 1]);
    const reason = isTied ? ", since many customers have the same value" : "";
    return [{ code: "few-levels", message: `${name} has only ${scoreWords(found)}${reason}` }];
  });
}

function scoreWords(scores: readonly number[]): string {
  if (scores.length === 1) return `the score ${scores[0]}`;
  return `the scores ${scores.slice(0, -1).join(", ")} and ${scores.at(-1)}`;
}

function refuseExisting(names: readonly string[], added: readonly string[], hint: string): void {
  const existing = names.find((name) => added.includes(name));
  if (existing === undefined) return;
  throw new SegmentError("column-exists", `the table has a column ${existing} already`, { hint });
}
