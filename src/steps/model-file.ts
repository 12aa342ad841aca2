import { SegmentError } from "../core/errors.ts";
import type { Json } from "../core/report.ts";
import { typeWords, type Column, type ColumnType } from "../core/schema.ts";
import { requireUnits } from "./read-currency.ts";

/** A model file whose frame has been checked; its parameters are for the step that wrote them to read. */
export interface ModelFile {
  readonly file: string;
  readonly schema: string;
  readonly version: string;
  readonly seed: number;
  readonly columns: readonly ModelColumn[];
  readonly parameters: JsonRecord;
  /** Throws `bad-model`, naming the member that is missing or wrong. */
  wrong(member: string): never;
}

/** A column that a model was fitted on. */
export interface ModelColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** The one currency that its amounts were written in, as a code or sign. */
  readonly unit?: string;
}

export type JsonRecord = { readonly [key: string]: Json };

const columnTypes: readonly ColumnType[] = ["text", "integer", "number", "boolean", "date", "timestamp"];

/** Reads the text of a model file, of whatever step. Throws `bad-model`. */
export function readModelFile(text: string, file: string): ModelFile {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch (error) {
    throw new SegmentError("bad-model", "is not JSON", {
      place: { file },
      hint: "give a file that --save-model wrote",
      cause: error,
    });
  }
  const wrong = (member: string): never => {
    throw new SegmentError("bad-model", `${member} is missing or wrong`, {
      place: { file },
      hint: "save the model again",
    });
  };
  const root = record(document) ?? wrong("the document");
  const schema = word(root.schema);
  if (schema === null || !schema.startsWith("segment/model/")) {
    const found = schema === null ? "no schema" : schema;
    throw new SegmentError("bad-model", `holds ${found}, not a model of segment`, {
      place: { file },
      hint: "give a file that --save-model wrote",
    });
  }
  const columns = (list(root.columns) ?? wrong("columns")).map((item, i): ModelColumn => {
    const column = record(item) ?? wrong(`columns[${i}]`);
    return {
      name: word(column.name) ?? wrong(`columns[${i}].name`),
      type: oneOf(column.type, columnTypes) ?? wrong(`columns[${i}].type`),
      ...(column.unit === undefined ? {} : { unit: word(column.unit) || wrong(`columns[${i}].unit`) }),
    };
  });
  return {
    file,
    schema,
    version: word(root.version) ?? wrong("version"),
    seed: whole(root.seed, 0, 2 ** 32 - 1) ?? wrong("seed"),
    columns,
    parameters: record(root.parameters) ?? wrong("parameters"),
    wrong,
  };
}

/** Refuses a model of another step or another version. `command` is the one that writes such models. Throws `bad-model`. */
export function requireSchema({ schema, file }: ModelFile, wanted: string, command: string): void {
  if (schema === wanted) return;
  const hint =
    schema.split("@")[0] === wanted.split("@")[0]
      ? "it needs another version of segment"
      : `give a file that segment ${command} --save-model wrote`;
  throw new SegmentError("bad-model", `holds ${schema}, not ${wanted}`, { place: { file }, hint });
}

/**
 * Refuses a table that lacks columns of a model or has them of another type, all differences at once. A column without
 * any value, and one that can be read in two ways, fits any type; whole numbers fit numbers. Amounts are of the currency of the fit, if of one. Throws `model-mismatch`.
 */
export function requireModelColumns(wanted: readonly ModelColumn[], columns: readonly Column[], file: string): void {
  const differences = wanted.flatMap(({ name, type }) => {
    const column = columns.find((one) => one.name === name);
    if (column === undefined) return [`${name} is missing`];
    if (column.tie !== undefined || column.present === 0 || fits(column.type, type)) return [];
    const odd = column.oddValue === undefined ? "" : ` (such as “${column.oddValue.value.slice(0, 40)}”)`;
    return [`${name} is ${typeWords[column.type]}${odd}, not ${typeWords[type]}`];
  });
  if (differences.length === 0) return requireUnits(wanted, columns, file);
  const shown = differences.slice(0, 8).join(", ");
  const more = differences.length > 8 ? ` and ${differences.length - 8} more` : "";
  const names = wanted.map(({ name }) => name);
  throw new SegmentError("model-mismatch", `the table does not fit the model: ${shown}${more}`, {
    place: { file },
    hint: `the model was fitted on ${names.slice(0, 12).join(", ")}${names.length > 12 ? " …" : ""}`,
  });
}

function fits(found: ColumnType, wanted: ColumnType): boolean {
  const isNumber = (type: ColumnType): boolean => type === "integer" || type === "number";
  return found === wanted || (isNumber(found) && isNumber(wanted));
}

/** The value as an object, or null. */
export function record(value: Json | undefined): JsonRecord | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : null;
}

/** The value as an array, or null. */
export function list(value: Json | undefined): readonly Json[] | null {
  return Array.isArray(value) ? value : null;
}

/** The value as a finite number, or null. */
export function finite(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The value as a number of zero or more, or null. */
export function amount(value: Json | undefined): number | null {
  const number = finite(value);
  return number !== null && number >= 0 ? number : null;
}

/** The value as a whole number between two bounds, or null. */
export function whole(value: Json | undefined, minimum: number, maximum: number): number | null {
  const number = finite(value);
  return number !== null && Number.isInteger(number) && number >= minimum && number <= maximum ? number : null;
}

/** The value as text, or null. */
export function word(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** The value as one of some words, or null. */
export function oneOf<Word extends string>(value: Json | undefined, words: readonly Word[]): Word | null {
  return words.find((candidate) => candidate === value) ?? null;
}
