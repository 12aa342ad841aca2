import { statSync } from "node:fs";
import type { Encoding, Evidence, JsonSource, ReadOptions } from "../../core/source.ts";
import type { Spool } from "../spool.ts";
import { copyToFile } from "../write-stream.ts";
import { createReadStream } from "node:fs";
import { emptyError } from "../inputs.ts";
import { readRange } from "./file-window.ts";
import type { PlainFile } from "./plain-file.ts";
import { badUtf8, guessEncoding, isUtf8File } from "./text-encoding.ts";
import { toUtf8 } from "./to-utf8.ts";

/** Opens JSON text: UTF-8 without a byte order mark, in place where it is so already. Throws `bad-encoding`. */
export async function openJson(
  file: PlainFile,
  format: "ndjson" | "json",
  options: ReadOptions,
  spool: Spool,
  signal: AbortSignal,
): Promise<JsonSource> {
  const done = (path: string, encoding: Encoding, evidence: Evidence): JsonSource => ({
    label: file.label,
    path,
    spooled: file.spooled || path !== file.path,
    compression: file.compression,
    encoding,
    evidence: [...file.evidence, evidence],
    quarantined: 0,
    format,
  });
  const guess = guessEncoding(readRange(file.path, 0, 4096));
  const asked = options.encoding;
  if ((asked ?? guess.encoding ?? "utf-8") === "utf-8") {
    const mark = guess.encoding === "utf-8" ? guess.mark : 0;
    if (statSync(file.path).size === mark) throw emptyError(file.label);
    const evidence: Evidence = { subject: "encoding", found: "utf-8", why: "every byte of the file is valid UTF-8" };
    if (await isUtf8File(file.path, mark, signal)) {
      if (mark === 0) return done(file.path, "utf-8", evidence);
      const copy = spool.file(".json");
      await copyToFile(createReadStream(file.path, { start: mark }), [], copy, signal);
      return done(copy, "utf-8", { ...evidence, why: guess.why });
    }
    if (asked === "utf-8" || mark > 0) throw await badUtf8(file.path, mark, file.label, signal);
  }
  const text = await toUtf8(file, asked, guess, false, spool, signal);
  return done(text.path, text.encoding, text.evidence);
}
