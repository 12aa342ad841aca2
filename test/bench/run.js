// The races: node test/bench/run.js [RACE …] runs all, or those named, and prints a table in Markdown. Exits 1 when a
// side of ours gave a wrong number or label; a mark that was missed is printed as such. Needs a Python with
// scikit-learn, pandas, pyarrow, hdbscan, fast-hdbscan and mlpack: setup.sh makes one, or PYTHON names it.
import { openOurs, openRival, timeCommand } from "./processes.js";
import { python } from "./files.js";
import { openTable } from "./table.js";
import { clean } from "./races/clean.js";
import { dbscan, hdbscan } from "./races/density.js";
import { fileToFile } from "./races/file-to-file.js";
import { fit, scores } from "./races/fit.js";
import { impute } from "./races/impute.js";
import { judging } from "./races/judging.js";
import { mixture } from "./races/mixture.js";
import { mlKMeans } from "./races/ml-kmeans.js";
import { normalize } from "./races/normalize.js";
import { parquet } from "./races/parquet.js";
import { pipe } from "./races/pipe.js";
import { start } from "./races/start.js";
import { sweep } from "./races/sweep.js";
import { ward } from "./races/ward.js";

const races = [
  fit,
  mixture,
  hdbscan,
  dbscan,
  ward,
  judging,
  fileToFile,
  sweep,
  scores,
  parquet,
  clean,
  normalize,
  impute,
  pipe,
  mlKMeans,
  start,
];

async function main(names) {
  const unknown = names.filter((name) => !races.some((race) => race.name === name));
  if (unknown.length > 0) {
    const list = races.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n");
    console.error(`no race ${unknown.join(", ")}; the races are\n${list}`);
    return 2;
  }
  const table = openTable();
  for (const race of races) {
    if (names.length > 0 && !names.includes(race.name)) continue;
    console.log(`\n${race.about}`);
    await race.run(table);
  }
  console.log(`\n${table.markdown()}\n\n${await versions()}`);
  return table.isWrong() ? 1 : 0;
}

async function versions() {
  const [ours, rival] = [openOurs(), openRival()];
  const parts = [await ours.ask({ do: "versions" }), await rival.ask({ do: "versions" })].map((part) => part.versions);
  await Promise.all([ours.close(), rival.close()]);
  const script = "import pandas, pyarrow; print(f'pandas {pandas.__version__}, pyarrow {pyarrow.__version__}', end='')";
  const tables = timeCommand(python(), ["-c", script]).stdout;
  return `Medians of five alternating runs (ours alone: one), least to greatest in brackets; two threads a side. ${parts.join("; ")}, ${tables}.`;
}

process.exitCode = await main(process.argv.slice(2));
