import type { Engine, Table } from "../../core/context.ts";
import type { Sql } from "../../core/sql.ts";
import { asText, matchesPart, rowsBeside } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { cityKeySql, frenchCodeSql, type OfficialPostcodes } from "../contact/official-postcodes.ts";
import { deriveTable, passed } from "../derive.ts";
import { rowNumberSql } from "../row-position.ts";
import type { CleanColumn } from "./model.ts";
import { hasOddSpaceSql, squeezedSql } from "./white-space.ts";

/** A table with what the official table says of its French postcodes and places beside each row. */
export interface VerdictTable {
  readonly table: Table;
  /** By column of postcodes or places: true, false, or null where it is not asked. SQL over the table's relation. */
  readonly verdicts: ReadonlyMap<string, Sql>;
}

/**
 * Looks up French postcodes and places in the official table: a postcode must stand in it, or be one of CEDEX by the words
 * of its place; a place must be one of its postcode. The name before CEDEX may be of a place of the same department or of
 * a quarter, which the table does not have: then it is not known. Rows of another country are not asked. What is found is kept by row: one scan, a lookup by hash and a sort of the row numbers.
 */
export async function withVerdicts(
  engine: Engine,
  table: Table,
  columns: readonly CleanColumn[],
  official: OfficialPostcodes | null,
): Promise<VerdictTable> {
  const placed = columns.filter(({ contact }) => contact?.kind === "postcode" || contact?.kind === "city");
  if (official === null || placed.length === 0) return { table, verdicts: new Map() };
  const textOf = (name: string): Sql => {
    const text = asText(table.columns.find((column) => column.name === name)!.ref);
    return squeezedSql(text, hasOddSpaceSql(text));
  };
  const read: Sql[] = [];
  const found = placed.map(({ name, contact }, i) => {
    const { kind, postcode = null, city = null, country } = contact!;
    const [code, place, abroad] = [
      identifier(`code_${i + 1}`),
      identifier(`place_${i + 1}`),
      identifier(`abroad_${i + 1}`),
    ];
    const placeName = kind === "city" ? name : city;
    read.push(sql`${frenchCodeSql(textOf(kind === "city" ? postcode! : name))} as ${code}`);
    read.push(sql`${placeName === null ? asText(sql`null`) : cityTextSql(textOf(placeName))} as ${place}`);
    read.push(sql`${abroadSql(country, textOf)} as ${abroad}`);
    return { name, kind, code, place, abroad };
  });
  const { relation: pairs } = official.pairs;
  const verdictOf = ({ kind, code, place, abroad }: (typeof found)[number]): Sql => {
    const isCedex = sql`coalesce(${place} like '% cedex', false)`;
    if (kind === "postcode") {
      return sql`
        case
          when ${abroad} or ${code} is null then null
          else ${isCedex} or ${code} in (select code_1 from ${pairs})
        end
      `;
    }
    const key = sql`case when ${isCedex} then left(${code}, 2) || '|' || substr(${place}, 1, length(${place}) - 6) else ${code} || '|' || ${place} end`;
    return sql`
      case
        when ${abroad} or ${code} is null or ${place} is null then null
        when ${key} in (
          select code_1 || '|' || city_1 from ${pairs}
          union all
          select left(code_1, 2) || '|' || city_1 from ${pairs}
        ) then true
        when ${isCedex} then null
        else false
      end
    `;
  };
  const names = found.map((_, i) => identifier(`official_${i + 1}`));
  const decided = await engine.store(sql`
    select
      ${join([sql`row_1 as official_row_1`, ...names], ",\n")}
    from (
      select
        ${join([sql`row_1`, ...found.map((one, i) => sql`${verdictOf(one)} as ${names[i]!}`)], ",\n")}
      from (
        select
          ${join([sql`${rowNumberSql(table)} as row_1`, ...read], ",\n")}
        from ${table.relation}
      )
    )
    order by row_1
  `);
  // The derived names of the table's columns, c_1 and so on, leave the others to what stands beside.
  const plain = deriveTable(table, table.columns.map(passed));
  const relation = rowsBeside(plain.relation, decided.relation, rowNumberSql(plain), sql`official_row_1`);
  return { table: { ...plain, relation }, verdicts: new Map(found.map(({ name }, i) => [name, names[i]!])) };
}

/** The place as it is compared, ` cedex` behind it where it is one. */
function cityTextSql(text: Sql): Sql {
  const isCedex = matchesPart(sql`lower(${text})`, value("\\bcedex\\b"));
  return sql`nullif(${cityKeySql(text)}, '') || case when ${isCedex} then ' cedex' else '' end`;
}

/** Whether a row is said to be of another country than France. */
function abroadSql(
  { column, code }: { readonly column: string | null; readonly code: string | null },
  textOf: (name: string) => Sql,
): Sql {
  const isElsewhere = sql`${code !== null && code !== "FR"}`;
  if (column === null) return isElsewhere;
  const word = sql`lower(${textOf(column)})`;
  return sql`
    case
      when ${word} is null or ${word} = '' then ${isElsewhere}
      else ${word} not in ('fr', 'fra', 'france', 'france métropolitaine', 'metropole', 're', 'gp', 'mq', 'gf', 'yt', 'pm', 'mc')
    end
  `;
}
