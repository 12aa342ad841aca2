import type { Outcome } from "../core/command.ts";
import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { OptionsOf } from "../core/options.ts";
import { combineSources, type Combined } from "../steps/combine/combine-sources.ts";
import { readNamedSources } from "../steps/combine/named-sources.ts";
import { quarantineOf } from "../steps/combine/quarantine-of.ts";
import { readMap } from "../steps/combine/read-map.ts";
import type { SourceMap } from "../steps/combine/source-map.ts";
import type { combineOptions } from "./combine-options.ts";
import { combineOptions as optionTable } from "./combine-options.ts";
import { readOptions } from "./common-options.ts";
import { givenFlags, refuseIdle } from "./refuse-options.ts";

type CombineOptions = OptionsOf<typeof combineOptions & typeof readOptions> & {
  readonly explain: boolean;
  readonly regions: string | undefined;
};

/** Makes one table of the sources that `--source` names. Throws `usage` for files beside them and for options without effect. */
export async function combineInputs(
  context: Context,
  inputs: readonly string[],
  options: CombineOptions,
  map: SourceMap | null,
): Promise<Combined> {
  if (inputs.length > 0) {
    throw new SegmentError("usage", `${inputs[0]} is named without --source, and other files with it`, {
      hint: `give it a name too: --source ${/([\p{L}]\w*)\.\w+$/u.exec(inputs[0]!)?.[1] ?? "crm"}=${inputs[0]}`,
    });
  }
  const named = readNamedSources(options.source, "--source");
  const stdin = named.find(({ place }) => place === "-");
  if (stdin !== undefined && named.filter(({ place }) => place === "-").length > 1)
    throw new SegmentError("usage", "standard input is one source only");
  if (options.combine === "union") {
    const idle = givenFlags(optionTable, options, ["provenance", "conflicts"]);
    refuseIdle(idle, "a union keeps every row of every source");
  }
  if (options.explain) {
    const idle = givenFlags(optionTable, options, ["conflicts"]);
    refuseIdle(idle, "--explain shows how the table is made and writes nothing");
  }
  const combined = await combineSources(context, named, map, options);
  const set = combined.opened.filter(({ quarantined }) => quarantined > 0).map(({ name }) => name);
  if (options.quarantine === undefined || set.length === 0) return combined;
  const files = set.map((name) => quarantineOf(options.quarantine!, name)).join(", ");
  const message = `each source has a quarantine of its own: ${files}`;
  return { ...combined, warnings: [...combined.warnings, { code: "quarantine-files", message }] };
}

/** The map that `--map` names, read for these sources and lookups; null without. */
export async function openMap(
  { io }: Context,
  path: string | undefined,
  named: { readonly source: readonly string[]; readonly lookup: readonly string[] },
): Promise<SourceMap | null> {
  if (path === undefined) return null;
  const names = (items: readonly string[], option: string): readonly string[] =>
    readNamedSources(items, option).map(({ name }) => name);
  const known = { sources: names(named.source, "--source"), lookups: names(named.lookup, "--lookup") };
  return readMap(await io.readText(path), path, known, readOptions);
}

/** The table that `--conflicts` asks for. */
export function conflictTables(combined: Combined, path: string | undefined): NonNullable<Outcome["tables"]> {
  if (path === undefined || combined.conflicts === null) return [];
  return [{ path, table: combined.conflicts.table }];
}

/** The flags of several sources, refused where there are none. */
export function refuseWithoutSources(options: CombineOptions, others: readonly (keyof typeof optionTable)[]): void {
  const keys = (Object.keys(optionTable) as (keyof typeof optionTable)[]).filter(
    (key) => key !== "source" && !others.includes(key),
  );
  refuseIdle(
    givenFlags(optionTable, options, keys),
    "there is one table",
    "name the sources: --source crm=crm.csv --source web=web.csv",
  );
}
