import { SegmentError } from "../core/errors.ts";
import { flagName } from "../core/options.ts";
import type { InputFormat, Source } from "../core/source.ts";
import type { ReadWords } from "./open-table.ts";

/** What a source is to the options that say how it is read. */
type Kind = InputFormat | "database" | "table" | "sent";

/** Text whose layout is found; a workbook's sheet has lines, and cells that hold text. */
const text: ReadonlySet<Kind> = new Set<Kind>(["csv"]);
const lines: ReadonlySet<Kind> = new Set<Kind>(["csv", "xlsx"]);
const encoded: ReadonlySet<Kind> = new Set<Kind>(["csv", "json", "ndjson"]);
/** Text that may stand for numbers or dates: also what a stage of a pipe, or a database, has left open. */
const untyped: ReadonlySet<Kind> = new Set<Kind>(["csv", "xlsx", "json", "ndjson", "sent", "database"]);

interface Use {
  readonly flag: string;
  readonly isGiven: boolean;
  readonly kinds: ReadonlySet<Kind>;
  /** What it concerns, for the message. */
  readonly of: string;
}

/**
 * Refuses options that none of the sources of a run has a use for: the delimiter of Parquet, a quarantine where every row is
 * read and no reading of a column is stated. `asides`: the command sets rows aside by itself. Throws `usage`.
 */
export function refuseIdleReading(
  sources: readonly Source[],
  words: ReadWords,
  { isStated, asides }: { readonly isStated: boolean; readonly asides: boolean },
): void {
  const kinds = sources.map(kindOf);
  const isIdle = ({ isGiven, kinds: of }: Use): boolean => isGiven && !kinds.some((kind) => of.has(kind));
  // A text of the types that are stated of it is read like any other.
  const marked = isStated ? every : untyped;
  const uses: readonly Use[] = [
    use(words, "delimiter", text, "delimited text"),
    use(words, "quote", text, "delimited text"),
    use(words, "encoding", encoded, "text"),
    { flag: "--no-header", isGiven: words.header === false, kinds: lines, of: "delimited text and workbooks" },
    use(words, "skipLines", lines, "delimited text and workbooks"),
    use(words, "headerRows", lines, "delimited text and workbooks"),
    use(words, "footerLines", lines, "delimited text and workbooks"),
    use(words, "decimal", marked, "numbers that are written as text"),
    {
      flag: "--dates",
      // What names a column is refused by the column.
      isGiven: (words.dates ?? []).some((item) => !item.includes("=")),
      kinds: marked,
      of: "dates that are written as text",
    },
  ];
  const idle = uses.filter(isIdle);
  const [first] = idle;
  if (first !== undefined) {
    const flags = idle.filter(({ of }) => of === first.of).map(({ flag }) => flag);
    const verb = flags.length === 1 ? "concerns" : "concern";
    const what = sources.length === 1 ? `this is ${kinds[0]}` : `no input is such (${[...new Set(kinds)].join(", ")})`;
    throw new SegmentError("usage", `${flags.join(", ")} ${verb} ${first.of}, and ${what}`, {
      place: { file: sources[0]!.label },
      hint: "leave it out",
    });
  }
  const setsAside = new Set<Kind>(["csv", "xlsx", "ndjson"]);
  if (words.quarantine === undefined || asides || isStated || kinds.some((kind) => setsAside.has(kind))) return;
  const kind = kinds[0]!;
  const why = { sent: "what a stage of segment sends is read whole", database: "a database gives whole rows" };
  const whole = kind === "sent" || kind === "database" ? why[kind] : `${kind} is read whole or not at all`;
  throw new SegmentError("usage", `${whole}, so --quarantine would have no effect`, {
    place: { file: sources[0]!.label },
    hint: "leave it out, or state how columns are read (--dates COL=…, --schema FILE) to have rows of other values set aside",
  });
}

const every: ReadonlySet<Kind> = new Set<Kind>([...untyped, "parquet", "table"]);

function use(
  words: ReadWords,
  key: "delimiter" | "quote" | "encoding" | "skipLines" | "headerRows" | "footerLines" | "decimal",
  kinds: ReadonlySet<Kind>,
  of: string,
): Use {
  return { flag: `--${flagName(key)}`, isGiven: words[key] !== undefined, kinds, of };
}

function kindOf(source: Source): Kind {
  if (source.sender !== undefined) return "sent";
  if (source.format === "remote") return source.content;
  if (source.format !== "csv") return source.format;
  if (source.sheet !== undefined) return "xlsx";
  // Only a database and a sender say the types of text.
  return source.stated === undefined ? "csv" : "database";
}
