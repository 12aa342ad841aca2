import type { Context, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import type { Block, Json, ReportTable } from "../core/report.ts";
import { didYouMean } from "../core/suggest.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCount, formatShare } from "../report/number.ts";
import { readNamedSources } from "../steps/combine/named-sources.ts";
import type { SourceMap } from "../steps/combine/source-map.ts";
import { addRegions, type Regions } from "../steps/lookup/add-regions.ts";
import { joinLookup, readLookupKey, type Looked } from "../steps/lookup/join-lookup.ts";
import { keyFormWords } from "../steps/lookup/key-form.ts";
import type { ReadWords, Warning } from "../steps/open-table.ts";
import { lookupOptions } from "./combine-options.ts";
import type { IngestMore } from "./ingest-report.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";

type LookupOptions = OptionsOf<typeof lookupOptions> & { readonly country?: string | undefined };

/** A table with the columns that were looked up, and what the report says of them. */
export interface Enriched {
  readonly table: Table;
  readonly looked: readonly Looked[];
  readonly more: IngestMore | null;
  readonly warnings: readonly Warning[];
}

/** Adds what `--lookup` and `--regions` ask for, in this order. Throws `usage` for options that do not go together. */
export async function enrich(
  context: Context,
  given: Table,
  options: LookupOptions,
  map: SourceMap | null,
): Promise<Enriched> {
  const named = readNamedSources(options.lookup, "--lookup");
  if (named.length === 0)
    refuseIdle(givenFlags(lookupOptions, options, ["on", "take"]), "there is no --lookup", "add one");
  const { on } = options;
  if (named.length > 0 && on.length !== 1 && on.length !== named.length) {
    const message =
      on.length === 0 ? "--lookup needs the key: --on COL" : `${named.length} of --lookup have ${on.length} of --on`;
    throw new SegmentError("usage", message, {
      hint: `such as --lookup ${named[0]!.name}=${named[0]!.place} --on postcode, one for each lookup in order, or one for all`,
    });
  }
  const take = takenBy(
    options.take,
    named.map(({ name }) => name),
  );
  let table = given;
  const looked: Looked[] = [];
  for (const [i, source] of named.entries()) {
    context.terminal.progress(`looking up ${source.name}`);
    const key = readLookupKey(on.length === 1 ? on[0]! : on[i]!);
    const words = (map?.lookups.get(source.name) ?? {}) as ReadWords;
    const wanted = take === null ? null : (take.get(source.name) ?? []);
    const one = await joinLookup(context, table, source, key, wanted, words);
    looked.push(one);
    table = one.table;
  }
  const regions =
    options.regions === undefined ? null : await addRegions(context, table, options.regions, options.country);
  if (regions !== null) table = regions.table;
  const warnings = looked.flatMap((one) => one.warnings);
  if (looked.length === 0 && regions === null) return { table, looked, more: null, warnings };
  const blocks = [...looked.flatMap(lookupBlocks), ...(regions === null ? [] : regionBlocks(regions))];
  const json: Record<string, Json> = {};
  if (looked.length > 0) json["lookups"] = looked.map(lookupJson);
  if (regions !== null) json["regions"] = regionsJson(regions);
  return { table, looked, more: { titles: [], blocks, json }, warnings };
}

/** The items of `--take` by lookup, without their prefix. */
function takenBy(
  items: readonly string[] | undefined,
  lookups: readonly string[],
): ReadonlyMap<string, readonly string[]> | null {
  if (items === undefined) return null;
  const taken = new Map<string, string[]>();
  for (const item of items) {
    const name = lookups.find((one) => item.startsWith(`${one}.`)) ?? (lookups.length === 1 ? lookups[0]! : null);
    if (name === null) {
      const near = didYouMean(item.split(".")[0]!, lookups);
      throw new SegmentError("bad-option-value", `--take ${item}: of which lookup?`, {
        hint: near || `write ${lookups[0] ?? "insee"}.${item}`,
      });
    }
    const column = item.startsWith(`${name}.`) ? item.slice(name.length + 1) : item;
    taken.set(name, [...(taken.get(name) ?? []), column]);
  }
  return taken;
}

function lookupBlocks(looked: Looked): readonly Block[] {
  const { name, parts, rows, matched, missing, unmatchedRows, taken } = looked;
  const on = parts.map(({ own, other }) => (own === other ? own : `${own} = ${other}`)).join(" and ");
  const share = rows === 0 ? "" : ` (${formatShare(matched / rows)})`;
  const forms = [...new Set(parts.map(({ form }) => keyFormWords[form]))].join("; ");
  const named = taken.map(({ column, name: as }) => (column === as ? column : `${as} (its ${column})`)).join(", ");
  const others = [
    ...(unmatchedRows > 0 ? [`${formatCount(unmatchedRows)} not found`] : []),
    ...(missing > 0 ? [`${formatCount(missing)} without a value`] : []),
  ];
  const found = `${formatCount(matched)} of ${formatCount(rows)} rows found${share}`;
  return [
    { kind: "heading", text: `looked up in ${name} on ${on}` },
    { kind: "text", text: [found, ...others].join(", ") },
    { kind: "text", text: `compared ${forms}`, emphasis: "dim" },
    { kind: "text", text: `added: ${named === "" ? "no column" : named}`, emphasis: "dim" },
    ...unmatchedBlocks(`unmatched-${name}`, looked.unmatched, unmatchedRows),
  ];
}

function unmatchedBlocks(
  name: string,
  values: readonly { readonly value: string; readonly rows: number }[],
  rows: number,
): readonly Block[] {
  if (values.length === 0) return [];
  const table: ReportTable = {
    name,
    columns: [
      { header: "not found", align: "left" },
      { header: "rows", align: "right" },
    ],
    rows: values.map((one) => ({ cells: [cutMiddle(visibleText(one.value), 40), formatCount(one.rows)] })),
    data: { columns: ["value", "rows"], rows: values.map((one) => [one.value, one.rows]) },
  };
  const rest = rows - values.reduce((sum, one) => sum + one.rows, 0);
  const more =
    rest === 0 ? [] : [{ kind: "text", text: `and ${formatCount(rest)} more rows`, emphasis: "dim" } as const];
  return [{ kind: "table", table }, ...more];
}

function regionBlocks(regions: Regions): readonly Block[] {
  const { column, rows, matched, missing, abroad, padded, unmatchedRows } = regions;
  const share = rows === 0 ? "" : ` (${formatShare(matched / rows)})`;
  const parts = [
    `${formatCount(matched)} of ${formatCount(rows)} rows with a department${share}`,
    ...(unmatchedRows > 0 ? [`${formatCount(unmatchedRows)} with a value that is no postcode of one`] : []),
    ...(missing > 0 ? [`${formatCount(missing)} without a value`] : []),
    ...(abroad === null || abroad === 0 ? [] : [`${formatCount(abroad)} of another country`]),
    ...(padded > 0 ? [`${formatCount(padded)} of four digits, read with the leading zero that they lost`] : []),
  ];
  const rule =
    "by the first two digits, overseas three; Corsica: 200, 201 are 2A and 202, 206 are 2B; a commune whose post office is in " +
    "the neighbouring department has that one" +
    (abroad === null ? "; every row is taken for French (--country says which are)" : "");
  return [
    { kind: "heading", text: `department and region of ${column}` },
    { kind: "text", text: parts.join(", ") },
    { kind: "text", text: rule, emphasis: "dim" },
    ...unmatchedBlocks("unmatched-regions", regions.unmatched, unmatchedRows),
  ];
}

function lookupJson(looked: Looked): Json {
  const { name, parts, rows, matched, missing, unmatched, unmatchedRows, taken } = looked;
  return {
    name,
    on: parts.map((part) => ({ ...part })),
    rows,
    matched,
    missing,
    unmatched: unmatchedRows,
    share: rows === 0 ? null : matched / rows,
    unmatched_values: unmatched.map((one) => ({ ...one })),
    columns: taken.map((one) => ({ ...one })),
  };
}

function regionsJson({ column, rows, matched, missing, abroad, padded, unmatched, unmatchedRows }: Regions): Json {
  return {
    column,
    rows,
    matched,
    missing,
    abroad,
    padded,
    unmatched: unmatchedRows,
    unmatched_values: unmatched.map((one) => ({ ...one })),
  };
}
