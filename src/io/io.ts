import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Io } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import type { ReadOptions, Source } from "../core/source.ts";
import { checkWritable, fileDestination } from "./destinations/destination.ts";
import { saveFile } from "./destinations/save-file.ts";
import { saveFolder } from "./destinations/save-folder.ts";
import { saveTable } from "./destinations/save-table.ts";
import { writeLinesWith } from "./destinations/lines-with.ts";
import { writeChunks } from "./destinations/write-chunks.ts";
import { directoryError, readError, systemCode, throwIfInterrupted, writeError } from "./file-errors.ts";
import { firstBadByte } from "./formats/utf8-check.ts";
import { openQuarantine, type Quarantine } from "./formats/quarantine.ts";
import { resolveInputs } from "./inputs.ts";
import { openPostgres } from "./postgres/open-postgres.ts";
import { openSource } from "./open-source.ts";
import { handedFolder, openSpool } from "./spool.ts";
import { readerOf } from "./stage-mark.ts";

/** The world that an `Io` works in. */
export interface IoSettings {
  /** An existing folder; a private one is made below it when needed. */
  readonly temporaryFolder: string;
  /** Descriptors that stand for standard input and output; 0 and 1 unless given. */
  readonly stdin?: number;
  readonly stdout?: number;
  readonly stdoutIsTerminal: boolean;
  /** A secret of the environment by the name of its variable; none unless given. */
  readonly secret?: (name: string) => string | undefined;
  readonly signal: AbortSignal;
}

/** An `Io` with what only the wiring needs. */
export interface OpenedIo extends Io {
  /** The private folder, made on first use; the engine may spill below it. */
  spoolFolder(): string;
  /** Whether the reader of standard output went away: the rest was dropped, and the run ends with 0. */
  closedPipe(): boolean;
  /** What has gone to the reader of standard output as a table: bytes through the pipe, or a file, which is then its own. */
  sent(): { readonly bytes: number; readonly handed?: string };
}

export { removeLeftovers } from "./spool.ts";

/** Opens the way to files and standard streams. Makes nothing on disk until it is used. */
export function openIo(settings: IoSettings): OpenedIo {
  const { signal } = settings;
  const stdin = settings.stdin ?? 0;
  const stdout = settings.stdout ?? 1;
  const spool = openSpool(settings.temporaryFolder);
  let closedPipe = false;
  let sentBytes = 0;
  let handed: { readonly path: string; forget(): void } | null = null;
  return {
    spoolFolder: () => spool.folder(),
    closedPipe: () => closedPipe,
    sent() {
      if (handed === null) return { bytes: sentBytes };
      // From here on it is the reader's; should that be gone, the next run takes it away.
      handed.forget();
      return { bytes: 0, handed: handed.path };
    },

    async open(inputs, options) {
      if (options.quarantine === undefined) return await openAll(inputs, options, null);
      const file = options.quarantine;
      checkWritable(file);
      const quarantine = openQuarantine(spool.file(".csv"));
      let sources: readonly Source[];
      try {
        sources = await openAll(inputs, options, quarantine);
      } finally {
        quarantine.close();
      }
      await saveFile(file, ".csv", spool, signal, async (path) => {
        copyFileSync(quarantine.path, path);
        return 0;
      });
      return sources;
    },

    destination(output, format) {
      if (output !== undefined && output !== "-") return fileDestination(output, format);
      if (output === undefined && settings.stdoutIsTerminal) return null;
      return { path: null, format: format ?? "csv", compression: "none", delimiter: "," };
    },

    save: (destination, write) =>
      saveTable(
        destination,
        { spool, stdout, signal, onClosedPipe: () => (closedPipe = true), onSent: (bytes) => (sentBytes += bytes) },
        write,
      ),

    async writeText(path, chunks) {
      const file = path ?? spool.file(".txt");
      await writeChunks(file, chunks, signal);
      return file;
    },

    async hand(write) {
      const reader = readerOf(stdout);
      if (reader === null) return null;
      const folder = handedFolder(settings.temporaryFolder, reader);
      const forget = spool.guard(folder);
      const path = join(folder, "table.parquet");
      const rows = await write(path);
      throwIfInterrupted(signal);
      handed = { path, forget };
      return rows;
    },

    writeLinesWith: (lines, path) => writeLinesWith(lines, path, signal),

    async copyFile(from, path) {
      throwIfInterrupted(signal);
      if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true) return false;
      try {
        copyFileSync(from, path);
      } catch (error) {
        throw writeError(error, path);
      }
      return true;
    },

    async readText(path) {
      let bytes: Buffer;
      try {
        bytes = readFileSync(path);
      } catch (error) {
        throw systemCode(error) === "EISDIR" ? directoryError(path) : readError(error, path);
      }
      const bad = firstBadByte(bytes);
      if (bad !== -1) {
        throw new SegmentError("bad-encoding", `not UTF-8 at offset ${bad}`, { place: { file: path } });
      }
      return bytes.toString("utf8").replace(/^\ufeff/, "");
    },

    async saveText(path, text, beforeInPlace) {
      await saveFile(path, ".txt", spool, signal, async (temporary) => {
        writeFileSync(temporary, text, { flag: "wx" });
        await beforeInPlace?.();
        return 0;
      });
    },

    saveFolder: (path, files) => saveFolder(path, files, spool, signal),

    async close() {
      spool.remove();
    },
  };

  async function openAll(
    names: readonly string[],
    options: ReadOptions,
    quarantine: Quarantine | null,
  ): Promise<readonly Source[]> {
    const sources: Source[] = [];
    const secret = settings.secret ?? (() => undefined);
    const inputs = resolveInputs(names);
    const asked = options.table === undefined ? (options.query === undefined ? null : "--query") : "--table";
    if (asked !== null && !inputs.some(({ kind }) => kind === "database")) {
      throw new SegmentError("usage", `${asked} concerns a database, and no input is one`, {
        hint: "name it by its address: postgres://user@host:5432/database",
      });
    }
    for (const input of inputs) {
      throwIfInterrupted(signal);
      if (input.kind === "database") sources.push(await openPostgres(input.label, options, { spool, signal, secret }));
      else sources.push(await openSource(input, options, { spool, stdin, signal, quarantine }));
    }
    return sources;
  }
}
