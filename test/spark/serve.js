// A Spark Connect server for the tests, on this machine's loopback, left running in the background.
//
//   test/spark/serve [--port N] [--workers N] [--token WORD] [--memory SIZE] [--state FILE] [--with-client]
//   test/spark/serve --stop [--state FILE]
//   test/spark/serve --python [--with-client]
//
// Without --workers the server computes by itself, on two threads; with it, a standalone master and that many workers
// of one core each stand beside it. The facts go to standard output as NAME=value lines, SPARK_REMOTE last. A server
// of the same state file that runs already is named, not started again. --python prints the environment's python;
// --with-client adds what pyspark's own Connect client needs. SPARK_VERSION chooses another version than 4.3.0,
// SEGMENT_SPARK_HOME another folder for the environment.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder, checkJava, environment, foreseen } from "./environment.js";
import { runningServer, startServer, stopServer } from "./servers.js";

const version = process.env.SPARK_VERSION || "4.3.0";

try {
  await main();
} catch (error) {
  // One line for what was foreseen; anything else is a fault of this script and shows its place.
  const expected = error.foreseen || error.code?.startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`serve: ${expected ? error.message : error.stack}\n`);
  process.exitCode = 1;
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      workers: { type: "string", default: "0" },
      token: { type: "string", default: "" },
      memory: { type: "string", default: "2g" },
      state: { type: "string", default: join(cacheFolder(), `spark-${version}.json`) },
      stop: { type: "boolean", default: false },
      python: { type: "boolean", default: false },
      "with-client": { type: "boolean", default: false },
    },
  });
  const withClient = values["with-client"];
  if (values.stop) return stopServer(values.state);
  if (values.python) return print({ python: environment(version, withClient).python });

  const { port, workers, token, memory } = values;
  const settings = { version, port: count("port", port), workers: count("workers", workers), token, memory };
  const running = await runningServer(values.state, settings);
  if (running !== null) return print(facts(values.state, running));
  checkJava(version);
  const { python, home } = environment(version, withClient);
  return print(facts(values.state, await startServer(values.state, settings, { python, home })));
}

function count(name, text) {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw foreseen(`--${name} takes a number, not '${text}'`);
}

function facts(state, server) {
  return {
    SPARK_VERSION: server.settings.version,
    SPARK_STATE: state,
    SPARK_LOG: join(server.folder, "server.log"),
    SPARK_SERVER_PID: server.pids.server,
    ...(server.pids.master === undefined ? {} : { SPARK_MASTER_PID: server.pids.master }),
    ...(server.pids.workers === undefined ? {} : { SPARK_WORKER_PIDS: server.pids.workers.join(",") }),
    SPARK_REMOTE: `sc://127.0.0.1:${server.port}`,
  };
}

function print(values) {
  const lines =
    "python" in values ? [values.python] : Object.entries(values).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}
