import type { Report } from "../../core/report.ts";

/**
 * The JSON document of a report: the envelope first and in its own order, then the command's members in the order it
 * gave them; two spaces of indent, LF at the end. A number that is not finite is null, undefined members are left out,
 * and control characters are escaped in full, those of the C1 range too.
 */
export function renderJson(report: Report): string {
  const { schema, version, input, merged, grouped, removed, output, warnings, ...rest } = report.json;
  const { rows, used, quarantined } = input;
  const envelope = { schema, version, input: { rows, used, quarantined }, merged, grouped, removed, output, warnings };
  const text = JSON.stringify({ ...envelope, ...rest }, null, 2);
  return `${text.replace(/[\u007f-\u009f\u2028\u2029]/g, escape)}\n`;
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
