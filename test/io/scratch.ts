import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { SegmentError } from "../../src/core/errors.ts";
import type { DelimitedSource, ReadOptions, Source } from "../../src/core/source.ts";
import { openIo, type OpenedIo } from "../../src/io/io.ts";

/** A folder and an `Io` of one test file, removed at its end. */
export interface Scratch {
  readonly folder: string;
  readonly io: OpenedIo;
  path(name: string): string;
  /** Writes a file of the folder and gives its path. */
  file(name: string, content: string | Uint8Array): string;
  open(content: string | Uint8Array, options?: ReadOptions, name?: string): Promise<Source>;
  openCsv(content: string | Uint8Array, options?: ReadOptions): Promise<DelimitedSource>;
  /** Removes the files made so far: a folder of many slows what looks through it. */
  clear(): void;
  /** The error that opening the content ends in. */
  failure(content: string | Uint8Array, options?: ReadOptions, name?: string): Promise<SegmentError>;
}

export function scratch(settings: { stdoutIsTerminal?: boolean; stdin?: number; stdout?: number } = {}): Scratch {
  const folder = mkdtempSync(join(tmpdir(), "segment-io-test-"));
  const io = openIo({
    temporaryFolder: folder,
    stdoutIsTerminal: false,
    signal: new AbortController().signal,
    ...settings,
  });
  let count = 0;
  afterAll(async () => {
    await io.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const made: Scratch = {
    folder,
    io,
    path: (name) => join(folder, name),
    file(name, content) {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    async open(content, options = {}, name = `${++count}.csv`) {
      const [source] = await io.open([made.file(name, content)], options);
      if (source === undefined) throw new Error("nothing was opened");
      return source;
    },
    async openCsv(content, options = {}) {
      const source = await made.open(content, options);
      if (source.format !== "csv") throw new Error(`opened as ${source.format}`);
      return source;
    },
    clear() {
      // Folders are those of the I/O itself.
      for (const one of readdirSync(folder, { withFileTypes: true })) if (one.isFile()) rmSync(join(folder, one.name));
    },
    failure: (content, options = {}, name) => failureOf(made.open(content, options, name)),
  };
  return made;
}

/** The error that a promise ends in. */
export async function failureOf(promise: Promise<unknown>): Promise<SegmentError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && error.name === "SegmentError") return error as SegmentError;
    throw error;
  }
  throw new Error("it went well");
}
