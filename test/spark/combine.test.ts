import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { ingest } from "../../src/commands/ingest.ts";
import type { OptionsOf } from "../../src/core/options.ts";
import type { JsonReport } from "../../src/core/report.ts";
import { callCommand } from "../../src/wire.ts";
import { describeOnSpark } from "./spark-remote.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-combine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const reference = fileURLToPath(new URL("../../fixtures/reference/combine/", import.meta.url));

type Options = Partial<OptionsOf<typeof ingest.options>>;

/** The lines that a run wrote, sorted: a cluster keeps no order. */
async function run(
  inputs: readonly string[],
  options: Options,
  output: string,
  engine?: string,
): Promise<{ readonly report: JsonReport; readonly lines: readonly string[] }> {
  const path = join(folder, output);
  const given = { ...options, output: path, ...(engine === undefined ? {} : { engine }) };
  const { report } = await callCommand(ingest, inputs, given, "0.0.0");
  const parts =
    engine === undefined
      ? [path]
      : readdirSync(path).flatMap((name) => (name.startsWith("part-") ? [join(path, name)] : []));
  const lines = new Set(parts.flatMap((part) => readFileSync(part, "utf8").split("\n")));
  return { report, lines: [...lines].sort() };
}

describeOnSpark("several sources and lookups", (remote) => {
  test("three sources give the same customers, matches and conflicts on both engines", async () => {
    const source = ["crm", "web", "shop"].map((name) => `${name}=${reference}${name}.csv`);
    const options: Options = { source, country: "FR", prefer: ["newest:updated"], provenance: true };
    const here = await run([], options, "here.csv");
    const there = await run([], options, "there.csv", remote);
    expect(there.lines).toEqual(here.lines);
    expect(there.report["combine"]).toEqual(here.report["combine"]);
    expect(there.report.output).toEqual(here.report.output);
  }, 600_000);

  test("names tell people apart on both engines, and a map reads each source its own way", async () => {
    const crm = join(folder, "crm.csv");
    const web = join(folder, "web.csv");
    writeFileSync(crm, "ref;nom;mail;depuis\nA1;Zoé Petit;z@x.fr;01/02/2024\nA2;Luc Roux;l@x.fr;03/04/2024\n");
    writeFileSync(web, "ref,name,email,since\n,Zoe PETIT,Z@x.fr,2024-05-06\n,Lucie Roux,l@x.fr,2024-07-08\n");
    const map = join(folder, "map.yaml");
    writeFileSync(
      map,
      "columns:\n  ref: {role: id}\n  name:\n  email: {role: email}\n  since: {type: date, prefer: newest}\n  country:\nsources:\n  crm:\n" +
        "    read: {dates: {depuis: dmy}}\n    columns: {name: nom, email: mail, since: depuis, country: {value: FR}}\nupdated: since\n",
    );
    const options: Options = { source: [`crm=${crm}`, `web=${web}`], map };
    const here = await run([], options, "names-here.csv");
    const there = await run([], options, "names-there.csv", remote);
    expect(there.lines).toEqual(here.lines);
    expect(there.lines).toContain("A1,Zoé Petit,z@x.fr,2024-05-06,FR");
    expect(there.report["combine"]).toEqual(here.report["combine"]);
  }, 600_000);

  test("a lookup and regions are the same on both engines", async () => {
    const customers = join(folder, "customers.csv");
    const insee = join(folder, "insee.csv");
    const codes = ["1000", "69001", "20200", "F-75008", "75380 CEDEX 08", "97133", "", "98000", "1000.0", "99123"];
    writeFileSync(customers, `id,postcode\n${codes.map((code, i) => `${i},${code}`).join("\n")}\n`);
    writeFileSync(insee, "code;population\n01000;41000\n69001;30000\n");
    const options: Options = { lookup: [`insee=${insee}`], on: ["postcode=code"], regions: "postcode" };
    const here = await run([customers], options, "looked-here.csv");
    const there = await run([customers], options, "looked-there.csv", remote);
    expect(there.lines).toEqual(here.lines);
    expect([there.report["lookups"], there.report["regions"]]).toEqual([
      here.report["lookups"],
      here.report["regions"],
    ]);
  }, 600_000);
});
