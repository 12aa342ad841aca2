import type { Block, Json, ReportTable } from "../core/report.ts";
import type { Role } from "../core/role.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount, formatShare } from "../report/number.ts";
import type { RowAccount } from "../report/row-account.ts";
import type { Origin } from "../steps/combine/align-columns.ts";
import type { Combined } from "../steps/combine/combine-sources.ts";
import type { FieldConflicts } from "../steps/combine/conflicts.ts";
import type { FieldRule } from "../steps/combine/fold-customers.ts";
import { kindOfKey } from "../steps/dedupe/key-sql.ts";
import type { IngestMore } from "./ingest-report.ts";
import { sourceBlocks } from "./ingest-report.ts";

const left = "left" as const;
const right = "right" as const;

/** What the report of `ingest` says of several sources: columns, keys, matches, rows and conflicts. */
export function combineMore(combined: Combined, tableRoles: ReadonlyMap<string, Role>): IngestMore {
  const { accounts, kind, opened, conflicts } = combined;
  const sum = (of: (one: (typeof accounts)[number]) => number): number =>
    accounts.reduce((total, one) => total + of(one), 0);
  const account: RowAccount = {
    used: sum(({ rows }) => rows),
    quarantined: sum(({ quarantined }) => quarantined),
    merged: sum(({ merged }) => merged),
    removed: sum(({ removed }) => removed),
    out: combined.table.rows,
  };
  let tables = 0;
  const detected = opened.flatMap(({ sources, table }) => {
    tables += sources.length;
    return sourceBlocks(sources, table, tables - sources.length + 1);
  });
  return {
    titles: [`${kind} of ${opened.map(({ name }) => name).join(", ")}`],
    detected,
    blocks: [
      ...columnBlocks(combined, tableRoles),
      ...keyBlocks(combined),
      ...pairBlocks(combined),
      ...refusedBlocks(combined),
      ...accountBlocks(combined),
      ...(conflicts === null ? [] : conflictBlocks(combined, conflicts.fields, conflicts.count)),
    ],
    account,
    json: { combine: combineJson(combined, tableRoles) },
  };
}

/** What a column is for: as the map says, as it is matched, else as the table that was made shows it. */
function roleOf({ alignment, chosen }: Combined, i: number, tableRoles: ReadonlyMap<string, Role>): Role {
  const { name, role } = alignment.columns[i]!;
  const own = role ?? chosen.roles[i]!;
  return role === null && own === "text" ? (tableRoles.get(name) ?? own) : own;
}

function columnBlocks(combined: Combined, tableRoles: ReadonlyMap<string, Role>): readonly Block[] {
  const { alignment, rules, opened, kind } = combined;
  const names = opened.map(({ name }) => name);
  const rows = alignment.columns.map((column, i) => [
    column.name,
    column.type,
    roleOf(combined, i, tableRoles),
    ...column.origins.map((origin) => originText(origin)),
    ...(kind === "union" ? [] : [ruleText(rules[i]!, names)]),
  ]);
  const columns = ["column", "type", "role", ...names, ...(kind === "union" ? [] : ["takes"])];
  const table: ReportTable = {
    name: "schema",
    columns: columns.map((header, i) => ({
      header,
      align: left,
      priority: i === 1 ? 2 : i === 2 || i >= 3 + names.length ? 1 : 0,
    })),
    rows: rows.map((cells) => ({ cells: cells.map((cell) => cutMiddle(visibleText(cell), 30)) })),
    data: { columns, rows },
  };
  const isByRole = alignment.columns.some(({ origins }) => origins.some(isOfRole));
  const byRole: readonly Block[] = isByRole
    ? [{ kind: "text", text: "by role: each source has one such column, whatever its name", emphasis: "dim" }]
    : [];
  const leftOut = alignment.leftOut.flatMap((list, s) =>
    list.length === 0 ? [] : [`${names[s]!}: ${list.join(", ")}`],
  );
  return [
    { kind: "heading", text: "columns by source" },
    { kind: "table", table },
    ...byRole,
    ...leftOut.map((text): Block => ({
      kind: "text",
      text: `not in the schema, left out of ${text}`,
      emphasis: "dim",
    })),
  ];
}

function isOfRole(origin: Origin | null): boolean {
  return origin?.kind === "first" && origin.how === "same role";
}

function originText(origin: Origin | null): string {
  if (origin === null) return "—";
  switch (origin.kind) {
    case "constant":
      return `“${origin.text}”`;
    case "join":
      return origin.columns.map(({ name }) => name).join(" + ");
    case "first":
      return `${origin.columns.map(({ name }) => name).join(" else ")}${isOfRole(origin) ? " (by role)" : ""}`;
  }
}

function ruleText({ newest, sources, consent }: FieldRule, names: readonly string[]): string {
  if (consent) return "the most restrictive";
  const order = sources.map((s) => names[s]!).join(", ");
  return newest ? `newest, then ${order}` : order;
}

function keyBlocks({ chosen, accounts }: Combined): readonly Block[] {
  if (chosen.keys.length === 0) return [];
  const headers = ["usable", "missing", "invalid", "placeholder", "repeated"] as const;
  const rows = chosen.keys.flatMap((key, j) =>
    accounts.map((account) => ({ key: key.label, kind: kindOfKey(key), source: account.name, own: account.keys[j]! })),
  );
  const table: ReportTable = {
    name: "keys",
    columns: [
      { header: "key", align: left },
      { header: "source", align: left },
      ...headers.map((header, i) => ({ header, align: right, priority: [0, 2, 2, 3, 1][i]! })),
    ],
    rows: rows.map(({ key, source, own }) => ({
      cells: [key, source, ...headers.map((name) => formatCount(own[name]))],
    })),
    data: {
      columns: ["key", "kind", "source", ...headers],
      rows: rows.map(({ key, kind, source, own }) => [key, kind, source, ...headers.map((name) => own[name])]),
    },
  };
  const text =
    "repeated: another row of the same source has the value, so that it does not say who is meant and matches nothing";
  return [
    { kind: "heading", text: "keys in the order in which they are tried, in rows" },
    { kind: "table", table },
    ...(rows.some(({ own }) => own.repeated > 0) ? [{ kind: "text", text, emphasis: "dim" } as const] : []),
  ];
}

function pairBlocks({ chosen, accounts, pairs }: Combined): readonly Block[] {
  if (chosen.keys.length === 0 || pairs.length === 0) return [];
  const labels = chosen.keys.map(({ label }) => label);
  const hasThrough = pairs.some(({ through }) => through > 0);
  const share = (customers: number, s: number): string =>
    accounts[s]!.rows === 0 ? "—" : formatShare(customers / accounts[s]!.rows);
  const table: ReportTable = {
    name: "matches",
    columns: [
      { header: "sources", align: left },
      { header: "customers", align: right },
      { header: "of each", align: right },
      ...labels.map((label) => ({ header: `by ${label}`, align: right, priority: 1 })),
      ...(hasThrough ? [{ header: "by a third", align: right, priority: 1 }] : []),
    ],
    rows: pairs.map(({ a, b, customers, byKey, through }) => ({
      cells: [
        `${accounts[a]!.name}, ${accounts[b]!.name}`,
        formatCount(customers),
        `${share(customers, a)}, ${share(customers, b)}`,
        ...byKey.map(formatCount),
        ...(hasThrough ? [formatCount(through)] : []),
      ],
    })),
    data: {
      columns: ["first", "second", "customers", ...labels, "through"],
      rows: pairs.map(({ a, b, customers, byKey, through }) => [
        accounts[a]!.name,
        accounts[b]!.name,
        customers,
        ...byKey,
        through,
      ]),
    },
  };
  return [
    { kind: "heading", text: "customers in common" },
    { kind: "table", table },
  ];
}

/** Pairs of rows with the same key that are not one customer, and why. */
function refusedBlocks({ chosen, accounts, found }: Combined): readonly Block[] {
  const headers = ["ambiguous", "other id", "other name"];
  const rows = found.flatMap((ofSource, s) =>
    ofSource.flatMap(({ ambiguous, otherId, otherName }, j) =>
      ambiguous + otherId + otherName === 0
        ? []
        : [{ source: accounts[s]!.name, key: chosen.keys[j]!.label, counts: [ambiguous, otherId, otherName] }],
    ),
  );
  if (rows.length === 0) return [];
  const table: ReportTable = {
    name: "not-matched",
    columns: [
      { header: "source", align: left },
      { header: "key", align: left },
      ...headers.map((header) => ({ header, align: right })),
    ],
    rows: rows.map(({ source, key, counts }) => ({ cells: [source, key, ...counts.map(formatCount)] })),
    data: {
      columns: ["source", "key", "ambiguous", "other_id", "other_name"],
      rows: rows.map(({ source, key, counts }) => [source, key, ...counts]),
    },
  };
  const text =
    "ambiguous: several customers have the value, or several rows claim one customer; other id, other name: the value is " +
    "the same, and the ids, or the names and dates of birth, say two people";
  return [
    { kind: "heading", text: "the same key, not matched, in rows" },
    { kind: "table", table },
    { kind: "text", text, emphasis: "dim" },
  ];
}

function accountBlocks({ accounts, chosen, kind }: Combined): readonly Block[] {
  const labels = chosen.keys.map(({ label }) => label);
  const some = (of: (one: (typeof accounts)[number]) => number): boolean => accounts.some((one) => of(one) > 0);
  const columns: { header: string; of: (one: (typeof accounts)[number]) => number; priority: number }[] = [
    { header: "rows", of: ({ rows, quarantined }) => rows + quarantined, priority: 0 },
    ...(some(({ quarantined }) => quarantined)
      ? [{ header: "quarantined", of: ({ quarantined }: { quarantined: number }) => quarantined, priority: 0 }]
      : []),
    ...labels.map((label, j) => ({
      header: `by ${label}`,
      of: ({ matched }: { matched: readonly number[] }) => matched[j]!,
      priority: 1,
    })),
    ...(labels.length === 0 ? [] : [{ header: "alone", of: ({ alone }: { alone: number }) => alone, priority: 0 }]),
    { header: "out", of: ({ out }) => out, priority: 0 },
    ...(kind === "union" ? [] : [{ header: "merged", of: ({ merged }: { merged: number }) => merged, priority: 0 }]),
    ...(kind === "left"
      ? [{ header: "left out", of: ({ removed }: { removed: number }) => removed, priority: 0 }]
      : []),
  ];
  const table: ReportTable = {
    name: "sources",
    columns: [
      { header: "source", align: left },
      ...columns.map(({ header, priority }) => ({ header, align: right, priority })),
    ],
    rows: accounts.map((one) => ({ cells: [one.name, ...columns.map(({ of }) => formatCount(of(one)))] })),
    data: {
      columns: ["source", ...columns.map(({ header }) => header)],
      rows: accounts.map((one) => [one.name, ...columns.map(({ of }) => of(one))]),
    },
  };
  const text = "alone: no other source has the customer; merged: folded into the row of an earlier source";
  return [
    { kind: "heading", text: "rows by source" },
    { kind: "table", table },
    ...(labels.length === 0 ? [] : [{ kind: "text", text, emphasis: "dim" } as const]),
  ];
}

function conflictBlocks({ accounts }: Combined, fields: readonly FieldConflicts[], count: number): readonly Block[] {
  if (count === 0) return [{ kind: "text", text: "no conflict: where sources share a customer, their values agree" }];
  const names = accounts.map(({ name }) => name);
  const example = ({ examples: [first] }: FieldConflicts): string =>
    first === undefined
      ? ""
      : first.values.flatMap((text, s) => (text === null ? [] : [`${names[s]!} ${short(text)}`])).join(", ");
  const table: ReportTable = {
    name: "conflicts",
    columns: [
      { header: "column", align: left },
      { header: "customers", align: right },
      ...names.map((name) => ({ header: `${name} taken`, align: right, priority: 1 })),
      { header: "first", align: left, wrap: true, priority: 2 },
    ],
    rows: fields.map((field) => ({
      cells: [field.column, formatCount(field.customers), ...field.won.map(formatCount), example(field)],
    })),
    data: {
      columns: ["column", "customers", ...names.map((name) => `${name} taken`), "first"],
      rows: fields.map((field) => [field.column, field.customers, ...field.won, example(field)]),
    },
  };
  return [
    {
      kind: "heading",
      text: `conflicts: ${formatCount(count)} ${count === 1 ? "value" : "values"} in which sources differ`,
    },
    { kind: "table", table },
    { kind: "text", text: "--conflicts FILE lists them all", emphasis: "dim" },
  ];
}

function short(text: string): string {
  return `“${cutMiddle(visibleText(text), 24)}”`;
}

function combineJson(combined: Combined, tableRoles: ReadonlyMap<string, Role>): Json {
  const { accounts, alignment, chosen, conflicts, found, kind, pairs, people, rules } = combined;
  const names = accounts.map(({ name }) => name);
  const labels = chosen.keys.map(({ label }) => label);
  const byKey = (counts: readonly number[]): Json => Object.fromEntries(labels.map((label, j) => [label, counts[j]!]));
  const bySource = <Of extends Json>(values: readonly Of[]): Json =>
    Object.fromEntries(names.map((name, s) => [name, values[s]!]));
  return {
    kind,
    columns: alignment.columns.map((column, i) => ({
      name: column.name,
      type: column.type,
      role: roleOf(combined, i, tableRoles),
      sources: bySource(column.origins.map(originJson)),
      ...(kind === "union"
        ? {}
        : {
            newest: rules[i]!.newest,
            prefer: rules[i]!.sources.map((s) => names[s]!),
            restrictive: rules[i]!.consent,
          }),
    })),
    left_out: bySource(alignment.leftOut),
    keys: chosen.keys.map((key, j) => ({
      key: key.label,
      kind: kindOfKey(key),
      id: key.isId,
      sources: bySource(accounts.map((account) => ({ ...account.keys[j]! }))),
    })),
    names: people.names.map(({ name }) => name),
    birth: people.birth?.name ?? null,
    sources: accounts.map((account, s) => ({
      name: account.name,
      rows: account.rows + account.quarantined,
      quarantined: account.quarantined,
      joined: byKey(found[s]!.map((one) => one.matched)),
      matched: byKey(account.matched),
      alone: account.alone,
      out: account.out,
      merged: account.merged,
      removed: account.removed,
      not_matched: labels.map((label, j) => ({
        key: label,
        ambiguous: found[s]![j]!.ambiguous,
        other_id: found[s]![j]!.otherId,
        other_name: found[s]![j]!.otherName,
      })),
    })),
    pairs: pairs.map(({ a, b, customers, byKey: by, through }) => ({
      sources: [names[a]!, names[b]!],
      customers,
      shares: [a, b].map((s) => (accounts[s]!.rows === 0 ? null : customers / accounts[s]!.rows)),
      by_key: byKey(by),
      through_others: through,
    })),
    conflicts:
      conflicts === null
        ? null
        : {
            count: conflicts.count,
            columns: conflicts.fields.map(({ column, customers, won, examples }) => ({
              column,
              customers,
              taken: bySource(won),
              examples: examples.map(({ values, chosen: taken }) => ({ ...objectOf(names, values), chosen: taken })),
            })),
          },
  };
}

function objectOf(names: readonly string[], values: readonly (string | null)[]): { readonly [key: string]: Json } {
  return { values: Object.fromEntries(names.map((name, s) => [name, values[s]!])) };
}

function originJson(origin: Origin | null): Json {
  if (origin === null) return null;
  if (origin.kind === "constant") return { value: origin.text };
  const columns = origin.columns.map(({ name }) => name);
  return origin.kind === "join" ? { join: columns, between: origin.between } : { columns, how: origin.how };
}
