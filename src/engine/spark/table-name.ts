const part = "(?:[\\p{L}_][\\p{L}\\p{N}_]*|`[^`]+`)";
const catalogued = new RegExp(`^${part}(?:\\.${part}){0,2}$`, "u");
const byPath = /^(delta|iceberg|hudi)\.`[^`]+`$/i;
const fileEnding = /\.(csv|tsv|tab|txt|parquet|pq|ndjson|jsonl|json|gz|zst|bz2)$/i;

/** Whether a name is one of a table (`catalog.schema.table`, ``delta.`s3a://…` ``) rather than of files. */
export function isTableName(name: string): boolean {
  return byPath.test(name) || (catalogued.test(name) && !fileEnding.test(name));
}
