import { SegmentError } from "../../core/errors.ts";
import { visibleText } from "../display-text.ts";

/** A failure in people's words: one line that says what, where and the way out. */
export function renderFailure(failure: SegmentError): string {
  const { file, line, column } = failure.place;
  const where = [
    file,
    line === undefined ? undefined : `line ${line}`,
    column === undefined ? undefined : `column ${column}`,
  ];
  const place = where.filter((part) => part !== undefined).join(", ");
  const hint = failure.hint === "" ? "" : `; ${failure.hint}`;
  const name = failure.code === "bug" ? "segment: this is our bug, please report it" : "segment";
  const line1 = `${name}: ${place === "" ? "" : `${place}: `}${failure.message}${hint}`;
  return visibleText(line1.replaceAll(/[\r\n]+/g, " ⏎ ")) + "\n";
}

/** The same as one JSON object. */
export function renderFailureJson(failure: SegmentError): string {
  const { file, line, column } = failure.place;
  const error = {
    code: failure.code,
    exit: failure.exit,
    message: failure.message,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    ...(failure.hint === "" ? {} : { hint: failure.hint }),
  };
  return `${JSON.stringify({ error })}\n`;
}
