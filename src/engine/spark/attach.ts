import { Float64, Int32, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Field, Struct } from "apache-arrow";
import type { AttachedTable, NewColumn, OrderedRelation } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { Session } from "./session.ts";

/** Rows that go to the cluster in one message. */
const rowsAtOnce = 1 << 20;
/** Values that may go there in all. */
const mostValues = 2 ** 24;

/**
 * Sends numbers by row to the cluster and joins them to a relation by its positions, which must be without gaps. NaN
 * becomes null. Throws `engine-failed` where that is more than a message carries.
 */
export async function attachColumns(
  session: Session,
  { relation, position }: OrderedRelation,
  rows: number,
  columns: readonly NewColumn[],
): Promise<AttachedTable> {
  if (columns.length === 0) return { relation, refs: [] };
  if (position === undefined) throw new SegmentError("bug", "columns are attached by position, and the table has none");
  if (rows * columns.length > mostValues) {
    throw new SegmentError("engine-failed", `this step would send ${rows} × ${columns.length} numbers to the cluster`, {
      hint: "work on fewer rows, or leave out --engine",
    });
  }
  const stem = `numbers_${session.client.received.executed}`;
  const refs = columns.map((_, j) => identifier(`${stem}_${j + 1}`));
  const parts = [];
  for (let from = 0; from < rows || from === 0; from += rowsAtOnce) {
    const bytes = arrowStream(from, Math.min(rows, from + rowsAtOnce), columns);
    const about = `as\n-- rows ${from} to ${Math.min(rows, from + rowsAtOnce)} of ${columns.map(({ name }) => name).join(", ")} come from the numeric core (${stem})`;
    parts.push(sql`select * from ${await session.view({ local_relation: { data: bytes } }, about, "numbers")}`);
  }
  const shown = refs.map((ref, j) => {
    const held = identifier(`v_${j + 1}`);
    return columns[j]!.values instanceof Int32Array
      ? sql`${held} as ${ref}`
      : sql`nullif(${held}, double('NaN')) as ${ref}`;
  });
  const beside = sql`
    (
      select *
      from ${relation}
      join (
        select row_0 as ${identifier(`${stem}_0`)}, ${join(shown, ", ")}
        from (
          ${join(parts, "\nunion all\n")}
        )
      ) on ${identifier(`${stem}_0`)} = ${position}
    )
  `;
  return { relation: beside, refs };
}

/** Row numbers and the values beside them as one Arrow stream. */
function arrowStream(from: number, to: number, columns: readonly NewColumn[]): Uint8Array {
  const numbers = Int32Array.from({ length: to - from }, (_, i) => from + i);
  const all: [string, Int32Array | Float64Array][] = [
    ["row_0", numbers],
    ...columns.map(({ values }, j): [string, Int32Array | Float64Array] => [`v_${j + 1}`, values.slice(from, to)]),
  ];
  const typeOf = (values: Int32Array | Float64Array): Int32 | Float64 =>
    values instanceof Int32Array ? new Int32() : new Float64();
  const schema = new Schema(all.map(([name, values]) => new Field(name, typeOf(values), false)));
  const children = all.map(([, values]) =>
    values instanceof Int32Array
      ? makeData({ type: new Int32(), data: values })
      : makeData({ type: new Float64(), data: values }),
  );
  const batch = new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: to - from, children }));
  return RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
}
