import type { ServiceError } from "@grpc/grpc-js";
import { SegmentError, type ErrorCode } from "../../core/errors.ts";
import { decodeMessage } from "./protocol.ts";
import { tokenVariable } from "./remote-url.ts";

/** gRPC's status codes that we tell apart (grpc.io, "Status codes and their use"). */
const status = {
  cancelled: 1,
  unknown: 2,
  deadline: 4,
  denied: 7,
  exhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** What Spark says of a failure: its condition, such as `TABLE_OR_VIEW_NOT_FOUND`, and the first line of its message. */
export interface SparkFailure {
  readonly condition: string;
  readonly message: string;
  /** By which the server tells what led to it. */
  readonly id: string;
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "metadata" in error;
}

/** Whether the connection failed rather than the request: then the same may be asked again. */
export function isLostConnection(error: unknown): boolean {
  if (!isServiceError(error) || failureOf(error) !== null) return false;
  if (error.code === status.unavailable) return true;
  const broken = /RST_STREAM|GOAWAY|ECONN|EPIPE|socket|connection|stream (removed|closed)/i.test(error.details);
  return broken && [status.internal, status.unknown, status.cancelled].some((code) => code === error.code);
}

/** Spark's own words for a failure, from the trailer of the call; null for one that did not come from Spark. */
export function failureOf(error: ServiceError): SparkFailure | null {
  const [trailer] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!(trailer instanceof Buffer)) return null;
  try {
    const { details = [], message = "" } = decodeMessage("Status", trailer) as {
      details?: readonly { type_url: string; value: Uint8Array }[];
      message?: string;
    };
    const info = details.find(({ type_url: type }) => type.endsWith("google.rpc.ErrorInfo"));
    if (info === undefined) return null;
    const { reason = "", metadata = {} } = decodeMessage("ErrorInfo", info.value) as {
      reason?: string;
      metadata?: Readonly<Record<string, string>>;
    };
    return {
      condition: metadata["errorClass"] ?? reason,
      message: firstLine(message || error.details),
      id: metadata["errorId"] ?? "",
    };
  } catch {
    return null;
  }
}

/** Conditions of Spark that are the input's or the user's doing. */
const causes: readonly (readonly [pattern: RegExp, code: ErrorCode, hint: string])[] = [
  [
    /^(TABLE_OR_VIEW|SCHEMA|CATALOG|DATA_SOURCE)_NOT_FOUND|REQUIRES_SINGLE_PART_NAMESPACE/,
    "file-missing",
    "name it as the cluster does: catalog.schema.table",
  ],
  [/^PATH_NOT_FOUND/, "file-missing", "name a path that the cluster can reach"],
  [
    /^(FAILED_READ_FILE|CANNOT_READ_FILE|UNABLE_TO_INFER_SCHEMA|MALFORMED_)/,
    "broken-file",
    "see whether the cluster can read it",
  ],
  [
    /ClassNotFoundException/,
    "engine-failed",
    "the cluster lacks what reads or writes there, such as a connector for s3a://",
  ],
  [/stopped SparkContext/, "engine-unreachable", "the cluster was stopped: run again when it is there"],
  [/OUT_OF_MEMORY|OutOfMemoryError/, "out-of-memory", "give the cluster's executors more memory"],
  [/^(PATH_ALREADY_EXISTS|TABLE_OR_VIEW_ALREADY_EXISTS)/, "cannot-write", "name another, or remove the old one first"],
  [
    /^INVALID_HANDLE|SESSION_(EXPIRED|CLOSED|CHANGED|NOT_FOUND)/,
    "engine-unreachable",
    "the session is gone, as after a long pause or a restart of the server: run again",
  ],
];

/** A connection that was there and could not be had again. */
export function lostConnection(error: unknown, at: string): SegmentError {
  const why = isServiceError(error) ? firstLine(error.details) : String(error);
  return new SegmentError("engine-unreachable", `the connection to Spark at ${at} was lost: ${why}`, {
    hint: "nothing was written; run again when the server is there",
    cause: error,
  });
}

/** Whether a failure is one of reading, of which what led to it says more. */
export function isOfReading({ condition }: SparkFailure): boolean {
  return condition.startsWith("FAILED_READ_FILE");
}

/**
 * A failed call in the program's words. `at` is `host:port`, `reason` what led to the failure where that is known to be
 * more to the point.
 */
export function grpcError(error: unknown, at: string, statement = "", reason = ""): SegmentError {
  if (error instanceof SegmentError) return error;
  if (!isServiceError(error)) {
    return new SegmentError("engine-failed", `Spark at ${at}: ${firstLine(String(error))}`, { cause: error });
  }
  const failure = failureOf(error);
  const cause = statement === "" ? error : new Error(`${error.message}\n${statement}`, { cause: error });
  if (failure !== null) {
    const known = causes.find(([pattern]) => pattern.test(failure.condition) || pattern.test(error.details));
    const message = shortened(reason === "" ? failure.message : `${shortened(failure.message)}: ${firstLine(reason)}`);
    if (known !== undefined) return new SegmentError(known[1], message, { hint: known[2], cause });
    return new SegmentError("engine-failed", `Spark at ${at}: ${message}`, { cause });
  }
  if (/SSL routines|wrong version number/i.test(error.details)) {
    return new SegmentError("engine-unreachable", `the server at ${at} does not speak TLS`, {
      hint: "leave use_ssl=true out of the address, or name the port that does",
      cause,
    });
  }
  switch (error.code) {
    case status.unauthenticated:
    case status.denied:
      return new SegmentError("engine-refused", `Spark at ${at} refused: ${firstLine(error.details)}`, {
        hint: `put a valid token into ${tokenVariable}`,
        cause,
      });
    case status.unimplemented:
      return new SegmentError(
        "engine-failed",
        `Spark at ${at} speaks an older protocol, or is no Spark Connect server`,
        {
          hint: "Spark 4.0 or later is needed",
          cause,
        },
      );
    case status.exhausted:
      return new SegmentError("engine-failed", `Spark at ${at}: ${firstLine(error.details)}`, { cause });
    case status.deadline:
    case status.unavailable:
    case status.internal:
    case status.unknown:
    case status.cancelled:
      return new SegmentError("engine-unreachable", `no answer from Spark at ${at}: ${firstLine(error.details)}`, {
        hint: "see whether a Spark Connect server runs there and the address is right",
        cause,
      });
    default:
      return new SegmentError("engine-failed", `Spark at ${at}: ${firstLine(error.details)}`, { cause });
  }
}

/** What gRPC adds of how it looked for the server is left out. */
function firstLine(text: string): string {
  const [line = ""] = text
    .replace(/\s*Resolution note:.*$/s, "")
    .trim()
    .split("\n");
  return line.replace(/\s+/g, " ");
}

/** Spark's messages begin with their condition in brackets and end with a code. */
function shortened(message: string): string {
  const plain = message
    .replace(/^\[[A-Z0-9_.]+\]\s*/, "")
    .replace(/\s*SQLSTATE: \w+.*$/, "")
    .replace(/[.\s]+$/, "");
  return plain.length > 400 ? `${plain.slice(0, 399)}…` : plain;
}
