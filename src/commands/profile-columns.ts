import type { Block, Json, ReportColumn, ReportTable } from "../core/report.ts";
import type { Role } from "../core/role.ts";
import { cutMiddle, visibleText } from "../report/display-text.ts";
import { formatCompact, formatCount, formatFixed, formatShare } from "../report/number.ts";
import { quantileProbabilities, type NumberFacts } from "../steps/profile/number-facts.ts";
import type { Problem } from "../steps/profile/problems.ts";
import { dayText } from "../steps/profile/sentinels.ts";
import type { ColumnFigures } from "../steps/profile/profile-table.ts";

const shownColumns = 60;
const nameWidth = 20;

/** Every column in a row: what it is, what is missing, how many different values, the most frequent one. */
export function columnBlocks(columns: readonly ColumnFigures[], rows: number, top: number): readonly Block[] {
  return [
    { kind: "heading", text: "columns" },
    { kind: "table", table: columnTable(columns, rows, top) },
    ...more(columns.length - shownColumns),
    ...numberBlocks(columns),
    ...dateBlocks(columns),
  ];
}

function columnTable(columns: readonly ColumnFigures[], rows: number, top: number): ReportTable {
  const isGappy = columns.some(({ present }) => present < rows);
  return {
    name: "columns",
    columns: [
      { header: "column", align: "left" },
      { header: "type", align: "left", priority: 3 },
      { header: "role", align: "left" },
      ...(isGappy ? [{ header: "missing", align: "right" as const, priority: 1 }] : []),
      { header: "distinct", align: "right", priority: 2 },
      { header: "most frequent", align: "left" },
    ],
    rows: columns.slice(0, shownColumns).map((one) => ({
      cells: [
        cutMiddle(one.column.name, nameWidth),
        one.column.type,
        one.role,
        ...(isGappy ? [one.present === rows ? "0" : formatShare((rows - one.present) / rows)] : []),
        formatCount(one.groups.distinct),
        frequentCell(one),
      ],
    })),
    data: {
      columns: ["column", "type", "role", "role_why", "missing", "distinct", "most_frequent"],
      rows: columns.map((one) => [
        one.column.name,
        one.column.type,
        one.role,
        one.roleWhy,
        rows - one.present,
        one.groups.distinct,
        one.groups.listed
          .slice(0, top)
          .map(({ value, rows: count }) => `${String(value)}: ${count}`)
          .join("; "),
      ]),
    },
  };
}

function frequentCell({ groups, present }: ColumnFigures): string {
  const [first] = groups.listed;
  if (first === undefined || present === 0) return "—";
  if (groups.distinct === present && present > 1) return "each once";
  return `${cutMiddle(visibleText(String(first.value)), 12)} ${formatShare(first.rows / present)}`;
}

function numberBlocks(columns: readonly ColumnFigures[]): readonly Block[] {
  const measured = columns.filter(
    ({ numbers, column, role }) =>
      numbers !== null && numbers.count > 0 && !isDate(column.type) && !namesRows.has(role),
  );
  if (measured.length === 0) return [];
  return [
    { kind: "heading", text: "numbers" },
    { kind: "table", table: numberTable(measured) },
    ...more(measured.length - shownColumns),
  ];
}

/** Digits that are names: their means say nothing. */
const namesRows: ReadonlySet<Role> = new Set(["id", "phone", "postcode"]);

function numberTable(measured: readonly ColumnFigures[]): ReportTable {
  const right = (header: string, priority: number): ReportColumn => ({ header, align: "right", priority });
  return {
    name: "numbers",
    columns: [
      { header: "column", align: "left" },
      { header: "histogram", align: "left" },
      right("min", 2),
      right("median", 0),
      right("mean", 1),
      right("max", 1),
      right("skew", 3),
      right("zero", 4),
      right("outlier", 3),
      right("sd", 5),
    ],
    rows: measured.slice(0, shownColumns).map(({ column, numbers }) => {
      const facts = numbers!;
      return {
        cells: [
          cutMiddle(column.name, nameWidth),
          { text: "", spark: sparkOf(facts) },
          formatCompact(facts.minimum),
          formatCompact(facts.quantiles[3]!),
          formatCompact(facts.mean),
          formatCompact(facts.maximum),
          formatFixed(facts.skewness, 1),
          shareWords(facts.zeros, facts.count),
          shareWords(facts.outliersLow + facts.outliersHigh, facts.count),
          formatCompact(facts.standardDeviation),
        ],
      };
    }),
    data: {
      columns: [
        "column",
        "values",
        "minimum",
        ...quantileNames,
        "maximum",
        "mean",
        "standard_deviation",
        "skewness",
        "kurtosis",
        "zeros",
        "negatives",
        "outliers_low",
        "outliers_high",
        "infinite",
      ],
      rows: measured.map(({ column, numbers }) => {
        const facts = numbers!;
        return [
          column.name,
          facts.count,
          facts.minimum,
          ...facts.quantiles,
          facts.maximum,
          facts.mean,
          facts.standardDeviation,
          orNull(facts.skewness),
          orNull(facts.kurtosis),
          facts.zeros,
          facts.negatives,
          facts.outliersLow,
          facts.outliersHigh,
          facts.infinite,
        ];
      }),
    },
  };
}

function dateBlocks(columns: readonly ColumnFigures[]): readonly Block[] {
  const dates = columns.filter(({ numbers, column }) => numbers !== null && numbers.count > 0 && isDate(column.type));
  if (dates.length === 0) return [];
  return [
    { kind: "heading", text: "dates" },
    {
      kind: "table",
      table: {
        name: "dates",
        columns: [
          { header: "column", align: "left" },
          { header: "histogram", align: "left" },
          { header: "first", align: "right" },
          { header: "median", align: "right" },
          { header: "last", align: "right" },
        ],
        rows: dates.slice(0, shownColumns).map(({ column, numbers }) => ({
          cells: [
            cutMiddle(column.name, nameWidth),
            { text: "", spark: sparkOf(numbers!) },
            dayText(numbers!.minimum),
            dayText(numbers!.quantiles[3]!),
            dayText(numbers!.maximum),
          ],
        })),
      },
    },
    ...more(dates.length - shownColumns),
  ];
}

/** Heights of the bins against the highest; an empty one is a dot. */
function sparkOf({ histogram }: NumberFacts): readonly number[] {
  const highest = Math.max(...histogram.counts);
  return histogram.counts.map((count) => (count === 0 ? -1 : Math.min(0.999, count / highest)));
}

function shareWords(count: number, of: number): string {
  return count === 0 ? "0" : formatShare(count / of);
}

function more(left: number): readonly Block[] {
  return left > 0 ? [{ kind: "text", text: `and ${formatCount(left)} more columns`, emphasis: "dim" }] : [];
}

const quantileNames = quantileProbabilities.map((p) => `p${String(Math.round(100 * p)).padStart(2, "0")}`);

/** The JSON of a column: its figures, and what may be wrong with it. */
export function columnJson(
  { column, role, roleWhy, present, groups, text, numbers }: ColumnFigures,
  { rows, top, problems }: { readonly rows: number; readonly top: number; readonly problems: readonly Problem[] },
): Json {
  const date = isDate(column.type);
  const shown = (value: number): Json => (Number.isNaN(value) ? null : date ? dayText(value) : value);
  const { tie } = column;
  return {
    column: column.name,
    type: column.type,
    role,
    role_why: roleWhy,
    why: column.why,
    missing: rows - present,
    missing_share: rows === 0 ? 0 : (rows - present) / rows,
    distinct: groups.distinct,
    top: groups.listed
      .slice(0, top)
      .map(({ value, rows: count }) => ({ value, rows: count, share: present === 0 ? 0 : count / present })),
    ...(tie === undefined
      ? {}
      : { example: tie.example, readings: tie.readings.map(({ meaning, option }) => ({ meaning, option })) }),
    ...(numbers === null
      ? {}
      : {
          minimum: shown(numbers.minimum),
          maximum: shown(numbers.maximum),
          quantiles: Object.fromEntries(numbers.quantiles.map((value, i) => [quantileNames[i]!, shown(value)])),
          ...(date
            ? {}
            : {
                mean: orNull(numbers.mean),
                standard_deviation: orNull(numbers.standardDeviation),
                skewness: orNull(numbers.skewness),
                kurtosis: orNull(numbers.kurtosis),
                zeros: numbers.zeros,
                negatives: numbers.negatives,
                infinite: numbers.infinite,
                outliers: { low: numbers.outliersLow, high: numbers.outliersHigh },
              }),
          histogram: {
            from: shown(numbers.histogram.from),
            to: shown(numbers.histogram.to),
            counts: numbers.histogram.counts,
            below: numbers.histogram.below,
            above: numbers.histogram.above,
          },
        }),
    ...(text === null ? {} : { null_words: text.nullWords }),
    ...(text === null || text.longest === 0
      ? {}
      : { lengths: { minimum: text.shortest, mean: orNull(text.meanLength), maximum: text.longest } }),
    problems: problems
      .filter((one) => one.column === column.name)
      .map(({ code, rows: concerned, message }) => ({ code, rows: concerned, message })),
  };
}

function isDate(type: ColumnFigures["column"]["type"]): boolean {
  return type === "date" || type === "timestamp";
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
