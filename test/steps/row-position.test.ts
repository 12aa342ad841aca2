import { describe, expect, test } from "vitest";
import type { Table } from "../../src/core/context.ts";
import { compile } from "../../src/sql/compile.ts";
import { duckdb } from "../../src/sql/duckdb.ts";
import { identifier, sql } from "../../src/sql/template.ts";
import { readNumbers } from "../../src/steps/cluster/read-numbers.ts";
import { formColumn, formTable } from "../../src/steps/clean/form.ts";
import { deriveTable, passed } from "../../src/steps/derive.ts";
import { segmentFiles, segmentKey } from "../../src/steps/export/segment-files.ts";
import { columnExamples } from "../../src/steps/reading/column-examples.ts";
import { firstOddValue } from "../../src/steps/reading/odd-values.ts";
import { notation } from "../../src/steps/reading/number-shapes.ts";
import { inOrder, positionSql, rowNumberSql } from "../../src/steps/row-position.ts";
import { withContext } from "./cluster/with-context.ts";

const surroundings = withContext();
const rows = 60;
const numbers = Array.from({ length: rows }, (_, i) => i);

/** A table whose relation gives its rows in another order than that of their positions, as an engine without order may. */
async function shuffled(): Promise<Table> {
  const lines = numbers.map(
    (i) => `${i},${i % 7 === 3 ? "x" : i * 2},c${i % 5},2024-01-${String((i % 28) + 1).padStart(2, "0")}`,
  );
  const table = await surroundings().table(`id,amount,customer,day\n${lines.join("\n")}\n`);
  const id = table.columns[0]!.ref;
  const { relation } = await surroundings().context.engine.store(sql`
    select
      *,
      cast(${id} as bigint) as ${identifier("stands_1")}
    from ${table.relation}
    order by (cast(${id} as bigint) * 37) % 61
  `);
  return { ...table, relation, position: identifier("stands_1") };
}

async function ids(table: Table): Promise<readonly number[]> {
  const id = table.columns[0]!.ref;
  const query = sql`select ${id} as id from ${table.relation}${inOrder(table)}`;
  const found = await surroundings().context.engine.rows(query, rows);
  return found.map((row) => Number(row["id"]));
}

describe("rows keep the order of their positions where the relation has another", () => {
  test("in a table made from it once and twice", async () => {
    const table = await shuffled();
    expect(await ids(table)).toEqual(numbers);
    const once = deriveTable(table, table.columns.map(passed));
    const even = { where: sql`cast(${once.columns[0]!.ref} as bigint) % 2 = 0`, rows: rows / 2 };
    const twice = deriveTable(once, once.columns.map(passed), even);
    expect(await ids(once)).toEqual(numbers);
    expect(await ids(twice)).toEqual(numbers.filter((i) => i % 2 === 0));
  });

  test("in form", async () => {
    const table = await shuffled();
    const cleaned = { email: false, case: null, order: null, decimal: null } as const;
    const columns = table.columns.map((column) =>
      formColumn(
        column,
        { ...cleaned, name: column.name, type: column.type },
        {
          texts: { odd: new Set(), reread: new Set() },
          words: null,
        },
      ),
    );
    expect(
      await ids(formTable(table, columns, { present: [rows, rows, rows, rows], rows, isDropping: () => false })),
    ).toEqual(numbers);
  });

  test("among the numbers that are read", async () => {
    const { engine, compute } = surroundings().context;
    const read = await readNumbers(engine, compute, await shuffled(), ["id"]);
    expect([...read.get("id")!]).toEqual(numbers);
  });

  test("for the first value that does not fit, and the example of a column", async () => {
    const { engine } = surroundings().context;
    const table = await shuffled();
    const column = { ...table.columns[1]!, stored: "text" as const };
    const sampled = { column, values: [], candidate: { kind: "number", check: null, example: "2" } as const };
    const odd = await firstOddValue(engine, table, sampled, notation.odd);
    expect(odd).toEqual({ value: "x", row: 3, count: numbers.filter((i) => i % 7 === 3).length });
    expect(await columnExamples(engine, table)).toEqual(["0", "0", "c0", "2024-01-01"]);
  });

  test("in the files of segments", async () => {
    const { engine } = surroundings().context;
    const table = await shuffled();
    const key = segmentKey(table, table.columns[2]!);
    const files = await segmentFiles(engine, table, key, [{ name: "id", value: table.columns[0]!.ref }], "csv");
    const found = await engine.rows(files[1]!.table.query, rows);
    expect(found.map((row) => Number(row["id"]))).toEqual(numbers.filter((i) => i % 5 === 1));
  });
});

test("a relation that keeps its order is asked for it by no query", () => {
  const plain = { relation: identifier("rows_1") };
  const text = compile(
    sql`select ${positionSql(plain)}, ${rowNumberSql(plain)} from ${plain.relation}${inOrder(plain)}`,
    duckdb,
  );
  expect(text.text).toBe("select row_number() over () - 1, row_number() over () from rows_1");
});
