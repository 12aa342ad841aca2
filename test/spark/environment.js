// The Python environment that carries Spark: `pyspark` holds the whole of it, jars and start scripts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

const oldestJava = 17;
const clientPackages = ["grpcio", "grpcio-status", "googleapis-common-protos", "zstandard", "pandas", "pyarrow"];

/** An error whose message is all that a reader needs. */
export function foreseen(message) {
  return Object.assign(new Error(message), { foreseen: true });
}

/** Where environments and state files are kept between runs. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "segment-test");
}

/** Throws unless a Java that Spark can run on is there, in JAVA_HOME or on the path. */
export function checkJava(version) {
  const { JAVA_HOME } = process.env;
  const java = JAVA_HOME ? join(JAVA_HOME, "bin", "java") : "java";
  const wanted = `Spark ${version} needs Java ${oldestJava} or later: install it, or name it in JAVA_HOME`;
  const run = spawnSync(java, ["-version"], { encoding: "utf8" });
  if (run.error !== undefined || run.status !== 0) throw foreseen(`no Java at '${java}'. ${wanted}`);
  const text = `${run.stderr}${run.stdout}`;
  const found = /version "(?:1\.)?(\d+)/.exec(text);
  if (found === null) throw foreseen(`'${java} -version' names no version. ${wanted}`);
  if (Number(found[1]) < oldestJava) throw foreseen(`'${java}' is Java ${found[1]}. ${wanted}`);
}

/**
 * The environment of that Spark version, made when it is not there yet: its python and Spark's home inside it. Made in
 * a folder beside its place and then renamed, so that a folder of that name is always whole.
 */
export function environment(version, withClient) {
  const folder = resolve(process.env.SEGMENT_SPARK_HOME || join(cacheFolder(), `spark-${version}`));
  const mark = join(folder, "whole.json");
  if (!existsSync(mark)) {
    if (existsSync(folder)) throw foreseen(`${folder} is no environment of ours, or half of one: remove it`);
    make(folder, version);
  }
  const made = JSON.parse(readFileSync(mark, "utf8"));
  if (made.version !== version) throw foreseen(`${folder} holds Spark ${made.version}, not ${version}`);
  const python = join(folder, "bin", "python");
  if (withClient && !made.client) {
    install(python, clientPackages, folder);
    writeFileSync(mark, JSON.stringify({ ...made, client: true }));
  }
  const home = run(python, ["-c", "import pyspark, os; print(os.path.dirname(pyspark.__file__))"], "Spark's home");
  return { python, home: home.trim() };
}

function make(folder, version) {
  process.stderr.write(`serve: making an environment with Spark ${version} in ${folder}, some minutes\n`);
  mkdirSync(dirname(folder), { recursive: true });
  const stage = mkdtempSync(`${folder}.`);
  try {
    run("python3", ["-m", "venv", stage], "a Python environment (is python3 with its venv module installed?)");
    install(join(stage, "bin", "python"), [`pyspark==${version}`], stage);
    writeFileSync(join(stage, "whole.json"), JSON.stringify({ version, client: false }));
    renameSync(stage, folder);
  } catch (error) {
    // Another run may have been first; then its environment is as good as ours.
    if (!existsSync(join(folder, "whole.json"))) throw error;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

function install(python, packages, folder) {
  // Not `pip` itself: its first line names the folder that the environment was made in.
  const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
  run(python, words, `${packages.join(", ")} in ${folder}`);
}

function run(program, words, what) {
  const done = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (done.error === undefined && done.status === 0) return done.stdout;
  const said = done.error?.message ?? `${done.stdout}${done.stderr}`.trim().split("\n").at(-1);
  throw foreseen(`could not make ${what}: ${said}`);
}
