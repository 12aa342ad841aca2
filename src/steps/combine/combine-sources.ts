import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column } from "../../core/schema.ts";
import type { Source } from "../../core/source.ts";
import { didYouMean } from "../../core/suggest.ts";
import { findColumn } from "../match-columns.ts";
import type { ReadWords, Warning } from "../open-table.ts";
import { phoneFacts } from "../dedupe/dedupe-table.ts";
import { partMark, type PhoneFacts } from "../dedupe/key-sql.ts";
import { readPhoneCountry } from "../dedupe/phone-country.ts";
import { peopleColumns, type PeopleColumns } from "../dedupe/people.ts";
import { placeOf } from "../reading/place-of.ts";
import { accountRows, repeatedValues, type PairMatches, type SourceAccount } from "./account.ts";
import { sourceRoles } from "./align-by-role.ts";
import { alignColumns, type Alignment } from "./align-columns.ts";
import { chooseKeys, type ChosenKeys, type CombineKey } from "./choose-keys.ts";
import { findConflicts, type Conflicts } from "./conflicts.ts";
import { customersTable, unionTable } from "./customers-table.ts";
import { fieldRules, foldCustomers, withPresent, type FieldRule } from "./fold-customers.ts";
import { matchRows, type KeyFindings, type Matches } from "./match-rows.ts";
import type { NamedSource } from "./named-sources.ts";
import { openSources, type OpenedSource } from "./open-sources.ts";
import type { ColumnRole, Prefer, Said, SourceMap } from "./source-map.ts";
import { stackSources, type Stack } from "./stack.ts";
import { unusedKeys } from "./unused-keys.ts";

/** The options of a run over several sources. */
export interface CombineWords extends ReadWords {
  readonly combine: "union" | "left" | "full";
  readonly key: readonly string[];
  readonly country: string | undefined;
  /** The column of `--regions`, which has a use for the country too. */
  readonly regions: string | undefined;
  readonly prefer: readonly string[] | undefined;
  readonly repeated: "refuse" | "keep";
  readonly provenance: boolean;
}

/** What a run over several sources found and made. */
export interface Combined {
  readonly opened: readonly OpenedSource[];
  readonly sources: readonly Source[];
  readonly quarantined: number;
  readonly alignment: Alignment;
  readonly table: Table;
  readonly kind: CombineWords["combine"];
  readonly chosen: ChosenKeys;
  readonly people: PeopleColumns;
  readonly rules: readonly FieldRule[];
  readonly accounts: readonly SourceAccount[];
  readonly pairs: readonly PairMatches[];
  /** By source and key. */
  readonly found: readonly (readonly KeyFindings[])[];
  /** Null for a union, whose rows stay apart. */
  readonly conflicts: Conflicts | null;
  readonly warnings: readonly Warning[];
}

/**
 * Opens several sources, sets their columns under one schema, finds the rows that are one customer and makes one table of
 * them. Throws what opening, aligning and matching throw, and `usage` where nothing tells who is who.
 */
export async function combineSources(
  context: Context,
  named: readonly NamedSource[],
  map: SourceMap | null,
  words: CombineWords,
): Promise<Combined> {
  const { engine, terminal } = context;
  const kind = words.combine;
  const opened = await openSources(context, named, words, map);
  // A schema says itself which columns there are.
  const contacts = map?.columns == null ? await sourceRoles(engine, opened) : null;
  const alignment = await alignColumns(opened, map, contacts);
  terminal.progress("stacking sources");
  const stack = await stackSources(engine, opened, alignment.columns);
  const chosen = await chooseKeys(engine, stack, alignment.columns, map, words.key);
  const isAsked = words.key.length > 0 || map?.keys != null;
  const unused = contacts === null || isAsked ? [] : unusedKeys(opened, contacts, alignment.columns);
  if (chosen.keys.length === 0 && kind !== "union" && named.length > 1)
    throw nothingInCommon(alignment, named, unused[0]?.message);
  const isOrdered = opened.every(({ table }) => table.position === undefined);
  const names = named.map(({ name }) => name);
  const { facts, notice } = await phones(context, stack.table, chosen, words, map);
  const people =
    kind === "union" && chosen.keys.length === 0
      ? noPeople
      : readPeople(stack.table, map, chosen.roles, ofSources(opened, alignment, stack.table));
  const asked = words.prefer === undefined ? null : readPrefer(words.prefer, names);
  const said = asked?.updated ?? map?.updated ?? null;
  const updated = said === null ? null : updatedColumn(stack.table, said);
  const rules = fieldRules(names, alignment.columns, chosen.roles, asked?.prefer ?? map?.prefer ?? null, updated);
  const matches = await matchRows(context, stack, chosen.keys, facts, people);
  if (kind !== "union" && words.repeated === "refuse")
    await refuseRepeated(context, stack, opened, chosen.keys, matches);
  const { sources: accounts, pairs } = await accountRows(context, opened, stack, chosen.keys, matches, kind);
  const warnings = [
    ...opened.flatMap((source) =>
      source.warnings.map((one) => ({ ...one, message: `${source.name}: ${one.message}` })),
    ),
    ...chosen.warnings,
    ...unused,
    ...(notice === null ? [] : [notice]),
    ...unmatchedNotices(names, chosen.keys, pairs),
  ];
  const base = {
    opened,
    sources: opened.flatMap(({ sources: own }) => own),
    quarantined: opened.reduce((sum, one) => sum + one.quarantined, 0),
    alignment,
    kind,
    chosen,
    people,
    rules,
    accounts,
    pairs,
    found: matches.found,
    warnings,
  };
  if (kind === "union") {
    const table = await withPresent(context, unionTable(stack, names, isOrdered));
    return { ...base, table, conflicts: null };
  }
  terminal.progress("folding customers");
  const folded = await foldCustomers(context, stack, matches, { rules, roles: chosen.roles, updated, phone: facts });
  const until = kind === "left" ? (stack.starts[1] ?? stack.table.rows) : stack.table.rows;
  const conflicts = await findConflicts(context, stack, matches, folded, {
    sources: names,
    keys: chosen.keys,
    skipped: new Set(updated === null ? [] : [updated.name]),
    until,
    isOrdered,
  });
  const { provenance } = words;
  const given = { kind, sources: names, keys: chosen.keys, provenance, isOrdered } as const;
  const table = await withPresent(context, await customersTable(context, stack, matches, folded, given));
  return { ...base, table, conflicts };
}

/** Sources without a customer in common are most often sources whose keys are not what they seem. */
function unmatchedNotices(
  names: readonly string[],
  keys: readonly CombineKey[],
  pairs: readonly PairMatches[],
): readonly Warning[] {
  if (keys.length === 0) return [];
  const labels = keys.map(({ label }) => label).join(", ");
  return pairs.flatMap(({ a, b, customers }) =>
    customers > 0
      ? []
      : [{ code: "nothing-matched", message: `${names[a]!} and ${names[b]!} have no customer in common by ${labels}` }],
  );
}

const noPeople: PeopleColumns = { names: [], birth: null };

/** The columns by which people are told apart: those of the map, by name or role, else first and last name and date of birth by their headers. */
function readPeople(
  table: Table,
  map: SourceMap | null,
  roles: readonly ColumnRole[],
  ofEach: PeopleColumns,
): PeopleColumns {
  const said = map?.names ?? null;
  if (map === null) return ofEach;
  if (said === null) {
    const first = ["first-name", "last-name"].flatMap((role) => table.columns.filter((_, i) => roles[i] === role));
    const names = first.length > 0 ? first : table.columns.filter((_, i) => roles[i] === "name");
    const found = peopleColumns(table, { names: undefined, birth: undefined });
    return names.length > 0 ? { ...found, names } : found;
  }
  if (said.length === 0) return noPeople;
  return {
    names: said.map((one) => columnOf(table, one)),
    birth: peopleColumns(table, { names: undefined, birth: undefined }).birth,
  };
}

/** The columns that hold what each source's own columns of names and birth do; a row has none of another source's. */
function ofSources(opened: readonly OpenedSource[], { columns }: Alignment, stack: Table): PeopleColumns {
  const own = opened.map(({ table }) => peopleColumns(table, { names: undefined, birth: undefined }));
  const placeOfColumn = (column: Column, s: number): readonly Column[] =>
    stack.columns.filter((_, i) => {
      const origin = columns[i]!.origins[s];
      return origin != null && origin.kind !== "constant" && origin.columns.includes(column);
    });
  const names = own.flatMap(({ names: of }, s) => of.flatMap((column) => placeOfColumn(column, s)));
  const [birth = null] = own.flatMap(({ birth: of }, s) => (of === null ? [] : placeOfColumn(of, s)));
  return { names: [...new Set(names)], birth };
}

/** `newest:updated_at,crm`: sources in order, before them the row of the latest date. Throws `bad-option-value`. */
function readPrefer(items: readonly string[], names: readonly string[]): { prefer: Prefer; updated: Said | null } {
  let updated: Said | null = null;
  const prefer = items.map((item, i): Said => {
    const [word = "", ...rest] = item.split(":");
    const isNewest = word === "newest" && i === 0;
    if (isNewest && rest.length > 0) updated = { value: rest.join(":"), place: {} };
    else if (!names.includes(item) && !(isNewest && rest.length === 0)) {
      throw new SegmentError(
        "bad-option-value",
        `--prefer ${item}: ${word === "newest" ? "newest comes first" : "no such source"}`,
        {
          hint: didYouMean(item, names) || `one of ${names.join(", ")}, or newest:COL before them`,
        },
      );
    }
    return { value: isNewest ? "newest" : item, place: {} };
  });
  return { prefer, updated };
}

function updatedColumn(table: Table, said: Said) {
  const column = columnOf(table, said);
  if (column.type === "date" || column.type === "timestamp") return column;
  throw new SegmentError("bad-map", `updated: ${said.value} holds ${column.type}, not dates`, { place: said.place });
}

function columnOf({ columns }: Table, { value, place }: Said) {
  try {
    return findColumn(columns, value, "the schema");
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    throw new SegmentError("bad-map", error.message, { place, hint: error.hint });
  }
}

async function phones(
  context: Context,
  table: Table,
  { keys, roles }: ChosenKeys,
  words: CombineWords,
  map: SourceMap | null,
): Promise<{ readonly facts: PhoneFacts; readonly notice: Warning | null }> {
  const country = words.country ?? map?.country?.value;
  const hasKey = keys.some(({ parts }) => parts.some(({ kind }) => kind === "phone"));
  if (!hasKey && roles.includes("phone")) {
    // Conflicts are told by numbers, not by how they are written.
    const { phonePlans } = await import("../dedupe/phone-plan.ts");
    const { facts } = await readPhoneCountry(context.engine, table, country, phonePlans());
    return { facts, notice: null };
  }
  // A country that is in a map for other runs too does no harm where no number is compared.
  if (!hasKey && (words.country === undefined || words.regions !== undefined)) {
    return { facts: { plans: [], home: null }, notice: null };
  }
  try {
    return await phoneFacts(context, table, keys, country);
  } catch (error) {
    if (!(error instanceof SegmentError) || words.country !== undefined || map?.country === null || map === null)
      throw error;
    throw new SegmentError("bad-map", error.message.replace("--country ", "country: "), {
      place: map.country!.place,
      hint: error.hint,
    });
  }
}

function nothingInCommon(
  { columns }: Alignment,
  named: readonly NamedSource[],
  unused: string | undefined,
): SegmentError {
  const common = columns.filter(({ origins }) => origins.filter((origin) => origin !== null).length > 1);
  const names = named.map(({ name }) => name).join(" and ");
  const hint =
    unused !== undefined
      ? unused
      : common.length === 0
        ? "map the columns of all sources to one schema with --map, or stack the rows with --combine union"
        : `name a column that both have: --key ${common[0]!.name}; or stack the rows with --combine union`;
  return new SegmentError("usage", `${names} have no customer id, e-mail address or telephone number in common`, {
    hint,
  });
}

const shownRepeats = 3;

/** An id that a source has twice says that its rows are no customers; to go on would give a customer twice. */
async function refuseRepeated(
  context: Context,
  stack: Stack,
  opened: readonly OpenedSource[],
  keys: readonly CombineKey[],
  matches: Matches,
): Promise<void> {
  if (matches.repeatedValues === 0) return;
  for (const [key, { isId, label }] of keys.entries()) {
    if (!isId) continue;
    for (const [source, { name, sources }] of opened.entries()) {
      const found = await repeatedValues(context, stack, matches, { key, source }, shownRepeats);
      if (found.length === 0) continue;
      const shown: string[] = [];
      for (const { value, rows, count } of found) {
        const lines = await Promise.all(rows.map(async (row) => (await placeOf(sources, row, label)).line ?? null));
        const at = lines.includes(null) ? `rows ${rows.map((row) => row + 1).join(", ")}` : `lines ${lines.join(", ")}`;
        shown.push(
          `${value.replaceAll(partMark, " + ")} (${at}${count > rows.length ? ` and ${count - rows.length} more` : ""})`,
        );
      }
      const place = await placeOf(sources, found[0]!.rows[0]!, label);
      throw new SegmentError("repeated-key", `source ${name} has several rows of one ${label}: ${shown.join("; ")}`, {
        place,
        hint: "fold them first with segment dedupe, or --repeated keep: such rows stay apart and match by later keys alone",
      });
    }
  }
}
