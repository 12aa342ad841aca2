import {
  Client,
  credentials,
  Metadata,
  Server,
  ServerCredentials,
  status,
  type ClientReadableStream,
  type sendUnaryData,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import protobuf from "protobufjs/minimal.js";

const streams = { none: [false, false], response: [false, true], request: [true, false] } as const;

/** The calls of `spark.connect.SparkConnectService`, as of Spark 4.3, with the side that streams. */
const methods = {
  ExecutePlan: "response",
  AnalyzePlan: "none",
  Config: "none",
  AddArtifacts: "request",
  ArtifactStatus: "none",
  Interrupt: "none",
  ReattachExecute: "response",
  ReleaseExecute: "none",
  ReleaseSession: "none",
  FetchErrorDetails: "none",
  CloneSession: "none",
  GetStatus: "none",
} as const satisfies Readonly<Record<string, keyof typeof streams>>;

/** The name of a call of the service. */
export type Method = keyof typeof methods;

/** What the server knows of the protocol. */
export interface OldServerSettings {
  /** Calls that it answers with UNIMPLEMENTED, as a server from before they were there. Without `behind`: all but two. */
  readonly unimplemented?: readonly Method[];
  /** The version that it says it is. Without it `behind` is asked. */
  readonly version?: string;
  /** `host:port` of a real server that answers everything else. */
  readonly behind?: string;
  /** Key and certificate, PEM: then it speaks TLS. */
  readonly tls?: { readonly key: string; readonly certificate: string };
}

/** A gRPC server on loopback. */
export interface OldServer {
  readonly port: number;
  /** The calls that came, in order. */
  readonly calls: readonly Method[];
  /** What came as headers of the calls, in order. */
  readonly headers: readonly Readonly<Record<string, unknown>>[];
  close(): void;
}

/**
 * Starts a server that speaks Spark Connect as an older Spark would: it lacks calls, or says it is an earlier version.
 * Alone it answers Config and the question for the version, without a Spark; with `behind` it hands on, byte by byte,
 * what it does not answer itself.
 */
export async function oldServer(settings: OldServerSettings): Promise<OldServer> {
  const calls: Method[] = [];
  const headers: Readonly<Record<string, unknown>>[] = [];
  const server = new Server();
  const behind = settings.behind === undefined ? null : new Client(settings.behind, credentials.createInsecure());
  const names = Object.keys(methods) as Method[];
  const definition = Object.fromEntries(names.map((name) => [name, describeMethod(name)]));
  const handlers = Object.fromEntries(
    names.map((name) => [
      name,
      handler(name, settings, behind, (one) => {
        calls.push(name);
        headers.push(one.getMap());
      }),
    ]),
  );
  server.addService(definition, handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", serverCredentials(settings), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    calls,
    headers,
    close() {
      server.forceShutdown();
      behind?.close();
    },
  };
}

function serverCredentials({ tls }: OldServerSettings): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(null, [
    { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) },
  ]);
}

function path(name: Method): string {
  return `/spark.connect.SparkConnectService/${name}`;
}

function same(bytes: Buffer): Buffer {
  return bytes;
}

function describeMethod(name: Method) {
  const [requestStream, responseStream] = streams[methods[name]];
  return {
    path: path(name),
    requestStream,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

type Unary = ServerUnaryCall<Buffer, Buffer>;
type Answered = Unary | ServerReadableStream<Buffer, Buffer>;

function handler(name: Method, settings: OldServerSettings, behind: Client | null, note: (headers: Metadata) => void) {
  const missing = settings.unimplemented?.includes(name) ?? false;
  const refusal = { code: status.UNIMPLEMENTED, details: `Method not found: ${path(name).slice(1)}` };
  if (methods[name] === "response") {
    return (call: ServerWritableStream<Buffer, Buffer>): void => {
      note(call.metadata);
      if (missing || behind === null) call.emit("error", refusal);
      else passStream(name, behind, call);
    };
  }
  return (call: Answered, answer: sendUnaryData<Buffer>): void => {
    note(call.metadata);
    const request = "request" in call ? readRequest(call.request) : { session: "", tags: new Set<number>() };
    // AnalyzePlanRequest: 10 asks for the version. AnalyzePlanResponse: 8 holds it, as its own field 1.
    const version = name === "AnalyzePlan" && request.tags.has(10) ? (settings.version ?? null) : null;
    const claim = version === null ? Buffer.alloc(0) : textField(8, textField(1, version));
    if (missing) answer(refusal);
    // Of a field that stands twice the last counts: the claim follows the real answer.
    else if (behind !== null) passOne(name, behind, call, (error, reply) => answer(error, reply && join(reply, claim)));
    else if (version !== null || name === "Config") answer(null, join(textField(1, request.session), claim));
    else answer(refusal);
  };
}

function readRequest(request: Buffer): { readonly session: string; readonly tags: ReadonlySet<number> } {
  const reader = protobuf.Reader.create(request);
  const tags = new Set<number>();
  let session = "";
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    tags.add(tag >>> 3);
    if (tag >>> 3 === 1) session = reader.string();
    else reader.skipType(tag & 7);
  }
  return { session, tags };
}

/** A text or a message as field `number`: both are length-delimited, wire type 2. */
function textField(number: number, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.from(
    protobuf.Writer.create()
      .uint32((number << 3) | 2)
      .bytes(bytes)
      .finish(),
  );
}

function join(first: Buffer, second: Buffer): Buffer {
  return Buffer.concat([first, second]);
}

function passStream(name: Method, behind: Client, call: ServerWritableStream<Buffer, Buffer>): void {
  const upstream: ClientReadableStream<Buffer> = behind.makeServerStreamRequest(
    path(name),
    same,
    same,
    call.request,
    handedOn(call.metadata),
  );
  upstream.on("metadata", (metadata: Metadata) => call.sendMetadata(metadata));
  upstream.on("data", (message: Buffer) => {
    if (!call.write(message)) upstream.pause();
  });
  call.on("drain", () => upstream.resume());
  upstream.on("error", (error) => call.emit("error", error));
  upstream.on("end", () => call.end());
  call.on("cancelled", () => upstream.cancel());
}

function passOne(name: Method, behind: Client, call: Answered, answer: sendUnaryData<Buffer>): void {
  const done = (error: Parameters<sendUnaryData<Buffer>>[0], reply?: Buffer): void => answer(error, reply ?? null);
  const metadata = handedOn(call.metadata);
  if ("request" in call) {
    behind.makeUnaryRequest(path(name), same, same, call.request, metadata, done);
    return;
  }
  const upstream = behind.makeClientStreamRequest(path(name), same, same, metadata, done);
  call.on("data", (message: Buffer) => upstream.write(message));
  call.on("end", () => upstream.end());
}

/** What a caller said of itself, without what belongs to its own connection. */
function handedOn(metadata: Metadata): Metadata {
  const copy = metadata.clone();
  for (const name of ["user-agent", "host", "te", "content-type"]) copy.remove(name);
  return copy;
}
