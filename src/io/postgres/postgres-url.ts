import { SegmentError } from "../../core/errors.ts";

/** An address of a PostgreSQL database, without a secret. */
export interface PostgresUrl {
  /** What is shown of it: host, port and database. */
  readonly label: string;
  /** The address as the client takes it, without our own parameters. */
  readonly address: string;
  /** `schema.table` behind `#`. */
  readonly table: string | undefined;
  /** The variable of the environment that holds the password. */
  readonly passwordVariable: string;
}

/** Whether a name of an input is an address of a PostgreSQL database. */
export function isPostgresUrl(name: string): boolean {
  return /^postgres(?:ql)?:\/\//i.test(name);
}

/**
 * Reads `postgres://user@host:5432/database#schema.table`; `?password_env=NAME` names another variable than PGPASSWORD.
 * Throws `usage` for a password in it: addresses stand in histories, logs and process lists.
 */
export function parsePostgresUrl(text: string): PostgresUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new SegmentError("usage", "not an address of a database", {
      hint: "write it like postgres://user@host:5432/database#table",
    });
  }
  const label = `postgres://${url.host}${url.pathname}`;
  if (url.password !== "" || url.searchParams.has("password")) {
    throw new SegmentError("usage", `${label}: a password in the address`, {
      hint: "leave it out and set PGPASSWORD, or name another variable: ?password_env=CRM_PASSWORD",
    });
  }
  const passwordVariable = url.searchParams.get("password_env") ?? "PGPASSWORD";
  url.searchParams.delete("password_env");
  const table = url.hash === "" ? undefined : decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  return { label, address: url.href, table, passwordVariable };
}
