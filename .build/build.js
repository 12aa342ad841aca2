// Compiles src/ and the kernels into dist/. Safe to run again at any moment, also several at once:
// everything is built in a folder of its own, and each changed file is then renamed into place.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(top, "dist");
const cache = join(top, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const stage = mkdtempSync(join(cache, "segment-build-"));
const out = join(stage, "dist");

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function tool(name, entry, args) {
  try {
    execFileSync(process.execPath, [join(top, "node_modules", name, entry), ...args], { cwd: top, stdio: "pipe" });
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ""}${error.stderr ?? ""}`);
    throw error;
  }
}

try {
  tool("typescript", "bin/tsc", ["-p", "tsconfig.json", "--outDir", out]);
  const kernels = (entry, target, ...options) => {
    mkdirSync(dirname(join(out, target)), { recursive: true });
    tool("assemblyscript", "bin/asc.js", [
      entry,
      "--outFile",
      join(out, target),
      "-O3",
      "--noAssert",
      "--converge",
      "--runtime",
      "stub",
      "--enable",
      "simd",
      "--enable",
      "bulk-memory",
      "--importMemory",
      "--use",
      "abort=",
      ...options,
    ]);
  };
  kernels("src/io/formats/assembly/scan.ts", "io/formats/scan.wasm");
  kernels(
    "src/model/kernels/assembly/index.ts",
    "model/kernels/kernels.wasm",
    "--enable",
    "threads",
    "--sharedMemory",
    "--initialMemory",
    "1",
    "--maximumMemory",
    "65536",
  );

  const built = filesBelow(out);
  for (const file of built) {
    const from = join(out, file);
    const to = join(dist, file);
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue;
    mkdirSync(dirname(to), { recursive: true });
    // A name of this process's own, so that two builds never rename one another's half-copied file.
    const beside = `${to}.${process.pid}.tmp`;
    cpSync(from, beside);
    renameSync(beside, to);
  }
  const wanted = new Set(built);
  for (const file of filesBelow(dist)) {
    if (!wanted.has(file) && !file.endsWith(".tmp")) rmSync(join(dist, file), { force: true });
  }
} finally {
  rmSync(stage, { recursive: true, force: true });
}
