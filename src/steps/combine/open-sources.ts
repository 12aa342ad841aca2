import type { Context } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { refuseIdleReading } from "../idle-reading.ts";
import { isStated, openTable, type OpenedTable, type ReadWords } from "../open-table.ts";
import type { NamedSource } from "./named-sources.ts";
import { quarantineOf } from "./quarantine-of.ts";
import type { SourceMap } from "./source-map.ts";

/** A source that is open. */
export interface OpenedSource extends OpenedTable {
  readonly name: string;
  readonly place: string;
}

/**
 * Opens each source with its own reading: the options of the command line, then those that the map gives it. In `--dates`
 * an item `crm.signup=dmy` is of the source crm alone. Throws what opening a table throws, with the source's name where
 * there is no file to name, and `bad-option-value` for a source that is none.
 */
export async function openSources(
  context: Context,
  sources: readonly NamedSource[],
  words: ReadWords,
  map: SourceMap | null,
): Promise<readonly OpenedSource[]> {
  const opened: OpenedSource[] = [];
  for (const { name, place } of sources) {
    const own: ReadWords = {
      ...ofEach(words),
      dates: datesOf(words.dates, name, sources),
      ...(words.quarantine === undefined ? {} : { quarantine: quarantineOf(words.quarantine, name) }),
      ...(map?.sources.get(name)?.read as ReadWords | undefined),
    };
    try {
      const one = await openTable(context, [place], own, { idle: "allowed" });
      const read = map?.sources.get(name)?.read as ReadWords | undefined;
      if (read !== undefined) refuseIdleReading(one.sources, read, { isStated: isStated(own, null), asides: false });
      opened.push({ ...one, name, place });
    } catch (error) {
      if (!(error instanceof SegmentError) || error.place.file !== undefined) throw error;
      const { code, message, hint, cause, place: at } = error;
      throw new SegmentError(code, `source ${name}: ${message}`, { place: at, hint, cause });
    }
  }
  const files = opened.flatMap((one) => one.sources);
  refuseIdleReading(files, words, { isStated: isStated(words, null) || map !== null, asides: false });
  return opened;
}

/** A schema is that of the table that the sources make up, not of each of them. */
function ofEach(words: ReadWords): ReadWords {
  return Object.fromEntries(Object.entries(words).filter(([key]) => key !== "schema"));
}

/** The items of `--dates` for one source: those that name no source, and its own without their prefix. */
function datesOf(
  items: readonly string[] | undefined,
  name: string,
  sources: readonly NamedSource[],
): readonly string[] | undefined {
  const own = items?.flatMap((item) => {
    const source = sources.find((one) => item.startsWith(`${one.name}.`));
    if (source === undefined) return [item];
    return source.name === name ? [item.slice(name.length + 1)] : [];
  });
  return own === undefined || own.length === 0 ? undefined : own;
}
