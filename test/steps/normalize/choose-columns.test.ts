import { expect, test } from "vitest";
import type { ErrorCode } from "../../../src/core/errors.ts";
import { fitNormalize } from "../../../src/steps/normalize/fit.ts";
import { readMethods } from "../../../src/steps/normalize/methods.ts";
import { openTable } from "../../../src/steps/open-table.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

interface Given {
  readonly columns?: readonly string[];
  readonly exclude?: readonly string[];
  readonly id?: readonly string[];
  readonly method?: readonly string[];
  readonly overwrite?: boolean;
}

let count = 0;

async function fit(text: string, given: Given = {}) {
  const { context, put } = surroundings();
  const opened = await openTable(context, [put(`choose-${++count}.csv`, text)], {});
  const { method = [], columns, exclude, id, overwrite = false } = given;
  const methods = readMethods(method);
  const found = await fitNormalize(context, opened, { columns, exclude, id, overwrite, methods, inPlace: false });
  return {
    columns: found.model.columns.map(({ column }) => column),
    dropped: Object.fromEntries(found.dropped.map(({ column, reason }) => [column, reason])),
    why: found.why,
    model: found.model,
  };
}

async function refusal(text: string, given: Given): Promise<ErrorCode> {
  return fit(text, given).then(
    () => {
      throw new Error("was not refused");
    },
    (error) => error.code,
  );
}

const header = "customer_id,name,joined,revenue,visits,vip,newsletter,optin_sms,year,level,segment,zip";
const lines = Array.from({ length: 60 }, (_, i) => {
  const spread = (7919 * i) % 101;
  const flags = [i % 2 === 0 ? "yes" : "no", i % 3 === 0 ? "oui" : "non", i % 2];
  return [
    1000 + spread,
    `n${i}`,
    "2024-02-03",
    spread * 1.5,
    spread % 13,
    ...flags,
    2000 + (i % 9),
    4,
    i % 4,
    75000 + i,
  ];
});
const table = [header, ...lines.map((line) => line.join(",")), ""].join("\n");

test("by default every number that measures behaviour is scaled, and the rest is left out with its reason", async () => {
  const { columns, dropped } = await fit(table);
  expect(columns).toEqual(["revenue", "visits"]);
  expect(dropped).toEqual({
    customer_id: "an id or code, by its name",
    name: "text",
    joined: "a date",
    vip: "a flag of two values",
    newsletter: "a consent",
    optin_sms: "a consent",
    year: "a date or year in digits",
    level: "constant",
    segment: "a label",
    zip: "an id or code, by its name",
  });
});

test("ids, codes, flags and constants are scaled when they are named, yes and no as 1 and 0", async () => {
  const { columns, model } = await fit(table, { columns: ["customer_id", "vip", "level", "year"], method: ["minmax"] });
  expect(columns).toEqual(["customer_id", "vip", "year", "level"]);
  expect(model.columns[1]).toMatchObject({ type: "boolean", minimum: 0, maximum: 1 });
  expect(model.columns[3]!.scaling).toMatchObject({ center: 4, scale: 1 });
});

test("a column that --method names is scaled like one that --columns names", async () => {
  expect((await fit(table, { method: ["zip=minmax"] })).columns).toEqual(["revenue", "visits", "zip"]);
  expect((await fit(table, { columns: ["visits"], method: ["zip=minmax"] })).columns).toEqual(["visits", "zip"]);
});

test("globs and :numeric choose, --exclude and --id leave out; a name wins over a glob", async () => {
  expect((await fit(table, { columns: [":numeric"], exclude: ["rev*"] })).columns).toEqual(["visits"]);
  expect((await fit(table, { columns: [":numeric", "revenue"], exclude: ["rev*"] })).columns).toEqual([
    "revenue",
    "visits",
  ]);
  const { dropped } = await fit(table, { id: ["visits"], exclude: ["year"] });
  expect(dropped).toMatchObject({ visits: "an id, by --id", year: "by --exclude" });
});

test("what cannot be is refused: a name that is none, text, a column named and left out, no column at all", async () => {
  expect(await refusal(table, { columns: ["revenu"] })).toBe("unknown-column");
  expect(await refusal(table, { method: ["revenu=log1p"] })).toBe("unknown-column");
  expect(await refusal(table, { columns: ["name"] })).toBe("not-numeric");
  expect(await refusal(table, { columns: ["joined"] })).toBe("not-numeric");
  expect(await refusal(table, { columns: ["visits"], exclude: ["visits"] })).toBe("bad-option-value");
  expect(await refusal(table, { method: ["visits=log1p"], id: ["visits"] })).toBe("bad-option-value");
  expect(await refusal("a,b\nx,1\ny,1\n", {})).toBe("no-numeric-column");
  expect(await refusal("a,b\nx,\ny,\n", { columns: ["b"] })).toBe("not-numeric");
});

test("a scaled column is not scaled again, and one that stands already is replaced only when asked", async () => {
  const scaled = "x,x_scaled,y\n1,0,5\n2,1,7\n4,3,6\n";
  expect(await refusal(scaled, {})).toBe("column-exists");
  const { columns, dropped } = await fit(scaled, { overwrite: true });
  expect(columns).toEqual(["x", "y"]);
  expect(dropped).toEqual({ x_scaled: "scaled already" });
  expect((await fit(scaled, { exclude: ["x"] })).columns).toEqual(["y"]);
  expect(await refusal(scaled, { columns: ["x_scaled"] })).toBe("bad-option-value");
});

test("a column that can be read in two ways stops the run only where it would be scaled", async () => {
  const open = "amount;visits\n1.234;5\n2.345;6\n3.456;8\n";
  expect(await refusal(open, {})).toBe("ambiguous-input");
  expect((await fit(open, { exclude: ["amount"] })).columns).toEqual(["visits"]);
});

test("auto says why: a long tail without negatives takes the logarithm, others do not", async () => {
  const rows = Array.from({ length: 80 }, (_, i) => {
    const tail = Math.round(1000 / (1 + ((7919 * i) % 80)));
    return `${tail},${tail - 20},${(7919 * i) % 83}`;
  });
  const { model, why } = await fit(["tail,shifted,even", ...rows, ""].join("\n"));
  expect(model.columns.map(({ scaling }) => scaling.power)).toEqual(["mirrored-log1p", "none", "none"]);
  // Shares of zeros and of values beyond the fences by NumPy.
  expect(why[0]).toMatch(/^skewness \d\.\d\d, \d\.\d\d by log1p; 12\.5% outliers$/);
  expect(why[1]).toMatch(/but negative values; 3\.8% zeros, 12\.5% outliers$/);
  expect(why[2]).toMatch(/not above 2; 1\.3% zeros$/);
});

test("values outside a transform's domain are an error with line and way out; so are infinite ones", async () => {
  const given = (x: string, method: string): Promise<unknown> =>
    fit(`x,y\n1,1\n2,2\n${x},3\n`, { columns: ["x"], method: [method] });
  await expect(given("0", "box-cox")).rejects.toMatchObject({
    code: "out-of-domain",
    place: { line: 4, column: "x" },
    hint: expect.stringContaining("yeo-johnson"),
  });
  await expect(given("-1", "log1p+zscore")).rejects.toMatchObject({ code: "out-of-domain", place: { line: 4 } });
  await expect(given("inf", "zscore")).rejects.toMatchObject({ code: "not-finite", place: { line: 4 } });
  // Beside a gap too, which auto would fill.
  await expect(given(",2\ninf", "auto")).rejects.toMatchObject({ code: "not-finite", place: { column: "x" } });
  await expect(given("-0.5", "log1p")).resolves.toBeDefined();
});

test("a power that takes the values where doubles cannot tell them apart is refused, not written", async () => {
  // A narrow column far from zero, skewed to the right: its best λ is some -1e4, and 1e6 to that power is 0.
  const rows = Array.from({ length: 40 }, (_, i) => String(1e6 + (i * 5) ** 2 / 100));
  const neighbours = ["x", 500, 500, 500.00000000000006, ""].join("\n");
  for (const method of ["box-cox+zscore", "yeo-johnson"]) {
    expect(await refusal(neighbours, { columns: ["x"], method: [method] })).toBe("not-finite");
  }
  await expect(fit(["x", ...rows, ""].join("\n"), { method: ["box-cox"] })).rejects.toMatchObject({
    code: "not-finite",
    place: { column: "x" },
  });
});
