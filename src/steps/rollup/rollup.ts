import type { Place } from "../../core/errors.ts";
import type { FilterCondition } from "../export/parse-filter.ts";
import type { Said } from "../yaml-reader.ts";

/** What a measure makes of the events of a customer. */
export const measureKinds = [
  "count",
  "sum",
  "mean",
  "min",
  "max",
  "distinct",
  "recency",
  "tenure",
  "first",
  "last",
] as const;

export type MeasureKind = (typeof measureKinds)[number];

/** A column of the customers' table. */
export interface RollupMeasure {
  readonly name: string;
  readonly kind: MeasureKind;
  /** The column of events that it is of; null where it counts rows. */
  readonly column: Said | null;
  /** Conditions that an event must all fulfil, and where each is written. */
  readonly where: readonly Said<FilterCondition>[];
  /** Days of the window; null for all days up to its end. */
  readonly within: number | null;
  /** Days from the end of the window to the day it is as of. */
  readonly before: number;
  readonly place: Place;
}

/** What a rollup file says. */
export interface Rollup {
  readonly file: string;
  readonly customer: Said | null;
  readonly time: Said | null;
  /** A day as YYYY-MM-DD, or `last`: the day of the last event. Null where the file gives none. */
  readonly asOf: Said | null;
  readonly missing: "refuse" | "drop";
  readonly measures: readonly RollupMeasure[];
}

/** A measure in words: `sum of revenue where event = purchase, within 30 days`. */
export function measureWords({ kind, column, where, within, before }: RollupMeasure): string {
  const of = column === null ? "events" : kind === "count" ? `events with ${column.value}` : column.value;
  const what = {
    count: `count of ${of}`,
    sum: `sum of ${of}`,
    mean: `mean of ${of}`,
    min: `least ${of}`,
    max: `greatest ${of}`,
    distinct: `different values of ${of}`,
    recency: "days since the last event",
    tenure: "days since the first event",
    first: `first ${of}`,
    last: `last ${of}`,
  }[kind];
  const condition = where.length === 0 ? "" : ` where ${where.map(({ value }) => value.text).join(" and ")}`;
  const days = (count: number): string => `${count} day${count === 1 ? "" : "s"}`;
  const window = within === null ? "" : `, within ${days(within)}`;
  return `${what}${condition}${window}${before === 0 ? "" : `, ending ${days(before)} before`}`;
}
