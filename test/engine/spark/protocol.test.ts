import { describe, expect, test } from "vitest";
import { callShape, decodeMessage, type Call, type Message } from "../../../src/engine/spark/protocol.ts";

// The bytes are those of the protobuf classes that pyspark 4.3.0 ships, for the same messages.

const named = { read: { named_table: { unparsed_identifier: "v" } } };

const requests: readonly (readonly [Call, Message, string])[] = [
  [
    "ExecutePlan",
    {
      session_id: "s",
      user_context: { user_id: "u" },
      client_type: "t",
      operation_id: "o",
      client_observed_server_side_session_id: "v",
      plan: { root: { sql: { query: "select :p_1", named_arguments: { p_1: { literal: { string: "é" } } } } } },
      request_options: [{ reattach_options: { reattachable: true } }],
    },
    "0a017312030a01751a200a1e521c0a0b73656c656374203a705f31220d0a03705f3112060a046a02c3a92201742a040a02080132016f420176",
  ],
  ["ReattachExecute", { session_id: "s", operation_id: "o", last_response_id: "l" }, "0a01731a016f2a016c"],
  [
    "ReleaseExecute",
    { session_id: "s", operation_id: "o", release_until: { response_id: "l" } },
    "0a01731a016f32030a016c",
  ],
  ["ReleaseExecute", { session_id: "s", operation_id: "o", release_all: {} }, "0a01731a016f2a00"],
  ["AnalyzePlan", { session_id: "s", spark_version: {} }, "0a01735200"],
  ["AnalyzePlan", { session_id: "s", persist: { relation: named } }, "0a017372090a0712050a030a0176"],
  ["AnalyzePlan", { session_id: "s", unpersist: { relation: named } }, "0a01737a090a0712050a030a0176"],
  [
    "AnalyzePlan",
    { session_id: "s", schema: { plan: { root: { sql: { query: "q" } } } } },
    "0a017322090a070a0552030a0171",
  ],
  [
    "Config",
    { session_id: "s", operation: { set: { pairs: [{ key: "k", value: "v" }], silent: true } } },
    "0a01731a0c0a0a0a060a016b1201761001",
  ],
  ["Interrupt", { session_id: "s", interrupt_type: 1 }, "0a01732001"],
  ["ReleaseSession", { session_id: "s" }, "0a0173"],
  ["FetchErrorDetails", { session_id: "s", error_id: "e" }, "0a01731a0165"],
];

test.each(requests)("%s is sent as Spark's own client sends it", (call, message, bytes) => {
  expect(callShape(call).encode(message).toString("hex")).toBe(bytes);
});

/** A plan is field 3 of the request that carries it. */
function planBytes(plan: Message): string {
  const bytes = callShape("ExecutePlan").encode({ plan });
  expect([bytes[0], bytes[1]]).toEqual([0x1a, bytes.length - 2]);
  return bytes.subarray(2).toString("hex");
}

const query = (literal: Message): Message => ({ root: { sql: { query: "q", named_arguments: { p_1: { literal } } } } });

describe("plans are those of Spark's own client", () => {
  test.each([
    ["a flag", { boolean: true }, "0a1252100a0171220b0a03705f3112040a021801"],
    ["a negative integer", { integer: -1 }, "0a1b52190a017122140a03705f31120d0a0b30ffffffffffffffffff01"],
    ["a long integer", { long: String(2 ** 40) }, "0a1752150a017122100a03705f3112090a0738808080808020"],
    ["a double", { double: 1.5 }, "0a1952170a017122120a03705f31120b0a0959000000000000f83f"],
    ["nothing", { null: { null: {} } }, "0a1452120a0171220d0a03705f3112060a040a020a00"],
  ])("a query with %s bound", (_, literal, bytes) => expect(planBytes(query(literal))).toBe(bytes));

  test("a write that counts its rows", () => {
    const metrics = [{ expression_string: { expression: "count(1)" } }];
    const input = { collect_metrics: { input: named, name: "rows", metrics } };
    const write_operation = { input, source: "csv", path: "/x", mode: 3, options: { header: "true" } };
    expect(planBytes({ command: { write_operation } })).toBe(
      "123f123d0a20ea011d0a0712050a030a01761204726f77731a0c220a0a08636f756e7428312912036373761a022f7828034a0e0a06686561646572120474727565",
    );
  });

  test("a table to be written", () => {
    const write_operation = { input: named, mode: 3, table: { table_name: "a.b", save_method: 1 } };
    expect(planBytes({ command: { write_operation } })).toBe("121612140a0712050a030a017622070a03612e6210012803");
  });

  test("a view of files", () => {
    const data_source = { format: "csv", schema: "a string", options: { sep: ";" }, paths: ["/p"] };
    const create_dataframe_view = { input: { read: { data_source } }, name: "n", replace: true };
    expect(planBytes({ command: { create_dataframe_view } })).toBe(
      "122a1a280a21121f121d0a0363737612086120737472696e671a080a0373657012013b22022f7012016e2001",
    );
  });

  test("a view of rows from here", () => {
    const create_dataframe_view = { input: { local_relation: { data: Buffer.from([1, 2]) } }, name: "n" };
    expect(planBytes({ command: { create_dataframe_view } })).toBe("120d1a0b0a065a040a02010212016e");
  });
});

describe("answers of Spark are read", () => {
  const read = (call: Call, hex: string): Message => callShape(call).decode(Buffer.from(hex, "hex"));

  test("a batch of rows", () => {
    const answer = read("ExecutePlan", "0a017312060803120200ff62016f6a01727a0176");
    expect(answer).toMatchObject({ response_id: "r", server_side_session_id: "v", arrow_batch: { row_count: 3 } });
    expect([...(answer["arrow_batch"] as { data: Uint8Array }).data]).toEqual([0, 255]);
  });

  test("the end of a write, with the rows it counted", () => {
    const answer = read("ExecutePlan", "0a017332170a04726f77731207388080808080201a06726f77735f306a01727200");
    expect(answer).toMatchObject({
      result_complete: {},
      observed_metrics: [{ name: "rows", values: [{ long: 2 ** 40 }] }],
    });
  });

  test("the version, and what led to a failure", () => {
    expect(read("AnalyzePlan", "0a017342070a05342e332e307a0176")).toMatchObject({
      spark_version: { version: "4.3.0" },
    });
    expect(read("FetchErrorDetails", "12060a015412016d220173")).toEqual({ errors: [{ message: "m" }] });
  });

  test("bytes that are no message throw", () => {
    expect(() => decodeMessage("ExecutePlanResponse", Buffer.from("0aff", "hex"))).toThrow(RangeError);
  });
});
