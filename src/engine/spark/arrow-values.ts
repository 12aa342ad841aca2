import { DataType, tableFromIPC, type Data, type RecordBatch, type Table, type Vector } from "apache-arrow";

/** The record batches of one Arrow stream, as Spark sends them: schema and rows together. */
export function readBatches(bytes: Uint8Array): readonly RecordBatch[] {
  return (tableFromIPC(bytes) as Table).batches;
}

/**
 * Column `j` of a batch as plain values, as the embedded engine gives them: integers as number where exact, else bigint;
 * decimals as number; dates and timestamps (UTC) as ISO text; lists as arrays; structs as objects; null as null.
 */
export function columnValues(batch: RecordBatch, j: number): readonly unknown[] {
  const vector = batch.getChildAt(j);
  return vector === null ? [] : vectorValues(vector);
}

/** Column `j` of a batch as doubles into `out` from `at` on; null becomes NaN. The column must be one of doubles. */
export function copyDoubles(batch: RecordBatch, j: number, out: Float64Array, at: number): void {
  const data = batch.data.children[j] as Data;
  const values = data.values as Float64Array;
  out.set(values.subarray(0, data.length), at);
  if (data.nullCount === 0) return;
  const vector = batch.getChildAt(j)!;
  for (let i = 0; i < data.length; i++) if (vector.get(i) === null) out[at + i] = Number.NaN;
}

function vectorValues(vector: Vector): unknown[] {
  const read = readerOf(vector.type);
  const values: unknown[] = [];
  for (const data of vector.data) {
    for (let i = 0; i < data.length; i++) values.push(data.getValid(i) ? read(data, i) : null);
  }
  return values;
}

type ReadOne = (data: Data, i: number) => unknown;

function readerOf(type: DataType): ReadOne {
  if (DataType.isInt(type)) return (data, i) => plainInteger((data.values as { [at: number]: number | bigint })[i]!);
  if (DataType.isFloat(type)) return (data, i) => data.values[i];
  if (DataType.isBool(type))
    return (data, i) => ((data.values[(data.offset + i) >> 3] >> ((data.offset + i) & 7)) & 1) === 1;
  if (DataType.isDecimal(type)) return (data, i) => Number(decimalText(data.values, i, type.scale));
  if (DataType.isDate(type)) return (data, i) => dayText(Number(data.values[i]));
  if (DataType.isTimestamp(type)) return (data, i) => timeText(BigInt(data.values[i]));
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    return (data, i) =>
      decoder.decode(data.values.subarray(Number(data.valueOffsets[i]), Number(data.valueOffsets[i + 1])));
  }
  if (DataType.isBinary(type)) return (data, i) => data.values.slice(data.valueOffsets[i], data.valueOffsets[i + 1]);
  if (DataType.isNull(type)) return () => null;
  if (DataType.isList(type) || DataType.isMap(type)) {
    const read = readerOf(type.children[0]!.type);
    return (data, i) => {
      const items = data.children[0] as Data;
      const list: unknown[] = [];
      for (let n = data.valueOffsets[i]; n < data.valueOffsets[i + 1]; n++)
        list.push(items.getValid(n) ? read(items, n) : null);
      return list;
    };
  }
  if (DataType.isStruct(type)) {
    const readers = type.children.map((field) => readerOf(field.type));
    return (data, i) => {
      const at = (j: number): Data => data.children[j] as Data;
      return Object.fromEntries(
        type.children.map(({ name }, j) => [name, at(j).getValid(i) ? readers[j]!(at(j), i) : null]),
      );
    };
  }
  return (data) => {
    throw new TypeError(`a column of type ${String(data.type)}, which is not read`);
  };
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function plainInteger(value: number | bigint): number | bigint {
  if (typeof value === "number") return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** A decimal of 128 bits, little-endian in four words, as plain text. */
function decimalText(words: Uint32Array, i: number, scale: number): string {
  let whole = 0n;
  for (let n = 3; n >= 0; n--) whole = (whole << 32n) | BigInt(words[i * 4 + n]!);
  whole = BigInt.asIntN(128, whole);
  const digits = (whole < 0n ? -whole : whole).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${whole < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
}

const day = 86_400_000;

/** Days since 1970 as `2024-12-31`; years beyond 9999 keep their digits. */
function dayText(days: number): string {
  const iso = new Date(days * day).toISOString();
  return iso.slice(0, iso.indexOf("T")).replace(/^\+0*/, "");
}

/** Microseconds since 1970 as `2024-12-31 10:00:00`, with a fraction where there is one. */
function timeText(micros: bigint): string {
  const perSecond = 1_000_000n;
  const fraction = ((micros % perSecond) + perSecond) % perSecond;
  const seconds = Number((micros - fraction) / perSecond);
  const days = Math.floor(seconds / 86_400);
  const time = new Date((seconds - days * 86_400) * 1000).toISOString().slice(11, 19);
  const rest = fraction === 0n ? "" : `.${fraction.toString().padStart(6, "0").replace(/0+$/, "")}`;
  return `${dayText(days)} ${time}${rest}`;
}
