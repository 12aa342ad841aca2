import type { OutputTable } from "../../../src/core/command.ts";
import { describe, expect, test } from "vitest";
import { csvColumn, withClean } from "./with-clean.ts";

const { run, surroundings } = withClean();

const shops =
  "day,shop,sales\n" +
  "2024-01-03,A,3\n2024-01-01,A,1\n2024-01-02,A,2\n2024-01-05,A,50\n2024-01-04,A,4\n" +
  "2024-01-01,B,100\n2024-01-02,B,\n2024-01-03,B,300\n2024-01-09,B,\n2024-01-05,B,500\n2024-01-01,,7\n";

describe("bounds and fills by group", () => {
  test("each group has its own; rows without one take those of all rows, and it is said", async () => {
    const { column, json } = await run(shops, { outliers: ["iqr"], by: "shop", impute: ["median"] });
    // A: quartiles 2 and 4; B: 200 and 400.
    expect(json["outliers"]).toMatchObject([
      {
        groups: [
          { group: "A", low: -1, high: 7, count: 1 },
          { group: "B", low: -100, high: 700, count: 0 },
        ],
        other: 0,
      },
    ]);
    expect(column("sales_outlier").filter((cell) => cell === "true")).toHaveLength(1);
    expect(column("sales")[6]).toBe("300");
    expect(json["by"]).toEqual({ column: "shop", groups: 2, unseen: 0, missing: 1 });
    expect(json["warnings"]).toMatchObject([
      { code: "other-groups", message: expect.stringContaining("1 row without shop") },
    ]);
  });

  test("a model takes the bounds of all for groups that the fit did not have, and counts their rows", async () => {
    const { put } = surroundings();
    const fit = await run(shops, {
      outliers: ["iqr"],
      outlierAction: ["clip"],
      by: "shop",
      impute: ["mean"],
      saveModel: "m.json",
    });
    const model = put("groups.json", fit.outcome.files![0]!.text);
    const next = "day,shop,sales\n2024-02-01,A,70\n2024-02-01,B,70\n2024-02-01,C,70\n2024-02-01,C,\n2024-02-01,,\n";
    const { column, json } = await run(next, { model });
    const all = Number((fit.json["imputed"] as { value: number }[])[0]!.value);
    expect(column("sales").map(Number)).toEqual([7, 70, 70, all, all]);
    expect(json["by"]).toEqual({ column: "shop", groups: 2, unseen: 2, missing: 1 });
  });

  test("a group without values takes the fill of all, one without spread has no bounds", async () => {
    const text = "g,x,t\na,1,u\na,2,u\na,3,v\nb,,\nb,,w\nc,5,\nc,5,w\nc,5,w\nc,5,w\n";
    const { column, json } = await run(text, { impute: ["x=mean", "t=mode"], outliers: ["x=zscore"], by: "g" });
    const [imputed] = json["imputed"] as { value: number }[];
    expect(imputed!.value).toBeCloseTo(26 / 7, 12);
    expect(column("x")[3]).toBe(String(imputed!.value));
    expect(column("t")).toEqual(["u", "u", "v", "w", "w", "w", "w", "w", "w"]);
    expect(json["warnings"]).toMatchObject([{ code: "no-spread", message: expect.stringContaining("1 of 3 groups") }]);
  });

  test("groups are those of the column in form: one case, no spaces around", async () => {
    const text = "town,x\nparis,1\n Paris ,3\nLYON,10\nlyon,\n";
    const { json, column } = await run(text, { case: ["town=title"], impute: ["x=mean"], by: "town" });
    expect(json["imputed"]).toMatchObject([
      {
        groups: [
          { group: "Lyon", value: 10 },
          { group: "Paris", value: 2 },
        ],
      },
    ]);
    expect(column("x")[3]).toBe("10");
  });

  test("more than a thousand groups are refused", async () => {
    const text = `g,x\n${Array.from({ length: 1001 }, (_, i) => `g${i},${i * i}`).join("\n")}\n`;
    await expect(run(text, { impute: ["x=mean"], by: "g" })).rejects.toMatchObject({ code: "bad-option-value" });
    // Neighbours are looked for in any number of them.
    expect((await run(text, { impute: ["x=ffill"], by: "g", orderBy: "x" })).rows).toHaveLength(1001);
  });
});

describe("fills from neighbours", () => {
  test("a line through dates weighs days, one through rows does not; rows keep their places", async () => {
    const text = "day,x\n2024-03-10,\n2024-03-01,0\n2024-03-11,\n2024-03-02,\n2024-03-11,10\n2024-02-01,\n";
    const line = await run(text, { impute: ["x=linear"], orderBy: "day" });
    // The first row of 11 March stands before the one with the value, at the same place.
    expect(line.column("x")).toEqual(["9", "0", "10", "1", "10", null]);
    expect(line.json["imputed"]).toMatchObject([{ how: "linear", value: null, count: 3, left: 1 }]);
    const rows = await run(text, { impute: ["x=linear:position"], orderBy: "day" });
    expect(rows.column("x")).toEqual(["5", "0", "7.5", "2.5", "10", null]);
    expect(rows.column("day")).toEqual(line.column("day"));
  });

  test("times and numbers order too; a text orders, but has no line", async () => {
    const times = "at,x\n2024-01-01 00:00,0\n2024-01-01 06:00,\n2024-01-02 00:00,1\n";
    expect((await run(times, { impute: ["x=linear"], orderBy: "at" })).column("x")[1]).toBe("0.25");
    const words = "w,x\nb,\na,1.50\nc,3\n";
    expect((await run(words, { impute: ["x=ffill"], orderBy: "w" })).column("x")).toEqual(["1.50", "1.50", "3"]);
    expect((await run(words, { impute: ["x=linear:position"], orderBy: "w" })).column("x")).toEqual([
      "2.25",
      "1.50",
      "3",
    ]);
    await expect(run(words, { impute: ["x=linear"], orderBy: "w" })).rejects.toMatchObject({
      code: "bad-option-value",
      hint: expect.stringContaining("linear:position") as unknown,
    });
  });

  test("any type is carried on: text, dates, yes and no; leading gaps stay and are counted", async () => {
    const text = "n,town,since,ok\n1,,,\n2,Lyon,2024-01-05,yes\n3,,,\n4,Nice,2024-02-01,no\n5,,,\n";
    const impute = ["town=ffill", "since=ffill", "ok=ffill"];
    const { rows, json, column } = await run(text, { impute, orderBy: "n", imputeFlag: true });
    expect(rows.map((row) => row.slice(1, 4))).toEqual([
      [null, null, null],
      ["Lyon", "2024-01-05", "true"],
      ["Lyon", "2024-01-05", "true"],
      ["Nice", "2024-02-01", "false"],
      ["Nice", "2024-02-01", "false"],
    ]);
    expect(column("town_missing")).toEqual(["true", "false", "true", "false", "true"]);
    expect(json["imputed"]).toMatchObject(impute.map(() => ({ count: 2, left: 1 })));
    expect((await run(text, { impute: ["town=bfill"], orderBy: "n" })).column("town")).toEqual([
      "Lyon",
      "Lyon",
      "Nice",
      "Nice",
      null,
    ]);
  });

  test("a group's values go to no other group, and rows without a group take none", async () => {
    const text = "n,g,x\n1,a,1\n2,b,\n3,a,\n4,b,4\n5,,\n6,b,\n";
    const { column } = await run(text, { impute: ["x=ffill"], orderBy: "n", by: "g" });
    expect(column("x")).toEqual(["1", null, "1", "4", null, "4"]);
  });

  test("a row without a place in the order is refused with its line", async () => {
    const text = "n,x\n1,1\n,2\n3,\n";
    await expect(run(text, { impute: ["x=ffill"], orderBy: "n" })).rejects.toMatchObject({
      code: "missing-values",
      place: { line: 3, column: "n" },
    });
  });

  test("a saved model fills other rows from their own neighbours, and refuses those without an order", async () => {
    const { put } = surroundings();
    const fit = await run("n,x\n1,1\n2,\n3,3\n", { impute: ["x=linear"], orderBy: "n", saveModel: "m.json" });
    const model = put("order.json", fit.outcome.files![0]!.text);
    expect((await run("n,x\n9,8\n7,\n5,4\n", { model })).column("x")).toEqual(["8", "6", "4"]);
    await expect(run("n,x\n,8\n7,\n5,4\n", { model })).rejects.toMatchObject({ code: "missing-values" });
    await expect(run("x\n8\n", { model })).rejects.toMatchObject({ code: "model-mismatch" });
  });

  test("control limits are those of the order given, not of the rows", async () => {
    const rising = Array.from({ length: 10 }, (_, i) => `${i + 1},${i < 9 ? i + 1 : 100}`);
    const shuffled = [3, 7, 0, 9, 5, 1, 8, 2, 6, 4].map((i) => rising[i]!);
    const { json } = await run(`n,x\n${shuffled.join("\n")}\n`, { outliers: ["x=xmr"], orderBy: "n" });
    const [found] = json["outliers"] as { high: number; count: number }[];
    expect(found!.high).toBeCloseTo(43.745, 3);
    expect(found!.count).toBe(1);
  });
});

describe("what becomes of outliers", () => {
  const numbers = csvColumn("spend", ["1", "2", "3", "4.00", "5", "6", "7", "8", "9", "100"]);

  test("winsorising writes the nearest value within the bounds, clipping the bound", async () => {
    const given = { outliers: ["spend=iqr"] };
    expect((await run(numbers, { ...given, outlierAction: ["winsorise"] })).column("spend").at(-1)).toBe("9");
    expect((await run(numbers, { ...given, outlierAction: ["clip"] })).column("spend").at(-1)).toBe("14.5");
    await expect(
      run(numbers, { outliers: ["spend=bounds:200:300"], outlierAction: ["winsorise"] }),
    ).rejects.toMatchObject({
      code: "missing-values",
      hint: expect.stringContaining("spend=clip") as unknown,
    });
  });

  test("each column has its own action", async () => {
    const text = `a,b,c\n${Array.from({ length: 9 }, (_, i) => `${i},${i * 2},${i * 3}`).join("\n")}\n90,900,9\n4,1,900\n`;
    const { rows, header, json, column } = await run(text, {
      outliers: ["iqr"],
      outlierAction: ["clip", "b=null", "c=drop"],
    });
    expect(header).toEqual(["a", "b", "c"]);
    expect(rows).toHaveLength(10);
    expect(column("b").at(-1)).toBe(null);
    expect(Number(column("a").at(-1))).toBeLessThan(90);
    expect(json["outliers"]).toMatchObject([{ action: "clip" }, { action: "null" }, { action: "drop" }]);
    await expect(run(text, { outliers: ["a=iqr"], outlierAction: ["b=null"] })).rejects.toMatchObject({
      code: "usage",
    });
  });

  test("rows set aside are counted as quarantined, whatever else drops rows", async () => {
    const { path } = surroundings();
    const text = "mail,x\nnobody,5\na@b.co,1\nc@d.fr,2000\ne@f.de,3\nnobody,9000\n";
    const { outcome, json, rows } = await run(text, {
      email: ["mail"],
      emailCheck: "drop",
      outliers: ["x=bounds:0:100"],
      outlierAction: ["quarantine"],
      quarantine: path("aside.csv"),
    });
    expect(rows.map((row) => row[0])).toEqual(["a@b.co", "e@f.de"]);
    expect(json).toMatchObject({ input: { rows: 5, used: 4, quarantined: 1 }, removed: 2, output: { rows: 2 } });
    const written = outcome.files!.find((one) => one.path === path("aside.csv"))!.text;
    expect(written.split("\n")[1]).toMatch(/,4,25,x,x 2000 is an outlier by bounds:0:100,"c@d.fr,2000"$/);
    await expect(run(text, { outliers: ["x=bounds:0:100"], outlierAction: ["quarantine"] })).rejects.toMatchObject({
      code: "usage",
      hint: "add --quarantine FILE",
    });
  });

  test("rows keep their order where some are set aside and neighbours fill gaps in another one", async () => {
    const { path } = surroundings();
    const text = "n,x,y\n5,1,a\n3,900,b\n4,,c\n1,2,d\n2,,e\n";
    const { rows } = await run(text, {
      outliers: ["x=bounds:0:100"],
      outlierAction: ["quarantine"],
      quarantine: path("ordered.csv"),
      impute: ["x=linear"],
      orderBy: "n",
    });
    expect(rows).toEqual([
      ["5", "1", "a"],
      ["4", "1.25", "c"],
      ["1", "2", "d"],
      ["2", "1.75", "e"],
    ]);
  });

  test("rows of Parquet are set aside as JSON", async () => {
    const { context, path } = surroundings();
    const source = await run("id,x\na,1\nb,2\nc,700\n", {});
    await context.engine.write((source.outcome.table as OutputTable).typed!, path("aside.parquet"), "parquet");
    const { outcome } = await run(path("aside.parquet"), {
      outliers: ["x=bounds::100"],
      outlierAction: ["quarantine"],
      quarantine: path("aside2.csv"),
    });
    const written = outcome.files!.find((one) => one.path === path("aside2.csv"))!.text;
    expect(written).toContain(`"{""id"":""c"",""x"":700}"`);
  });
});

test.each([
  [{ impute: ["sales=ffill"] }, "--order-by COL"],
  [{ outliers: ["xmr"] }, "--order-by COL"],
  [{ impute: ["linear"], by: "shop" }, "--order-by COL"],
  [{ impute: ["median"], orderBy: "day" }, "--impute COL=ffill"],
  [{ outliers: ["sales=bounds:0:1"], by: "shop" }, "--impute median"],
  [{ outliers: ["iqr:3"], iqrFactor: 2 }, "--outliers iqr"],
])("what lacks an order, or has no use for one, is refused with the way out: %j", async (given, way) => {
  await expect(run(shops, given)).rejects.toMatchObject({
    code: "usage",
    hint: expect.stringContaining(way) as unknown,
  });
});
