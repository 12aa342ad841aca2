import type { Context } from "../core/context.ts";
import type { Block, Json, Report, ReportTable } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount, formatMeasure } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import type { EmailFacts } from "../steps/clean/adjust.ts";
import { forestLimits } from "../model/impute/forest.ts";
import type { Imputed } from "../steps/impute/apply.ts";
import type { Imputer } from "../steps/impute/imputer.ts";
import type { Cleaned } from "../steps/clean/apply.ts";
import type { FormRule } from "../steps/clean/form.ts";
import { formExamples, type Example, type FormCounts, type WordCount } from "../steps/clean/form-facts.ts";
import type { CleanModel, Fill } from "../steps/clean/model.ts";
import type { OpenedTable, Warning } from "../steps/open-table.ts";

/** What the report of `clean` is made from. */
export interface CleanReportFacts {
  readonly opened: OpenedTable;
  readonly model: CleanModel;
  readonly cleaned: Cleaned;
  readonly warnings: readonly Warning[];
  /** Tables of drawn values that are written; null for one table. */
  readonly imputations: number | null;
  /** Whether the model was read from a file. */
  readonly saved: boolean;
  /** Whether examples and null words are wanted: a short scan for each column that changed. */
  readonly detailed: boolean;
}

/** A cleaned column for the report. */
interface ColumnFacts {
  readonly column: string;
  readonly type: string;
  readonly counts: FormCounts;
  readonly rules: readonly { readonly rule: FormRule; readonly count: number; readonly example: Example | null }[];
  readonly nullWords: readonly WordCount[];
}

const shownColumns = 40;
const exampleWidth = 15;

/** The report of `clean`: what each rule changed, then checks, outliers and fills. JSON schema `segment/clean@1`. */
export async function cleanReport(context: Context, facts: CleanReportFacts): Promise<Report> {
  const { opened, model, cleaned, warnings, saved } = facts;
  const columns = facts.detailed ? await columnFacts(context, cleaned) : [];
  const words = wordTotals(columns);
  const account: RowAccount = {
    used: opened.table.rows,
    quarantined: opened.quarantined,
    removed: cleaned.removed,
    out: cleaned.table.rows,
  };
  const changed = columns.filter(({ counts }) => counts.changed > 0);
  const blocks: Block[] = [
    {
      kind: "title",
      parts: [
        "clean",
        count(opened.table.rows, "row"),
        count(cleaned.formed.from.columns.length, "column"),
        ...(saved ? ["by a saved model"] : []),
      ],
    },
    ...formBlocks(changed, words),
    ...emailBlocks(cleaned.facts.emails, model),
    ...outlierBlocks(cleaned, model),
    ...imputedBlocks(cleaned.facts.imputed, cleaned.modelled),
    ...modelBlocks(model.imputers, facts.imputations),
    accountBlock(account),
    ...warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  const { outliers, imputed, emails } = cleaned.facts;
  return {
    command: "clean",
    blocks,
    json: {
      schema: "segment/clean@1",
      version: context.version,
      ...accountJson(account),
      warnings: warningsOf(blocks),
      columns: columns.map(columnJson),
      emails: emails.map((one) => ({ ...one, action: model.emailCheck })),
      outliers: outliers.map((one) => ({ ...one, action: model.outlierAction })),
      imputed: [
        ...imputed.map(({ column, how, value, count: cells }) => ({ column, how, value, count: cells })),
        ...cleaned.modelled.map(({ column, how, count: cells, check }) => ({
          column,
          how,
          value: null,
          count: cells,
          check: check === null ? null : { ...check },
        })),
      ],
      ...(facts.imputations === null ? {} : { imputations: facts.imputations }),
      null_words: words.map((one) => ({ ...one })),
      added: [...cleaned.added],
    },
  };
}

async function columnFacts({ engine }: Context, { formed }: Cleaned): Promise<readonly ColumnFacts[]> {
  const facts: ColumnFacts[] = [];
  for (const [i, column] of formed.columns.entries()) {
    if (column.cleaned === null) continue;
    const counts = formed.counts[i]!;
    const examples = column.stages.length === 0 ? null : await formExamples(engine, formed.from, column);
    facts.push({
      column: column.column.name,
      type: column.cleaned.type,
      counts,
      rules: column.stages.map(({ rule }, s) => ({
        rule,
        count: counts.byStage[s]!,
        example: examples?.get(rule) ?? null,
      })),
      nullWords: counts.nullWords,
    });
  }
  return facts;
}

function wordTotals(columns: readonly ColumnFacts[]): readonly WordCount[] {
  const totals = new Map<string, number>();
  for (const { nullWords } of columns) {
    for (const { word, count: cells } of nullWords) totals.set(word, (totals.get(word) ?? 0) + cells);
  }
  const words = Array.from(totals, ([word, cells]) => ({ word, count: cells }));
  return words.sort((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1));
}

function formBlocks(changed: readonly ColumnFacts[], words: readonly WordCount[]): readonly Block[] {
  if (changed.length === 0) return [{ kind: "text", text: "every value is in plain notation already" }];
  const more = changed.length - shownColumns;
  const shownWords = words.slice(0, 8).map(({ word, count: cells }) => `${wordText(word)} ${formatCount(cells)}`);
  const moreWords = words.length > 8 ? ` and ${formatCount(words.length - 8)} more` : "";
  return [
    { kind: "heading", text: `columns changed: ${formatCount(changed.length)}` },
    { kind: "table", table: changedTable(changed) },
    ...(more > 0 ? [{ kind: "text", text: `and ${formatCount(more)} more columns`, emphasis: "dim" } as const] : []),
    ...(words.length > 0
      ? [{ kind: "text", text: `emptied as missing: ${shownWords.join(", ")}${moreWords}` } as const]
      : []),
  ];
}

function changedTable(changed: readonly ColumnFacts[]): ReportTable {
  return {
    name: "columns",
    columns: [
      { header: "column", align: "left" },
      { header: "type", align: "left", priority: 2 },
      { header: "cells", align: "right" },
      { header: "what", align: "left", wrap: true },
      { header: "example", align: "left", priority: 1 },
    ],
    rows: changed.slice(0, shownColumns).map(({ column, type, counts, rules }) => ({
      cells: [
        cutMiddle(visibleText(column), 24),
        type,
        formatCount(counts.changed),
        rules.map(({ rule, count: cells }) => `${rule} ${formatCount(cells)}`).join(", "),
        exampleText(rules),
      ],
    })),
    data: {
      columns: ["column", "type", "changed", "rule", "count", "before", "after"],
      rows: changed.flatMap(({ column, type, counts, rules }) =>
        rules.map(({ rule, count: cells, example }) => [
          column,
          type,
          counts.changed,
          rule,
          cells,
          example?.before ?? null,
          example?.after ?? null,
        ]),
      ),
    },
  };
}

/** The example of the rule that changed the most cells. */
function exampleText(rules: ColumnFacts["rules"]): string {
  const best = rules.reduce((most, rule) => (rule.count > most.count ? rule : most), rules[0]!);
  if (best.example === null) return "";
  return `${cellText(best.example.before)} → ${cellText(best.example.after)}`;
}

function cellText(text: string | null): string {
  if (text === null || text === "") return "(empty)";
  const shown = cutMiddle(visibleText(text), exampleWidth);
  return text !== text.trim() || /\s\s/.test(text) ? `"${shown}"` : shown;
}

function wordText(word: string): string {
  return word === "" ? "(spaces)" : cutMiddle(visibleText(word), 20);
}

function emailBlocks(emails: readonly EmailFacts[], { emailCheck }: CleanModel): readonly Block[] {
  if (emailCheck === null) return [];
  const what = { flag: (name: string) => `told in ${name}_valid`, null: () => "emptied", drop: () => "rows dropped" }[
    emailCheck
  ];
  return [
    { kind: "heading", text: "e-mail addresses" },
    {
      kind: "table",
      table: {
        name: "emails",
        columns: [
          { header: "column", align: "left" },
          { header: "valid", align: "right" },
          { header: "not valid", align: "right" },
          { header: "missing", align: "right", priority: 1 },
          { header: "what became of them", align: "left" },
        ],
        rows: emails.map(({ column, valid, invalid, missing }) => ({
          cells: [
            visibleText(column),
            formatCount(valid),
            formatCount(invalid),
            formatCount(missing),
            invalid === 0 && emailCheck !== "flag" ? "" : what(visibleText(column)),
          ],
        })),
        data: {
          columns: ["column", "valid", "invalid", "missing", "action"],
          rows: emails.map(({ column, valid, invalid, missing }) => [column, valid, invalid, missing, emailCheck]),
        },
      },
    },
  ];
}

const actionWords = { flag: "flagged", clip: "clipped", null: "emptied", drop: "rows dropped" } as const;

function outlierBlocks({ facts }: Cleaned, { outlierAction }: CleanModel): readonly Block[] {
  const { outliers } = facts;
  if (outliers.length === 0) return [];
  return [
    { kind: "heading", text: `outliers ${actionWords[outlierAction]}` },
    {
      kind: "table",
      table: {
        name: "outliers",
        columns: [
          { header: "column", align: "left" },
          { header: "rule", align: "left" },
          { header: "low", align: "right" },
          { header: "high", align: "right" },
          { header: "cells", align: "right" },
        ],
        rows: outliers.slice(0, shownColumns).map(({ column, rule, low, high, count: cells }) => ({
          cells: [visibleText(column), rule, formatMeasure(low), formatMeasure(high), formatCount(cells)],
        })),
        data: {
          columns: ["column", "rule", "low", "high", "count", "action"],
          rows: outliers.map(({ column, rule, low, high, count: cells }) => [
            column,
            rule,
            low,
            high,
            cells,
            outlierAction,
          ]),
        },
      },
    },
  ];
}

function imputedBlocks(
  imputed: readonly (Fill & { readonly count: number })[],
  modelled: readonly Imputed[],
): readonly Block[] {
  if (imputed.length + modelled.length === 0) return [];
  const checked = modelled.some(({ check }) => check !== null);
  const rows = [
    ...imputed.map(({ column, how, value, count: cells }) => ({ column, how, value, cells, check: null })),
    ...modelled.map(({ column, how, count: cells, check }) => ({ column, how, value: null, cells, check })),
  ];
  return [
    { kind: "heading", text: "gaps filled" },
    {
      kind: "table",
      table: {
        name: "imputed",
        columns: [
          { header: "column", align: "left" },
          { header: "with", align: "left" },
          { header: "value", align: "right" },
          { header: "cells", align: "right" },
          ...(checked
            ? ([
                { header: "error", align: "right" },
                { header: "of mean or mode", align: "right", priority: 1 },
              ] as const)
            : []),
        ],
        rows: rows.slice(0, shownColumns).map(({ column, how, value, cells, check }) => ({
          cells: [
            visibleText(column),
            how,
            value === null
              ? "by row"
              : typeof value === "number"
                ? formatMeasure(value)
                : cutMiddle(visibleText(value), 24),
            formatCount(cells),
            ...(checked
              ? [check === null ? "" : formatMeasure(check.error), check === null ? "" : formatMeasure(check.plain)]
              : []),
          ],
        })),
        data: {
          columns: ["column", "how", "value", "count", "hidden", "error", "plain_error"],
          rows: rows.map(({ column, how, value, cells, check }) => [
            column,
            how,
            value,
            cells,
            check?.hidden ?? null,
            check?.error ?? null,
            check?.plain ?? null,
          ]),
        },
      },
    },
  ];
}

/** From what the models that fill gaps were learned, and what a model file holds of it. */
function modelBlocks(imputers: readonly Imputer[], imputations: number | null): readonly Block[] {
  const notes = imputers.map((imputer) => {
    const { features, rows, of, learned } = imputer;
    const from = rows < of ? `${formatCount(rows)} of ${formatCount(of)} rows, drawn by hash` : count(rows, "row");
    const held = { knn: heldDonors(imputer), iterative: heldRounds(imputer), forest: heldForests(imputer) };
    return `${learned.method}: learned from ${from} and ${count(features.length, "column")}${held[learned.method]}`;
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

function heldDonors({ learned }: Imputer): string {
  if (learned.method !== "knn") return "";
  return `; the model holds ${count(learned.model.donors.rows, "row")} as donors, without ids`;
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

function columnJson({ column, type, counts, rules, nullWords }: ColumnFacts): Json {
  return {
    column,
    type,
    changed: counts.changed,
    rules: rules.map(({ rule, count: cells, example }) => ({
      rule,
      count: cells,
      example: example === null ? null : { ...example },
      ...(rule === "null" ? { words: nullWords.map((one) => ({ ...one })) } : {}),
    })),
  };
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? "" : "s"}`;
}
