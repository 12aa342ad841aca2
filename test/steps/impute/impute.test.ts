import type { OutputTable } from "../../../src/core/command.ts";
import { assert, array, asyncProperty, constantFrom, integer, option, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import type { SegmentError } from "../../../src/core/errors.ts";
import { isHidden, reference } from "../../model/impute/reference.ts";
import { withClean } from "../clean/with-clean.ts";

const { run, surroundings } = withClean();

const iris = reference.cases.find(({ name }) => name === "iris")!;
const names = ["sepal_length", "sepal_width", "petal_length", "petal_width"];

/** Iris as CSV, its hidden cells empty. */
const irisText = [
  names.join(","),
  ...iris.columns[0]!.map((_, i) => iris.columns.map((column, j) => (isHidden(i, j) ? "" : column[i])).join(",")),
  "",
].join("\n");

/** Customers: numbers, a flag and a plan that go together, some of them missing. */
const customers = (rows: number, shift = 0): string => {
  const lines = Array.from({ length: rows }, (_, n) => {
    const i = n + shift;
    const age = 20 + ((i * 37) % 50);
    const plan = age < 35 ? "basic" : age < 55 ? "silver" : "gold";
    const cells = [`c${(i * 7919) % 10_007}`, age, 1000 * age + ((i * 31) % 997), plan, age < 40 ? "yes" : "no"];
    return cells.map((cell, j) => (j > 0 && (i * 3 + j * 7) % 11 === 0 ? "" : cell)).join(",");
  });
  return ["customer_id,age,income,plan,web", ...lines, ""].join("\n");
};

const fileOf = (outcome: { files?: readonly { path: string; text: string }[] }): string => outcome.files![0]!.text;

async function failure(input: string, given: Record<string, unknown>): Promise<SegmentError> {
  return run(input, given).then(
    () => expect.unreachable("the run must fail"),
    (error: SegmentError) => error,
  );
}

describe("gaps of iris, filled by the command", () => {
  test.each(["0.001", "1e-12"])("iterative with --impute-tol %s gives what scikit-learn gives", async (tol) => {
    const { column, json } = await run(irisText, { impute: ["iterative"], imputeTol: Number(tol) });
    names.forEach((name, j) => {
      const found = column(name).filter((_, i) => isHidden(i, j));
      found.forEach((cell, c) => expect(Number(cell)).toBeCloseTo(iris.iterative[tol]!.filled[j]![c]!, 9));
    });
    const imputed = json["imputed"] as { column: string; how: string; count: number; value: null; check: unknown }[];
    expect(imputed.map(({ count }) => count)).toEqual([15, 15, 15, 15]);
    expect(imputed[0]).toMatchObject({ column: "sepal_length", how: "iterative", value: null });
  });

  test.each(["uniform", "distance"] as const)(
    "knn with %s weights gives what scikit-learn gives",
    async (knnWeights) => {
      const { column } = await run(irisText, { impute: ["knn"], knnWeights });
      names.forEach((name, j) => {
        const known = iris.columns[j]!.filter((_, i) => !isHidden(i, j));
        const mean = known.reduce((sum, x) => sum + x, 0) / known.length;
        const deviation = Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / known.length);
        const found = column(name).filter((_, i) => isHidden(i, j));
        found.forEach((cell, c) => {
          if (iris.ties[j]!.includes(c)) return;
          expect((Number(cell) - mean) / deviation).toBeCloseTo(iris.knn[knnWeights].filled[j]![c]!, 9);
        });
      });
    },
  );
});

describe.each(["knn", "iterative", "forest"])("--impute %s", (method) => {
  test("fills numbers and categories, and tells how well", async () => {
    const { rows, column, json } = await run(customers(220), { impute: [method], imputeFlag: true });
    expect(rows).toHaveLength(220);
    expect(rows.flat()).not.toContain(null);
    expect(new Set(column("plan"))).toEqual(new Set(["basic", "silver", "gold"]));
    const imputed = json["imputed"] as {
      column: string;
      count: number;
      check: { error: number; plain: number; hidden: number };
    }[];
    expect(imputed.map((one) => one.column)).toEqual(["age", "income", "plan", "web"]);
    for (const { column: name, count, check } of imputed) {
      expect(column(`${name}_missing`).filter((flag) => flag === "true")).toHaveLength(count);
      expect(check.hidden).toBeGreaterThanOrEqual(10);
      expect(check.error).toBeLessThan(check.plain);
    }
    expect(json["added"]).toEqual(["age_missing", "income_missing", "plan_missing", "web_missing"]);
    // The ids are left alone, and no column to fill from.
    const error = await failure(customers(220), { impute: [`customer_id=${method}`], columns: ["customer_id"] });
    expect(error.code).toBe("bad-option-value");
  });

  test("the saved model gives the fit's own cells, fills other rows, and leaves filled rows as they are", async () => {
    const fit = await run(customers(220), { impute: [method], saveModel: "m.json" });
    const model = surroundings().put(`${method}.json`, fileOf(fit.outcome));
    const again = await run(customers(220), { model });
    expect(again.rows).toEqual(fit.rows);
    const other = await run(customers(30, 500), { model });
    expect(other.rows.flat()).not.toContain(null);
    const text = [other.header.join(","), ...other.rows.map((row) => row.join(",")), ""].join("\n");
    expect((await run(text, { model })).rows).toEqual(other.rows);
  });
});

test("apply(m, apply(m, x)) = apply(m, x), for any rows that fit the model, of categories nobody knows too", async () => {
  const models: string[] = [];
  for (const method of ["knn", "iterative", "forest"]) {
    const { outcome } = await run(customers(120), { impute: [method], saveModel: "m.json" });
    models.push(surroundings().put(`twice-${method}.json`, fileOf(outcome)));
  }
  const cells = tuple(
    constantFrom("a", "b"),
    option(integer({ min: -5, max: 90 }), { nil: "" }),
    option(integer({ min: 0, max: 90_000 }), { nil: "" }),
    constantFrom("basic", "gold", "silver", "platinum", ""),
    constantFrom("yes", "no", ""),
  );
  const given = record({ model: constantFrom(...models), rows: array(cells, { minLength: 1, maxLength: 6 }) });
  await assert(
    asyncProperty(given, async ({ model, rows }) => {
      const text = (of: readonly (readonly unknown[])[]): string =>
        ["customer_id,age,income,plan,web", ...of.map((row) => row.join(",")), ""].join("\n");
      const once = await run(text(rows), { model });
      expect(once.rows.flat()).not.toContain(null);
      rows.forEach((row, i) => {
        if (row[1] !== "") expect(Number(once.rows[i]![1])).toBe(row[1]);
        if (row[3] !== "") expect(once.rows[i]![3]).toBe(row[3]);
      });
      expect((await run(text(once.rows), { model })).rows).toEqual(once.rows);
    }),
    { numRuns: 40 },
  );
});

describe("which columns are filled, and from which", () => {
  test("each column may have its own way, after outliers and simple fills", async () => {
    const text = customers(220).replace(/^c7919,.*$/m, "c7919,57,9999999,gold,no");
    const { column, json } = await run(text, {
      impute: ["age=knn", "income=iterative", "plan=forest", "web=mode"],
      outliers: ["income=iqr"],
      outlierAction: ["null"],
      neighbors: 3,
    });
    const imputed = json["imputed"] as { column: string; how: string }[];
    expect(imputed.map(({ column: name, how }) => `${name} ${how}`)).toEqual([
      "web mode",
      "age knn 3",
      "income iterative",
      "plan forest",
    ]);
    const refilled = Number(column("income")[1]);
    expect(refilled).toBeGreaterThan(50_000);
    expect(refilled).toBeLessThan(65_000);
  });

  test("a rule for all takes no column that has its own, and none that says who consents", async () => {
    const lines = customers(220).trimEnd().split("\n");
    const text = lines.map(
      (line, i) => `${line},${i === 0 ? "sms_ok" : i % 5 === 0 ? "" : i % 2 === 0 ? "yes" : "no"}`,
    );
    const { column, json } = await run(`${text.join("\n")}\n`, { impute: ["knn", "plan=constant:none"] });
    const imputed = json["imputed"] as { column: string; how: string }[];
    expect(imputed.map((one) => one.column)).toEqual(["plan", "age", "income", "web"]);
    expect(column("plan")).toContain("none");
    expect(column("sms_ok")).toContain(null);
  });

  test("a model of all columns also learns those without a gap when it is saved", async () => {
    const whole = customers(80)
      .replaceAll(/,,/g, ",33,")
      .replaceAll(/,$/gm, ",yes")
      .replaceAll(/,(?=\n)/g, ",no");
    const { outcome } = await run(whole, { impute: ["iterative"], saveModel: "m.json" });
    const model = surroundings().put("whole.json", fileOf(outcome));
    const { rows } = await run("customer_id,age,income,plan,web\nx,,40000,,\n", { model });
    expect(rows[0]).not.toContain(null);
  });

  test("numbers of text in a category column stay text, whole numbers become numbers", async () => {
    const { outcome } = await run(customers(100), { impute: ["knn"] });
    const table = outcome.table as OutputTable;
    const columns = await surroundings().context.engine.columns(table.typed!);
    expect(columns.map(({ type }) => type)).toEqual(["text", "number", "number", "text", "boolean"]);
  });
});

describe("what cannot be done is said", () => {
  const cases: readonly [string, Record<string, unknown>, string, RegExp][] = [
    ["two rules for all", { impute: ["knn", "median"] }, "bad-option-value", /all columns two rules/],
    ["two rules for a column", { impute: ["age=knn", "age=mean"] }, "bad-option-value", /age two rules/],
    ["a column that is not there", { impute: ["aeg=knn"] }, "unknown-column", /aeg/],
    ["a column that is not cleaned", { impute: ["age=knn"], columns: ["income"] }, "usage", /not among the columns/],
    ["no other column", { impute: ["age=knn"], columns: ["age"] }, "no-numeric-column", /no other column/],
    ["neighbours without knn", { impute: ["iterative"], neighbors: 3 }, "usage", /--neighbors would have no effect/],
    [
      "a tolerance without iterative",
      { impute: ["knn"], imputeTol: 0.1 },
      "usage",
      /--impute-tol would have no effect/,
    ],
    ["a seed without a model", { impute: ["median"], seed: 3 }, "usage", /--seed would have no effect/],
    ["SQL of a model", { impute: ["knn"], explain: true }, "usage", /--explain cannot show/],
    ["draws of forests", { impute: ["forest"], imputations: 3, output: "x.csv" }, "usage", /draws nothing/],
    ["draws without -o", { impute: ["knn"], imputations: 3 }, "usage", /-o FILE|several tables/],
    [
      "draws with a model",
      { impute: ["knn"], imputations: 3, output: "x.csv", saveModel: "m" },
      "usage",
      /--save-model/,
    ],
  ];
  test.each(cases)("%s", async (_, given, code, message) => {
    const error = await failure(customers(60), given);
    expect(error.code).toBe(code);
    expect(`${error.message}; ${error.hint}`).toMatch(message);
  });

  test("dates, columns without values and texts of many kinds", async () => {
    const dated = customers(60)
      .replaceAll(/,(yes|no)$/gm, ",2024-01-05")
      .replace("web", "since");
    expect((await failure(dated, { impute: ["since=knn"] })).message).toMatch(/holds dates/);
    const empty = customers(60).replaceAll(/,(yes|no)$/gm, ",");
    expect((await failure(empty, { impute: ["web=knn"] })).code).toBe("missing-values");
    const { column, json } = await run(empty, { impute: ["knn"] });
    expect(new Set(column("web"))).toEqual(new Set([null]));
    expect((json["imputed"] as { column: string }[]).map((one) => one.column)).toEqual(["age", "income", "plan"]);
    const many = await failure(customers(60), { impute: ["customer_id=forest"] });
    expect(many.message).toMatch(/more than 50 different texts/);
  });
});

describe("model files", () => {
  test.each(["knn", "iterative", "forest"])("a %s whose parts are wrong is refused with the part", async (method) => {
    const { outcome } = await run(customers(60), { impute: [method], saveModel: "m.json" });
    const text = fileOf(outcome);
    type Imputer = Record<string, unknown> & { features: { levels: unknown }[]; targets: { column: unknown }[] };
    const broken = async (spoil: (imputer: Imputer) => void): Promise<string> => {
      const document = JSON.parse(text) as { parameters: { imputers: Imputer[] } };
      spoil(document.parameters.imputers[0]!);
      const model = surroundings().put("broken.json", JSON.stringify(document));
      const error = await failure(customers(20), { model });
      expect(error.code).toBe("bad-model");
      return error.message;
    };
    expect(await broken((one) => (one.method = "magic"))).toMatch(/imputers\[0\]\.method/);
    expect(await broken((one) => (one.features[0]!.levels = ["a"]))).toMatch(/features\[0\]\.levels/);
    expect(await broken((one) => (one.targets[0]!.column = "nobody"))).toMatch(/targets\[0\]\.column/);
    const part = { knn: "donors", iterative: "rounds", forest: "forests" }[method]!;
    expect(await broken((one) => (one[part] = null))).toMatch(new RegExp(`imputers\\[0\\]\\.${part}`));
    expect(await broken((one) => (one["counts"] = []))).toMatch(/imputers\[0\]\.counts/);
  });

  test("a model written before there were imputers still cleans", async () => {
    const { outcome } = await run(customers(60), { impute: ["median"], saveModel: "m.json" });
    const document = JSON.parse(fileOf(outcome)) as { parameters: { imputers?: unknown } };
    delete document.parameters.imputers;
    const model = surroundings().put("old.json", JSON.stringify(document));
    expect((await run(customers(60), { model })).column("age")).not.toContain(null);
  });
});
