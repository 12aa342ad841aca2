import { afterAll, describe, expect, test } from "vitest";
import type { LoadedTable } from "../../../src/core/context.ts";
import { columnOf } from "../../../src/core/matrix.ts";
import type { Sql } from "../../../src/core/sql.ts";
import { sql } from "../../../src/sql/template.ts";
import { delimited, openEngine, plainCompute, scratch } from "./with-engine.ts";

const rows = 300_007;
const files = scratch();
const path = files.put(
  "numbers.csv",
  `a,b\n${Array.from({ length: rows }, (_, i) => `${i},${i % 5 === 0 ? "" : i / 8}\n`).join("")}`,
);
const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

async function loaded(threads: number, signal?: AbortSignal) {
  const engine = await openEngine(files.path(`spool-${threads}-${closing.length}`), {
    threads,
    ...(signal === undefined ? {} : { signal }),
  });
  closing.push(() => engine.close());
  return { engine, table: await engine.load([delimited(path, ["a", "b"], rows, { quote: "" })]) };
}

const bytes = ({ buffer, byteOffset, byteLength }: Float64Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

const numbers = ({ relation, columns }: LoadedTable): Sql => sql`
  select
    try_cast(${columns[0]!.ref} as double) as a,
    try_cast(${columns[1]!.ref} as double) as b
  from ${relation}
`;

describe("a large table in memory is read by several connections at once", () => {
  test("and gives the same numbers in the same order for 1, 2 and 4 threads", async () => {
    const first = Float64Array.from({ length: rows }, (_, i) => i);
    const second = Float64Array.from({ length: rows }, (_, i) => (i % 5 === 0 ? NaN : i / 8));
    for (const threads of [1, 2, 4]) {
      const { engine, table } = await loaded(threads);
      const matrix = await engine.matrix(numbers(table), ["a", "b"], rows, plainCompute());
      expect(bytes(columnOf(matrix, 0)).equals(bytes(first))).toBe(true);
      expect(bytes(columnOf(matrix, 1)).equals(bytes(second))).toBe(true);
    }
  });

  test("but a query that is more than expressions over its rows is read whole", async () => {
    const { engine, table } = await loaded(2);
    const a = sql`try_cast(${table.columns[0]!.ref} as double)`;
    const whole: readonly { query: Sql; expected: (row: number) => number }[] = [
      { query: sql`select row_number() over () from ${table.relation}`, expected: (row) => row + 1 },
      { query: sql`select ${a} from ${table.relation} order by ${a} desc`, expected: (row) => rows - 1 - row },
      { query: sql`select max(${a}) over () from ${table.relation}`, expected: () => rows - 1 },
      {
        query: sql`select ${a} - (select max(${a}) from ${table.relation}) from ${table.relation}`,
        expected: (row) => row + 1 - rows,
      },
      { query: sql`select ${a} from ${table.relation} limit ${rows}`, expected: (row) => row },
    ];
    for (const { query, expected } of whole) {
      const matrix = await engine.matrix(query, ["v"], rows, plainCompute());
      expect(bytes(matrix.values).equals(bytes(Float64Array.from({ length: rows }, (_, row) => expected(row))))).toBe(
        true,
      );
    }
  });

  test("and a failure in one range stops the others and is told as any other; the next query runs", async () => {
    const { engine, table } = await loaded(2);
    const failing = sql`
      select case when ${table.columns[0]!.ref} = '290000' then error('no such value') else 1.0 end
      from ${table.relation}
    `;
    await expect(engine.matrix(failing, ["v"], rows, plainCompute())).rejects.toMatchObject({ code: "engine-failed" });
    const matrix = await engine.matrix(numbers(table), ["a", "b"], rows, plainCompute());
    expect(matrix.values[rows - 1]).toBe(rows - 1);
  });

  test("and an interruption in the middle ends all of them", async () => {
    const controller = new AbortController();
    const { engine, table } = await loaded(2, controller.signal);
    const compute = {
      ...plainCompute(),
      breathe: () => {
        controller.abort();
        return Promise.resolve();
      },
    };
    await expect(engine.matrix(numbers(table), ["a", "b"], rows, compute)).rejects.toMatchObject({
      code: "interrupted",
    });
  });
});
