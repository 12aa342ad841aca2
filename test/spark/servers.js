// The processes of one Spark: a Connect server and, when asked, a standalone master with workers.
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { foreseen } from "./environment.js";

const patience = 90_000;
const loopback = "127.0.0.1";

/** The server of a state file that still answers, or null; throws when it was started with other settings. */
export async function runningServer(stateFile, settings) {
  const state = readState(stateFile);
  if (state === null || !isOurs(state.pids.server, state.folder) || !(await answers(state.port))) return null;
  const asked = settings.port === 0 ? { ...settings, port: state.settings.port } : settings;
  if (JSON.stringify(asked) === JSON.stringify(state.settings)) return state;
  throw foreseen(`a server with other settings runs already: end it with --stop, or name another --state file`);
}

/** Starts everything, writes the state file, and returns its content once the server's port answers. */
export async function startServer(stateFile, settings, { python, home }) {
  await stopServer(stateFile);
  if (settings.port !== 0 && (await answers(settings.port))) {
    throw foreseen(`port ${settings.port} is taken: name another with --port, or none, to have a free one chosen`);
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "segment-spark-")));
  const spark = { home, folder, env: sparkEnvironment(settings, { python, home, folder }) };
  const state = { settings, folder, port: 0, pids: {} };
  try {
    const workers = settings.workers > 0 ? await startCluster(spark, state, stateFile) : [];
    const server = launch(spark, "server", "spark-submit", serverWords(settings, state.master, folder));
    state.pids.server = server.pid;
    writeState(stateFile, state);
    state.port = Number(await says(server, /Spark Connect server started at: \S*:(\d+)/));
    for (const worker of workers) await says(worker, /(Successfully registered) with master/);
    writeState(stateFile, state);
    return state;
  } catch (error) {
    await endAll(state);
    rmSync(stateFile, { force: true });
    throw error;
  }
}

/** Ends the processes of a state file, and no others, then removes their folder and the file. */
export async function stopServer(stateFile) {
  const state = readState(stateFile);
  if (state === null) return;
  await endAll(state);
  rmSync(state.folder, { recursive: true, force: true });
  rmSync(stateFile, { force: true });
}

/** A master that is ready, and workers that are on their way: they start while the server does. */
async function startCluster(spark, state, stateFile) {
  const base = "org.apache.spark.deploy";
  const place = ["--host", loopback, "--port", "0", "--webui-port", "0"];
  const master = launch(spark, "master", "spark-class", [`${base}.master.Master`, ...place]);
  state.pids.master = master.pid;
  writeState(stateFile, state);
  state.master = await says(master, /Starting Spark master at (spark:\S+)/);
  const workers = [];
  for (let number = 1; number <= state.settings.workers; number += 1) {
    const own = ["--cores", "1", "--memory", "1g", "--work-dir", join(spark.folder, `worker-${number}`)];
    const words = [`${base}.worker.Worker`, ...place, ...own, state.master];
    workers.push(launch(spark, `worker-${number}`, "spark-class", words));
  }
  state.pids.workers = workers.map((worker) => worker.pid);
  writeState(stateFile, state);
  return workers;
}

function serverWords(settings, master, folder) {
  const conf = {
    "spark.ui.enabled": "false",
    "spark.driver.host": loopback,
    "spark.driver.bindAddress": loopback,
    "spark.connect.grpc.binding.address": loopback,
    "spark.connect.grpc.binding.port": String(settings.port),
    // A lost worker's data is asked for three times; not 5 s apart, as between machines.
    "spark.shuffle.io.retryWait": "1s",
    "spark.sql.warehouse.dir": join(folder, "warehouse"),
    "spark.driver.extraJavaOptions": javaOptions(folder),
  };
  const submit = {
    master: master ?? "local[2]",
    "driver-memory": settings.memory,
    class: "org.apache.spark.sql.connect.service.SparkConnectServer",
  };
  return [
    ...Object.entries(submit).flatMap(([name, value]) => [`--${name}`, value]),
    ...Object.entries(conf).flatMap(([name, value]) => ["--conf", `${name}=${value}`]),
    "spark-internal",
  ];
}

// The folder in the command line is also how a process is known to be ours.
function javaOptions(folder) {
  return `-Djava.io.tmpdir=${folder} -Dderby.system.home=${folder}`;
}

function sparkEnvironment({ token }, { python, home, folder }) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PY)?SPARK_/.test(name)));
  return {
    ...env,
    SPARK_HOME: home,
    SPARK_CONF_DIR: folder,
    SPARK_LOCAL_DIRS: join(folder, "work"),
    SPARK_LOCAL_IP: loopback,
    SPARK_DAEMON_JAVA_OPTS: javaOptions(folder),
    PYSPARK_PYTHON: python,
    ...(token === "" ? {} : { SPARK_CONNECT_AUTHENTICATE_TOKEN: token }),
  };
}

function launch({ home, folder, env }, name, script, words) {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, "a");
  // The script replaces itself by Java, so the process number stays; a group of its own holds its executors too.
  const child = spawn(join(home, "bin", script), words, {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.on("error", () => undefined);
  child.unref();
  return { name, log, pid: child.pid, ended: () => child.pid === undefined || child.exitCode !== null };
}

/** Waits until a process has logged `pattern`, and returns its group. */
async function says(process, pattern) {
  const end = Date.now() + patience;
  for (;;) {
    const ended = process.ended();
    const text = existsSync(process.log) ? readFileSync(process.log, "utf8") : "";
    const found = pattern.exec(text);
    if (found !== null) return found[1];
    if (ended || Date.now() > end) {
      const how = ended ? "ended before it was ready" : `was not ready in ${patience / 1000} s`;
      throw foreseen(`the ${process.name} ${how}; ${process.log} ends:\n${lastLines(text)}`);
    }
    await pause(100);
  }
}

/** The cause that Java gave last, where it gave one, then the end of the log. */
function lastLines(text) {
  const lines = text.trim().split("\n");
  const cause = lines.findLastIndex((line) => /^(Caused by|Exception in)/.test(line));
  return [...(cause >= 0 && cause < lines.length - 15 ? [lines[cause]] : []), ...lines.slice(-15)].join("\n");
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, loopback);
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

async function endAll({ pids, folder }) {
  for (const pid of [pids.server, ...(pids.workers ?? []), pids.master]) {
    if (pid === undefined) continue;
    signal(pid, folder, "SIGTERM");
    for (let tries = 0; isOurs(pid, folder) && tries < 100; tries += 1) await pause(100);
    signal(pid, folder, "SIGKILL");
  }
}

function signal(pid, folder, name) {
  if (!isOurs(pid, folder)) return;
  try {
    process.kill(-pid, name);
  } catch {
    // Ended in between.
  }
}

/** Whether that number is still the process that was started in `folder`, and not a later one of the same number. */
function isOurs(pid, folder) {
  if (pid === undefined) return false;
  const command = existsSync("/proc/self/cmdline")
    ? readOrNull(`/proc/${pid}/cmdline`)
    : spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
  return command?.includes(folder) ?? false;
}

function readOrNull(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

function readState(file) {
  const text = readOrNull(file);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw foreseen(`${file} is no state file: ${error.message}`);
  }
}

function writeState(file, state) {
  mkdirSync(dirname(file), { recursive: true });
  // The token is in it: for its owner only.
  writeFileSync(`${file}.tmp`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}
