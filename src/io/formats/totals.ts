import { amountOf, type Amount, plainAmount } from "./amount.ts";
import { fieldsOf, isSkipped, type Layout } from "./record.ts";
import { faultOf, type RecordRules } from "./record-fault.ts";
import { scanRecords } from "./scan-records.ts";
import type { TextRegion } from "./text-region.ts";
import { isMeanLabel, mayBeTotalsLabel } from "./totals-label.ts";

/** What the numbers of a line that is labelled as totals are to the rows above it. */
export interface TotalsVerdict {
  /** More than half of its numbers are sums or means. */
  readonly isTotals: boolean;
  /** Such as `its 2 numbers are the sums of the rows above`; empty where it has no number to judge. */
  readonly words: string;
}

/** What a pass over the rows has shown of the lines below them. */
export interface JudgedTotals {
  /** By the line's place among those that were asked about. */
  readonly verdicts: readonly TotalsVerdict[];
  /** Rows between the others that hold the sums of those above them, and the line of the first. */
  readonly inside: number;
  readonly firstInside: number;
  /** The physical line behind the region. */
  readonly nextLine: number;
}

type Cells = readonly (string | null)[];
type Mark = "point" | "comma";
const marks: readonly Mark[] = ["point", "comma"];

/** The rows so far, of one column, by one decimal mark. */
interface Tally {
  rows: number;
  sum: number;
  /** What adding has lost (Neumaier, 1974). */
  lost: number;
}

interface ColumnTally {
  /** Cells that hold something. */
  filled: number;
  readonly all: Record<Mark, Tally>;
  /** Since the last subtotal. */
  readonly group: Record<Mark, Tally>;
  /** Of the first record, which may be a header of years. */
  first: Amount | null;
}

/**
 * Adds up the rows of a region and holds lines that stand below it against the sums and means: of all rows, and of those
 * since the last subtotal. One pass over the region.
 */
export async function judgeTotals(
  path: string,
  region: TextRegion,
  layout: Layout,
  rules: RecordRules,
  nul: boolean,
  lines: readonly Cells[],
  signal: AbortSignal,
): Promise<JudgedTotals> {
  const asked = new Set(lines.flatMap((cells) => valuesOf(cells).map(({ column }) => column)));
  const tallies = new Map([...asked].map((column) => [column, newColumn()]));
  const byColumn = Array.from({ length: Math.max(...asked) + 1 }, (_, column) => tallies.get(column));
  let seen = 0;
  let inside = 0;
  let firstInside = 0;
  let nextLine = region.line;
  await scanRecords(path, region, layout, signal, null, (record) => {
    const { shape, window, line } = record;
    nextLine = line + shape.lines;
    if (isSkipped(shape, rules.fields, seen === 0) || faultOf(record, rules, seen === 0, nul) !== null) return true;
    if (!shape.quoted && seen > 0 && !mayHaveLabel(window.buffer, window.start, shape.end, layout.delimiter)) {
      addPlain(byColumn, window.buffer, window.start, shape.end, layout.delimiter);
      seen++;
      return true;
    }
    const fields = fieldsOf(window.buffer, window.start, shape.end, layout);
    const textAt = (column: number): string => fields[column]?.bytes.toString("utf8", 0, 256) ?? "";
    const label = fields.findIndex((_, j) => textAt(j).trim() !== "");
    if (label !== -1 && seen > 0 && mayBeTotalsLabel(textAt(label))) {
      const verdict = verdictOf(
        fields.map((_, j) => textAt(j)),
        tallies,
      );
      if (verdict.isTotals) {
        if (inside++ === 0) firstInside = line;
        startGroup(tallies);
        return true;
      }
    }
    for (const [column, tally] of tallies) add(tally, textAt(column), seen === 0);
    seen++;
    return true;
  });
  const verdicts = lines.map((cells) => {
    const verdict = verdictOf(cells, tallies);
    if (verdict.isTotals) startGroup(tallies);
    else for (const [column, tally] of tallies) add(tally, cells[column] ?? "", false);
    return verdict;
  });
  return { verdicts, inside, firstInside, nextLine };
}

/** The numbers of a line behind its label. */
export function valuesOf(cells: Cells): readonly { readonly column: number; readonly amount: Amount }[] {
  const label = cells.findIndex((cell) => cell !== null && cell.trim() !== "");
  return cells.flatMap((cell, column) => {
    if (cell === null || column <= label) return [];
    const amount = amountOf(cell);
    return Number.isNaN(amount.point) && Number.isNaN(amount.comma) ? [] : [{ column, amount }];
  });
}

function labelOf(cells: Cells): string {
  return cells.find((cell) => cell !== null && cell.trim() !== "") ?? "";
}

/** Letters that labels of totals begin with. */
const initials: ReadonlySet<number> = new Set(Buffer.from("tsgmadpeoziTSGMADPEOZI"));

/** Whether the first field that holds something may be a label of totals. */
function mayHaveLabel(bytes: Buffer, start: number, end: number, delimiter: number): boolean {
  let at = start;
  while (at < end && (bytes[at] === delimiter || bytes[at]! <= 32)) at++;
  if (bytes[at]! < 128 && !initials.has(bytes[at]!)) return false;
  let stop = at;
  while (stop < end && bytes[stop] !== delimiter) stop++;
  return mayBeTotalsLabel(bytes.toString("utf8", at, Math.min(stop, at + 256)));
}

const plain = { point: 0, comma: 0 };

/** Adds a record without quotes. */
function addPlain(
  tallies: readonly (ColumnTally | undefined)[],
  bytes: Buffer,
  start: number,
  end: number,
  delimiter: number,
): void {
  let from = start;
  for (const tally of tallies) {
    let to = from;
    while (to < end && bytes[to] !== delimiter) to++;
    if (tally !== undefined && to > from) {
      if (plainAmount(bytes, from, to, plain)) addAmount(tally, plain);
      else add(tally, bytes.toString("utf8", from, Math.min(to, from + 256)), false);
    }
    from = to + 1;
  }
}

function newColumn(): ColumnTally {
  return { filled: 0, all: newTallies(), group: newTallies(), first: null };
}

function newTallies(): Record<Mark, Tally> {
  return { point: { rows: 0, sum: 0, lost: 0 }, comma: { rows: 0, sum: 0, lost: 0 } };
}

function startGroup(tallies: ReadonlyMap<number, ColumnTally>): void {
  for (const { group } of tallies.values()) Object.assign(group, newTallies());
}

function add(tally: ColumnTally, text: string, isFirst: boolean): void {
  if (text.trim() === "") return;
  const amount = amountOf(text);
  if (isFirst) tally.first = amount;
  else addAmount(tally, amount);
}

function addAmount(tally: ColumnTally, amount: Readonly<Record<Mark, number>>): void {
  tally.filled++;
  for (const mark of marks) {
    const number = amount[mark];
    if (Number.isNaN(number)) continue;
    addTo(tally.all[mark], number);
    addTo(tally.group[mark], number);
  }
}

function addTo(tally: Tally, number: number): void {
  const next = tally.sum + number;
  tally.lost += Math.abs(tally.sum) >= Math.abs(number) ? tally.sum - next + number : number - next + tally.sum;
  tally.sum = next;
  tally.rows++;
}

function verdictOf(cells: Cells, tallies: ReadonlyMap<number, ColumnTally>): TotalsVerdict {
  let judged = 0;
  let sums = 0;
  let means = 0;
  let odd = "";
  const isMean = isMeanLabel(labelOf(cells));
  for (const { column, amount } of valuesOf(cells)) {
    const tally = tallies.get(column);
    // A column of words, dates or codes has no sum.
    const read =
      tally === undefined
        ? []
        : marks.filter((mark) => tally.all[mark].rows > 0 && tally.all[mark].rows * 10 >= tally.filled * 9);
    if (tally === undefined || read.length === 0) continue;
    judged++;
    const found = read.map((mark) => kindOf(amount, mark, tally)).find((kind) => kind !== null) ?? null;
    if (found === "sum") sums++;
    else if (found === "mean") means++;
    if (found === "sum" || (found === "mean" && isMean) || odd !== "") continue;
    const mark = read.find((one) => !Number.isNaN(amount[one])) ?? read[0]!;
    const not = isMean ? "mean" : "sum";
    odd = `${cells[column]!.trim()} is not the ${not} of the rows above (${shown(tally.all[mark], isMean)})`;
  }
  // By chance a small number is a mean sooner than a sum.
  const isTotals = (isMean ? means : sums + (sums > 0 ? means : 0)) * 2 > judged;
  if (judged === 0) return { isTotals: false, words: "" };
  if (!isTotals) return { isTotals, words: odd };
  const what = isMean || sums < means ? "mean" : "sum";
  const count = what === "mean" ? means : sums;
  const words =
    judged === 1
      ? `its number is the ${what} of the rows above`
      : `${count} of its ${judged} numbers are the ${what}s of the rows above`;
  return { isTotals, words };
}

function shown({ rows, sum, lost }: Tally, isMean: boolean): string {
  return String(Number(((sum + lost) / (isMean ? rows : 1)).toPrecision(12)));
}

/** Whether a number is the sum or the mean of the rows, with the first record or without it, rounded as it is written. */
function kindOf(amount: Amount, mark: Mark, { all, group, first }: ColumnTally): "sum" | "mean" | null {
  const wanted = amount[mark];
  if (Number.isNaN(wanted)) return null;
  const unit = 10 ** -amount.decimals[mark];
  const tallies = [all[mark], group[mark]].filter(({ rows }) => rows > 0);
  const extra = first === null ? Number.NaN : first[mark];
  const withFirst = Number.isNaN(extra)
    ? []
    : tallies.map(({ rows, sum, lost }) => ({ rows: rows + 1, sum: sum + extra, lost }));
  for (const { rows, sum, lost } of [...tallies, ...withFirst]) {
    const total = sum + lost;
    // Rows that were rounded for show differ from their total by some units.
    const slack = Math.min(Math.sqrt(rows) * unit, Math.abs(total) * 1e-3);
    if (Math.abs(wanted - total) <= Math.max(unit * 0.5, slack) + Math.abs(total) * 1e-9) return "sum";
  }
  for (const { rows, sum, lost } of [...tallies, ...withFirst]) {
    const mean = (sum + lost) / rows;
    if (Math.abs(wanted - mean) <= unit * 0.500001 + Math.abs(mean) * 1e-9) return "mean";
  }
  return null;
}
