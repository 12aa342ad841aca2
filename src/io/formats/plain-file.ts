import type { Compression, Evidence } from "../../core/source.ts";

/** An input as a plain, decompressed file. */
export interface PlainFile {
  readonly label: string;
  readonly path: string;
  readonly spooled: boolean;
  readonly compression: Compression;
  readonly evidence: readonly Evidence[];
  readonly sender?: string;
}
