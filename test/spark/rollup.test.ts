import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { ingest } from "../../src/commands/ingest.ts";
import { callCommand } from "../../src/wire.ts";
import { describeOnSpark } from "./spark-remote.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-rollup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const events = fileURLToPath(new URL("../../fixtures/reference/rollup/events.csv", import.meta.url));

const rules = `
customer: customer_id
time: time
as_of: 2024-06-30
missing: drop
measures:
  orders: {count: rows, where: "event = purchase"}
  revenue: {sum: revenue, where: "event = purchase"}
  basket: {mean: revenue}
  sessions: {distinct: session_id, within: 30 days, before: 30 days}
  recency: {recency: time}
  last_city: {last: city}
  first_source: {first: source, within: 60 days}
  most: {max: revenue}
  latest: {max: time}
`;

describeOnSpark("events rolled up per customer", (remote) => {
  test("are the same on both engines", async () => {
    const rollup = join(folder, "rollup.yaml");
    writeFileSync(rollup, rules);
    const here = join(folder, "here.csv");
    const there = join(folder, "there.csv");
    const embedded = await callCommand(ingest, [events], { rollup, output: here }, "0.0.0");
    const cluster = await callCommand(ingest, [events], { rollup, output: there, engine: remote }, "0.0.0");
    const parts = readdirSync(there).filter((name) => name.startsWith("part-"));
    const lines = new Set(parts.flatMap((part) => readFileSync(join(there, part), "utf8").split("\n")));
    expect([...lines].sort()).toEqual([...new Set(readFileSync(here, "utf8").split("\n"))].sort());
    expect(cluster.report["rollup"]).toEqual(embedded.report["rollup"]);
  }, 600_000);
});
