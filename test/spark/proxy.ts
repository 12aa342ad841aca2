import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A TCP proxy on loopback, with what went through it. */
export interface Proxy {
  readonly port: number;
  /** Connections taken so far. */
  readonly connections: () => number;
  /** Bytes handed on to the server so far, over all connections. */
  readonly sent: () => number;
  /** Bytes handed on from the server so far, over all connections. */
  readonly received: () => number;
  /** Connections that `cutAfter` and `cut` have ended. */
  readonly cuts: () => number;
  /**
   * From now on, once `bytes` more bytes have come from the server the connection that carried the last of them is
   * ended, on both sides, without what follows; then the count starts again, `times` times in all. Replaces an
   * earlier order.
   */
  cutAfter(bytes: number, times?: number): void;
  /** Ends every open connection now. */
  cut(): void;
  /** From now on each piece of data waits that long, in both directions; order is kept. */
  delay(milliseconds: number): void;
  close(): Promise<void>;
}

/** Starts a proxy on a free port of 127.0.0.1 in front of `host:port`. */
export async function proxy(target: { readonly host: string; readonly port: number }): Promise<Proxy> {
  const open = new Set<Socket>();
  const count = { connections: 0, sent: 0, received: 0, cuts: 0 };
  let wait = 0;
  let budget = Infinity;
  let order = { bytes: Infinity, times: 0 };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...target, allowHalfOpen: true });
    const up = queue(() => wait);
    const down = queue(() => wait);
    count.connections += 1;
    open.add(client);
    client.on("close", () => open.delete(client));
    for (const [from, to, then] of [[client, upstream, up] as const, [upstream, client, down] as const]) {
      from.setNoDelay(true);
      from.on("error", () => to.destroy());
      from.on("close", () => then(() => to.destroySoon()));
      from.on("end", () => then(() => to.end()));
      from.on("drain", () => to.resume());
    }
    client.on("data", (piece: Buffer) => up(() => send(piece)));
    upstream.on("data", (piece: Buffer) => down(() => receive(piece)));

    function send(piece: Buffer): void {
      if (upstream.destroyed) return;
      count.sent += piece.length;
      if (!upstream.write(piece)) client.pause();
    }

    function receive(piece: Buffer): void {
      if (client.writableEnded || client.destroyed) return;
      const last = piece.subarray(0, Math.min(piece.length, budget));
      count.received += last.length;
      budget -= last.length;
      if (budget > 0) {
        if (!client.write(last)) upstream.pause();
        return;
      }
      count.cuts += 1;
      order = { bytes: order.bytes, times: order.times - 1 };
      budget = order.times > 0 ? order.bytes : Infinity;
      upstream.destroy();
      client.write(last);
      client.destroySoon();
    }
  });

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => count.connections,
    sent: () => count.sent,
    received: () => count.received,
    cuts: () => count.cuts,
    cutAfter(bytes, times = 1) {
      order = { bytes, times };
      budget = times > 0 ? bytes : Infinity;
    },
    cut() {
      count.cuts += open.size;
      for (const client of open) client.destroy();
    },
    delay(milliseconds) {
      wait = milliseconds;
    },
    async close() {
      for (const client of open) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Runs actions one after another, each no sooner than `wait` milliseconds after it was handed in. */
function queue(wait: () => number): (action: () => void) => void {
  const waiting: { readonly due: number; readonly action: () => void }[] = [];
  function drain(): void {
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      const left = head.due - Date.now();
      if (left > 0) {
        setTimeout(drain, left);
        return;
      }
      waiting.shift();
      head.action();
    }
  }
  return (action) => {
    waiting.push({ due: Date.now() + wait(), action });
    if (waiting.length === 1) drain();
  };
}
