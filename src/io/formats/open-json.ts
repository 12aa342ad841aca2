import { createReadStream, statSync } from "node:fs";
import type { Encoding, Evidence, JsonSource, ReadOptions } from "../../core/source.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Spool } from "../spool.ts";
import { copyToFile } from "../write-stream.ts";
import { emptyError } from "../inputs.ts";
import { readRange } from "./file-window.ts";
import { grouped } from "./grouped.ts";
import { copyWithout, jsonLinesAt, lostLines } from "./json-lines.ts";
import type { PlainFile } from "./plain-file.ts";
import type { Quarantine } from "./quarantine.ts";
import { badUtf8, guessEncoding, isUtf8File } from "./text-encoding.ts";
import { toUtf8 } from "./to-utf8.ts";

/** JSON text as UTF-8: `from` is behind a byte order mark. */
interface JsonText {
  readonly path: string;
  readonly from: number;
  readonly encoding: Encoding;
  readonly evidence: Evidence;
}

/**
 * Opens JSON text: UTF-8 without a byte order mark, in place where it is so already. With a quarantine, lines that hold no
 * object go there; else the engine tells of them. Throws `bad-encoding`, `nothing-left`.
 */
export async function openJson(
  file: PlainFile,
  format: "ndjson" | "json",
  options: ReadOptions,
  spool: Spool,
  quarantine: Quarantine | null,
  signal: AbortSignal,
): Promise<JsonSource> {
  const { path, from, encoding, evidence } = await jsonText(file, options, spool, signal);
  const done = (plain: string, quarantined: number): JsonSource => ({
    label: file.label,
    path: plain,
    spooled: file.spooled || plain !== file.path,
    compression: file.compression,
    encoding,
    evidence: [...file.evidence, evidence],
    quarantined,
    format,
  });
  const whole = async (): Promise<string> => {
    if (from === 0) return path;
    const copy = spool.file(".json");
    await copyToFile(createReadStream(path, { start: from }), [], copy, signal);
    return copy;
  };
  if (format === "json") return done(await whole(), 0);
  const own = path === file.path && file.compression === "none";
  const lost = new Set<number>();
  let first = "";
  if (quarantine !== null) {
    const { records } = await lostLines(path, from, own, signal, ({ line, byte, raw, reason }) => {
      if (lost.size === 0) first = `${reason} in line ${line}`;
      lost.add(line);
      quarantine.add({ file: file.label, line, byte, column: "", reason, raw });
    });
    if (records === 0) {
      throw new SegmentError("nothing-left", `no line of ${grouped(lost.size)} holds a record: ${first}`, {
        place: { file: file.label },
        hint: 'each line must be an object, such as {"id": 1}',
      });
    }
  }
  let plain = "";
  if (lost.size === 0) plain = await whole();
  else {
    plain = spool.file(".ndjson");
    await copyWithout(path, from, lost, plain, signal);
  }
  const recordsAt = (rows: readonly number[]) => jsonLinesAt(path, from, lost, rows, own, signal);
  return { ...done(plain, lost.size), recordsAt, lineOf: async (row) => (await recordsAt([row]))[0]!.line };
}

async function jsonText(file: PlainFile, options: ReadOptions, spool: Spool, signal: AbortSignal): Promise<JsonText> {
  const guess = guessEncoding(readRange(file.path, 0, 4096));
  const asked = options.encoding;
  if ((asked ?? guess.encoding ?? "utf-8") === "utf-8") {
    const mark = guess.encoding === "utf-8" ? guess.mark : 0;
    if (statSync(file.path).size === mark) throw emptyError(file.label);
    if (await isUtf8File(file.path, mark, signal)) {
      const why = mark === 0 ? "every byte of the file is valid UTF-8" : guess.why;
      const evidence: Evidence = { subject: "encoding", found: "utf-8", why };
      return { path: file.path, from: mark, encoding: "utf-8", evidence };
    }
    if (asked === "utf-8" || mark > 0) throw await badUtf8(file.path, mark, file.label, signal);
  }
  const text = await toUtf8(file, asked, guess, false, spool, signal);
  return { path: text.path, from: 0, encoding: text.encoding, evidence: text.evidence };
}
