import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import grpc from "@grpc/grpc-js";
import { SegmentError } from "../../core/errors.ts";
import { failureOf, grpcError, isLostConnection, isOfReading, isServiceError, lostConnection } from "./grpc-errors.ts";
import { callShape, type Call, type Message } from "./protocol.ts";
import { tokenVariable, type RemoteUrl } from "./remote-url.ts";

/** A session with a Spark Connect server. */
export interface SparkClient {
  /** `host:port`. */
  readonly at: string;
  readonly received: Received;
  /** Told how many tasks of the running plan are done, some times a second at most. */
  onTasks: ((done: number, all: number) => void) | null;
  /** One question, one answer; asked again while the connection fails. Throws as `grpcError`. */
  ask(call: Call, request: Message): Promise<Message>;
  /** A call that may fail without harm; nothing is said of a failure. */
  tell(call: Call, request: Message): Promise<void>;
  /**
   * Runs a plan to its end and hands each Arrow batch to `read`, in order, each once. A stream that is cut is taken up
   * where it was cut; the plan is not run again. `statement` is told with a failure. Gives the first whole number that the
   * plan was asked to observe, where it was; `onKept` is told the name of what a checkpoint keeps.
   */
  execute(
    plan: Message,
    read: (batch: Uint8Array, rows: number) => void,
    statement?: string,
    onKept?: (relationId: string) => void,
  ): Promise<number | undefined>;
  close(): Promise<void>;
}

/** What came from the server so far. */
export interface Received {
  batches: number;
  rows: number;
  bytes: number;
  /** Times that a plan was sent, and that a cut stream was taken up again. */
  executed: number;
  reattached: number;
}

interface Batch {
  readonly data?: Uint8Array;
  readonly row_count?: number;
}

interface Answer {
  readonly response_id?: string;
  readonly arrow_batch?: Batch;
  readonly result_complete?: Message;
  readonly execution_progress?: {
    readonly stages?: readonly { readonly num_tasks?: number; readonly num_completed_tasks?: number }[];
  };
  readonly checkpoint_command_result?: { readonly relation?: { readonly relation_id?: string } };
  readonly observed_metrics?: readonly { readonly values?: readonly { readonly long?: number }[] }[];
}

/** Milliseconds before each further try; 20 s in all. */
const patience = [50, 150, 500, 1000, 2000, 4000, 6000, 6000] as const;
const firstPatience = [50, 200, 500] as const;
/** Milliseconds that the first answer may take. */
const firstDeadline = 20_000;
/** Answers after which the server may forget those before. */
const releaseEvery = 8;
/** `INTERRUPT_TYPE_ALL`. */
const interruptAll = 1;
const largestAnswer = 128 * 2 ** 20;

/**
 * Opens a session: TLS where the address asks for it, the token (from the environment, never from the address) with every
 * request. A token goes out in clear to this machine alone. On abort the running plans are interrupted and every call
 * throws `interrupted`. Nothing is sent before the first call.
 */
export function openClient(
  url: RemoteUrl,
  given: { readonly token: string | undefined; readonly version: string; readonly signal: AbortSignal },
): SparkClient {
  const at = `${url.host}:${url.port}`;
  const { signal } = given;
  if (given.token !== undefined && !url.secure && !url.isLocal) {
    throw new SegmentError("usage", `the token of ${tokenVariable} would go to ${at} in clear`, {
      hint: `add /;use_ssl=true to the address, or unset ${tokenVariable}`,
    });
  }
  const credentials = url.secure ? grpc.credentials.createSsl() : grpc.credentials.createInsecure();
  const channel = new grpc.Client(at, credentials, {
    "grpc.max_receive_message_length": largestAnswer,
    "grpc.max_send_message_length": largestAnswer,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 20_000,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 2000,
  });
  const headers = new grpc.Metadata();
  for (const [name, value] of url.headers) headers.set(name, value);
  if (given.token !== undefined) headers.set("authorization", `Bearer ${given.token}`);
  const about = {
    session_id: randomUUID(),
    user_context: { user_id: url.userId, user_name: url.userId },
    client_type: `segment/${given.version}`,
  };
  const received: Received = { batches: 0, rows: 0, bytes: 0, executed: 0, reattached: 0 };
  let serverSession: string | undefined;
  let answered = false;

  const full = (request: Message): Message => ({
    ...about,
    ...(serverSession === undefined ? {} : { client_observed_server_side_session_id: serverSession }),
    ...request,
  });
  const once = (call: Call, request: Message, deadline?: number): Promise<Message> => {
    const { path, encode, decode } = callShape(call);
    return new Promise((resolve, reject) => {
      const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
      channel.makeUnaryRequest(path, encode, decode, full(request), headers, options, (error, answer) => {
        if (error !== null || answer === undefined) reject(error ?? new Error("no answer"));
        else resolve(answer);
      });
    });
  };
  const ask = async (call: Call, request: Message): Promise<Message> => {
    const waits = answered ? patience : firstPatience;
    for (let tries = 0; ; tries++) {
      requireRunning(signal);
      try {
        const answer = await once(call, request, answered ? undefined : firstDeadline);
        answered = true;
        const session = answer["server_side_session_id"];
        if (typeof session === "string" && session !== "") serverSession ??= session;
        return answer;
      } catch (error) {
        requireRunning(signal);
        if (!isLostConnection(error)) throw grpcError(error, at);
        if (tries >= waits.length) throw answered ? lostConnection(error, at) : grpcError(error, at);
        await pause(waits[tries]!);
      }
    }
  };
  const tell = (call: Call, request: Message): Promise<void> =>
    once(call, request, 5000).then(
      () => undefined,
      () => undefined,
    );
  const told = async (error: unknown, statement?: string): Promise<SegmentError> => {
    const failure = isServiceError(error) ? failureOf(error) : null;
    if (failure === null || failure.id === "" || !isOfReading(failure)) return grpcError(error, at, statement);
    const { errors } = await once("FetchErrorDetails", { error_id: failure.id }, 5000).catch((): Message => ({}));
    const messages = (errors as readonly { readonly message?: string }[] | undefined) ?? [];
    const first = messages.map(({ message = "" }) => message).find((message) => message.includes("MALFORMED_RECORD"));
    return grpcError(
      error,
      at,
      statement,
      first?.replace(/^.*?(\[MALFORMED)/s, "$1").replace(/^\[[A-Z0-9_.]+\]\s*/, ""),
    );
  };
  const running = new Set<{ cancel(): void }>();
  signal.addEventListener("abort", () => {
    if (answered) void tell("Interrupt", { interrupt_type: interruptAll });
    for (const stream of running) stream.cancel();
  });

  const client: SparkClient = {
    at,
    received,
    onTasks: null,
    ask,
    tell,
    async execute(plan, read, statement, onKept) {
      const operation = { operation_id: randomUUID() };
      let last: string | undefined;
      let unreleased = 0;
      let isComplete = false;
      let observed: number | undefined;
      let tries = 0;
      let sent = false;
      while (!isComplete) {
        requireRunning(signal);
        const call: Call = sent ? "ReattachExecute" : "ExecutePlan";
        const { path, encode, decode } = callShape(call);
        const request = sent
          ? { ...operation, ...(last === undefined ? {} : { last_response_id: last }) }
          : { ...operation, plan, request_options: [{ reattach_options: { reattachable: true } }] };
        if (sent) received.reattached++;
        else received.executed++;
        const stream = channel.makeServerStreamRequest(path, encode, decode, full(request), headers);
        running.add(stream);
        sent = true;
        try {
          for await (const message of stream) {
            const answer = message as Answer;
            tries = 0;
            last = answer.response_id ?? last;
            observed = answer.observed_metrics?.[0]?.values?.[0]?.long ?? observed;
            const kept = answer.checkpoint_command_result?.relation?.relation_id;
            if (kept !== undefined) onKept?.(kept);
            if (answer.arrow_batch?.data !== undefined) {
              const rows = answer.arrow_batch.row_count ?? 0;
              received.batches++;
              received.rows += rows;
              received.bytes += answer.arrow_batch.data.length;
              read(answer.arrow_batch.data, rows);
            }
            const stages = answer.execution_progress?.stages;
            if (stages !== undefined) {
              const sum = (of: "num_tasks" | "num_completed_tasks"): number =>
                stages.reduce((n, one) => n + (one[of] ?? 0), 0);
              client.onTasks?.(sum("num_completed_tasks"), sum("num_tasks"));
            }
            if (answer.result_complete !== undefined) isComplete = true;
            else if (++unreleased % releaseEvery === 0 && last !== undefined) {
              void tell("ReleaseExecute", { ...operation, release_until: { response_id: last } });
            }
          }
        } catch (error) {
          requireRunning(signal);
          const isUnknown = isServiceError(error) && failureOf(error)?.condition.endsWith("OPERATION_NOT_FOUND");
          // It never reached the server, so it may be sent anew.
          if (isUnknown === true && last === undefined) sent = false;
          else if (!isLostConnection(error)) throw await told(error, statement);
          if (tries >= patience.length) throw answered ? lostConnection(error, at) : grpcError(error, at, statement);
          await pause(patience[tries++]!);
        } finally {
          running.delete(stream);
        }
      }
      void tell("ReleaseExecute", { ...operation, release_all: {} });
      return observed;
    },
    async close() {
      if (answered) {
        for (const stream of running) stream.cancel();
        await tell("ReleaseSession", {});
      }
      channel.close();
    },
  };
  return client;
}

function requireRunning(signal: AbortSignal): void {
  if (signal.aborted) throw new SegmentError("interrupted", "interrupted");
}
