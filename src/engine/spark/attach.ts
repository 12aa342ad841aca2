import { Field, Float64, Int32, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct } from "apache-arrow";
import type { AttachedTable, NewColumn, OrderedRelation } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Sql } from "../../core/sql.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import type { Session } from "./session.ts";

/** Values that go to the cluster in one message, and in all. */
const valuesAtOnce = 1 << 22;
const mostValues = 2 ** 25;

/**
 * Sends numbers by row to the cluster and joins them to the rows of a relation in the order of its positions. NaN becomes
 * null. Rows whose whole numbers are all 0, and whose doubles are all
 * NaN, are not sent: they get 0 and null all the same. Throws `engine-failed` where
 * it is too much to send.
 */
export async function attachColumns(
  session: Session,
  table: OrderedRelation,
  rows: number,
  columns: readonly NewColumn[],
): Promise<AttachedTable> {
  const { relation } = table;
  if (columns.length === 0) return { relation, refs: [] };
  const told = rowsThatTell(rows, columns);
  if (told.length * (columns.length + 1) > mostValues) {
    throw new SegmentError(
      "engine-failed",
      `this step would send ${told.length} × ${columns.length} numbers to the cluster`,
      {
        hint: "work on fewer rows, or leave out --engine",
      },
    );
  }
  const stem = `numbers_${session.client.received.executed}`;
  const refs = columns.map((_, j) => identifier(`${stem}_${j + 1}`));
  const sent = identifier(`${stem}_0`);
  const place = identifier(`${stem}_place_0`);
  const parts: Sql[] = [];
  const rowsAtOnce = Math.max(1, Math.floor(valuesAtOnce / columns.length));
  for (let from = 0; from < told.length || from === 0; from += rowsAtOnce) {
    const some = told.subarray(from, from + rowsAtOnce);
    const names = columns.map(({ name }) => name).join(", ");
    const about = `as\n-- ${some.length} rows of ${names} come from the numeric core (${stem}, ${from})`;
    const view = await session.view({ local_relation: { data: arrowStream(some, columns) } }, about, "numbers");
    parts.push(sql`select * from ${view}`);
  }
  const shown = refs.map((ref, j) => sql`${identifier(`v_${j + 1}`)} as ${ref}`);
  const values = refs.map((ref, j) =>
    columns[j]!.values instanceof Int32Array
      ? sql`coalesce(${ref}, 0) as ${ref}`
      : sql`nullif(${ref}, double('NaN')) as ${ref}`,
  );
  const beside = sql`
    (
      select placed_1.* except (${place}), ${join(values, ", ")}
      from (
        ${await placedQuery(session, table, rows, place)}
      ) placed_1
      left join (
        select row_0 as ${sent}, ${join(shown, ", ")}
        from (
          ${join(parts, "\nunion all\n")}
        )
      ) on ${sent} = ${place}
    )
  `;
  return { relation: beside, refs };
}

/** The relation with the place of each row from 0: its position, or its rank among them where some are missing. */
async function placedQuery(
  session: Session,
  { relation, position }: OrderedRelation,
  rows: number,
  place: Sql,
): Promise<Sql> {
  if (position === undefined) throw new SegmentError("bug", "columns are attached by position, and the table has none");
  const [ends = {}] = await session.rows(
    sql`select min(${position}) as least_0, max(${position}) as most_0 from ${relation}`,
    1,
  );
  const isWhole = Number(ends["least_0"] ?? 0) === 0 && Number(ends["most_0"] ?? -1) === rows - 1;
  const of = isWhole ? position : sql`row_number() over (order by ${position}) - 1`;
  return sql`
    select *, ${of} as ${place}
    from ${relation}
  `;
}

/** Rows with a value other than 0 or NaN in some column. */
function rowsThatTell(rows: number, columns: readonly NewColumn[]): Int32Array {
  const told = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    // NaN is not equal to itself; a double 0 is a value.
    const tells = columns.some(({ values }) =>
      values instanceof Int32Array ? values[i] !== 0 : values[i] === values[i],
    );
    if (tells) told[count++] = i;
  }
  return told.subarray(0, count);
}

/** Row numbers and the values beside them as one Arrow stream. */
function arrowStream(rows: Int32Array, columns: readonly NewColumn[]): Uint8Array {
  const picked = columns.map(({ values }) =>
    values instanceof Int32Array
      ? Int32Array.from(rows, (row) => values[row]!)
      : Float64Array.from(rows, (row) => values[row]!),
  );
  const all = [rows.slice(), ...picked];
  const children = all.map((values) =>
    values instanceof Int32Array
      ? makeData({ type: new Int32(), data: values })
      : makeData({ type: new Float64(), data: values }),
  );
  const fields = children.map(({ type }, j) => new Field(j === 0 ? "row_0" : `v_${j}`, type, false));
  const schema = new Schema(fields);
  const batch = new RecordBatch(schema, makeData({ type: new Struct(fields), length: rows.length, children }));
  return RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true);
}
