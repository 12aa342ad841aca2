import { columnKey } from "../../../model/cluster/row-hash.ts";

import type { Sql } from "../../../core/sql.ts";
import { bitXor, shiftRight } from "../../../sql/functions.ts";
import { identifier, join, sql } from "../../../sql/template.ts";

const low32 = 4_294_967_295;

/** A query with more columns beside those of another. */
export function withColumns(query: Sql, columns: Readonly<Record<string, Sql>>): Sql {
  const added = Object.entries(columns).map(([name, value]) => sql`${value} as ${identifier(name)}`);
  return sql`
    select *, ${join(added, ", ")}
    from (
      ${query}
    )
  `;
}

/**
 * A query with `mix` of `row-hash.ts` of some expressions, below 2^32 and not negative, as the named columns. In three
 * steps, so that no step's text stands twice in the next.
 */
function withMixed(query: Sql, values: Readonly<Record<string, Sql>>): Sql {
  const names = Object.keys(values);
  const of = (stem: string, name: string): string => `${stem}_${name}`;
  const step = (from: Sql, stem: string, before: string, shift: number, factor: number): Sql =>
    withColumns(
      from,
      Object.fromEntries(
        names.map((name) => {
          const h = identifier(of(before, name));
          const spread = bitXor(h, shiftRight(h, shift));
          return [of(stem, name), factor === 1 ? spread : sql`(${spread} * cast(${factor} as bigint)) & ${low32}`];
        }),
      ),
    );
  const start = withColumns(
    query,
    Object.fromEntries(names.map((name) => [of("mixa", name), sql`cast(${values[name]!} as bigint) & ${low32}`])),
  );
  const first = step(start, "mixb", "mixa", 16, 0x7feb352d);
  const second = step(first, "mixc", "mixb", 15, 0x31848bab);
  return step(second, "mixd", "mixc", 16, 1);
}

const mixed = (name: string): Sql => identifier(`mixd_${name}`);

/**
 * A query of points with their two ids, `id_1` and `id_2`, from columns of doubles: `writeRowIds` of `row-hash.ts` in
 * SQL. `kept` are the columns that go on. The values must be below 2^43.
 */
export function withRowIds(query: Sql, values: readonly Sql[], kept: readonly Sql[]): Sql {
  const whole = (j: number): Sql => identifier(`whole_${j + 1}`);
  const wholes = values.map((x, j) => sql`cast(floor(${x} * 1048576e0 + 5e-1) as bigint) as ${whole(j)}`);
  const halves = (part: (j: number, start: number) => Sql): Record<string, Sql> =>
    Object.fromEntries(values.flatMap((_, j) => [1, 2].map((start) => [`${start}_${j + 1}`, part(j, start)])));
  const names = Object.keys(halves(() => sql``));
  const go = [...kept, ...values.map((_, j) => whole(j))];
  const low = withMixed(
    sql`select ${join([...kept, ...wholes], ", ")} from (${query})`,
    halves((j, start) => sql`${start + columnKey(j)} + (${whole(j)} & ${low32})`),
  );
  const high = withMixed(
    sql`select ${join([...go, ...names.map((name) => sql`${mixed(name)} as ${identifier(`low_${name}`)}`)], ", ")} from (${low})`,
    halves((j, start) => sql`${identifier(`low_${start}_${j + 1}`)} + (${shiftRight(whole(j), 32)} & ${low32})`),
  );
  const sums = [1, 2].map(
    (start) =>
      sql`${join(
        values.map((_, j) => mixed(`${start}_${j + 1}`)),
        " + ",
      )} as ${identifier(`sum_${start}`)}`,
  );
  const last = withMixed(sql`select ${join([...kept, ...sums], ", ")} from (${high})`, {
    first: sql`sum_1`,
    second: sql`sum_2`,
  });
  return sql`
    select ${join(kept, ", ")}, ${mixed("first")} as id_1, ${mixed("second")} as id_2
    from (
      ${last}
    )
  `;
}

/** A query with the draw of each row, `draw_1` in (0, 1), from its ids and the key of a step: `uniformDraw` in SQL. */
export function withDraws(query: Sql, key: number): Sql {
  const shifted = withMixed(query, { first: sql`id_1 + ${key}`, second: sql`id_2 + ${key}` });
  const u = sql`(cast(${mixed("first")} as double) * 2097152e0 + cast(${shiftRight(mixed("second"), 11)} as double) + 5e-1) / 9007199254740992e0`;
  return withColumns(shifted, { draw_1: u });
}
