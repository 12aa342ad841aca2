import type { Block, Json, ReportTable } from "../core/report.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount, formatMeasure } from "../report/number.ts";
import type { AdjustFacts } from "../steps/clean/adjust.ts";
import type { FillFacts } from "../steps/clean/fill-gaps.ts";
import type { Groups } from "../steps/clean/groups.ts";
import { ruleText, type OutlierAction } from "../steps/clean/outlier-rules.ts";
import { limitsByGroup, type OutlierFacts } from "../steps/clean/treat-outliers.ts";

const shownColumns = 40;
const shownGroups = 12;

const actionWords: Readonly<Record<OutlierAction, string>> = {
  flag: "flagged",
  clip: "clipped",
  winsorise: "winsorised",
  null: "emptied",
  drop: "dropped with their rows",
  quarantine: "set aside with their rows",
};

/** What became of outliers and gaps, for the report of `clean`. */
export function numberBlocks({ outliers, imputed, by }: AdjustFacts): readonly Block[] {
  const groups = by ?? { column: "", names: [] };
  return [...outlierBlocks(outliers, groups), ...imputedBlocks(imputed, groups)];
}

/** The members `outliers`, `imputed` and `by` of `segment/clean@1`. */
export function numbersJson({ outliers, imputed, by }: AdjustFacts): {
  readonly outliers: Json;
  readonly imputed: readonly Json[];
  readonly by: Json;
} {
  const names = by?.names ?? [];
  return {
    outliers: outliers.map((one) => {
      const { column, rule, parameters, low, high, least, most, count, action, groups, byGroup } = one;
      const isNearest = action === "winsorise";
      const own = {
        column,
        rule,
        parameters: [...parameters],
        low,
        high,
        ...(isNearest ? { least, most } : {}),
        count,
        action,
      };
      if (groups === null) return own;
      const limits = limitsByGroup(one).slice(1);
      return {
        ...own,
        groups: names.map((group, g) => {
          const { low: from, high: to, least: first, most: last } = limits[g]!;
          return {
            group,
            low: from,
            high: to,
            ...(isNearest ? { least: first, most: last } : {}),
            count: byGroup[g + 1]!,
          };
        }),
        other: byGroup[0]!,
      };
    }),
    imputed: imputed.map(({ column, how, value, count, left, groups, byGroup }) => ({
      column,
      how,
      value,
      count,
      left,
      ...(groups === null
        ? {}
        : {
            groups: names.map((group, g) => ({ group, value: groups[g] ?? value, count: byGroup[g + 1]! })),
            other: byGroup[0]!,
          }),
    })),
    by: by === null ? null : { column: by.column, groups: names.length, unseen: by.unseen, missing: by.missing },
  };
}

function outlierBlocks(outliers: readonly OutlierFacts[], by: Groups): readonly Block[] {
  const [first] = outliers;
  if (first === undefined) return [];
  const isOne = outliers.every(({ action }) => action === first.action);
  const table: ReportTable = {
    name: "outliers",
    columns: [
      { header: "column", align: "left" },
      { header: "rule", align: "left" },
      { header: "low", align: "right" },
      { header: "high", align: "right" },
      { header: "cells", align: "right" },
      ...(isOne ? [] : [{ header: "what became of them", align: "left" } as const]),
    ],
    rows: outliers.slice(0, shownColumns).map(({ column, rule, parameters, low, high, count, action }) => ({
      cells: [
        visibleText(column),
        ruleText(rule, parameters),
        formatMeasure(low),
        formatMeasure(high),
        formatCount(count),
        ...(isOne ? [] : [count === 0 ? "" : actionWords[action]]),
      ],
    })),
    data: {
      columns: ["column", "rule", "low", "high", "count", "action"],
      rows: outliers.map(({ column, rule, parameters, low, high, count, action }) => [
        column,
        ruleText(rule, parameters),
        low,
        high,
        count,
        action,
      ]),
    },
  };
  const grouped = outliers.filter(({ groups }) => groups !== null);
  return [
    { kind: "heading", text: isOne ? `outliers ${actionWords[first.action]}` : "outliers" },
    { kind: "table", table },
    ...grouped.slice(0, shownColumns).flatMap((one) => {
      const limits = limitsByGroup(one);
      return groupBlocks(one, by, ["low", "high"], (place) => [
        formatMeasure(limits[place]!.low),
        formatMeasure(limits[place]!.high),
      ]);
    }),
  ];
}

function imputedBlocks(imputed: readonly FillFacts[], by: Groups): readonly Block[] {
  if (imputed.length === 0) return [];
  const isLeft = imputed.some(({ left }) => left > 0);
  const table: ReportTable = {
    name: "imputed",
    columns: [
      { header: "column", align: "left" },
      { header: "with", align: "left" },
      { header: "value", align: "right" },
      { header: "cells", align: "right" },
      ...(isLeft ? [{ header: "still missing", align: "right" } as const] : []),
    ],
    rows: imputed.slice(0, shownColumns).map(({ column, how, value, count, left }) => ({
      cells: [visibleText(column), how, valueText(value), formatCount(count), ...(isLeft ? [formatCount(left)] : [])],
    })),
    data: {
      columns: ["column", "how", "value", "count", "left"],
      rows: imputed.map(({ column, how, value, count, left }) => [column, how, value, count, left]),
    },
  };
  const grouped = imputed.filter(({ groups }) => groups !== null);
  return [
    { kind: "heading", text: "gaps filled" },
    { kind: "table", table },
    ...grouped.slice(0, shownColumns).flatMap((one) => {
      const values = [one.value, ...one.groups!.map((own) => own ?? one.value)];
      return groupBlocks(one, by, ["value"], (place) => [valueText(values[place]!)]);
    }),
  ];
}

function valueText(value: number | string | null): string {
  if (value === null) return "";
  return typeof value === "number" ? formatMeasure(value) : cutMiddle(visibleText(value), 24);
}

/** A column by group: those with the most cells first where not all are shown. */
function groupBlocks(
  { column, byGroup }: OutlierFacts | FillFacts,
  { column: by, names }: Groups,
  headers: readonly string[],
  cellsOf: (place: number) => readonly string[],
): readonly Block[] {
  const places = names.map((_, g) => g + 1);
  const shown =
    places.length <= shownGroups
      ? places
      : places.toSorted((a, b) => byGroup[b]! - byGroup[a]! || a - b).slice(0, shownGroups);
  const rest = [...places.filter((place) => !shown.includes(place)), 0].reduce(
    (sum, place) => sum + byGroup[place]!,
    0,
  );
  const others = names.length - shown.length;
  const cells = `${formatCount(rest)} ${rest === 1 ? "cell" : "cells"}`;
  const isMore = others > 0 || byGroup[0]! > 0;
  const more =
    others > 0 ? `${cells} in ${formatCount(others)} more groups and in rows of none` : `${cells} in rows of no group`;
  return [
    { kind: "text", text: `${visibleText(column)} by ${visibleText(by)}:` },
    {
      kind: "table",
      table: {
        name: `${column} by ${by}`,
        columns: [
          { header: visibleText(by), align: "left" },
          ...headers.map((header) => ({ header, align: "right" }) as const),
          { header: "cells", align: "right" },
        ],
        rows: shown.map((place) => ({
          cells: [cutMiddle(visibleText(names[place - 1]!), 24), ...cellsOf(place), formatCount(byGroup[place]!)],
        })),
      },
    },
    ...(isMore ? [{ kind: "text", text: more, emphasis: "dim" } as const] : []),
  ];
}
