import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { proxy } from "./proxy.ts";

const echo = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on("error", () => undefined);
  socket.pipe(socket);
});
let target = { host: "127.0.0.1", port: 0 };

beforeAll(async () => {
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  target = { host: "127.0.0.1", port: (echo.address() as AddressInfo).port };
});
afterAll(() => void echo.close());

test("all bytes go through, both ways, and are counted", async () => {
  const between = await proxy(target);
  const bytes = Buffer.alloc(3_000_000, "0123456789");
  expect((await sendAll(between.port, bytes)).equals(bytes)).toBe(true);
  expect([between.connections(), between.sent(), between.received(), between.cuts()]).toEqual([
    1, 3_000_000, 3_000_000, 0,
  ]);
  await between.close();
});

test("a connection is cut after exactly that many bytes, as often as was asked, and later ones live", async () => {
  const between = await proxy(target);
  between.cutAfter(100_001, 2);
  const bytes = Buffer.alloc(1_000_000, "abc");
  const lengths: number[] = [];
  for (let run = 0; run < 3; run += 1) lengths.push((await sendAll(between.port, bytes)).length);
  expect(lengths).toEqual([100_001, 100_001, 1_000_000]);
  expect([between.cuts(), between.connections()]).toEqual([2, 3]);
  await between.close();
});

test("the bytes before a cut may come over several connections", async () => {
  const between = await proxy(target);
  between.cutAfter(15);
  const lengths: number[] = [];
  for (let run = 0; run < 3; run += 1) lengths.push((await sendAll(between.port, Buffer.from("ten bytes."))).length);
  expect(lengths).toEqual([10, 5, 10]);
  await between.close();
});

test("open connections can be cut at once", async () => {
  const between = await proxy(target);
  const socket = connect(between.port, "127.0.0.1");
  socket.write("hello");
  await once(socket, "data");
  between.cut();
  await closed(socket);
  expect(between.cuts()).toBe(1);
  await between.close();
});

test("data waits as long as was asked, in order, also when the wait ends", async () => {
  const between = await proxy(target);
  between.delay(80);
  const began = performance.now();
  const socket = connect(between.port, "127.0.0.1");
  const heard: string[] = [];
  socket.on("data", (piece: Buffer) => heard.push(piece.toString()));
  socket.write("first ");
  await new Promise((resolve) => setTimeout(resolve, 20));
  between.delay(0);
  socket.end("second");
  await closed(socket);
  expect(heard.join("")).toBe("first second");
  expect(performance.now() - began).toBeGreaterThan(75);
  await between.close();
});

test("a server that is not there closes the connection", async () => {
  const gone = createServer().listen(0, "127.0.0.1");
  await once(gone, "listening");
  const { port } = gone.address() as AddressInfo;
  gone.close();
  await once(gone, "close");
  const between = await proxy({ host: "127.0.0.1", port });
  expect((await sendAll(between.port, Buffer.from("anyone?"))).length).toBe(0);
  await between.close();
});

async function sendAll(port: number, bytes: Buffer): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  const heard: Buffer[] = [];
  socket.on("data", (piece: Buffer) => heard.push(piece));
  socket.end(bytes);
  await closed(socket);
  return Buffer.concat(heard);
}

async function closed(socket: Socket): Promise<void> {
  // A cut may also show as a reset.
  socket.on("error", () => undefined);
  await once(socket, "close");
}
