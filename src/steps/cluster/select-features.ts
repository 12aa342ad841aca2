import type { Compute } from "../../core/compute.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Role } from "../../core/role.ts";
import { matchColumns, type MatchedColumns } from "../match-columns.ts";
import { columnFacts, type ColumnFacts } from "../column-facts.ts";
import { nameWords, notAMeasure, notAMeasureByRole, saysConsent, saysId, saysLabel } from "../column-kinds.ts";
import { unitMember } from "../read-currency.ts";

export interface FeatureOptions {
  readonly columns: readonly string[] | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly id: readonly string[] | undefined;
  readonly weights: string | undefined;
  /** The column of `--init-labels`; never clustered by. */
  readonly initLabels?: string | undefined;
  /** Names that the run itself adds, such as `segment`. */
  readonly added: readonly string[];
  /** Columns that are to describe the segments; clustered by only when named in `columns`. */
  readonly described: readonly string[];
}

export interface Dropped {
  readonly column: string;
  readonly reason: string;
}

/** A column to cluster by. */
export interface Candidate {
  /** The name it has in reports and models. */
  readonly name: string;
  /** The column that holds the numbers to fit on: `name`, or `name_scaled`. */
  readonly source: string;
  /** Named in full in `--columns`. */
  readonly named: boolean;
  /** What a schema declares of it. */
  readonly role: Role | null;
  /** The currency that its amounts are written in; absent: none, or it is not known. */
  readonly unit?: string;
}

/** Columns above this share of missing values are left out unless named. */
const missingLimit = 0.3;

/**
 * First half of the choice, by names and types alone: which columns may be features. Text, dates and what an option
 * names are dropped with a reason; yes and no count as 1 and 0 where named. Throws `not-numeric` for a text column named in `--columns`, `unknown-column`.
 */
export function candidateFeatures(
  columns: readonly Column[],
  options: FeatureOptions,
): { candidates: readonly Candidate[]; dropped: readonly Dropped[] } {
  const matched = matchColumns(columns, options.columns ?? columns.map(({ name }) => name), "--columns");
  const exact: ReadonlySet<string> = options.columns === undefined ? new Set() : matched.exact;
  const excluded = withoutNamed(matchColumns(columns, options.exclude ?? [], "--exclude"), exact);
  const ids = withoutNamed(matchColumns(columns, options.id ?? [], "--id"), exact);
  const chosen = new Set(matched.names);
  const all = new Map(columns.map((column) => [column.name, column]));
  const candidates: Candidate[] = [];
  const dropped: Dropped[] = [];
  for (const column of columns) {
    const { name } = column;
    const named = exact.has(name);
    const base = name.endsWith("_scaled") ? name.slice(0, -"_scaled".length) : undefined;
    const standsForBase = base !== undefined && isNumeric(all.get(base));
    // Of the two columns, the one that was asked for speaks for both.
    if (standsForBase && !named && isNumeric(column) && chosen.has(base)) continue;
    if (!chosen.has(name) && chosen.has(`${name}_scaled`) && isNumeric(all.get(`${name}_scaled`))) continue;
    const reason = reasonByName(column);
    if (reason !== null) {
      dropped.push({ column: name, reason });
      continue;
    }
    const scaled = all.get(`${name}_scaled`);
    const source = isNumeric(scaled) && !excluded.has(`${name}_scaled`) ? `${name}_scaled` : name;
    if (source !== name && exact.has(source)) continue;
    const role = (standsForBase ? all.get(base!) : column)?.declared?.role ?? null;
    const unit = source === name ? unitMember(column) : {};
    candidates.push({ name: standsForBase ? base! : name, source, named, role, ...unit });
  }
  return { candidates, dropped };

  function reasonByName(column: Column): string | null {
    const { name } = column;
    const named = exact.has(name);
    if (ids.has(name)) return "an id, by --id";
    if (excluded.has(name)) return "by --exclude";
    if (options.weights === name) return "the weights";
    if (options.initLabels !== undefined && [options.initLabels, `${options.initLabels}_scaled`].includes(name)) {
      return "the labels, by --init-labels";
    }
    if (options.added.includes(name)) return "replaced by this run";
    if (!chosen.has(name)) return "not in --columns";
    if (column.tie !== undefined) return named || mayMeasure(column) ? null : "can be read in two ways";
    if (options.described.includes(name) && !named) return "described, by --describe";
    const declared = column.declared?.role ?? null;
    const byRole = declared === null || named ? null : notAMeasureByRole(declared);
    if (byRole !== null) return byRole;
    if (column.present === 0) {
      if (named) throw new SegmentError("not-numeric", "holds no value at all", { place: { column: name } });
      return "empty";
    }
    if (isNumeric(column)) return addedByCluster(name, all) && !named ? "made by an earlier clustering" : null;
    if (named && column.type === "boolean") return null;
    if (named) throw notNumeric(column);
    if (column.type === "text" && column.oddValue !== undefined)
      return `text: ${quoted(column.oddValue.value)} is no number`;
    if (column.type === "boolean") return saysConsent(name) ? "a consent" : "a flag of two values";
    return column.type === "text" ? "text" : "a date";
  }
}

/**
 * Second half, by the values: what measures no behaviour is dropped with its reason, unless named.
 * `values(i)` is the numbers of candidate i in the column's own unit; `known` are the facts of all rows by source, where
 * these are only some. Cost O(rows) per candidate.
 */
export function measuredFeatures(
  compute: Compute,
  candidates: readonly Candidate[],
  values: (index: number) => Float64Array,
  known: ReadonlyMap<string, ColumnFacts> | null = null,
): { features: readonly (Candidate & { facts: ColumnFacts })[]; dropped: readonly Dropped[] } {
  const features: (Candidate & { facts: ColumnFacts })[] = [];
  const dropped: Dropped[] = [];
  candidates.forEach((candidate, index) => {
    const facts = known?.get(candidate.source) ?? columnFacts(compute, values(index));
    let reason = candidate.named ? null : noFeature(candidate, facts);
    if (reason === null && candidate.named && facts.missing === facts.rows) reason = "empty";
    if (reason === null && !candidate.named && facts.missing > missingLimit * facts.rows) {
      reason = `${Math.round((100 * facts.missing) / facts.rows)} % missing`;
    }
    if (reason === null) features.push({ ...candidate, facts });
    else dropped.push({ column: candidate.name, reason });
  });
  return { features, dropped };
}

/**
 * A column `NAME_scaled` was put in numbers on purpose, such as 0 and 1 for a category or the mean revenue of a postcode:
 * only one that says nothing is no feature.
 */
function noFeature({ name, source, role }: Candidate, facts: ColumnFacts): string | null {
  if (!/._scaled$/s.test(source)) return notAMeasure(name, facts, role);
  return facts.missing === facts.rows ? "empty" : facts.distinct < 2 ? "constant" : null;
}

/** Whether a column that can be read in two ways is a number in both, and by its name one that would be clustered by. */
export function mayMeasure({ name, tie }: Column): boolean {
  const isNumber = tie?.readings[0]?.option.startsWith("--decimal") === true;
  return isNumber && !saysId(name) && !saysLabel(name) && !saysConsent(name);
}

/** An exact name in `--columns` wins over a glob elsewhere. */
function withoutNamed(matched: MatchedColumns, named: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(matched.names.filter((name) => matched.exact.has(name) || !named.has(name)));
}

/** Whether a column holds numbers, read in one way. */
export function isNumeric(column: Column | undefined): boolean {
  return column !== undefined && column.tie === undefined && (column.type === "integer" || column.type === "number");
}

function notNumeric(column: Column): SegmentError {
  if (column.oddValue !== undefined) {
    const { value, count } = column.oddValue;
    const hint = `${count === 1 ? "1 value is" : `${count} values are`} no number; correct or leave out the column`;
    return new SegmentError("not-numeric", `${quoted(value)} is no number`, { place: { column: column.name }, hint });
  }
  const kind = column.type === "text" ? "text" : "dates";
  return new SegmentError("not-numeric", `holds ${kind}, and k-means needs numbers`, {
    place: { column: column.name },
    hint: "leave it out of --columns; --describe shows it per segment, --method k-prototypes takes words by --categories",
  });
}

/**
 * `segment_silhouette`, or `NAME_distance` beside a column `NAME` of whole numbers, and that column itself where the figure
 * beside it is a fraction.
 */
export function addedByCluster(name: string, all: ReadonlyMap<string, Column>): boolean {
  const match = /^(.*)_(silhouette|distance|second|probability|outlier)$/s.exec(name);
  if (match !== null && (all.get(match[1]!)?.type === "integer" || nameWords(match[1]!).includes("segment")))
    return true;
  const isFraction = (figure: string): boolean => all.get(`${name}_${figure}`)?.type === "number";
  return all.get(name)?.type === "integer" && ["silhouette", "distance", "probability", "outlier"].some(isFraction);
}

/** A value as an error shows it. */
export function quoted(value: string): string {
  return `“${value.length > 40 ? `${value.slice(0, 39)}…` : value}”`;
}
