import type { Block, Json } from "../core/report.ts";
import { forestLimits } from "../model/impute/forest.ts";
import { visibleText } from "../report/display-text.ts";
import { formatCount, formatMeasure } from "../report/number.ts";
import type { Imputed } from "../steps/impute/apply.ts";
import type { CleanModel } from "../steps/clean/model.ts";
import type { Imputer } from "../steps/impute/imputer.ts";

const shownColumns = 40;

/** What models filled, by column, with the error beside that of the mean; and what they were learned from. */
export function modelBlocks(
  modelled: readonly Imputed[],
  { imputers = [], by }: Pick<CleanModel, "imputers" | "by">,
  imputations: number | null,
): readonly Block[] {
  if (imputers.length === 0) return [];
  const isChecked = modelled.some(({ check }) => check !== null);
  return [
    { kind: "heading", text: "gaps filled from the other columns" },
    {
      kind: "table",
      table: {
        name: "modelled",
        columns: [
          { header: "column", align: "left" },
          { header: "with", align: "left" },
          { header: "cells", align: "right" },
          ...(isChecked
            ? ([
                { header: "error", align: "right" },
                { header: "of mean or mode", align: "right", priority: 1 },
              ] as const)
            : []),
        ],
        rows: modelled.slice(0, shownColumns).map(({ column, how, count: cells, check }) => ({
          cells: [
            visibleText(column),
            how,
            formatCount(cells),
            ...(isChecked
              ? [check === null ? "" : formatMeasure(check.error), check === null ? "" : formatMeasure(check.plain)]
              : []),
          ],
        })),
        data: {
          columns: ["column", "how", "count", "hidden", "error", "plain_error"],
          rows: modelled.map(({ column, how, count: cells, check }) => [
            column,
            how,
            cells,
            check?.hidden ?? null,
            check?.error ?? null,
            check?.plain ?? null,
          ]),
        },
      },
    },
    ...sourceBlocks(imputers, by, imputations),
  ];
}

/** The members of `imputed` of `segment/clean@1` that models filled. */
export function modelsJson(modelled: readonly Imputed[]): readonly Json[] {
  return modelled.map(({ column, how, count: cells, check }) => ({
    column,
    how,
    value: null,
    count: cells,
    left: 0,
    check: check === null ? null : { ...check },
  }));
}

/** From what the models that fill gaps were learned, and what a model file holds of it. */
function sourceBlocks(
  imputers: readonly Imputer[],
  by: CleanModel["by"],
  imputations: number | null,
): readonly Block[] {
  const notes = imputers.map((imputer) => {
    const { features, rows, of, learned, groups } = imputer;
    const from = rows < of ? `${formatCount(rows)} of ${formatCount(of)} rows drawn by hash,` : count(rows, "row");
    const held = { knn: heldDonors(imputer), iterative: heldRounds(imputer), forest: heldForests(imputer) };
    const own = groups?.filter((one) => one !== null).length ?? 0;
    const apart =
      groups === null
        ? ""
        : `, apart for ${own} of ${count(groups.length, "group")} of ${visibleText(by?.column ?? "")} (all others: the model of all rows)`;
    return `${learned.method}: learned from ${from} and ${count(features.length, "column")}${apart}${held[learned.method]}`;
  });
  const checked = imputers.some(({ targets }) => targets.some(({ check }) => check !== null));
  return [
    ...notes.map((text): Block => ({ kind: "text", text })),
    ...(checked
      ? [
          {
            kind: "text",
            text: "error: of a tenth of the known cells, hidden from a model of their own: root mean square for numbers, share of wrong ones for categories",
            emphasis: "dim",
          } as const,
        ]
      : []),
    ...(imputations === null
      ? []
      : [
          {
            kind: "text",
            text: `gaps are drawn: ${formatCount(imputations)} tables, told apart by the column imputation`,
          } as const,
        ]),
  ];
}

function heldDonors({ learned, groups }: Imputer): string {
  if (learned.method !== "knn") return "";
  const again = groups === null ? "" : ", once more by group";
  return `; the model holds ${count(learned.model.donors.rows, "row")} as donors, without ids${again}`;
}

function heldRounds({ learned, chain }: Imputer): string {
  if (learned.method !== "iterative") return "";
  const { rounds, converged } = learned.model;
  const settled = chain !== null ? "" : converged ? ", settled" : ", not settled (raise --impute-tol to stop sooner)";
  return `; ${count(rounds.length, "round")}${settled}`;
}

function heldForests({ learned }: Imputer): string {
  if (learned.method !== "forest") return "";
  const { rows, trees, leaves } = forestLimits;
  return `; ${count(learned.model.rounds, "round")}; at most ${formatCount(rows)} rows, ${trees} trees of ${leaves} leaves a column`;
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? "" : "s"}`;
}
