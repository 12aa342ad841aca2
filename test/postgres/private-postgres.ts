import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, test, vi } from "vitest";
import { installedPostgres } from "./installed.js";

/** A server of a test's own. */
export interface PrivatePostgres {
  /** `postgres://analyst@127.0.0.1:PORT/crm`, without the password. */
  readonly address: string;
  readonly password: string;
  readonly port: number;
  /** Runs statements as the owner of the database. */
  run(statements: string): Promise<void>;
}

const reason = "no PostgreSQL server is installed; test/postgres/install.js gets one";
const password = "s3cret of the tests";

/**
 * `describe` for tests that need a PostgreSQL server, which is started for them and stopped behind them. Without its
 * programs they are skipped and the reason is printed; with SEGMENT_REQUIRE_SERVERS=1 the lack of them is a failure.
 */
export function describeOnPostgres(name: string, body: (server: () => PrivatePostgres) => void): void {
  const programs = installedPostgres();
  if (programs !== null) {
    vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
    describe(name, () => {
      let started: Awaited<ReturnType<typeof start>> | undefined;
      beforeAll(async () => {
        started = await start(programs);
      });
      afterAll(async () => started?.stop());
      body(() => started!.server);
    });
  } else if (process.env.SEGMENT_REQUIRE_SERVERS === "1") {
    test(name, () => {
      throw new Error(reason);
    });
  } else {
    console.warn(`skipped: ${name}: ${reason}`);
    describe.skip(name, () => body(() => ({}) as PrivatePostgres));
  }
}

async function start(programs: string): Promise<{ readonly server: PrivatePostgres; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "segment-postgres-"));
  const secret = join(folder, "password");
  writeFileSync(secret, password);
  // The server refuses to run as root: `nobody` then owns the folder.
  const isRoot = process.getuid?.() === 0;
  const nobody = 65_534;
  const as = isRoot ? { uid: nobody, gid: nobody } : {};
  if (isRoot) for (const path of [folder, secret]) chownSync(path, nobody, nobody);
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const words = ["-D", data, "-U", "analyst", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-sync"];
  execFileSync(join(programs, "initdb"), words, { stdio: "pipe", env, ...as });
  const port = await freePort();
  const settings = [
    "-p",
    `${port}`,
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `unix_socket_directories=${folder}`,
    "-c",
    "fsync=off",
  ];
  const process_ = spawn(join(programs, "postgres"), ["-D", data, ...settings], { stdio: "ignore", env, ...as });
  await ready(port, process_);
  await runOn(port, "postgres", "create database crm");
  return {
    server: {
      address: `postgres://analyst@127.0.0.1:${port}/crm`,
      password,
      port,
      run: (statements) => runOn(port, "crm", statements),
    },
    async stop() {
      const ended = new Promise((resolve) => process_.once("exit", resolve));
      process_.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function runOn(port: number, database: string, statements: string): Promise<void> {
  const client = new pg.Client({ host: "127.0.0.1", port, database, user: "analyst", password });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}

async function ready(port: number, server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    try {
      return await runOn(port, "postgres", "select 1");
    } catch (error) {
      if (attempt >= 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
