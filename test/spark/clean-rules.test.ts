import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { clean } from "../../src/commands/clean.ts";
import { callCommand } from "../../src/wire.ts";
import { expectAlike } from "./alike.ts";
import { describeOnSpark } from "./spark-remote.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-clean-rules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const crm = [
  "id,nom,email,tel,cp,pays,sexe,prix",
  '1," Zoé  Œ",Zoe@Ex.FR,06 12 34 56 78,1000,France,Mme,"12,50 €"',
  "2,BOB ﬁn,info@müller.de,0033612345678,75001,FR,H,5 $",
  '3,"Le\u200b, Roy",bad@,01.23,69000,Allemagne,X,"1 234,00 EUR"',
  "4,na,x@yopmail.com,+49 30 1234567,1067,DE,f,7",
  "5,Éve,,612345678,20090,,?,",
  "",
].join("\n");

describeOnSpark("rules of clean", (remote) => {
  test("give on a cluster what they give here: table, ledger and report", { timeout: 600_000 }, async () => {
    const input = join(folder, "crm.csv");
    writeFileSync(input, crm);
    const run = async (name: string, engine: string | undefined): Promise<Awaited<ReturnType<typeof callCommand>>> =>
      callCommand(
        clean,
        [input],
        {
          ...(engine === undefined ? {} : { engine }),
          phone: ["tel"],
          postcode: ["cp"],
          country: "FR",
          countryColumn: "pays",
          countryNames: ["pays"],
          gender: ["sexe"],
          money: ["prix"],
          decimal: ",",
          email: ["email"],
          emailFlags: ["role", "disposable"],
          unicode: "nfkc",
          foldAccents: ["nom"],
          case: ["nom=title"],
          check: ["flag", "email=drop"],
          excludeWhere: ["tests: nom is missing"],
          ledger: join(folder, `${name}-ledger.csv`),
          output: join(folder, `${name}.csv`),
        },
        "0.0.0",
      );
    const here = await run("here", undefined);
    const there = await run("there", remote);
    expectAlike(there.report, here.report);
    expect(parts("there.csv")).toEqual(readFileSync(join(folder, "here.csv"), "utf8").trimEnd().split("\n"));
    expect(parts("there-ledger.csv")).toEqual(
      readFileSync(join(folder, "here-ledger.csv"), "utf8").trimEnd().split("\n"),
    );
  });
});

/** The lines of a folder of parts, one header before the others, in the order of the parts. */
function parts(name: string): readonly string[] {
  const path = join(folder, name);
  const files = readdirSync(path)
    .filter((file) => file.startsWith("part-"))
    .sort();
  const texts = files.map((file) => readFileSync(join(path, file), "utf8").trimEnd().split("\n"));
  return [texts[0]![0]!, ...texts.flatMap((lines) => lines.slice(1))];
}
