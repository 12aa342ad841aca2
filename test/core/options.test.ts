import { expect, test } from "vitest";
import { flagName, withDefaults, type OptionTable } from "../../src/core/options.ts";

const table = {
  k: { kind: "text", value: "N", default: "auto", help: "" },
  init: { kind: "text", value: "FILE", help: "" },
  starts: { kind: "integer", value: "N", default: 10, help: "" },
  threads: { kind: "integer", value: "N", help: "" },
  tol: { kind: "number", value: "X", default: 0, help: "" },
  scale: { kind: "choice", choices: ["auto", "none"], default: "auto", help: "" },
  format: { kind: "choice", choices: ["csv"], help: "" },
  columns: { kind: "list", value: "LIST", help: "" },
  where: { kind: "texts", value: "RULE", help: "" },
  overwrite: { kind: "flag", help: "" },
  color: { kind: "flag", negated: true, help: "" },
} as const satisfies OptionTable;

test("what is not given takes the table's default, or stays open", () => {
  expect(withDefaults(table, {})).toEqual({
    k: "auto",
    init: undefined,
    starts: 10,
    threads: undefined,
    tol: 0,
    scale: "auto",
    format: undefined,
    columns: undefined,
    where: [],
    overwrite: false,
    color: true,
  });
});

test("what is given stays, zero and false and empty lists too", () => {
  const given = { k: "3", starts: 0, tol: 0.5, columns: [], color: false, overwrite: true };
  expect(withDefaults(table, given)).toMatchObject(given);
});

test("words that are no option of the table, and members of every object, do not come in", () => {
  const options = withDefaults({ constructorName: { kind: "flag", help: "" } }, { stray: 1 });
  expect(Object.keys(options)).toEqual(["constructorName"]);
});

test.each([
  ["minShare", "min-share"],
  ["k", "k"],
  ["saveModel", "save-model"],
  ["maxIterOfAll", "max-iter-of-all"],
])("%s is --%s on the command line", (key, flag) => expect(flagName(key)).toBe(flag));
