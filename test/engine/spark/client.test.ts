import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { columnValues, readBatches } from "../../../src/engine/spark/arrow-values.ts";
import { openClient, type SparkClient } from "../../../src/engine/spark/client.ts";
import { parseRemoteUrl } from "../../../src/engine/spark/remote-url.ts";
import { oldServer } from "../../spark/old-server.ts";
import { killGroup, privateSpark, startTimeout } from "../../spark/private-spark.ts";
import { proxy, type Proxy } from "../../spark/proxy.ts";
import { describeOnSpark, hostAndPort } from "../../spark/spark-remote.ts";

const million = "select id from range(0, 1000000, 1, 4)";

describeOnSpark("results over a connection that breaks", (remote) => {
  test("whole: every row once, in order, with one execution and nothing taken up again", async () => {
    const { client, between } = await through(remote);
    expect(await ids(client, million)).toEqual({ rows: 1_000_000, isInOrder: true });
    expect(client.received).toMatchObject({ rows: 1_000_000, executed: 1, reattached: 0 });
    expect(between.cuts()).toBe(0);
  });

  test("cut once a megabyte: every row once, in order, the plan run once", async () => {
    const { client, between } = await through(remote);
    between.cutAfter(1_000_000, 5);
    expect(await ids(client, million)).toEqual({ rows: 1_000_000, isInOrder: true });
    expect(between.cuts()).toBe(5);
    expect(client.received.executed).toBe(1);
    expect(client.received.reattached).toBeGreaterThanOrEqual(5);
  });

  test("cut before the first answer, and again in the first bytes of each following connection", async () => {
    const { client, between } = await through(remote);
    await version(client);
    between.cutAfter(60, 3);
    expect(await ids(client, "select id from range(0, 10, 1, 1)")).toEqual({ rows: 10, isInOrder: true });
    expect(between.cuts()).toBe(3);
  });

  test("cut while the server computes and nothing flows", async () => {
    const { client, between } = await through(remote);
    await version(client);
    // Four seconds of a sleeping server in one task.
    const slow = `select id + cast(reflect('java.lang.Thread', 'sleep', 4000L) is not null as bigint) * 0 as id
      from range(0, 1, 1, 1)`;
    const running = ids(client, slow).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    between.cut();
    expect(between.cuts()).toBe(1);
    expect(await running).toEqual({ rows: 1, isInOrder: true });
    expect(client.received).toMatchObject({ executed: 1, reattached: 1 });
  });

  test("a question is asked again when its connection is cut", async () => {
    const { client, between } = await through(remote);
    await version(client);
    between.cutAfter(1, 3);
    expect(await version(client)).toMatch(/^\d+\.\d+\.\d+/);
    expect(between.cuts()).toBe(3);
  });

  test("a server that cannot take a stream up again: an older protocol, not an endless wait", async () => {
    const { host, port } = hostAndPort(remote);
    const server = await oldServer({ behind: `${host}:${port}`, unimplemented: ["ReattachExecute"] });
    onTestFinished(() => server.close());
    const { client, between } = await through(`sc://127.0.0.1:${server.port}`);
    between.cutAfter(1_000_000);
    await expect(ids(client, million)).rejects.toMatchObject({ code: "engine-failed", exit: 4 });
  });

  test("an error in the SQL is told once and not tried again", async () => {
    const { client } = await through(remote);
    await expect(ids(client, "select * from no_such_table")).rejects.toMatchObject({ code: "file-missing", exit: 3 });
    expect(client.received).toMatchObject({ executed: 1, reattached: 0 });
  });

  test(
    "a server killed while it sends: no answer, exit 4",
    async () => {
      const spark = await privateSpark();
      onTestFinished(spark.stop);
      const { client, between } = await through(spark.remote);
      const running = ids(client, "select id from range(0, 20000000, 1, 20)");
      const failed = expect(running).rejects.toMatchObject({ code: "engine-unreachable", exit: 4 });
      while (between.received() < 3_000_000) await new Promise((resolve) => setTimeout(resolve, 10));
      killGroup(spark.serverPid);
      await failed;
    },
    startTimeout,
  );
});

test("nothing listens, or something else answers, or nothing is answered: no answer from there, exit 4", async () => {
  const http = createHttpServer((request, response) => response.end(request.url));
  const mute = createServer((socket) => socket.on("error", () => undefined).resume());
  const closed = createServer();
  const ports = await Promise.all([http, mute, closed].map(listen));
  closed.close();
  onTestFinished(() => {
    http.close();
    mute.close();
  });
  await Promise.all(
    ports.map((port) =>
      expect(version(open(`sc://127.0.0.1:${port}`))).rejects.toMatchObject({
        code: "engine-unreachable",
        exit: 4,
        message: expect.stringContaining(`127.0.0.1:${port}`),
      }),
    ),
  );
});

function open(remote: string, token?: string): SparkClient {
  const given = { token, version: "0.0.0", signal: new AbortController().signal };
  const client = openClient(parseRemoteUrl(remote), given);
  onTestFinished(() => client.close());
  return client;
}

/** A client behind a proxy of its own. */
async function through(remote: string): Promise<{ client: SparkClient; between: Proxy }> {
  const between = await proxy(hostAndPort(remote));
  onTestFinished(between.close);
  return { client: open(`sc://127.0.0.1:${between.port}`), between };
}

async function version(client: SparkClient): Promise<string> {
  const answer = await client.ask("AnalyzePlan", { spark_version: {} });
  return (answer["spark_version"] as { version: string }).version;
}

/** Runs a query of one column `id`, and says whether it came as 0, 1, 2 … */
async function ids(client: SparkClient, query: string): Promise<{ rows: number; isInOrder: boolean }> {
  let rows = 0;
  let isInOrder = true;
  await client.execute({ root: { sql: { query } } }, (bytes) => {
    for (const batch of readBatches(bytes)) {
      for (const value of columnValues(batch, 0)) isInOrder = Number(value) === rows++ && isInOrder;
    }
  });
  return { rows, isInOrder };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
