import type { Context, Engine, Table } from "../../core/context.ts";
import { SegmentError } from "../../core/errors.ts";
import { typeWords, type Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { asText } from "../../sql/functions.ts";
import { identifier, join, sql } from "../../sql/template.ts";
import { noWords, yesWords } from "../reading/boolean-words.ts";
import { placeSql, type LearnedNumbers, type LeftNumbers } from "./kept-numbers.ts";
import type { NumberSettings } from "./learn-numbers.ts";
import type { CleanModel } from "./model.ts";
import type { Fill } from "./numbers-model.ts";
import { isNumeric, plainTextOf } from "./plain-values.ts";
import { learnedFills, type FillChoice, type LearnedFill } from "./settings.ts";
import { treatOutliers } from "./treat-outliers.ts";

/**
 * The fills of columns that have gaps or, for other rows, need one; `numbers` are the columns in `left`. Throws
 * `missing-values` for a column without values, `bad-option-value` for a constant of another type.
 */
export async function learnFills(
  { engine }: Context,
  table: Table,
  model: CleanModel,
  left: LeftNumbers,
  of: {
    readonly settings: NumberSettings;
    readonly columns: readonly Column[];
    readonly numbers: ReadonlySet<string>;
    readonly measures: ReadonlySet<string>;
  },
): Promise<readonly Fill[]> {
  const { impute, fillsAll, imputeFlag, modelled } = of.settings;
  const wanted = of.columns.flatMap((column) => {
    const { name } = column;
    if (modelled.has(name)) return [];
    const own = impute.byColumn.get(name);
    const choice = own ?? (of.measures.has(name) ? impute.all : null);
    if (choice === null) return [];
    const gaps = own !== undefined || left.hasGap(name);
    return gaps || fillsAll ? [{ column, choice, gaps }] : [];
  });
  const isLearned = (how: FillChoice["how"]): how is LearnedFill => learnedFills.some((one) => one === how);
  const asked = wanted.flatMap(({ column: { name }, choice: { how } }) =>
    isLearned(how) && of.numbers.has(name) ? [{ name, how }] : [],
  );
  const learned = await left.fillsOf(asked);
  const numbers = new Map(asked.map(({ name }, i) => [name, learned[i]!]));
  const fills: Fill[] = [];
  for (const { column, choice, gaps } of wanted) {
    const { how } = choice;
    const flag = imputeFlag && gaps;
    if (how === "constant") {
      fills.push({ column: column.name, how, value: constantOf(column, choice.value!), flag, groups: null });
    } else if (isLearned(how)) {
      const own = numbers.get(column.name);
      const values =
        own === undefined ? await frequentTexts(engine, table, model, column.name) : textsOf(column, how, own);
      fills.push({ column: column.name, how, ...values, flag });
    } else fills.push({ column: column.name, how, value: null, flag, groups: null });
  }
  return fills.map((fill) => (model.by === null ? { ...fill, groups: null } : fill));
}

/** Learned numbers as a column holds them: null for a group without any. */
function textsOf(
  { name, type }: Column,
  how: LearnedFill,
  { all, groups }: LearnedNumbers,
): Pick<Fill, "value" | "groups"> {
  const valueOf = (number: number): number | string => (isNumeric(type) ? number + 0 : String(number));
  if (Number.isNaN(all)) throw noValue(name, how);
  return { value: valueOf(all), groups: groups.map((one) => (Number.isNaN(one) ? null : valueOf(one))) };
}

/** The most frequent value of a column that holds no numbers, of all rows and of each group; the first by code point of several. */
async function frequentTexts(
  engine: Engine,
  table: Table,
  model: CleanModel,
  name: string,
): Promise<Pick<Fill, "value" | "groups">> {
  const outliers = model.outliers.map((one) =>
    one.action === "quarantine" ? { ...one, action: "drop" as const } : one,
  );
  const { table: left } = await treatOutliers(engine, table, { ...model, outliers });
  const column = left.columns.find((one) => one.name === name)!;
  const [place, text] = [identifier("place_1"), identifier("text_1")];
  const mostFrequent = (by: readonly Sql[], most: number): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    engine.rows(
      sql`
        select
          ${join([...by, text], ",\n")}
        from (
          select
            ${join([...by, text], ",\n")},
            row_number() over (${by.length === 0 ? sql`` : sql`partition by ${place} `}order by count_1 desc, ${text}) as ${identifier("rank_1")}
          from (
            select
              ${join([...by, text], ",\n")},
              count(*) as count_1
            from (
              select
                ${model.by === null ? sql`0` : placeSql(left, model.by)} as ${place},
                ${asText(column.ref)} as ${text}
              from ${left.relation}
            )
            where ${text} is not null
            group by ${join([...by, text], ", ")}
          )
        )
        where ${identifier("rank_1")} = 1
      `,
      most,
    );
  const [row] = await mostFrequent([], 1);
  if (row === undefined) throw noValue(name, "mode");
  const names = model.by?.names ?? [];
  const groups = new Array<string | null>(names.length).fill(null);
  if (names.length > 0) {
    for (const own of await mostFrequent([place], 1 + names.length)) {
      const at = Number(own["place_1"]);
      if (at > 0) groups[at - 1] = String(own["text_1"]);
    }
  }
  return { value: String(row["text_1"]), groups };
}

function constantOf({ name, type }: Column, text: string): number | string {
  const word = text.toLowerCase();
  const spoken = type !== "boolean" ? text : yesWords.includes(word) ? "true" : noWords.includes(word) ? "false" : text;
  const fitting = plainTextOf(spoken, type);
  if (fitting === null) {
    throw new SegmentError(
      "bad-option-value",
      `--impute ${name}=constant:${text}: the column holds ${typeWords[type]}`,
      {
        hint: `write the value as ${notation[type]}`,
      },
    );
  }
  return isNumeric(type) ? Number(fitting) + 0 : fitting;
}

const notation = {
  text: "any text",
  integer: "12",
  number: "12.5",
  boolean: "yes or no",
  date: "2024-12-31",
  timestamp: "2024-12-31 23:59:59",
} as const;

function noValue(name: string, how: string): SegmentError {
  return new SegmentError("missing-values", `a column without values has no ${how}`, {
    place: { column: name },
    hint: `fill it with --impute ${name}=constant:VALUE, or leave it out`,
  });
}
