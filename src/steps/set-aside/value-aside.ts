import type { Context, LoadedTable, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { Source } from "../../core/source.ts";
import { plainReading } from "../derive.ts";
import { quarantineLines } from "./quarantine-lines.ts";
import { type UnfitColumn, type UnfitRow, unfitRows, withoutRows } from "./without-rows.ts";

/** Why a row is set aside; `text` is its value. */
export type UnfitReason = UnfitColumn & { reason(text: string): string };

/** Rows whose values do not fit what the user states of their columns, on their way to the quarantine. */
export interface ValueAside {
  /**
   * The table and its sources without the rows that hold such a value. `refused` is the error where there are more of them
   * than are exceptions (100,000). One scan to find them, one of the files to get their lines.
   */
  take<Any extends Table | LoadedTable>(
    table: Any,
    sources: readonly Source[],
    unfit: readonly UnfitReason[],
    refused: () => Promise<SegmentError>,
  ): Promise<{ readonly table: Any; readonly sources: readonly Source[] }>;
  /** Rows set aside so far. */
  rows(): number;
  /** The first of them: its column and why. */
  first(): string;
  /** Puts them behind the rows of the quarantine that could not be read. */
  save(): Promise<void>;
}

/** Opens the way to a quarantine file that the reader of the sources has made. */
export function openValueAside(context: Context, file: string): ValueAside {
  const { engine, io } = context;
  const lines: string[] = [];
  let count = 0;
  let first = "";
  return {
    async take(table, sources, unfit, refused) {
      const rows = await unfitRows(engine, table, unfit);
      if (rows === null) throw await refused();
      if (rows.length === 0) return { table, sources };
      if (rows.length === table.rows) throw nothingLeft(rows, unfit);
      const reasonOf = ({ column, text }: UnfitRow): string =>
        unfit.find((one) => one.column === column)!.reason(text.length > 60 ? `${text.slice(0, 59)}…` : text);
      const cells = rows.map((one) => ({ row: one.row, column: one.column, reason: reasonOf(one) }));
      for (const line of await quarantineLines(context, sources, asTable(table), cells)) lines.push(line);
      if (count === 0) first = `${cells[0]!.column}: ${cells[0]!.reason}`;
      count += rows.length;
      return withoutRows(engine, table, sources, unfit, rows);
    },
    rows: () => count,
    first: () => first,
    async save() {
      if (count > 0) await io.saveText(file, `${await io.readText(file)}${lines.join("")}`);
    },
  };
}

function nothingLeft(rows: readonly UnfitRow[], unfit: readonly UnfitReason[]): SegmentError {
  const { column, text } = rows[0]!;
  const reason = unfit.find((one) => one.column === column)!.reason(text.slice(0, 60));
  return new SegmentError("nothing-left", `every row would be set aside, the first because ${reason}`, {
    place: { column },
    hint: "correct what is stated of the columns",
  });
}

/** A table as its values stand. */
function asTable(table: Table | LoadedTable): Table {
  const columns = table.columns.map((column) =>
    "reading" in column
      ? column
      : { ...column, reading: plainReading(column.stored === "text" ? "text" : column.type), present: 0, why: "" },
  );
  return { ...table, columns };
}
