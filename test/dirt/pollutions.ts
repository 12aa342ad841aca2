import { lineOf, type Draft } from "./draft.ts";
import { columnOf } from "./truth.ts";

/** One way in which a file is dirty. Two of the same group do not meet in one file. */
export interface Pollution {
  readonly name: string;
  readonly group: string;
  /** Whether the file may have two readings, between which nothing in it decides: it may be refused, with both. */
  readonly open?: boolean;
  readonly apply: (draft: Draft) => void;
}

const amount = columnOf("montant");
const share = columnOf("taux");
const date = columnOf("date_inscription");
const active = columnOf("actif");
const remark = columnOf("commentaire");
const narrow = "\u202f";
const noBreak = "\u00a0";

/** Writes the present values of a column in another way. */
function written(draft: Draft, column: number, write: (value: string, row: number) => string | null): void {
  draft.cells.forEach((cells, i) => {
    const value = draft.truth[i]![column];
    if (value != null) cells[column] = write(value, i);
  });
}

/** `1234.50` with a mark between thousands and another decimal mark. */
function grouped(value: string, mark: string, decimal: string): string {
  const [whole = "", fraction = ""] = value.replace("-", "").split(".");
  return `${value.startsWith("-") ? "-" : ""}${whole.replace(/\B(?=(\d{3})+$)/g, mark)}${decimal}${fraction}`;
}

function dated(draft: Draft, write: (year: string, month: string, day: string) => string): void {
  written(draft, date, (value) => {
    const [year = "", month = "", day = ""] = value.split("-");
    return write(year, month, day);
  });
}

const daysSince = (value: string, from: string): number => (Date.parse(value) - Date.parse(from)) / 86_400_000;
const frenchMonths = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ");
const frenchShort = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(" ");
const englishShort = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const englishMonths = "January February March April May June July August September October November December".split(
  " ",
);

/** Times of the day by row, for columns that become times. */
const clock = (row: number): string =>
  `${String((row * 7) % 24).padStart(2, "0")}:${String((row * 13) % 60).padStart(2, "0")}`;

function timed(draft: Draft, write: (day: string, time: string) => string): void {
  draft.columns[date] = { ...draft.columns[date]!, kind: "timestamp" };
  draft.truth.forEach((row, i) => {
    const day = row[date];
    if (day == null) return;
    draft.cells[i]![date] = write(day, clock(i));
    row[date] = `${day} ${clock(i)}:00`;
  });
}

/** Dates as counts, which only the name of their column tells from numbers: without a header they are numbers. */
function counted(draft: Draft, write: (day: string, time: string) => string, withTime = false): void {
  if (draft.header.length > 0) {
    if (withTime) timed(draft, write);
    else written(draft, date, (day) => write(day, ""));
    return;
  }
  draft.columns[date] = { ...draft.columns[date]!, kind: "number" };
  draft.truth.forEach((row, i) => {
    const day = row[date];
    if (day != null) draft.cells[i]![date] = row[date] = write(day, clock(i));
  });
}

function words(yes: string, no: string): (draft: Draft) => void {
  return (draft) => written(draft, active, (value) => (value === "true" ? yes : no));
}

/** A word in the place of every empty field that is no text. */
function missing(word: string): (draft: Draft) => void {
  return (draft) => {
    for (const cells of draft.cells) for (const column of [amount, date]) cells[column] ??= word;
  };
}

function bad(draft: Draft, rows: readonly number[], rewrite: (line: string) => string): void {
  for (const row of rows) {
    draft.bad.add(row);
    draft.rewrite.set(row, rewrite);
  }
}

/** Every pollution, by group; the same for every run. */
export const pollutions: readonly Pollution[] = [
  { name: "UTF-8 with byte order mark", group: "encoding", apply: (d) => void (d.mark = true) },
  { name: "cp1252", group: "encoding", apply: (d) => void (d.encoding = "cp1252") },
  {
    name: "latin-1",
    group: "encoding",
    apply(d) {
      d.encoding = "latin-1";
      for (const table of [d.cells, d.truth])
        for (const row of table) row[remark] = row[remark]?.replace("’", "'") ?? null;
    },
  },
  {
    name: "UTF-16 little-endian",
    group: "encoding",
    apply: (d) => void ((d.encoding = "utf-16le"), (d.mark = true)),
  },
  { name: "UTF-16 big-endian without mark", group: "encoding", apply: (d) => void (d.encoding = "utf-16be") },

  { name: "semicolons", group: "delimiter", apply: (d) => void (d.delimiter = ";") },
  { name: "tabs", group: "delimiter", apply: (d) => void (d.delimiter = "\t") },
  { name: "pipes", group: "delimiter", apply: (d) => void (d.delimiter = "|") },

  { name: "every field quoted", group: "quote", apply: (d) => void (d.quoteAll = true) },
  { name: "single quotes", group: "quote", apply: (d) => void ((d.quote = "'"), (d.quoteAll = true)) },

  { name: "CRLF", group: "lines", apply: (d) => void (d.newline = () => "\r\n") },
  { name: "CR alone", group: "lines", apply: (d) => void (d.newline = () => "\r") },
  {
    name: "mixed line endings",
    group: "lines",
    apply: (d) => void (d.newline = (line) => (line % 3 === 0 ? "\r\n" : "\n")),
  },
  { name: "no line ending at the end", group: "end", apply: (d) => void (d.lastNewline = false) },

  {
    name: "title lines",
    group: "top",
    apply: (d) => d.before.push("Export CRM - clients actifs", "Généré le 12/03/2024, 08:15 ; service Marketing", ""),
  },
  { name: "sep= line", group: "top", apply: (d) => d.before.push(`sep=${d.delimiter}`) },
  {
    name: "no header",
    group: "header",
    apply: (d) => void (d.header = []),
  },
  {
    name: "two header lines",
    group: "header",
    apply(d) {
      const top = ["Identité", "", "", "", "Achats", "", "", "Vie", "", ""];
      let last = "";
      d.columns = d.columns.map((column, j) => ({ ...column, name: `${(last = top[j]! || last)} ${column.name}` }));
      d.header.unshift(top);
    },
  },

  {
    name: "note below",
    group: "bottom",
    apply: (d) => d.after.push("", `60 lignes exportées le 12/03/2024`),
  },
  {
    name: "totals below",
    group: "bottom",
    apply(d) {
      const sum = d.truth.reduce((total, row) => total + Math.round(Number(row[amount] ?? 0) * 100), 0);
      const cells = d.cells[0]!.map(() => null as string | null);
      cells[0] = "Total";
      cells[amount] = (sum / 100).toFixed(2);
      d.after.push(lineOf(d, cells));
    },
  },

  {
    name: "line breaks in fields",
    group: "breaks",
    apply(d) {
      for (const row of [3, 20, 41])
        d.cells[row]![remark] = d.truth[row]![remark] = `première ligne\nseconde, ligne ${row}`;
    },
  },
  {
    name: "stray quotes",
    group: "stray",
    apply(d) {
      for (const row of [8, 33]) {
        d.truth[row]![remark] = "hôtel Le Cèdre dit LE GRAND";
        d.cells[row]![remark] = d.truth[row]![remark]!;
        d.truth[row]![remark] = `hôtel ${d.quote}Le Cèdre${d.quote} dit LE GRAND`;
        d.rewrite.set(row, (line) => line.replace("hôtel Le Cèdre dit", `hôtel ${d.quote}Le Cèdre${d.quote} dit`));
        d.bad.add(row);
      }
    },
  },
  {
    name: "rows too short",
    group: "ragged",
    apply: (d) => bad(d, [11, 46], (line) => line.slice(0, line.lastIndexOf(d.delimiter))),
  },
  { name: "rows too long", group: "ragged", apply: (d) => bad(d, [14, 52], (line) => line + d.delimiter + "xyz") },
  {
    name: "blank lines",
    group: "blank",
    apply: (d) => [5, 6, 30].forEach((row) => d.between.set(row, [...(d.between.get(row) ?? []), ""])),
  },
  {
    name: "header again",
    group: "again",
    apply(d) {
      if (d.header.length > 0) d.between.set(35, [...(d.between.get(35) ?? []), lineOf(d, d.header.at(-1)!)]);
    },
  },
  {
    name: "delimiter at the end of each line",
    group: "trailing",
    apply(d) {
      for (const row of [...d.header, ...d.cells]) (row as (string | null)[]).push(null as never);
    },
  },

  { name: "decimal comma", group: "amount", apply: (d) => written(d, amount, (v) => grouped(v, "", ",")) },
  {
    name: "thousands by plain spaces",
    group: "amount",
    apply: (d) => written(d, amount, (v) => grouped(v, " ", ",")),
  },
  {
    name: "thousands by no-break spaces",
    group: "amount",
    apply: (d) => written(d, amount, (v) => grouped(v, noBreak, ",")),
  },
  {
    name: "euros behind, narrow spaces",
    group: "amount",
    apply(d) {
      const space = d.encoding.startsWith("utf") ? narrow : noBreak;
      written(d, amount, (v) =>
        `${grouped(v, space, ",")}${noBreak}€`.replace("€", d.encoding === "latin-1" ? "EUR" : "€"),
      );
    },
  },
  {
    name: "dollars before",
    group: "amount",
    apply: (d) => written(d, amount, (v) => grouped(v, ",", ".").replace(/^-?/, "$&$")),
  },
  {
    name: "German thousands",
    group: "amount",
    apply: (d) => written(d, amount, (v) => grouped(v, ".", ",")),
  },
  {
    name: "negatives in parentheses",
    group: "amount",
    apply: (d) => written(d, amount, (v) => (v.startsWith("-") ? `(${v.slice(1)})` : v)),
  },
  {
    name: "minus behind",
    group: "amount",
    apply: (d) => written(d, amount, (v) => (v.startsWith("-") ? `${v.slice(1)}-` : v)),
  },
  {
    name: "open decimal mark",
    group: "amount",
    open: true,
    apply(d) {
      d.truth.forEach((row, i) => {
        if (row[amount] == null) return;
        row[amount] = `${1 + (i % 9)}.${100 + i}`;
        d.cells[i]![amount] = row[amount];
      });
      // No other column may tell.
      d.truth.forEach((row, i) => {
        row[share] = String(Math.round(Number(row[share])));
        d.cells[i]![share] = row[share];
      });
    },
  },
  { name: "percent signs", group: "share", apply: (d) => written(d, share, (v) => `${v.replace(".", ",")} %`) },

  { name: "dd/mm/yyyy", group: "date", apply: (d) => dated(d, (y, m, day) => `${day}/${m}/${y}`) },
  { name: "d.m.yyyy", group: "date", apply: (d) => dated(d, (y, m, day) => `${Number(day)}.${Number(m)}.${y}`) },
  { name: "mm/dd/yyyy", group: "date", apply: (d) => dated(d, (y, m, day) => `${m}/${day}/${y}`) },
  {
    name: "dd/mm/yyyy hh:mm",
    group: "date",
    apply: (d) => timed(d, (day, time) => `${day.split("-").toReversed().join("/")} ${time}`),
  },
  { name: "ISO with T and Z", group: "date", apply: (d) => timed(d, (day, time) => `${day}T${time}:00Z`) },
  {
    name: "French months",
    group: "date",
    apply: (d) => dated(d, (y, m, day) => `${day === "01" ? "1er" : Number(day)} ${frenchMonths[Number(m) - 1]!} ${y}`),
  },
  {
    name: "French months, short",
    group: "date",
    apply: (d) => dated(d, (y, m, day) => `${day} ${frenchShort[Number(m) - 1]!} ${y}`),
  },
  {
    name: "English months",
    group: "date",
    apply: (d) => dated(d, (y, m, day) => `${day}-${englishShort[Number(m) - 1]!}-${y}`),
  },
  {
    name: "American months",
    group: "date",
    apply: (d) => dated(d, (y, m, day) => `${englishMonths[Number(m) - 1]!} ${Number(day)}, ${y}`),
  },
  {
    name: "Excel day numbers",
    group: "date",
    apply: (d) => counted(d, (day) => String(daysSince(day, "1899-12-30"))),
  },
  {
    name: "epoch seconds",
    group: "date",
    apply: (d) => counted(d, (day, time) => String(Date.parse(`${day}T${time}:00Z`) / 1000), true),
  },
  {
    name: "epoch milliseconds",
    group: "date",
    apply: (d) => counted(d, (day, time) => String(Date.parse(`${day}T${time}:00Z`)), true),
  },
  {
    name: "open order of day and month",
    group: "date",
    open: true,
    apply(d) {
      d.truth.forEach((row, i) => {
        if (row[date] == null) return;
        row[date] = `2023-${String(1 + (i % 12)).padStart(2, "0")}-${String(1 + ((i * 5 + 3) % 12)).padStart(2, "0")}`;
        d.cells[i]![date] = row[date].split("-").toReversed().join("/");
      });
    },
  },

  { name: "oui and non", group: "boolean", apply: words("oui", "non") },
  { name: "Vrai and Faux", group: "boolean", apply: words("Vrai", "Faux") },
  { name: "YES and NO", group: "boolean", apply: words("YES", "NO") },

  { name: "NA", group: "missing", apply: missing("NA") },
  { name: "n/a", group: "missing", apply: missing("n/a") },
  { name: "dashes", group: "missing", apply: missing("-") },
  { name: "vide", group: "missing", apply: missing("vide") },
  { name: "NULL", group: "missing", apply: missing("NULL") },
];
