import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { requireQuarantine } from "../steps/clean/quarantine-text.ts";
import { readChecks } from "../steps/clean/settings.ts";
import { refuseModels } from "./clean-imputation.ts";
import { cleanOptions } from "./clean-options.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";

type CleanOptions = OptionsOf<typeof cleanOptions>;

/** One action for addresses in `--email-check`, another in `--check email`, from a file, the command line or both. */
export function refuseTwoChecks({ emailCheck, check }: CleanOptions): void {
  const own = readChecks(check ?? []).find(({ of }) => of === "email");
  if (emailCheck === undefined || own === undefined || own.action === emailCheck) return;
  throw new SegmentError("usage", `--email-check ${emailCheck} and --check email=${own.action} contradict each other`, {
    hint: "leave out one or the other",
  });
}

/** What becomes of wrong values, as `--check` says. */
export function checkActions({ check }: CleanOptions): readonly string[] {
  return (check ?? []).map((item) => item.slice(item.lastIndexOf("=") + 1).trim());
}

/** Options that would have no effect without another one, and those that need another one. */
export function refuseAlone(options: CleanOptions): void {
  const given = (...keys: (keyof typeof cleanOptions)[]): readonly string[] => givenFlags(cleanOptions, options, keys);
  const rules = rulesOf(options.outliers);
  if (rules.length === 0) {
    refuseIdle(given("outlierAction"), "no outliers are looked for", "add --outliers iqr or --outliers zscore");
  }
  if (!rules.includes("iqr"))
    refuseIdle(given("iqrFactor"), "the iqr rule takes no number from it", "add --outliers iqr");
  if (!rules.includes("zscore")) {
    refuseIdle(given("zLimit"), "the zscore rule takes no number from it", "add --outliers zscore");
  }
  if (options.phone === undefined && options.postcode === undefined) {
    refuseIdle(given("country", "countryColumn"), "no telephone numbers or postcodes are named", "add --phone COL");
  }
  if (options.model === undefined && options.postcode === undefined) {
    refuseIdle(given("postcodes"), "no postcodes are named", "add --postcode COL");
  }
  if (!options.explain && checkActions(options).includes("quarantine"))
    requireQuarantine(["quarantine"], options.quarantine);
  if (options.impute === undefined) refuseIdle(given("imputeFlag"), "no gaps are filled", "add --impute median");
  if (options.model === undefined) refuseFrames(options);
  refuseModels(options, given);
  if (options.explain) refuseIdle(given("saveModel", "quarantine", "ledger"), "--explain writes nothing");
}

/** A ledger is read again by its columns, from text with commas or from Parquet. */
export function refuseOtherLedger(ledger: string | undefined): void {
  if (ledger === undefined || /\.(parquet|csv(\.(gz|zst))?)$/i.test(ledger)) return;
  throw new SegmentError("bad-option-value", `--ledger ${ledger}: a ledger is Parquet or CSV`, {
    hint: "end it in .parquet, .csv, .csv.gz or .csv.zst",
  });
}

/** What depends on the order of rows needs to know it; an order and groups need something that depends on them. */
function refuseFrames({ outliers, impute, by, orderBy }: CleanOptions): void {
  const names = [...rulesOf(outliers), ...rulesOf(impute)].map((rule) => rule.split(":")[0]!);
  const ordered = names.filter((name) => ["xmr", "ffill", "bfill", "linear"].includes(name));
  if (orderBy === undefined && ordered.length > 0) {
    throw new SegmentError("usage", `${ordered[0]} depends on the order of rows, and none is given`, {
      hint: "add --order-by COL (a date, a number), and --by COL where each group has its own order",
    });
  }
  if (ordered.length === 0) {
    refuseIdle(
      orderBy === undefined ? [] : ["--order-by"],
      "nothing depends on the order of rows",
      "add --impute COL=ffill or --outliers COL=xmr",
    );
  }
  if (names.every((name) => ["bounds", "constant"].includes(name))) {
    refuseIdle(
      by === undefined ? [] : ["--by"],
      "nothing is learned or filled by group",
      "add --impute median or --outliers iqr",
    );
  }
}

/** The rules of an option's items, without their columns. */
function rulesOf(items: readonly string[] | undefined): readonly string[] {
  return (items ?? []).map((item) =>
    (/^.*?=(constant:.*)$/s.exec(item)?.[1] ?? item.slice(item.lastIndexOf("=") + 1)).trim(),
  );
}
