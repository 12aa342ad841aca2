import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "../cli/run-segment.ts";

const cwd = scratch();

async function part(folder: string, text: string): Promise<void> {
  mkdirSync(join(cwd, folder), { recursive: true });
  writeFileSync(join(cwd, "part.csv"), text);
  const run = await segment(["ingest", "part.csv", "-o", join(folder, "part-0.parquet"), "-q"], { cwd });
  expect(run).toMatchObject({ code: 0, stderr: "" });
}

test("a folder of Parquet files is one table, with what its folders' names say as columns", async () => {
  await part("lake/annee=2023/pays=FR", "id,v\na,1.5\n");
  await part("lake/annee=2024/pays=Côte%20d%27Ivoire", "id,v\nb,2.5\n");
  await part("lake/annee=2024/pays=__HIVE_DEFAULT_PARTITION__", "id,v\nc,3.5\n");
  // What other readers pass over, too.
  writeFileSync(join(cwd, "lake/_SUCCESS"), "");
  mkdirSync(join(cwd, "lake/_temporary"));
  cpSync(join(cwd, "lake/annee=2023/pays=FR/part-0.parquet"), join(cwd, "lake/_temporary/part-1.parquet"));
  const run = await segment(["ingest", "lake", "--format", "csv"], { cwd });
  expect(run.stdout).toBe("id,v,annee,pays\na,1.5,2023,FR\nb,2.5,2024,Côte d'Ivoire\nc,3.5,2024,\n");
  expect(run.stderr).toContain("detected in 3 files, from lake/annee=2023/pays=FR/part-0.parquet");
  const typed = await segment(["ingest", "lake", "--json"], { cwd });
  const { columns } = JSON.parse(typed.stdout) as { columns: { name: string; type: string }[] };
  expect(columns.map(({ type }) => type)).toEqual(["text", "number", "integer", "text"]);
});

test("a folder without one is refused with the way out", async () => {
  mkdirSync(join(cwd, "texts"));
  writeFileSync(join(cwd, "texts/a.csv"), "a\n1\n");
  const run = await segment(["ingest", "texts"], { cwd });
  expect(run.code).toBe(3);
  expect(run.stderr).toBe('segment: texts: a folder, not a file; name its files, for instance "texts/*.csv"\n');
});

test("a glob of such files has the columns of the folders that it leaves open", async () => {
  await part("globbed/year=2023/month=01", "id\n1\n");
  await part("globbed/year=2024/month=02", "id\n2\n");
  const read = async (glob: string): Promise<string> =>
    (await segment(["ingest", glob, "--format", "csv", "-q"], { cwd })).stdout;
  expect(await read("globbed/**/*.parquet")).toBe("id,year,month\n1,2023,01\n2,2024,02\n");
  expect(await read("./globbed/year=2024/*/*.parquet")).toBe("id,month\n2,02\n");
});

test("files in the folder that are no Parquet are named", async () => {
  await part("mixed", "id\n1\n");
  writeFileSync(join(cwd, "mixed/b.csv"), "id\n2\n");
  const run = await segment(["ingest", "mixed", "--json"], { cwd });
  expect((JSON.parse(run.stdout) as { warnings: unknown }).warnings).toEqual([
    { code: "files-not-read", message: "a file of the folder is no Parquet, and not read: mixed/b.csv" },
  ]);
});
