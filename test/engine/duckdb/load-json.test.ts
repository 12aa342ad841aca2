import { describe, expect, test } from "vitest";
import type { JsonSource } from "../../../src/core/source.ts";
import { join, sql } from "../../../src/sql/template.ts";
import { json, scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

async function read(source: JsonSource): Promise<{ columns: string[][]; rows: unknown[][] }> {
  const loaded = await engine().load([source]);
  const refs = join(
    loaded.columns.map((column) => column.ref),
    ", ",
  );
  const rows = await engine().rows(sql`select ${refs} from ${loaded.relation}`, 100);
  return {
    columns: loaded.columns.map(({ name, type, stored }) => [name, type, stored]),
    rows: rows.map((row) => Object.values(row)),
  };
}

describe("JSON records", () => {
  test("have their keys as columns, in order of first appearance, whatever the keys are", async () => {
    const path = files.put(
      "keys.ndjson",
      '{"b":1,"a":2}\n{"a":3,"z/~\\"q":4," ":5,"__proto__":6,"A":7,"b":8}\n{"a":null}\n',
    );
    const { columns, rows } = await read(json(path, "ndjson"));
    expect(columns.map(([name]) => name)).toEqual(["b", "a", 'z/~"q', " ", "__proto__", "A"]);
    expect(rows).toEqual([
      [1, 2, null, null, null, null],
      [8, 3, 4, 5, 6, 7],
      [null, null, null, null, null, null],
    ]);
  });

  test("are typed by all their values and never guessed: strings stay text", async () => {
    const path = files.put(
      "types.ndjson",
      [
        '{"i":1,"n":1,"f":true,"t":"01/02/2024","m":1,"long":12345678901234567890,"s":"12","o":{"x":[1]},"e":null,"p":12345678901234567890123}',
        '{"i":-9007199254740993,"n":2.5,"f":false,"t":"x","m":"one","long":1,"s":"13","o":null,"e":null,"p":0.5}',
      ].join("\n"),
    );
    const { columns, rows } = await read(json(path, "ndjson"));
    expect(columns).toEqual([
      ["i", "integer", "typed"],
      ["n", "number", "typed"],
      ["f", "boolean", "typed"],
      ["t", "text", "text"],
      ["m", "text", "text"],
      ["long", "text", "text"],
      ["s", "text", "text"],
      ["o.x", "text", "text"],
      ["e", "text", "text"],
      ["p", "text", "text"],
    ]);
    expect(rows).toEqual([
      [1, 1, true, "01/02/2024", "1", "12345678901234567890", "12", "[1]", null, "12345678901234567890123"],
      [-9007199254740993n, 2.5, false, "x", "one", "1", "13", null, null, "0.5"],
    ]);
  });

  test("have the fields of objects as columns of their own, by path, and keep what else stands there", async () => {
    const path = files.put(
      "nested.ndjson",
      [
        '{"id":1,"user":{"name":"Zoé","home":{"city":"Lyon","zip":"01000"}},"tags":["a"],"x":{"k":1},"e":{},"a/b":{"c~":1}}',
        '{"id":2,"user":{"age":3,"home":null},"x":5,"e":null}',
        '{"id":3,"user":null,"x":{"m":true,"k":2.5}}',
      ].join("\n"),
    );
    const { columns, rows } = await read(json(path, "ndjson"));
    expect(columns.map(([name, type]) => `${name} ${type}`)).toEqual([
      "id integer",
      "user.name text",
      "user.home.city text",
      "user.home.zip text",
      "user.age integer",
      "tags text",
      "x integer",
      "x.k number",
      "x.m boolean",
      "e text",
      "a/b.c~ integer",
    ]);
    expect(rows).toEqual([
      [1, "Zoé", "Lyon", "01000", null, '["a"]', null, 1, null, "{}", 1],
      [2, null, null, null, 3, null, 5, null, null, null, null],
      [3, null, null, null, null, null, null, 2.5, true, null, null],
    ]);
  });

  test("keep an object of very many keys as JSON text, for it is no record of fields", async () => {
    const many = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`c${i}`, i]));
    const path = files.put("map.ndjson", `${JSON.stringify({ id: 1, seen: many })}\n`);
    const { columns, rows } = await read(json(path, "ndjson"));
    expect(columns.map(([name]) => name)).toEqual(["id", "seen"]);
    expect(JSON.parse(String((rows[0] as unknown[])[1]))).toEqual(many);
  });

  test("are refused where a key is the path of another", async () => {
    const path = files.put("twice.ndjson", '{"a.b":1,"a":{"b":2}}\n');
    await expect(engine().load([json(path, "ndjson")])).rejects.toMatchObject({ code: "duplicate-columns" });
  });

  test("may be a list over several lines, or one object", async () => {
    const list = files.put("list.json", ' [{"a":1},\n {"a":\n2}\n]\n');
    expect((await read(json(list, "json"))).rows).toEqual([[1], [2]]);
    const one = files.put("one.json", '{"a":1,\n"b":"x"}\n');
    expect((await read(json(one, "json"))).rows).toEqual([[1, "x"]]);
  });

  test("that are broken are an error with the line or the record", async () => {
    const line = files.put("bad.ndjson", '{"a":1}\n{"a":2\n{"a":3}\n');
    await expect(engine().load([json(line, "ndjson", "crm.ndjson")])).rejects.toMatchObject({
      code: "broken-file",
      place: { file: "crm.ndjson", line: 2 },
      message: "crm.ndjson: bad JSON in line 2: unexpected end of data",
    });
    const cut = files.put("cut.json", '[{"a":1},\n{"a":2');
    await expect(engine().load([json(cut, "json", "crm.json")])).rejects.toMatchObject({
      code: "broken-file",
      message: "crm.json: bad JSON in record 2: unexpected end of data",
    });
    const scalar = files.put("scalar.ndjson", '{"a":1}\n[1]\n');
    await expect(engine().load([json(scalar, "ndjson")])).rejects.toMatchObject({
      code: "broken-file",
      message: "record 2 is no JSON object",
    });
    const twice = files.put("twice.ndjson", '{"a":1}\n{"a":1,"a":2}\n');
    await expect(engine().load([json(twice, "ndjson")])).rejects.toMatchObject({ code: "duplicate-columns" });
    const empty = files.put("empty.json", "[]");
    await expect(engine().load([json(empty, "json")])).rejects.toMatchObject({ code: "no-rows" });
  });
});
