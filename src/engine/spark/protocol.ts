import protobuf from "protobufjs";

/**
 * What we use of the Spark Connect protocol (package `spark.connect`), with the field numbers of the published
 * definitions of Spark 4.3: `base.proto` (service, requests, responses), `relations.proto` (Relation and below),
 * `commands.proto` (Command and below), `expressions.proto` (Literal) and `types.proto` (DataType, of which only the kind
 * of a null is needed). `Status`, `Any` and `ErrorInfo` are those of `google.rpc` and `google.protobuf`, which travel in
 * the trailer of a failed call. Fields that are left out are skipped when read, as the encoding provides.
 */
const definition = `
syntax = "proto3";

message UserContext { string user_id = 1; string user_name = 2; }
message KeyValue { string key = 1; optional string value = 2; }

message DataType { oneof kind { Unit null = 1; } }
message Unit {}
message Literal {
  oneof literal_type {
    DataType null = 1; bool boolean = 3; int32 integer = 6; int64 long = 7; double double = 11; string string = 13;
  }
}
message ExpressionString { string expression = 1; }
message Expression { oneof expr_type { Literal literal = 1; ExpressionString expression_string = 4; } }

message Sql { string query = 1; map<string, Expression> named_arguments = 4; }
message LocalRelation { bytes data = 1; string schema = 2; }
message NamedTable { string unparsed_identifier = 1; }
message DataSource {
  optional string format = 1; optional string schema = 2; map<string, string> options = 3; repeated string paths = 4;
}
message Read { oneof read_type { NamedTable named_table = 1; DataSource data_source = 2; } }
message CachedRemoteRelation { string relation_id = 1; }
message CollectMetrics { Relation input = 1; string name = 2; repeated Expression metrics = 3; }
message Relation {
  oneof rel_type {
    Read read = 2; Sql sql = 10; LocalRelation local_relation = 11; CollectMetrics collect_metrics = 29;
    CachedRemoteRelation cached_remote_relation = 37;
  }
}

message SaveTable { string table_name = 1; int32 save_method = 2; }
message WriteOperation {
  Relation input = 1; optional string source = 2; int32 mode = 5; map<string, string> options = 9;
  oneof save_type { string path = 3; SaveTable table = 4; }
}
message CreateView { Relation input = 1; string name = 2; bool is_global = 3; bool replace = 4; }
message SqlCommand { Relation input = 6; }
message CheckpointCommand { Relation relation = 1; bool local = 2; bool eager = 3; }
message Command {
  oneof command_type {
    WriteOperation write_operation = 2; CreateView create_dataframe_view = 3; SqlCommand sql_command = 5;
    CheckpointCommand checkpoint_command = 14;
  }
}
message Plan { oneof op_type { Relation root = 1; Command command = 2; } }

message ReattachOptions { bool reattachable = 1; }
message RequestOption { oneof request_option { ReattachOptions reattach_options = 1; } }
message ExecutePlanRequest {
  string session_id = 1; UserContext user_context = 2; Plan plan = 3; optional string client_type = 4;
  repeated RequestOption request_options = 5; optional string operation_id = 6;
  optional string client_observed_server_side_session_id = 8;
}
message ArrowBatch { int64 row_count = 1; bytes data = 2; }
message ObservedMetrics { string name = 1; repeated Literal values = 2; }
message StageInfo { int64 num_tasks = 2; int64 num_completed_tasks = 3; }
message ExecutionProgress { repeated StageInfo stages = 1; }
message CheckpointResult { CachedRemoteRelation relation = 1; }
message ExecutePlanResponse {
  string session_id = 1; ArrowBatch arrow_batch = 2; repeated ObservedMetrics observed_metrics = 6; string operation_id = 12; string response_id = 13;
  Unit result_complete = 14; string server_side_session_id = 15; ExecutionProgress execution_progress = 18;
  CheckpointResult checkpoint_command_result = 19;
}
message ReattachExecuteRequest {
  string session_id = 1; UserContext user_context = 2; string operation_id = 3; optional string client_type = 4;
  optional string last_response_id = 5; optional string client_observed_server_side_session_id = 6;
}
message ReleaseUntil { string response_id = 1; }
message ReleaseExecuteRequest {
  string session_id = 1; UserContext user_context = 2; string operation_id = 3; optional string client_type = 4;
  oneof release { Unit release_all = 5; ReleaseUntil release_until = 6; }
  optional string client_observed_server_side_session_id = 7;
}
message ReleaseExecuteResponse { string session_id = 1; }

message PlanHolder { Plan plan = 1; }
message Persist { Relation relation = 1; }
message AnalyzePlanRequest {
  string session_id = 1; UserContext user_context = 2; optional string client_type = 3;
  oneof analyze {
    PlanHolder schema = 4; Unit spark_version = 10; Persist persist = 14; Persist unpersist = 15;
  }
  optional string client_observed_server_side_session_id = 17;
}
message VersionResult { string version = 1; }
message AnalyzePlanResponse {
  string session_id = 1; VersionResult spark_version = 8; string server_side_session_id = 15;
}

message SetConfig { repeated KeyValue pairs = 1; optional bool silent = 2; }
message GetConfig { repeated string keys = 1; }
message ConfigOperation { oneof op_type { SetConfig set = 1; GetConfig get_option = 4; } }
message ConfigRequest {
  string session_id = 1; UserContext user_context = 2; ConfigOperation operation = 3; optional string client_type = 4;
  optional string client_observed_server_side_session_id = 8;
}
message ConfigResponse { string session_id = 1; repeated KeyValue pairs = 2; string server_side_session_id = 4; }

message InterruptRequest {
  string session_id = 1; UserContext user_context = 2; optional string client_type = 3; int32 interrupt_type = 4;
}
message InterruptResponse { string session_id = 1; }
message ReleaseSessionRequest { string session_id = 1; UserContext user_context = 2; optional string client_type = 3; }
message ReleaseSessionResponse { string session_id = 1; }

message ErrorDetailsRequest { string session_id = 1; UserContext user_context = 2; string error_id = 3; }
message ErrorDetail { string message = 2; }
message ErrorDetailsResponse { repeated ErrorDetail errors = 2; }

message Any { string type_url = 1; bytes value = 2; }
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
`;

const root = protobuf.parse(definition, { keepCase: true }).root;

/** The calls of the service: their requests and responses by name, and whether the answer is a stream. */
const calls = {
  ExecutePlan: ["ExecutePlanRequest", "ExecutePlanResponse", true],
  ReattachExecute: ["ReattachExecuteRequest", "ExecutePlanResponse", true],
  ReleaseExecute: ["ReleaseExecuteRequest", "ReleaseExecuteResponse", false],
  AnalyzePlan: ["AnalyzePlanRequest", "AnalyzePlanResponse", false],
  Config: ["ConfigRequest", "ConfigResponse", false],
  Interrupt: ["InterruptRequest", "InterruptResponse", false],
  FetchErrorDetails: ["ErrorDetailsRequest", "ErrorDetailsResponse", false],
  ReleaseSession: ["ReleaseSessionRequest", "ReleaseSessionResponse", false],
} as const;

export type Call = keyof typeof calls;

/** A message as plain data, its fields by their names in the definition; absent fields may be missing. */
export type Message = Readonly<Record<string, unknown>>;

/** How one call goes over the wire. */
export interface CallShape {
  readonly path: string;
  readonly streams: boolean;
  encode(request: Message): Buffer;
  decode(bytes: Buffer): Message;
}

/** The shape of a call. Throws an `Error` for a request whose members have other types than the definition's. */
export function callShape(call: Call): CallShape {
  const [request, response, streams] = calls[call];
  const asked = root.lookupType(request);
  return {
    path: `/spark.connect.SparkConnectService/${call}`,
    streams,
    encode: (message) => Buffer.from(asked.encode(asked.fromObject(message)).finish()),
    decode: (bytes) => decodeMessage(response, bytes),
  };
}

/** Reads a message; 64-bit numbers come as number, bytes as views of `bytes`. Throws for bytes that are none. */
export function decodeMessage(type: string, bytes: Uint8Array): Message {
  const kind = root.lookupType(type);
  return kind.toObject(kind.decode(bytes), { longs: Number });
}
