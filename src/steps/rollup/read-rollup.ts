import type { Node } from "yaml";
import { SegmentError, type Place } from "../../core/errors.ts";
import { parseFilter, type FilterCondition } from "../export/parse-filter.ts";
import { readAsOf } from "../rfm/settings.ts";
import { openYaml, type Said, type YamlReader } from "../yaml-reader.ts";
import { measureKinds, type MeasureKind, type Rollup, type RollupMeasure } from "./rollup.ts";

const topKeys = ["customer", "time", "as_of", "missing", "measures"] as const;
const windowKeys = ["where", "within", "before"] as const;
const measureKeys = [...measureKinds, ...windowKeys];
const grammar = 'write a measure like orders: {count: rows, where: "event = purchase", within: 30 days}';

/**
 * Reads a rollup file (YAML): the columns of customer and time, the day it is as of, and measures by name. Names of columns
 * are checked when the events are read. Throws `bad-rules` with line and column, and a did-you-mean.
 */
export async function readRollup(text: string, file: string): Promise<Rollup> {
  const help = "see segment ingest --help for a rollup file";
  const { reader, contents } = await openYaml(text, file, { code: "bad-rules", grammar, help });
  const top = reader.map(contents, "the rollup", topKeys);
  const one = (key: (typeof topKeys)[number]): Said | null => {
    const entry = top.get(key);
    return entry === undefined ? null : reader.text(entry.node, key, entry.place);
  };
  const asOf = one("as_of");
  if (asOf !== null) checkAsOf(reader, asOf);
  const missing = one("missing");
  const ofMeasures = top.get("measures");
  const entries = ofMeasures === undefined ? null : reader.map(ofMeasures.node, "measures", null);
  if (entries === null || entries.size === 0) {
    throw reader.refuse(ofMeasures?.place ?? { file }, "the rollup has no measures", grammar);
  }
  const measures = Array.from(entries, ([name, { node, place }]) => readMeasure(reader, name, node, place));
  return {
    file,
    customer: one("customer"),
    time: one("time"),
    asOf,
    missing:
      missing === null ? "refuse" : reader.choice(missing.value, ["refuse", "drop"], "missing takes no", missing.place),
    measures,
  };
}

function checkAsOf(reader: YamlReader, { value, place }: Said): void {
  if (value === "last") return;
  try {
    readAsOf(value);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    throw reader.refuse(
      place,
      `as_of: ${value} is no day`,
      "write it like 2024-12-31, or last: the day of the last event",
    );
  }
}

function readMeasure(reader: YamlReader, name: string, node: Node | null, place: Place): RollupMeasure {
  if (name.trim() === "") throw reader.refuse(place, "a measure has no name", grammar);
  if (!reader.isMap(node)) throw reader.refuse(place, `${name} is no measure`, grammar);
  const entries = reader.map(node, name, measureKeys);
  const kinds = measureKinds.filter((kind) => entries.has(kind));
  const [kind] = kinds;
  if (kind === undefined)
    throw reader.refuse(place, `${name}: what of the events?`, `one of ${measureKinds.join(", ")}`);
  if (kinds.length > 1) {
    throw reader.refuse(
      place,
      `${name} is both ${kinds.join(" and ")}`,
      "write a measure for each, by names of their own",
    );
  }
  const said = (key: MeasureKind | (typeof windowKeys)[number]): Said | null => {
    const entry = entries.get(key);
    return entry === undefined ? null : reader.text(entry.node, key, entry.place);
  };
  const of = said(kind)!;
  const isRows = kind === "count" && of.value === "rows";
  const within = said("within");
  const before = said("before");
  const ofWhere = entries.get("where");
  const where = ofWhere === undefined ? [] : reader.texts(ofWhere.node, "where", ofWhere.place);
  return {
    name,
    kind,
    column: isRows ? null : of,
    where: where.map((condition) => ({ value: readCondition(reader, condition), place: condition.place })),
    within: within === null ? null : readDays(reader, "within", within),
    before: before === null ? 0 : readDays(reader, "before", before),
    place,
  };
}

function readCondition(reader: YamlReader, { value, place }: Said): FilterCondition {
  try {
    return parseFilter(value);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    throw reader.refuse(place, asWhere(error.message), asWhere(error.hint));
  }
}

/** What is said of `--filter`, as it is said of a condition in a rollup file. */
export function asWhere(text: string): string {
  return text.replaceAll("--filter ", "where: ").replaceAll("--filter", "where");
}

/** A length of a window in days: `30 days`, `4 weeks`. Months and years differ in length. */
function readDays(reader: YamlReader, what: string, { value, place }: Said): number {
  const [, digits, unit] = /^(\d{1,5}) ?(day|days|d|week|weeks|w)$/i.exec(value.trim()) ?? [];
  const days = digits === undefined ? 0 : Number(digits) * (unit!.toLowerCase().startsWith("w") ? 7 : 1);
  if (days >= 1 && days <= 36_525) return days;
  throw reader.refuse(
    place,
    `${what}: ${value} is no length of a window`,
    "write days or weeks, such as 30 days, at most 100 years",
  );
}
