/** Where the rows of a source go that cannot be read: `bad.csv` → `bad-crm.csv`. */
export function quarantineOf(path: string, source: string): string {
  const [, stem = "", endings = ""] = /^(.*?[^/\\])((?:\.[^./\\]+)*)$/s.exec(path) ?? [];
  return `${stem}-${source}${endings}`;
}
