import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import papaparse from "papaparse";
import { afterAll, expect, test } from "vitest";
import { assign } from "../../src/commands/assign.ts";
import type { JsonReport } from "../../src/core/report.ts";
import { callCommand } from "../../src/wire.ts";
import { extrasOf, fitCase, laterText, ruleCases } from "../steps/cluster/rule-sql/cases.ts";
import { describeOnSpark } from "./spark-remote.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-assign-rules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

type Row = Readonly<Record<string, string>>;

/** The rows of a file, or of the parts that a cluster wrote. */
function rowsOf(path: string, inParts: boolean): readonly Row[] {
  const parts = inParts
    ? readdirSync(path)
        .filter((name) => name.startsWith("part-"))
        .map((name) => join(path, name))
    : [path];
  const read = (file: string): readonly Row[] =>
    papaparse.parse<Record<string, string>>(readFileSync(file, "utf8"), { header: true, skipEmptyLines: true }).data;
  return parts.flatMap(read);
}

/** Rows in one order, whatever order a cluster left them in. */
function sorted(rows: readonly Row[], names: readonly string[]): readonly Row[] {
  const key = (row: Row): string => names.map((name) => row[name]).join();
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

describeOnSpark("segment assign on a Spark gives what it gives on this machine", (remote) => {
  test.each(ruleCases.filter(({ isAlike }) => isAlike !== true))("$name", async (one) => {
    const path = join(folder, "model.json");
    const model = await fitCase(one, put, path);
    const later = laterText(one.table);
    const input = put(`later-${one.table}.csv`, later);
    const options = { model: [path], with: [...extrasOf(model)] };
    const run = async (output: string, engine: { readonly engine?: string }): Promise<JsonReport> =>
      (await callCommand(assign, [input], { ...options, ...engine, output }, "0.0.0")).report;
    const [here, there] = [join(folder, "here.csv"), join(folder, "there.csv")];
    const expected = await run(here, {});
    const found = await run(there, { engine: remote });
    expect(found).toEqual(expected);
    const names = later.slice(0, later.indexOf("\n")).split(",");
    const wanted = sorted(rowsOf(here, false), names);
    const got = sorted(rowsOf(there, true), names);
    rmSync(there, { recursive: true });
    expect(Object.keys(got[0]!)).toEqual(Object.keys(wanted[0]!));
    for (const name of Object.keys(wanted[0]!)) {
      const [own, other] = [wanted, got].map((rows) => rows.map((row) => row[name]!)) as [string[], string[]];
      if (!/_(distance|probability)$/.test(name)) expect([name, other]).toEqual([name, own]);
      expect(other.map((text) => text === "")).toEqual(own.map((text) => text === ""));
      if (!/_(distance|probability)$/.test(name)) continue;
      const gaps = other.map((text, i) => Math.abs(Number(text) - Number(own[i])) / Math.max(1, Number(own[i])));
      expect(Math.max(...gaps)).toBeLessThan(1e-9);
    }
  });

  test("what cannot be given is refused as it is here: a figure that a model has not, densities beyond numbers", async () => {
    const path = join(folder, "refused.json");
    const give = async (name: string, more: { readonly with?: readonly string[] }): Promise<unknown> => {
      await fitCase(
        ruleCases.find((one) => one.name === name)!,
        put,
        path,
      );
      const input = put("beyond.csv", "a,b,c\n1,2,3\n1e200,2,3\n");
      const options = { model: [path], engine: remote, output: join(folder, "refused.csv"), ...more };
      return callCommand(assign, [input], options, "0.0.0").catch((thrown: unknown) => thrown);
    };
    const message = "a saved model of k-medoids has no --with probability";
    expect(await give("k-medoids, the nearest centre", { with: ["probability"] })).toMatchObject({ message });
    expect(await give("a mixture with joined segments", {})).toMatchObject({ code: "out-of-domain" });
  });
});
