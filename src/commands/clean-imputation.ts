import type { OutputTable } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { finished, type Cleaned } from "../steps/clean/apply.ts";
import type { CleanSettings } from "../steps/clean/formed-table.ts";
import type { CleanModel } from "../steps/clean/model.ts";
import { refuseAsSql } from "../steps/impute/imputer.ts";
import type { Imputers } from "../steps/impute/learn.ts";
import { imputationColumn, numberedTable } from "../steps/impute/numbered-table.ts";
import { splitImpute, type ImputeSettings } from "../steps/impute/settings.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import { outputQueries } from "../steps/reading/values.ts";
import type { cleanOptions } from "./clean-options.ts";
import { refuseIdle } from "./refuse-options.ts";

type CleanOptions = OptionsOf<typeof cleanOptions>;

/** How `--impute` fills gaps by models. Throws `bad-option-value`. */
export function imputeSettings(options: CleanOptions): ImputeSettings {
  return {
    methods: splitImpute(options.impute ?? []).methods,
    neighbors: options.neighbors,
    weights: options.knnWeights,
    scaled: options.knnScale === "zscore",
    tol: options.imputeTol,
    flag: options.imputeFlag,
    seed: options.seed,
    imputations: options.imputations ?? null,
    checked: !options.quiet || options.report !== undefined || options.saveModel !== undefined,
    fillsAll: options.saveModel !== undefined,
  };
}

/** The tables of several imputations, each with its number. The first is the one that was cleaned already. */
export async function imputedTables(
  context: Context,
  opened: OpenedTable,
  of: { readonly model: CleanModel; readonly cleaned: Cleaned; readonly imputers: Imputers },
  kept: CleanSettings,
): Promise<readonly OutputTable[]> {
  const { model, cleaned, imputers } = of;
  if (!kept.overwrite && cleaned.table.columns.some(({ name }) => name === imputationColumn)) {
    throw new SegmentError("column-exists", `the table has a column ${imputationColumn} already`, {
      hint: "give --overwrite to replace it, or rename it in the input",
    });
  }
  const tables: OutputTable[] = [];
  for (const [m, own] of imputers.entries()) {
    const done = m === 0 ? cleaned : await finished(context, opened, cleaned.formed, { ...model, imputers: own }, kept);
    const table = numberedTable(done.table, m + 1);
    tables.push({ ...outputQueries(table), rows: table.rows });
  }
  return tables;
}

/** Where the tables of several imputations go: `clean.csv` gives `clean-1.csv`, `clean-2.csv` …; none for one table. */
export function numberedPaths({
  imputations,
  output,
}: Pick<CleanOptions, "imputations" | "output">): readonly string[] {
  if (imputations === undefined || output === undefined) return [];
  const ending = /(?:\.[a-z]+)?(?:\.(?:gz|zst))?$/i.exec(output)![0];
  const stem = output.slice(0, output.length - ending.length);
  return Array.from({ length: imputations }, (_, m) => `${stem}-${m + 1}${ending}`);
}

/** Throws `output-is-input` where a table of several imputations would take the place of one that is read. */
export function refuseOverwriting({ sources }: OpenedTable, paths: readonly string[]): void {
  const plain = (path: string): string => path.replace(/^(?:\.\/+)+/, "");
  const written = new Set(paths.map(plain));
  const source = sources.find(({ label }) => written.has(plain(label)));
  if (source === undefined) return;
  throw new SegmentError("output-is-input", "--imputations would write over a file that is being read", {
    place: { file: source.label },
    hint: "give -o another name",
  });
}

/** Options of the models that fill gaps, where no such model is asked for. */
export function refuseModels(
  options: CleanOptions,
  given: (...keys: (keyof typeof cleanOptions)[]) => readonly string[],
): void {
  const { methods } = splitImpute(options.impute ?? []);
  const used = new Set([...methods.byColumn.values(), ...(methods.all === null ? [] : [methods.all])]);
  if (!used.has("knn")) {
    refuseIdle(given("neighbors", "knnWeights", "knnScale"), "no gaps are filled by knn", "add --impute knn");
  }
  const isDrawn = options.imputations !== undefined;
  if (!used.has("iterative")) {
    refuseIdle(given("imputeTol"), "no gaps are filled by iterative", "add --impute iterative");
  } else if (isDrawn) refuseIdle(given("imputeTol"), "rounds of drawn values do not settle");
  if (used.size === 0) refuseIdle(given("imputations", "seed"), "nothing is drawn", "add --impute iterative");
  else if (options.explain) refuseAsSql([...used]);
  if (!isDrawn) return;
  if (options.output === undefined) {
    throw new SegmentError("usage", "--imputations writes several tables, which standard output cannot take", {
      hint: "add -o FILE: they go to FILE-1, FILE-2 …",
    });
  }
  refuseIdle(
    given("saveModel", "ledger"),
    "the tables of --imputations are drawn, and other rows take no part in a draw",
  );
  if (!used.has("forest")) return;
  throw new SegmentError(
    "usage",
    "--impute forest gives what is expected and draws nothing, which --imputations needs",
    {
      hint: "use iterative or knn",
    },
  );
}
