import type { Context } from "../core/context.ts";
import type { Block, Json, Report, ReportTable } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import type { Cleaned } from "../steps/clean/apply.ts";
import type { CheckFacts } from "../steps/clean/formed-table.ts";
import type { ChosenContact } from "../steps/clean/choose-contacts.ts";
import type { FormRule } from "../steps/clean/form.ts";
import { formExamples, type Example, type FormCounts, type WordCount } from "../steps/clean/form-facts.ts";
import type { CleanModel } from "../steps/clean/model.ts";
import type { LeftOut } from "../steps/clean/left-out.ts";
import type { EmailCheck } from "../steps/clean/settings.ts";
import type { OpenedTable, Warning } from "../steps/open-table.ts";
import { leftOutBlocks } from "./clean-report-left-out.ts";
import { modelBlocks, modelsJson } from "./clean-report-models.ts";
import { numberBlocks, numbersJson } from "./clean-report-numbers.ts";

/** What the report of `clean` is made from. */
export interface CleanReportFacts {
  readonly opened: OpenedTable;
  readonly model: CleanModel;
  readonly cleaned: Cleaned;
  readonly warnings: readonly Warning[];
  /** Columns of contact data, with why they are taken for it; none by a saved model. */
  readonly contacts: readonly ChosenContact[];
  /** Columns that rules for all columns did not reach; none by a saved model. */
  readonly leftOut: readonly LeftOut[];
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
  /** The one currency of its amounts. */
  readonly unit: string | null;
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
  const numbers = numbersJson(cleaned.facts);
  const account: RowAccount = {
    used: opened.table.rows - cleaned.quarantined,
    quarantined: opened.quarantined + cleaned.quarantined,
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
    ...checkBlocks(cleaned, facts.contacts),
    ...excludedBlocks(cleaned),
    ...numberBlocks(cleaned.facts),
    ...modelBlocks(cleaned.modelled, model, facts.imputations),
    ...leftOutBlocks(facts.leftOut),
    accountBlock(account),
    ...warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  return {
    command: "clean",
    blocks,
    json: {
      schema: "segment/clean@1",
      version: context.version,
      ...accountJson(account),
      warnings: warningsOf(blocks),
      columns: columns.map(columnJson),
      emails: cleaned.formed.checks
        .filter(({ kind }) => kind === "email")
        .map(({ column, valid, invalid, missing }) => ({ column, valid, invalid, missing, action: model.emailCheck })),
      checks: cleaned.formed.checks.map((one) => ({ ...one, why: whyOf(facts.contacts, one.column) })),
      excluded: cleaned.formed.excluded.map((one) => ({ ...one })),
      ...numbers,
      imputed: [...numbers.imputed, ...modelsJson(cleaned.modelled)],
      left_out: facts.leftOut.map(({ column, reason, rules }) => ({ column, reason, rules: [...rules] })),
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
    const examples =
      column.stages.length === 0 ? null : await formExamples(engine, formed.from, column, formed.marked[i]!);
    facts.push({
      column: column.column.name,
      type: column.cleaned.type,
      unit: column.cleaned.unit ?? null,
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
    rows: changed.slice(0, shownColumns).map(({ column, type, unit, counts, rules }) => ({
      cells: [
        cutMiddle(visibleText(column), 24),
        unit === null ? type : `${type}, ${unit}`,
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
  if (text === null) return "(empty)";
  if (text === "") return '""';
  const shown = cutMiddle(visibleText(text), exampleWidth);
  return text !== text.trim() || /\s\s/.test(text) ? `"${shown}"` : shown;
}

function wordText(word: string): string {
  return word === "" ? "(spaces)" : cutMiddle(visibleText(word), 20);
}

const checkWords: Readonly<Record<EmailCheck, (name: string) => string>> = {
  flag: (name) => `told in ${name}_valid`,
  null: () => "emptied",
  drop: () => "rows dropped",
  quarantine: () => "rows set aside",
};

function whyOf(contacts: readonly ChosenContact[], name: string): string | null {
  return contacts.find(({ column }) => column === name)?.why ?? null;
}

function checkBlocks({ formed: { checks } }: Cleaned, contacts: readonly ChosenContact[]): readonly Block[] {
  if (checks.length === 0) return [];
  const became = ({ action, invalid, column }: CheckFacts): string => {
    if (action === null) return invalid === 0 ? "" : "left as they are";
    return invalid === 0 && action !== "flag" ? "" : checkWords[action](visibleText(column));
  };
  return [
    { kind: "heading", text: "contact data" },
    {
      kind: "table",
      table: {
        name: "checks",
        columns: [
          { header: "column", align: "left" },
          { header: "as", align: "left" },
          { header: "valid", align: "right" },
          { header: "not valid", align: "right" },
          { header: "missing", align: "right", priority: 1 },
          { header: "not known", align: "right", priority: 3 },
          { header: "what became of them", align: "left" },
          { header: "why", align: "left", priority: 2 },
        ],
        rows: checks.map((one) => ({
          cells: [
            visibleText(one.column),
            one.kind,
            formatCount(one.valid),
            formatCount(one.invalid),
            formatCount(one.missing),
            formatCount(one.open),
            became(one),
            whyOf(contacts, one.column) ?? "",
          ],
        })),
        data: {
          columns: ["column", "kind", "valid", "invalid", "missing", "open", "action", "removed"],
          rows: checks.map(({ column, kind, valid, invalid, missing, open, action, removed }) => [
            column,
            kind,
            valid,
            invalid,
            missing,
            open,
            action,
            removed,
          ]),
        },
      },
    },
  ];
}

function excludedBlocks({ formed: { excluded } }: Cleaned): readonly Block[] {
  if (excluded.length === 0) return [];
  return [
    { kind: "heading", text: "rows left out" },
    {
      kind: "table",
      table: {
        name: "excluded",
        columns: [
          { header: "rule", align: "left" },
          { header: "rows", align: "right" },
          { header: "where", align: "left", wrap: true },
        ],
        rows: excluded.map(({ name, where, count: rows }) => ({
          cells: [visibleText(name), formatCount(rows), name === where ? "" : visibleText(where)],
        })),
        data: {
          columns: ["rule", "where", "count"],
          rows: excluded.map(({ name, where, count: rows }) => [name, where, rows]),
        },
      },
    },
  ];
}

function columnJson({ column, type, unit, counts, rules, nullWords }: ColumnFacts): Json {
  return {
    column,
    type,
    ...(unit === null ? {} : { currency: unit }),
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
