import type { ColumnEvidence, DateCandidate } from "./column-evidence.ts";
import { ownOrder } from "./date-families.ts";
import { saysComma } from "./decide-numbers.ts";
import { dateBit } from "./value-bits.ts";
import { short } from "./word-evidence.ts";

/**
 * The options that state what a column that is text because of some values holds, so that their rows are set aside; null
 * for a column that never looked like more than text.
 */
export function asideOptions(evidence: ColumnEvidence): string | null {
  const { column, candidate, bits } = evidence;
  switch (candidate.kind) {
    case "date": {
      const word = column.name.replaceAll(",", ",,");
      return `--dates ${/^[\w.-]+$/.test(word) ? word : `'${word}'`}=${orderOf(candidate, bits)} --quarantine FILE`;
    }
    case "number":
      return bySchema(column.name, (bits & saysComma) === 0 ? "type: number" : 'type: number, decimal: ","');
    case "boolean":
      return bySchema(column.name, "type: boolean");
    case "text":
    case "typed":
    case "stated":
      return null;
  }
}

function orderOf({ written }: DateCandidate, bits: number): string {
  const open = written.find(({ family }) => ownOrder(family) === null);
  if (open === undefined) return ownOrder(written[0]!.family)!;
  return (bits & dateBit.first) === 0 && (bits & dateBit.second) !== 0 ? "mdy" : "dmy";
}

function bySchema(name: string, says: string): string {
  return `--quarantine FILE and a --schema FILE in which ${short(name)} is {${says}}`;
}
