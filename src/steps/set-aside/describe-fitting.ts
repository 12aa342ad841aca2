import type { Context, LoadedTable, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import type { ReadingOptions, Source } from "../../core/source.ts";
import { examineTable, refusedError } from "../describe.ts";
import { saysComma, saysPoint } from "../reading/decide-numbers.ts";
import { notNumber } from "../reading/number-shapes.ts";
import { fewTexts, isUnfitText, type UnfitValues, unfitTexts } from "../reading/odd-values.ts";
import { declaredTable, examineBySchema } from "../roles/declare.ts";
import type { TableSchema } from "../roles/schema-file.ts";
import type { UnfitReason, ValueAside } from "./value-aside.ts";

/**
 * Describes a table, by a schema where there is one, and sets the rows aside whose values do not fit what the user states
 * of their columns: `--dates`, the decimal mark of `--decimal` among numbers of both, the types of the schema. A column that
 * most values do not fit is not as stated, and an error as it is without a quarantine. Cost: that of describing the table,
 * once more for each time that values were set aside.
 */
export async function describeFitting(
  context: Context,
  loaded: LoadedTable,
  sources: readonly Source[],
  options: ReadingOptions,
  schema: TableSchema | null,
  aside: ValueAside,
): Promise<{ readonly table: Table; readonly sources: readonly Source[] }> {
  const { engine } = context;
  let current = { table: loaded, sources };
  for (;;) {
    const { table, sources: files } = current;
    const examined =
      schema === null
        ? { ...(await examineTable(engine, table, files, options)), fault: null }
        : await examineBySchema(engine, table, files, options, schema);
    const wrong = [...examined.refused, ...(schema === null ? otherMarks(examined.odd, options) : [])];
    if (wrong.length === 0 && examined.fault === null) {
      const read = schema === null ? examined.table : declaredTable(examined.table, schema);
      return { table: read, sources: files };
    }
    const [first] = wrong;
    if (first === undefined) throw await examined.fault!();
    const errorOf = (values: UnfitValues): Promise<SegmentError> =>
      examined.fault === null ? refusedError(engine, table, files, values) : examined.fault();
    const unfit: UnfitReason[] = [];
    for (const values of wrong) {
      const found = await unfitTexts(engine, table, values);
      const isMost = found === null || found.texts.length === 0 || found.rows * 2 > values.evidence.present;
      if (isMost) throw await errorOf(values);
      unfit.push(reasonOf(table, values, found.texts));
    }
    current = await aside.take(table, files, unfit, () => errorOf(first));
  }
}

function reasonOf(table: LoadedTable, values: UnfitValues, texts: readonly string[]): UnfitReason {
  const { column } = values.evidence;
  return {
    column: column.name,
    ref: column.ref,
    isUnfit: isUnfitText(table, column.ref, values, texts),
    isCostly: texts.length > fewTexts,
    reason: (text) => `“${text}” does not fit ${values.stated}`,
  };
}

/** Numbers with the other decimal mark than `--decimal` says, in columns that have both. */
function otherMarks(odd: ReadonlyMap<string, UnfitValues>, { decimal }: ReadingOptions): readonly UnfitValues[] {
  if (decimal === undefined) return [];
  return [...odd.values()].flatMap((values) => {
    const { candidate, bits } = values.evidence;
    const isMixed = (bits & saysPoint) !== 0 && (bits & saysComma) !== 0;
    if (candidate.kind !== "number" || !isMixed || (bits & notNumber) !== 0) return [];
    const other = decimal === "," ? saysPoint : saysComma;
    return [{ ...values, bits: bits & other, keys: [], stated: `--decimal ${decimal}` }];
  });
}
