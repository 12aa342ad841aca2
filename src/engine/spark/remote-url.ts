import { SegmentError } from "../../core/errors.ts";

/** Where a cluster answers, as `--engine` names it. */
export interface RemoteUrl {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Whether it is this machine, whose files the server then reads. */
  readonly isLocal: boolean;
  readonly userId: string;
  /** What goes with every request, such as `x-databricks-cluster-id`. */
  readonly headers: ReadonlyMap<string, string>;
}

const defaultPort = 15002;

/**
 * Reads `sc://host:port/;use_ssl=true;x-databricks-cluster-id=…`, the notation of Spark Connect's own clients:
 * `use_ssl` and `user_id` are ours to use, other parameters become headers. Throws `bad-option-value`, among others for
 * `token=`: a command line is seen by everyone on the machine.
 */
export function parseRemoteUrl(text: string): RemoteUrl {
  const wrong = (what: string, hint = "write it like sc://host:15002 or sc://host:443/;use_ssl=true"): never => {
    throw new SegmentError("bad-option-value", `--engine ${withoutToken(text)}: ${what}`, { hint });
  };
  const match = /^sc:\/\/(\[[0-9a-f:.]+\]|[^/:;@?#[\]\s]+)(?::(\d{1,5}))?(?:\/(?:;(.*))?)?$/i.exec(text);
  if (match === null) return wrong("not a Spark Connect address");
  const port = match[2] === undefined ? defaultPort : Number(match[2]);
  if (port < 1 || port > 65535) return wrong(`${match[2]} is no port`);
  const headers = new Map<string, string>();
  let secure = false;
  let userId = "";
  for (const pair of (match[3] ?? "").split(";")) {
    if (pair === "") continue;
    const [name = "", value] = splitOnce(pair);
    if (name === "" || value === undefined) return wrong(`“${withoutToken(pair)}” is no NAME=VALUE`);
    switch (name.toLowerCase()) {
      case "token":
        return wrong("a token on the command line is seen by everyone", `put it into ${tokenVariable}`);
      case "use_ssl":
        if (value !== "true" && value !== "false") return wrong("use_ssl is true or false");
        secure = value === "true";
        break;
      case "user_id":
        userId = value;
        break;
      default:
        if (!/^[a-z0-9_.-]+$/i.test(name) || !/^[\x20-\x7e]*$/.test(value) || name.toLowerCase().endsWith("-bin"))
          return wrong(`“${name}” cannot be a request header`);
        headers.set(name.toLowerCase(), value);
    }
  }
  const host = match[1]!;
  return { host, port, secure, isLocal: /^(localhost|127\.[\d.]+|\[::1\])$/i.test(host), userId, headers };
}

/** The environment variable that holds the token, the one of Spark's own clients. */
export const tokenVariable = "SPARK_CONNECT_AUTHENTICATE_TOKEN";

function splitOnce(pair: string): [string, string | undefined] {
  const at = pair.indexOf("=");
  if (at < 0) return [pair, undefined];
  try {
    return [decodeURIComponent(pair.slice(0, at)), decodeURIComponent(pair.slice(at + 1))];
  } catch {
    return [pair.slice(0, at), pair.slice(at + 1)];
  }
}

function withoutToken(text: string): string {
  return text.replace(/(token=)[^;]*/gi, "$1…");
}
