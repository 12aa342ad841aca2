import { SegmentError } from "../core/errors.ts";
import type { Block, JsonReport } from "../core/report.ts";
import { formatCount } from "./number.ts";

/** Where the rows of a run went. Rows in + unpacked = out + merged + grouped + removed + quarantined, always. */
export interface RowAccount {
  /** Rows that were read, those set aside as unreadable not among them. */
  readonly used: number;
  readonly quarantined: number;
  /** Rows more that lists in a row gave, such as the actions of a visit. */
  readonly unpacked?: number;
  /** Folded into another row by dedupe. */
  readonly merged?: number;
  /** Folded by an aggregation, such as orders into customers. */
  readonly grouped?: number;
  /** Left out by a rule that the user gave. */
  readonly removed?: number;
  readonly out: number;
}

/** The members of a JSON report that account for the rows. Throws `bug` for an account that does not add up. */
export function accountJson({
  used,
  quarantined,
  unpacked = 0,
  merged = 0,
  grouped = 0,
  removed = 0,
  out,
}: RowAccount): Pick<JsonReport, "input" | "merged" | "grouped" | "removed" | "output"> {
  if (used + unpacked !== out + merged + grouped + removed) {
    throw new SegmentError(
      "bug",
      `${used} rows in, ${unpacked} unpacked, ${out} out, ${merged} merged, ${grouped} grouped, ${removed} removed`,
    );
  }
  return {
    input: { rows: used + quarantined, used, quarantined },
    ...(unpacked === 0 ? {} : { unpacked }),
    merged,
    grouped,
    removed,
    output: { rows: out },
  };
}

/** `rows: 1 000 in = 900 out + 100 merged`. */
export function accountBlock({
  used,
  quarantined,
  unpacked = 0,
  merged = 0,
  grouped = 0,
  removed = 0,
  out,
}: RowAccount): Block {
  const parts = [
    [merged, "merged"],
    [grouped, "grouped"],
    [removed, "removed"],
    [quarantined, "quarantined"],
  ] as const;
  const others = parts.filter(([count]) => count > 0).map(([count, what]) => ` + ${formatCount(count)} ${what}`);
  const more = unpacked === 0 ? "" : ` + ${formatCount(unpacked)} unpacked`;
  return {
    kind: "text",
    text: `rows: ${formatCount(used + quarantined)} in${more} = ${formatCount(out)} out${others.join("")}`,
  };
}
