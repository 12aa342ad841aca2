import type { OutputTable } from "../../core/command.ts";
import type { Context, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { OpenedTable, Warning } from "../open-table.ts";
import { duplicatesTable } from "./duplicates-table.ts";
import {
  countStates,
  findKeyLinks,
  type DoubtfulGroup,
  showValues,
  type SharedValue,
  type ValueRows,
} from "./find-links.ts";
import { findFuzzyLinks, readFuzzy, type FuzzyRule } from "./fuzzy.ts";
import { besideTable, findGroups, type Groups } from "./groups.ts";
import { readSurvivorship, requireAnswers, type KeepOptions, type Survivorship } from "./keep-rules.ts";
import { keysQuery, keyState, partMark, type PhoneFacts } from "./key-sql.ts";
import { likelyKeys, readKeys, type KeySpec } from "./keys.ts";
import { peopleColumns, type PeopleColumns } from "./people.ts";
import { readPhoneCountry } from "./phone-country.ts";
import { placeholderValues, type PlaceholderValue } from "./placeholder-values.ts";
import { foldGroups } from "./survivors.ts";

/** The options of `dedupe` that concern the table. */
export interface DedupeWords extends KeepOptions {
  readonly key: readonly string[];
  readonly fuzzy: readonly string[];
  readonly block: readonly string[];
  readonly country: string | undefined;
  readonly names: readonly string[] | undefined;
  readonly birth: string | undefined;
  readonly duplicates: string | undefined;
  readonly group: string | undefined;
  readonly explain: boolean;
}

/** What a run found and made. */
export interface Deduped {
  readonly table: Table;
  readonly groups: Groups;
  readonly keys: readonly KeyFacts[];
  readonly fuzzy: {
    readonly pairs: number;
    readonly matched: number;
    readonly rules: readonly FuzzyRule[];
    readonly blocks: readonly KeySpec[];
  } | null;
  readonly survivorship: Survivorship;
  readonly people: PeopleColumns | null;
  /** The shared values that most rows have, and how many there are. */
  readonly shared: readonly ShownShared[];
  readonly sharedCount: number;
  /** Merged groups that may be wrong, those that other values decided first, then those of most rows; and how many there are. */
  readonly doubtful: readonly ShownDoubtful[];
  readonly doubtfulCount: number;
  readonly placeholders: readonly PlaceholderValue[];
  /** Groups whose rows contradict one another in a column of consent, once per column. */
  readonly conflicts: number;
  readonly duplicates: OutputTable | null;
  readonly warnings: readonly Warning[];
}

export interface KeyFacts extends Readonly<Record<keyof typeof keyState, number>> {
  readonly key: KeySpec;
  /** Values that unlike people have in common. */
  readonly shared: number;
}

export interface ShownShared extends SharedValue {
  readonly value: string;
  readonly names: readonly string[];
}

export interface ShownDoubtful extends DoubtfulGroup {
  readonly value: string;
  readonly names: readonly string[];
}

/** Shared values that a report shows; the file of `--duplicates` has them all. */
const shownShared = 20;

/**
 * Finds the rows that are one person and folds them into one. Cost: a scan that normalises the keys, one aggregation and
 * join per key, and work on the rows of groups; nothing is paid for rows that are alone. Throws `usage`,
 * `unknown-column`, `unknown-choice`, `bad-option-value`, `ambiguous-input`, `column-exists`.
 */
export async function dedupeTable(context: Context, opened: OpenedTable, words: DedupeWords): Promise<Deduped> {
  const { engine, terminal } = context;
  const { table, sources } = opened;
  await requireMatching(context, table, words);
  const survivorship = readSurvivorship(table, words);
  if (words.consent !== undefined) await requireAnswers(engine, table, survivorship);
  const rules = readFuzzy(table, words.fuzzy, words.names);
  const read = await readKeys(engine, table, words.key, "--key", words.names);
  const blocks = await readKeys(engine, table, words.block, "--block", words.names);
  const warnings: Warning[] = [...read.warnings, ...blocks.warnings];
  const { facts, notice } = await phoneFacts(context, table, [...read.keys, ...blocks.keys], words.country);
  if (notice !== null) warnings.push(notice);

  terminal.progress("comparing keys");
  const found = await findPeople(context, table, read.keys, facts, words);
  if (found !== null && found.people.names.length === 0) {
    const message =
      "no column of names was found, so a key value that unlike people share is merged; name one with --names";
    warnings.push({ code: "names-not-compared", message });
  }
  if (rules.length > 0) terminal.progress("comparing pairs");
  const fuzzy =
    rules.length === 0
      ? null
      : await findFuzzyLinks(context, table, rules, blocks.keys, facts, peopleColumns(table, words).birth);

  terminal.progress("folding groups");
  const groups = findGroups(table.rows, found?.links ?? null, fuzzy);
  const beside = await besideTable(context, table, groups, words.explain);
  const folded = await foldGroups(context, table, groups, beside, survivorship, words.group);
  if (folded.unreadable !== null) {
    const { cells, word } = folded.unreadable;
    const message = `${cells} ${cells === 1 ? "answer" : "answers"} of consent in groups cannot be read, such as “${word}”; where a group's answers differ and none is a clear no, the survivor has none`;
    warnings.push({ code: "consent-unreadable", message });
  }
  const duplicates =
    words.duplicates === undefined
      ? null
      : await duplicatesTable(context, {
          table,
          sources,
          groups,
          ranked: folded.ranked,
          keys: read.keys,
          keyTable: found?.keyTable ?? null,
          links: found?.links ?? null,
          fuzzy,
          fuzzyLabel: rules.map(({ label }) => label).join("+"),
          blocks: blocks.keys,
        });
  return {
    table: folded.table,
    groups,
    keys: found?.facts ?? [],
    fuzzy: fuzzy === null ? null : { pairs: fuzzy.pairs, matched: fuzzy.matched, rules, blocks: blocks.keys },
    survivorship,
    people: found?.people ?? null,
    shared: found?.shared ?? [],
    sharedCount: found?.links.shared.length ?? 0,
    doubtful: found?.doubtful ?? [],
    doubtfulCount: found?.links.doubtful.length ?? 0,
    placeholders: found?.placeholders ?? [],
    conflicts: folded.conflicts,
    duplicates,
    warnings,
  };
}

/** Stops a run that would match nothing, or that has options without effect. */
async function requireMatching({ engine }: Context, table: Table, words: DedupeWords): Promise<void> {
  const { key, fuzzy, block } = words;
  if (key.length === 0 && fuzzy.length === 0) {
    const likely = await likelyKeys(engine, table);
    const hint = likely.length === 0 ? "--key COL" : likely.map((name) => `--key ${shellWord(name)}`).join(" or ");
    throw new SegmentError("usage", "dedupe needs to know by what rows are one person", { hint: `try ${hint}` });
  }
  if (fuzzy.length > 0 && block.length === 0) {
    throw new SegmentError("usage", "--fuzzy needs a --block, or every row would be compared with every other", {
      hint: `such as --fuzzy "${fuzzy[0]!}" --block postcode`,
    });
  }
  const idle = [fuzzy.length === 0 && block.length > 0 ? ["--block", "without --fuzzy"] : null].find(
    (one) => one !== null,
  );
  if (idle !== undefined && idle !== null)
    throw new SegmentError("usage", `${idle[0]} would have no effect ${idle[1]}`);
  if (words.group !== undefined && table.columns.some(({ name }) => name === words.group)) {
    throw new SegmentError("column-exists", `the table has a column ${words.group} already`, {
      hint: "give --group another name",
    });
  }
}

/** What telephone numbers need, read only where a key has one. Throws `usage` for a country without such a key. */
export async function phoneFacts(
  { engine }: Context,
  table: Table,
  keys: readonly KeySpec[],
  country: string | undefined,
): Promise<{ readonly facts: PhoneFacts; readonly notice: Warning | null }> {
  if (!keys.some(({ parts }) => parts.some(({ kind }) => kind === "phone"))) {
    if (country === undefined) return { facts: { plans: [], home: null }, notice: null };
    throw new SegmentError("usage", "--country would have no effect: no key is a telephone number", {
      hint: "leave it out, or add --key phone",
    });
  }
  const { phonePlans } = await import("./phone-plan.ts");
  const { facts, unknown } = await readPhoneCountry(engine, table, country, phonePlans());
  if (unknown === 0) return { facts, notice: null };
  const rows = unknown ?? table.rows;
  const what =
    unknown === null
      ? "their national telephone numbers match by the digits alone, and never the international form of the same number; say --country COL or CODE"
      : "only their telephone numbers in international form can match";
  const message = `the country of ${rows} ${rows === 1 ? "row" : "rows"} is not known: ${what}`;
  return { facts, notice: { code: "phone-country", message } };
}

/** Everything that keys find; null without keys. */
async function findPeople(
  context: Context,
  table: Table,
  keys: readonly KeySpec[],
  phone: PhoneFacts,
  words: DedupeWords,
) {
  if (keys.length === 0) return null;
  const { engine } = context;
  const people = peopleColumns(table, words);
  const stored = await engine.store(keysQuery(table, keys, phone, []));
  const states = await countStates(context, stored.relation, keys.length);
  const known = people.names.length > 0 || people.birth !== null;
  const links = await findKeyLinks(context, stored, keys, known ? { table, columns: people } : null);
  const most = links.shared.toSorted((a, b) => b.rows - a.rows || a.key - b.key || a.firstRow - b.firstRow);
  const shown = most.slice(0, shownShared);
  const named = people.names.length > 0;
  const show = async <One extends ValueRows>(values: readonly One[]) => {
    const examples = await showValues(context, stored.relation, links.members, named, values);
    return values.map((one, i) => ({ ...one, value: plain(examples[i]!.value), names: examples[i]!.names }));
  };
  const placeholders = states.some(({ placeholder }) => placeholder > 0)
    ? await placeholderValues(context, stored.relation, keys.length, shownShared)
    : [];
  const doubts = links.doubtful
    .toSorted((a, b) => Number(b.chosen) - Number(a.chosen) || b.rows.length - a.rows.length)
    .slice(0, shownShared)
    .map((one) => ({ ...one, only: one.rows }));
  return {
    people,
    keyTable: stored.relation,
    links,
    facts: keys.map((key, j) => ({
      key,
      ...states[j]!,
      shared: links.shared.filter((one) => one.key === j).length,
    })),
    shared: await show(shown),
    doubtful: await show(doubts),
    placeholders: placeholders.map((one) => ({ ...one, value: plain(one.value) })),
  };
}

function plain(text: string): string {
  return text.replaceAll(partMark, " + ");
}

function shellWord(text: string): string {
  return /^[\p{L}\p{N}_.-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
