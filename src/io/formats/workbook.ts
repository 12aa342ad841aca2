/** What is asked of a workbook. */
export interface WorkbookQuestion {
  readonly path: string;
  /** Name of a sheet, or its number from 1; absent: the first that is visible and holds something. */
  readonly sheet: string | undefined;
}

/** One sheet as text, one array per row of the sheet, or why there is none. */
export type WorkbookAnswer =
  | {
      readonly kind: "sheet";
      readonly name: string;
      /** Sheets that hold something, in the workbook's order, the one read among them. */
      readonly sheets: readonly string[];
      readonly system: 1900 | 1904;
      /** By row of the sheet from the first, trailing empty cells left out; empty text is an empty cell. */
      readonly rows: readonly (readonly string[])[];
      /** Cells that hold an error of a formula, or a formula whose value is not stored: address and what stands there. */
      readonly errors: readonly WorkbookError[];
      readonly merged: number;
    }
  | { readonly kind: "no-sheet"; readonly sheets: readonly string[] }
  | { readonly kind: "empty"; readonly sheets: readonly string[] }
  | { readonly kind: "broken"; readonly why: string };

export interface WorkbookError {
  readonly address: string;
  readonly row: number;
  readonly shown: string;
}
