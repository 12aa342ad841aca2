import type { Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Column, ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, lastPresent, replacePattern } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { valueSql } from "../reading/values.ts";
import { doubleOf } from "./literals.ts";
import { axisSql, windowSql, type RowOrder } from "./row-order.ts";
import type { OrderedFill } from "./settings.ts";

/** A column whose gaps the row's neighbours in an order fill. */
export interface OrderedColumn {
  readonly column: Column;
  readonly how: OrderedFill;
}

const [group, order, row] = ["by_1", "order_1", "row_1"].map(identifier) as [Sql, Sql, Sql];

function own(stem: string, i: number): Sql {
  return identifier(`${stem}_${i + 1}`);
}

/**
 * A table's relation, its rows in any order, with what fills the gaps of columns beside it, `neighbour_1`, `neighbour_2` …:
 * null where nothing does. The table's rows carry their numbers. `ffill` takes the last value before, `bfill` the first
 * one behind; `linear` lies on the straight line between both, over the order column's values, or over the numbers of the
 * rows. Nothing is filled before the first value and behind the last one by a line, nor in rows without a group. At equal
 * places the value before counts. Throws `not-numeric`, `bad-option-value`.
 */
export function neighbourRelation(
  table: Table & { readonly position: Sql },
  columns: readonly OrderedColumn[],
  { by, orderBy }: { readonly by: Column | null; readonly orderBy: Column },
): Sql {
  const given: RowOrder = { by: by === null ? null : group, order, position: row };
  const forwards = windowSql(given);
  const backwards = windowSql(given, true);
  const axes = columns.map(({ column, how }) => axisOf(column, how, orderBy, forwards));
  const isLine = ({ how }: OrderedColumn): boolean => how === "linear" || how === "linear:position";
  const lines = columns.flatMap((one, i) => (isLine(one) ? [i] : []));
  const placed = sql`
    (
      select
        ${join(
          [
            sql`*`,
            ...(by === null ? [] : [sql`${by.ref} as ${group}`]),
            sql`${valueSql(orderBy)} as ${order}`,
            sql`${table.position} as ${row}`,
          ],
          ",\n",
        )}
      from ${table.relation}
    )
  `;
  const numberedLines = lines.flatMap((i) => [
    sql`${doubleOf(columns[i]!.column)} as ${own("number", i)}`,
    sql`${axes[i]!} as ${own("axis", i)}`,
  ]);
  const measured = lines.length === 0 ? placed : selectAll(numberedLines, placed);
  const found = columns.flatMap((one, i) => {
    if (!isLine(one)) {
      return [sql`${lastPresent(one.column.ref, one.how === "ffill" ? forwards : backwards)} as ${own("found", i)}`];
    }
    const at = sql`case when ${own("number", i)} is not null then ${own("axis", i)} end`;
    return [
      sql`${lastPresent(own("number", i), forwards)} as ${own("before", i)}`,
      sql`${lastPresent(at, forwards)} as ${own("from", i)}`,
      sql`${lastPresent(own("number", i), backwards)} as ${own("behind", i)}`,
      sql`${lastPresent(at, backwards)} as ${own("to", i)}`,
    ];
  });
  const filled = columns.map((one, i) => {
    const value = isLine(one) ? lineSql(i, one.column) : own("found", i);
    return sql`${by === null ? value : sql`case when ${group} is not null then ${value} end`} as ${own("neighbour", i)}`;
  });
  return selectAll(filled, selectAll(found, measured));
}

function selectAll(more: readonly Sql[], from: Sql): Sql {
  return sql`
    (
      select
        *,
        ${join(more, ",\n")}
      from ${from}
    )
  `;
}

function axisOf(column: Column, how: OrderedFill, orderBy: Column, forwards: Sql): Sql {
  if (how === "linear:position") return sql`cast(row_number() over (${forwards}) as double)`;
  const axis = axisSql({ ...orderBy, ref: order, stored: "typed" });
  if (axis !== null || how !== "linear") return axis ?? sql`null`;
  throw new SegmentError(
    "bad-option-value",
    `--impute ${column.name}=linear: ${orderBy.name} holds no numbers or dates`,
    {
      hint: "order by a number or a date, or give linear:position, which takes the numbers of the rows",
    },
  );
}

/** As NumPy interpolates: from the value before, by the slope. */
function lineSql(i: number, column: Column): Sql {
  const [before, from, behind, to, at] = ["before", "from", "behind", "to", "axis"].map((stem) => own(stem, i)) as [
    Sql,
    Sql,
    Sql,
    Sql,
    Sql,
  ];
  const line = sql`
    case
      when ${to} > ${from} then (${behind} - ${before}) / (${to} - ${from}) * (${at} - ${from}) + ${before}
      when ${to} = ${from} then ${before}
    end
  `;
  return column.stored === "text" ? replacePattern(asText(line), sql`${"\\.0$"}`, sql`${""}`) : line;
}

/** The type of a column that neighbours fill: a line through whole numbers meets fractions. */
export function neighbourType(type: ColumnType, how: OrderedFill): ColumnType {
  return how.startsWith("linear") ? "number" : type;
}
