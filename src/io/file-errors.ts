import { isOutOfMemory, SegmentError } from "../core/errors.ts";

/** The `code` of a system error such as `ENOENT`, or an empty text. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** A failure to read `label` in the program's own words; an error that is one already is handed back as it is. */
export function readError(error: unknown, label: string): SegmentError {
  if (error instanceof SegmentError) return error;
  const place = { file: label };
  if (isOutOfMemory(error))
    return new SegmentError("out-of-memory", "not enough memory to read it", { place, cause: error });
  switch (systemCode(error)) {
    case "ENOENT":
    case "ENOTDIR":
      return new SegmentError("file-missing", "no such file", { place, cause: error });
    case "EISDIR":
      return directoryError(label);
    case "EACCES":
    case "EPERM":
      return new SegmentError("file-unreadable", "no permission to read it", { place, cause: error });
    case "ENOSPC":
    case "EDQUOT":
      return diskFull(label, error);
    default:
      return new SegmentError("file-unreadable", `cannot be read (${messageOf(error)})`, {
        place,
        cause: error,
      });
  }
}

/** A folder stands where a file is needed. */
export function directoryError(label: string): SegmentError {
  return new SegmentError("is-directory", "a folder, not a file", {
    place: { file: label },
    hint: `name its files, for instance "${label.replace(/\/+$/, "")}/*.csv"`,
  });
}

/** A failure to write `label` in the program's own words; an error that is one already is handed back as it is. */
export function writeError(error: unknown, label: string): SegmentError {
  if (error instanceof SegmentError) return error;
  const place = { file: label };
  const cannot = (why: string, hint = ""): SegmentError =>
    new SegmentError("cannot-write", `cannot be written (${why})`, { place, hint, cause: error });
  switch (systemCode(error)) {
    case "ENOSPC":
    case "EDQUOT":
      return diskFull(label, error);
    case "ENOENT":
    case "ENOTDIR":
      return cannot("its folder does not exist", "make the folder first");
    case "EISDIR":
      return cannot("it is a folder");
    case "EACCES":
    case "EPERM":
      return cannot("no permission");
    case "EROFS":
      return cannot("the file system is read-only");
    case "ELOOP":
      return cannot("its symbolic links form a loop");
    case "ENAMETOOLONG":
      return cannot("the name is too long");
    default:
      return cannot(messageOf(error));
  }
}

function diskFull(label: string, cause: unknown): SegmentError {
  return new SegmentError("disk-full", "the disk is full", {
    place: { file: label },
    hint: "free some space, or set TMPDIR to a folder on a larger disk; nothing was changed",
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Throws `interrupted` once the signal is aborted. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new SegmentError("interrupted", "interrupted");
}
