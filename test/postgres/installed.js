import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The folder of a PostgreSQL server's programs: SEGMENT_POSTGRES, one of the path, or where Debian puts them; or null. */
export function installedPostgres() {
  const named = process.env.SEGMENT_POSTGRES;
  if (named) return named;
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((one) => join(debian, one, "bin")), ...(process.env.PATH ?? "").split(delimiter)];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ?? null;
}
