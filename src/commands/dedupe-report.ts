import type { Context } from "../core/context.ts";
import type { Block, Report, ReportTable } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount } from "../report/number.ts";
import { accountBlock, accountJson, type RowAccount } from "../report/row-account.ts";
import type { Deduped, ShownDoubtful, ShownShared } from "../steps/dedupe/dedupe-table.ts";
import { keepWords } from "../steps/dedupe/keep-rules.ts";
import { kindOfKey } from "../steps/dedupe/key-sql.ts";
import type { OpenedTable } from "../steps/open-table.ts";

const shownInList = 5;

/** The report of `segment dedupe`. JSON schema `segment/dedupe@1`. */
export function dedupeReport(context: Context, opened: OpenedTable, deduped: Deduped): Report {
  const { groups } = deduped;
  const account: RowAccount = {
    used: opened.table.rows,
    quarantined: opened.quarantined,
    merged: groups.rows - groups.count,
    out: deduped.table.rows,
  };
  const blocks: Block[] = [
    { kind: "title", parts: titleParts(opened, deduped) },
    ...keyBlocks(deduped),
    ...fuzzyBlocks(deduped),
    ...groupBlocks(deduped),
    ...sharedBlocks(deduped),
    ...doubtfulBlocks(deduped),
    ...placeholderBlocks(deduped),
    { kind: "text", text: survivorText(deduped), emphasis: "dim" },
    accountBlock(account),
    ...[...opened.warnings, ...deduped.warnings].map(({ code, message }): Block => ({
      kind: "notice",
      code,
      text: message,
    })),
  ];
  return {
    command: "dedupe",
    blocks,
    json: {
      schema: "segment/dedupe@1",
      version: context.version,
      ...accountJson(account),
      warnings: warningsOf(blocks),
      ...factsJson(deduped),
    },
  };
}

function titleParts({ table }: OpenedTable, { groups }: Deduped): readonly string[] {
  const merged = groups.rows - groups.count;
  return [
    "dedupe",
    count(table.rows, "row"),
    `${formatCount(merged)} merged into ${count(groups.count, "group")}`,
    ...(groups.count === 0 ? [] : [`largest ${formatCount(groups.largest)}`]),
  ];
}

function keyBlocks({ keys }: Deduped): readonly Block[] {
  if (keys.length === 0) return [];
  const table: ReportTable = {
    name: "keys",
    columns: [
      { header: "key", align: "left", wrap: true },
      { header: "read as", align: "left", priority: 1 },
      { header: "usable", align: "right" },
      { header: "missing", align: "right", priority: 2 },
      { header: "invalid", align: "right", priority: 2 },
      { header: "placeholder", align: "right", priority: 3 },
      { header: "shared values", align: "right" },
    ],
    rows: keys.map(({ key, usable, missing, invalid, placeholder, shared }) => ({
      cells: [key.label, kindOfKey(key), ...[usable, missing, invalid, placeholder, shared].map(formatCount)],
    })),
    data: {
      columns: ["key", "kind", "usable", "missing", "invalid", "placeholder", "shared"],
      rows: keys.map((one) => [
        one.key.label,
        kindOfKey(one.key),
        one.usable,
        one.missing,
        one.invalid,
        one.placeholder,
        one.shared,
      ]),
    },
  };
  return [
    { kind: "heading", text: "keys, in rows (only a usable key matches)" },
    { kind: "table", table },
  ];
}

function fuzzyBlocks({ fuzzy }: Deduped): readonly Block[] {
  if (fuzzy === null) return [];
  const texts = fuzzy.rules.map(({ label, threshold }) => `${label} ≥ ${threshold}`).join(" and ");
  const blocks = fuzzy.blocks.map(({ label }) => label).join(" or ");
  const pairs = `${count(fuzzy.pairs, "pair")} compared, ${formatCount(fuzzy.matched)} matched`;
  return [{ kind: "text", text: `fuzzy: ${texts} within ${blocks}: ${pairs}` }];
}

function groupBlocks({ groups }: Deduped): readonly Block[] {
  if (groups.count === 0) return [{ kind: "text", text: "no two rows are one person by these keys" }];
  const most = Math.max(...groups.bySize);
  const labels = ["2 rows", "3 rows", "4 rows or more"];
  return [
    { kind: "heading", text: "groups by size" },
    {
      kind: "table",
      table: {
        name: "groups",
        columns: [
          { header: "group of", align: "left" },
          { header: "groups", align: "right" },
        ],
        rows: groups.bySize.map((number, i) => ({
          cells: [labels[i]!, { text: formatCount(number), bar: number / most }],
        })),
        data: { columns: ["rows", "groups"], rows: groups.bySize.map((number, i) => [["2", "3", "4+"][i]!, number]) },
      },
    },
  ];
}

function sharedBlocks({ shared, sharedCount, keys }: Deduped): readonly Block[] {
  if (sharedCount === 0) return [];
  const label = ({ key }: ShownShared): string => keys[key]!.key.label;
  return [
    { kind: "heading", text: `shared by unlike people, not merged: ${count(sharedCount, "value")}` },
    {
      kind: "table",
      table: {
        name: "shared",
        columns: [
          { header: "key", align: "left", priority: 2 },
          { header: "value", align: "left" },
          { header: "rows", align: "right" },
          { header: "names", align: "left", wrap: true, priority: 1 },
        ],
        rows: shared.slice(0, shownInList).map((one) => ({
          cells: [
            label(one),
            cutMiddle(visibleText(one.value), 36),
            formatCount(one.rows),
            one.names.map((name) => cutMiddle(visibleText(name), 30)).join(", "),
          ],
        })),
        data: {
          columns: ["key", "value", "rows", "names"],
          rows: shared.map((one) => [label(one), one.value, one.rows, one.names.join(", ")]),
        },
      },
    },
    ...moreText(sharedCount - Math.min(shownInList, shared.length)),
  ];
}

function doubtfulBlocks({ doubtful, doubtfulCount, keys }: Deduped): readonly Block[] {
  if (doubtfulCount === 0) return [];
  const label = ({ key }: ShownDoubtful): string => keys[key]!.key.label;
  const why = ({ mailbox, chosen }: ShownDoubtful): string =>
    [...(mailbox ? ["mailbox"] : []), ...(chosen ? ["chosen"] : [])].join(", ");
  // Those that were chosen come first.
  const some = doubtful[0]!.chosen;
  const heading = some
    ? `merged, but worth a look: ${count(doubtfulCount, "group")}`
    : `merged under a mailbox that several people may read: ${count(doubtfulCount, "group")}`;
  const text =
    "chosen: a row fitted two people who share the key, and went with the one whose telephone, address or postcode it " +
    "has; mailbox: several people may read it, by its name";
  return [
    { kind: "heading", text: heading },
    ...(some ? [{ kind: "text", text, emphasis: "dim" } as const] : []),
    {
      kind: "table",
      table: {
        name: "doubtful",
        columns: [
          { header: "key", align: "left", priority: 2 },
          { header: "value", align: "left" },
          { header: "rows", align: "right" },
          ...(some ? [{ header: "why", align: "left", priority: 1 } as const] : []),
          { header: "names", align: "left", wrap: true, priority: 1 },
        ],
        rows: doubtful.slice(0, shownInList).map((one) => ({
          cells: [
            label(one),
            cutMiddle(visibleText(one.value), 36),
            formatCount(one.rows.length),
            ...(some ? [why(one)] : []),
            one.names.map((name) => cutMiddle(visibleText(name), 30)).join(", "),
          ],
        })),
        data: {
          columns: ["key", "value", "rows", "why", "names"],
          rows: doubtful.map((one) => [label(one), one.value, one.rows.length, why(one), one.names.join(", ")]),
        },
      },
    },
    ...moreText(doubtfulCount - Math.min(shownInList, doubtful.length)),
  ];
}

function placeholderBlocks({ placeholders, keys }: Deduped): readonly Block[] {
  if (placeholders.length === 0) return [];
  const rows = keys.reduce((sum, { placeholder }) => sum + placeholder, 0);
  return [
    { kind: "heading", text: `placeholder keys, not merged: ${count(rows, "row")}` },
    {
      kind: "table",
      table: {
        name: "placeholders",
        columns: [
          { header: "key", align: "left", priority: 1 },
          { header: "value", align: "left" },
          { header: "rows", align: "right" },
        ],
        rows: placeholders.slice(0, shownInList).map((one) => ({
          cells: [keys[one.key]!.key.label, cutMiddle(visibleText(one.value), 36), formatCount(one.rows)],
        })),
        data: {
          columns: ["key", "value", "rows"],
          rows: placeholders.map((one) => [keys[one.key]!.key.label, one.value, one.rows]),
        },
      },
    },
  ];
}

function moreText(more: number): readonly Block[] {
  if (more <= 0) return [];
  const text = `and ${formatCount(more)} more; --duplicates FILE lists the rows of all`;
  return [{ kind: "text", text, emphasis: "dim" }];
}

function survivorText({ survivorship, people, conflicts }: Deduped): string {
  const { rule, byColumn, consent, id } = survivorship;
  const others = [...byColumn].map(([column, own]) => `${column} ${keepWords(own)}`);
  const parts = [`kept: ${[keepWords(rule), ...others].join(", ")}`];
  if (id !== null) parts.push(`least ${id.name}`);
  if (consent.length > 0) {
    const names = consent.map(({ column }) => column.name).join(", ");
    parts.push(`most restrictive ${names} (${count(conflicts, "contradiction")})`);
  }
  if (people !== null && people.names.length > 0) {
    const columns = [...people.names, ...(people.birth === null ? [] : [people.birth])].map(({ name }) => name);
    parts.push(`people told apart by ${columns.join(", ")}`);
  }
  return parts.join("; ");
}

function factsJson(deduped: Deduped) {
  const { keys, fuzzy, groups, survivorship, people, shared, doubtful, placeholders } = deduped;
  const { rule, byColumn, consent, id } = survivorship;
  return {
    keys: keys.map(({ key, usable, missing, invalid, placeholder, shared: values }) => ({
      key: key.label,
      kind: kindOfKey(key),
      usable,
      missing,
      invalid,
      placeholder,
      shared: values,
    })),
    fuzzy:
      fuzzy === null
        ? null
        : {
            texts: fuzzy.rules.map(({ label, threshold }) => ({ column: label, threshold })),
            blocks: fuzzy.blocks.map(({ label }) => label),
            pairs: fuzzy.pairs,
            matched: fuzzy.matched,
          },
    groups: {
      count: groups.count,
      largest: groups.largest,
      rows: groups.rows,
      by_size: { "2": groups.bySize[0], "3": groups.bySize[1], "4+": groups.bySize[2] },
    },
    survivorship: {
      keep: keepWords(rule),
      columns: Object.fromEntries([...byColumn].map(([column, own]) => [column, keepWords(own)])),
      consent: consent.map(({ column }) => column.name),
      consent_conflicts: deduped.conflicts,
      id: id?.name ?? null,
    },
    people:
      people === null
        ? null
        : {
            names: people.names.map(({ name }) => name),
            birth: people.birth?.name ?? null,
          },
    shared: shared.map((one) => ({
      key: keys[one.key]!.key.label,
      value: one.value,
      rows: one.rows,
      people: one.people,
      names: one.names,
    })),
    shared_values: deduped.sharedCount,
    doubtful: {
      count: deduped.doubtfulCount,
      examples: doubtful.map((one) => ({
        key: keys[one.key]!.key.label,
        value: one.value,
        rows: one.rows.length,
        names: one.names,
        mailbox: one.mailbox,
        chosen: one.chosen,
      })),
    },
    placeholders: placeholders.map((one) => ({ key: keys[one.key]!.key.label, value: one.value, rows: one.rows })),
  };
}

function count(number: number, word: string): string {
  return `${formatCount(number)} ${word}${number === 1 ? "" : "s"}`;
}
