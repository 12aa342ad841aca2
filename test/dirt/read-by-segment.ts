import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Papa from "papaparse";
import { ingest, SegmentError } from "../../src/index.ts";
import type { DirtyFile } from "./corpus.ts";
import { judge, type Verdict } from "./judge.ts";

/** Reads a polluted file as `segment ingest --quarantine` does and judges what comes out. */
export async function readBySegment(file: DirtyFile, folder: string): Promise<Verdict> {
  const input = join(folder, "dirty.csv");
  const output = join(folder, "out.csv");
  const quarantine = join(folder, "aside.csv");
  for (const path of [output, quarantine]) rmSync(path, { force: true });
  writeFileSync(input, file.bytes);
  try {
    const { report } = await ingest(input, { output, quarantine });
    const { input: read, output: out } = report;
    if (read.rows !== out.rows + read.quarantined) {
      return { outcome: "wrong", why: `${read.rows} rows in, ${out.rows} out, ${read.quarantined} set aside` };
    }
    const aside = existsSync(quarantine) ? parse(readFileSync(quarantine, "utf8")).length - 1 : 0;
    if (aside !== read.quarantined) {
      return { outcome: "wrong", why: `${read.quarantined} rows were said to be set aside, ${aside} are there` };
    }
    const [names = [], ...rows] = parse(readFileSync(output, "utf8"));
    const cells = rows.map((row) => row.map((cell) => (cell === "" ? null : cell)));
    return judge(file, { names, rows: cells }, aside);
  } catch (error) {
    if (!(error instanceof SegmentError)) throw error;
    const both = error.code === "ambiguous-input" && /\bor\b/.test(`${error.message} ${error.hint ?? ""}`);
    const why = `${error.code}: ${error.message}`;
    return both ? { outcome: "refused", why } : { outcome: "wrong", why };
  }
}

function parse(text: string): readonly (readonly string[])[] {
  return Papa.parse<string[]>(text, { skipEmptyLines: true, delimiter: ",", newline: "\n" }).data;
}
