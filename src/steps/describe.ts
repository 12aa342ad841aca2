import type { Engine, LoadedTable, Table } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { Column, Reading, Tie } from "../core/schema.ts";
import {
  commonContent,
  delimitersOf,
  type DeclaredNotation,
  type ReadingOptions,
  type Source,
} from "../core/source.ts";
import { plainReading } from "./derive.ts";
import { findColumn } from "./match-columns.ts";
import { booleanBit, booleanWords, isBoolean } from "./reading/boolean-words.ts";
import { sampleColumn } from "./reading/candidates.ts";
import type { ColumnEvidence, SampledColumn } from "./reading/column-evidence.ts";
import { decideDates, type DateEvidence, type RefusedOrder } from "./reading/decide-dates.ts";
import { decideNumbers } from "./reading/decide-numbers.ts";
import { plainText, quoted, type Decided, type Decision } from "./reading/decision.ts";
import { notation } from "./reading/number-shapes.ts";
import { firstOddValue, type UnfitValues } from "./reading/odd-values.ts";
import { placeOf } from "./reading/place-of.ts";
import { outerValues, sampleValues } from "./reading/sample-values.ts";
import { surveyTable } from "./reading/survey.ts";
import { asideOptions } from "./reading/aside-options.ts";
import { dateTie, decimalTie } from "./reading/ties.ts";
import { short, wordEvidence } from "./reading/word-evidence.ts";

/**
 * Gives every column of a loaded table its reading. The sample only says what is worth asking; each reading is decided
 * on every row, and on what the file says as a whole (delimiter, other columns, words). What two readings fit equally
 * well stays text, with its tie. Cost: one scan for text and plain numbers, another for each column that needs a closer
 * look, one more where its values do not fit. Throws `unknown-column` and `bad-option-value` for `--dates`.
 */
export async function describeTable(
  engine: Engine,
  loaded: LoadedTable,
  sources: readonly Source[],
  options: ReadingOptions,
): Promise<Table> {
  const { table, refused } = await examineTable(engine, loaded, sources, options);
  if (refused.length > 0) throw await refusedError(engine, loaded, sources, refused[0]!);
  return table;
}

/** What the rows of a table said of its columns. */
export interface ExaminedTable {
  readonly table: Table;
  /** Columns that hold values which do not fit what `options` say of them; as their values alone have them in the table. */
  readonly refused: readonly UnfitValues[];
  /** By column: what keeps one that looks like more than text from being read. */
  readonly odd: ReadonlyMap<string, UnfitValues>;
}

/** Describes a table as `describeTable` does, and hands back the values that do not fit the options instead of throwing. */
export async function examineTable(
  engine: Engine,
  loaded: LoadedTable,
  sources: readonly Source[],
  options: ReadingOptions,
): Promise<ExaminedTable> {
  for (const name of options.dates?.keys() ?? []) if (name !== "*") checkNamed(loaded, name, options);
  const samples = await sampleValues(engine, loaded, sources);
  const complete = isComplete(loaded, sources) ? samples : null;
  const sampled = loaded.columns.map((column) => sampleColumn(column, samples.get(column) ?? [], options));
  const asked = complete === null ? await sampleBareColumns(engine, loaded, sampled, options) : sampled;
  const evidence = await surveyTable(engine, loaded, asked, complete);
  const { decided, refused } = decide(evidence, sources, options);
  for (const { evidence: own } of decided) checkNamedDates(own, options);
  const odd = await oddOf(engine, loaded, decided);
  const ties = tiesOfColumns(decided);
  const columns = decided.map((one, i) => describeColumn(one, ties.get(i), odd.get(i)));
  const { columns: _, ...rest } = loaded;
  return {
    table: { ...rest, columns },
    refused: refused.map((one) => orderUnfit(one, options)),
    odd: unfitOf(decided),
  };
}

/** Whether the records that the reader drew are all there are. */
function isComplete(loaded: LoadedTable, sources: readonly Source[]): boolean {
  const drawn = sources.map((source) =>
    source.format === "csv" && source.sample.length === source.rows ? source.rows : -1,
  );
  return !drawn.includes(-1) && drawn.reduce((sum, rows) => sum + rows, 0) === loaded.rows;
}

/** Asks the table for values of the columns in which the sample found none. */
async function sampleBareColumns(
  engine: Engine,
  loaded: LoadedTable,
  sampled: readonly SampledColumn[],
  options: ReadingOptions,
): Promise<readonly SampledColumn[]> {
  const bare = sampled.filter(
    ({ column, candidate, values }) => column.stored === "text" && candidate.kind !== "stated" && values.length === 0,
  );
  const outer = await outerValues(
    engine,
    loaded,
    bare.map(({ column }) => column),
  );
  return sampled.map((one) => {
    const values = outer.get(one.column);
    return values === undefined ? one : sampleColumn(one.column, values, options);
  });
}

/** Decides all columns together, in the table's order. */
function decide(
  evidence: readonly ColumnEvidence[],
  sources: readonly Source[],
  options: ReadingOptions,
): { readonly decided: readonly Decided[]; readonly refused: readonly RefusedOrder[] } {
  const delimiters = delimitersOf(sources);
  const numbers = decideNumbers(
    evidence.filter(({ candidate }) => candidate.kind === "number"),
    delimiters,
    options,
    commonContent(sources) === "json",
  );
  const comma = numbers.find(
    ({ decision }) => decision.kind === "read" && "decimal" in decision.reading && decision.reading.decimal === ",",
  );
  const dates = decideDates(
    evidence.filter((own): own is DateEvidence => own.candidate.kind === "date"),
    options,
    wordEvidence(evidence),
    comma === undefined ? null : short(comma.evidence.column.name),
  );
  const decisions = new Map([...numbers, ...dates.decided].map(({ evidence: own, decision }) => [own, decision]));
  const decided = evidence.map((own) => ({
    evidence: own,
    decision: decisions.get(own) ?? decideOther(own, options.declared?.get(own.column.name)),
  }));
  return { decided, refused: dates.refused };
}

function decideOther(
  { column, candidate, held, present, bits }: ColumnEvidence,
  declared: DeclaredNotation | undefined,
): Decision {
  if (candidate.kind === "typed") {
    return { kind: "read", reading: plainReading(column.type), why: column.note ?? "typed in the file" };
  }
  if (candidate.kind === "stated") {
    return { kind: "read", reading: plainReading(candidate.type), why: "as its sender states" };
  }
  if (candidate.kind === "text") return plainText(column.note ?? candidate.why ?? (held === 0 ? "no value" : "words"));
  const isDeclared = declared?.type === "boolean";
  if (isDeclared ? bits !== 0 && (bits & booleanBit.odd) === 0 : isBoolean(bits, column.name)) {
    const reading = { type: "boolean", ...booleanWords(bits) } as const;
    return { kind: "read", reading, why: `words such as ${quoted(candidate.example)}` };
  }
  if (present > 0 && (bits & booleanBit.odd) === 0) {
    return plainText(`codes such as ${quoted(candidate.example)}; --schema with type boolean makes them yes or no`);
  }
  return { kind: "text", bits: present === 0 ? 0 : booleanBit.odd, why: "not every value is a word for yes or no" };
}

function describeColumn({ evidence, decision }: Decided, tie: Tie | undefined, odd: Column["oddValue"]): Column {
  const { name, ref, stored } = evidence.column;
  const reading: Reading = decision.kind === "read" ? decision.reading : { type: "text" };
  if (isOnlyNullWords(evidence)) {
    const why = "nothing but words for a missing value";
    return { name, ref, stored, type: "text", reading: { type: "text" }, present: 0, why, isOnlyNullWords: true };
  }
  const present = reading.type === "text" ? evidence.held : evidence.present;
  const isPlain = evidence.candidate.kind === "stated";
  const base = { name, ref, stored, type: reading.type, reading, present, why: decision.why, isPlain };
  const asideBy = odd === undefined || decision.kind !== "text" ? null : asideOptions(evidence);
  return {
    ...base,
    ...(tie === undefined ? {} : { tie }),
    ...(odd === undefined ? {} : { oddValue: odd }),
    ...(asideBy === null ? {} : { asideBy }),
  };
}

/** Whether no row has a value though some have words for none: the whole column was asked where the sample had no value. */
function isOnlyNullWords({ column, candidate, values, held }: ColumnEvidence): boolean {
  return candidate.kind === "text" && column.strings !== "text" && values.length === 0 && held > 0;
}

/** One tie object for all columns that share it, by column index. */
function tiesOfColumns(decided: readonly Decided[]): ReadonlyMap<number, Tie> {
  const ties = new Map<number, Tie>();
  for (const [kind, build] of [
    ["decimal", decimalTie],
    ["dates", dateTie],
  ] as const) {
    const open = decided.flatMap(({ evidence, decision }, index) =>
      decision.kind === "open" && decision.tie === kind
        ? [{ index, name: evidence.column.name, example: decision.example }]
        : [],
    );
    if (open.length === 0) continue;
    const tie = build(open);
    for (const { index } of open) ties.set(index, tie);
  }
  return ties;
}

/** The first value that does not fit, for columns where it is worth showing: codes and long ids are text by right. */
async function oddOf(
  engine: Engine,
  loaded: LoadedTable,
  decided: readonly Decided[],
): Promise<ReadonlyMap<number, Column["oddValue"]>> {
  const byRight = notation.code | notation.long;
  const wanted = decided.flatMap(({ evidence, decision }, index) => {
    if (decision.kind !== "text") return [];
    const bits = evidence.candidate.kind === "number" ? decision.bits & ~byRight : decision.bits;
    const keys = decision.keys ?? [];
    return bits === 0 && keys.length === 0 ? [] : [{ index, sampled: evidence, bits, keys }];
  });
  const found = new Map<number, Column["oddValue"]>();
  for (const { index, sampled, bits, keys } of wanted) {
    found.set(index, await firstOddValue(engine, loaded, sampled, bits, keys));
  }
  return found;
}

function checkNamed(loaded: LoadedTable, name: string, { dates }: ReadingOptions): void {
  const columns = loaded.columns.map((column): Column => ({
    ...column,
    reading: { type: "text" },
    present: 0,
    why: "",
  }));
  const column = findColumn(columns, name, "--dates");
  // Dates are dates by any order; what numbers of the file count was settled when it was opened.
  const isDated = (column.type === "date" || column.type === "timestamp") && dates?.get(name) !== "none";
  if (column.stored === "typed" && !isDated) {
    throw new SegmentError(
      "bad-option-value",
      `--dates ${name}: the file itself says that the column is ${column.type}`,
    );
  }
}

/** A column named in `--dates` must look like dates. */
function checkNamedDates({ column, candidate, values, held }: ColumnEvidence, options: ReadingOptions): void {
  const asked = options.dates?.get(column.name);
  if (asked === undefined || asked === "none" || held === 0) return;
  if (candidate.kind === "date" || candidate.kind === "typed") return;
  const example = values[0] === undefined ? "" : `: ${quoted(values[0])}`;
  throw new SegmentError("bad-option-value", `--dates ${column.name}: the column does not hold dates${example}`);
}

/** The values of a column that are no dates in the order which the user states. */
function orderUnfit({ evidence, order, bits }: RefusedOrder, options: ReadingOptions): UnfitValues {
  const { name } = evidence.column;
  const option = options.dates?.has(name) === true ? `--dates ${short(name)}=${order}` : `--dates ${order}`;
  return { evidence, bits, keys: [], stated: option };
}

/** What keeps each column that is text from being what it looks like. */
function unfitOf(decided: readonly Decided[]): ReadonlyMap<string, UnfitValues> {
  return new Map(
    decided.flatMap(({ evidence, decision }) =>
      decision.kind === "text"
        ? [[evidence.column.name, { evidence, bits: decision.bits, keys: decision.keys ?? [], stated: "" }] as const]
        : [],
    ),
  );
}

/** The error that values which do not fit what the user states are. Finds the first of them. */
export async function refusedError(
  engine: Engine,
  loaded: LoadedTable,
  sources: readonly Source[],
  { evidence, bits, keys, stated }: UnfitValues,
): Promise<SegmentError> {
  const odd = await firstOddValue(engine, loaded, evidence, bits, keys);
  const { name } = evidence.column;
  if (odd === undefined) return new SegmentError("bug", `${stated} was refused, but every value fits`);
  const others = odd.count - 1;
  const more = others === 0 ? "" : others === 1 ? ", nor does 1 more row" : `, nor do ${others} more rows`;
  const place = await placeOf(sources, odd.row, name);
  return new SegmentError("bad-option-value", `${quoted(odd.value)} does not fit ${stated}${more}`, {
    place,
    hint: "correct it, or add --quarantine FILE to set such rows aside",
  });
}
