import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { profile } from "../../src/commands/profile.ts";
import type { JsonReport } from "../../src/core/report.ts";
import { callCommand } from "../../src/wire.ts";
import { lcg } from "../model/cluster/data.ts";
import { describeOnSpark } from "./spark-remote.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-profile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small =
  "id,email,city,signup,churn_date,amount,churned,note\n" +
  "1,a@x.fr,Paris,2024-01-03,,12.5,no,cafÃ© noir\n2,b@x.fr,PARIS,2024-01-04,2024-05-01,7,yes,ok\n" +
  "3,A@x.fr,Lyon,2024-02-03,,9.25,no,inconnu\n4,c@x.fr,Lyon,2024-03-03,2024-06-01,8,yes, ok\n" +
  "5,d@x.fr,,2024-04-03,,30,no,12\n6,e@x.fr,Nice,1900-01-01,,31,no,NA\n";

function customers(rows: number): string {
  const u = lcg(3 * rows, 29);
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b, c] = u.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    const basket = c < 0.05 ? "" : (80 * b * b).toFixed(2);
    return `c${i},${Math.floor(40 * a * a)},${basket},${["web", "shop", "call"][Math.floor(3 * a * c)]!}`;
  });
  return `customer,visits,spent,channel\n${lines.join("\n")}\n`;
}

async function profiles(name: string, text: string, remote: string): Promise<readonly [JsonReport, JsonReport]> {
  const file = join(folder, name);
  writeFileSync(file, text);
  const here = await callCommand(profile, [file], { by: text === small ? "churned" : "channel" }, "0.0.0");
  const there = await callCommand(
    profile,
    [file],
    { by: text === small ? "churned" : "channel", engine: remote },
    "0.0.0",
  );
  return [here.report, there.report];
}

/** A report without what is told apart below: figures that need the rows themselves, and the associations of a sample. */
function exact(report: JsonReport): unknown {
  const dropped = new Set(["mean", "standard_deviation", "skewness", "kurtosis", "means", "associations", "why"]);
  return JSON.parse(JSON.stringify(report, (key, value: unknown) => (dropped.has(key) ? undefined : value)));
}

describeOnSpark("a profile of a table in a cluster", (remote) => {
  test("is the one of this machine, to the byte, where the rows may come out", async () => {
    const [here, there] = await profiles("small.csv", small, remote);
    expect(there).toEqual(here);
  });

  test("of more rows: counts, values, quantiles and cross-tables are the same, moments to 1e-9, the rest is of a sample", async () => {
    const [here, there] = await profiles("large.csv", customers(110_000), remote);
    expect(exact(there)).toEqual(exact(here));
    const columns = (report: JsonReport): readonly Record<string, number>[] =>
      report["columns"] as unknown as readonly Record<string, number>[];
    const [mine, own] = [columns(here), columns(there)];
    for (const [i, column] of mine.entries()) {
      for (const figure of ["mean", "standard_deviation", "skewness", "kurtosis"] as const) {
        if (typeof column[figure] === "number") expect(own[i]![figure]).toBeCloseTo(column[figure], 9);
      }
    }
    const associations = there["associations"] as unknown as { sampled: boolean; rows: number };
    expect(associations.sampled).toBe(true);
    expect(Math.abs(associations.rows - 100_000)).toBeLessThan(2000);
  });
});
