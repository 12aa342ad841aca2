import { createRequire } from "node:module";

type NodeApi = typeof import("@duckdb/node-api");

let loaded: NodeApi | undefined;

/**
 * DuckDB's native library and its JavaScript side, loaded by the first call. By `require`, since the package is
 * CommonJS in 170 files: `import` first searches each of them for the names it exports, which takes twice as long.
 */
export function nodeApi(): NodeApi {
  loaded ??= createRequire(import.meta.url)("@duckdb/node-api") as NodeApi;
  return loaded;
}
