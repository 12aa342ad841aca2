import type { Context, StoredQuery, Table } from "../../core/context.ts";
import { columnOf } from "../../core/matrix.ts";
import type { Column } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { listedRows, replacePattern } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import { nameWords, saysId } from "../column-kinds.ts";
import { isMissingSql } from "../reading/number-sql.ts";
import { foldKeySql } from "./fold.ts";
import { saysPhone, textOf } from "./key-kinds.ts";
import { isPlaceholderPhoneSql } from "./placeholders.ts";
import { rowNumberSql } from "../row-position.ts";

/** Forms, by number, of which it is asked whether they are one person: `a[i]` and `b[i]`. */
export interface OpenPairs {
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** What besides names identifies people: any telephone says more than an address, an address more than a postcode. */
type Evidence = "phone" | "address" | "postcode";
const weights: Readonly<Record<Evidence, number>> = { phone: 4, address: 2, postcode: 1 };

const postcodeWords = new Set(["postcode", "postal", "zip", "zipcode", "cp", "plz"]);
const addressWords = new Set([
  "address",
  "adresse",
  "addr",
  "street",
  "rue",
  "voie",
  "strasse",
  "address1",
  "adresse1",
]);
const otherAddresses = new Set(["email", "mail", "e", "courriel", "ip", "web", "url", "mac"]);

/**
 * How far the rows of two forms agree: telephone 4, address 2, postcode 1, added up; 0 for nothing in common. The columns
 * are found by their names. Null where nothing is asked or no column serves. One scan, over those columns alone, and work
 * on the rows of the forms that are asked about.
 */
export async function readAgreement(
  context: Context,
  table: Table,
  members: StoredQuery,
  pairs: OpenPairs,
): Promise<((a: number, b: number) => number) | null> {
  const { engine, compute } = context;
  const held = evidenceColumns(table);
  if (pairs.a.length === 0 || held.length === 0) return null;
  const asked = [...new Set([...pairs.a, ...pairs.b])];
  const refs = held.map(({ column }, i) => sql`${column.ref} as ${identifier(`evidence_${i + 1}`)}`);
  const rows = await engine.store(sql`
    select *
    from (
      select form_no, row_no
      from ${members.relation}
      join ${listedRows({ asked_form_1: asked })} on asked_form_1 = form_no
    )
    join (
      select ${rowNumberSql(table)} as evidence_row, ${join(refs, ", ")}
      from ${table.relation}
    ) on evidence_row = row_no
    order by form_no, row_no
  `);
  const values = held.map(({ column, kind }, i) => {
    const text = textOf({ ...column, ref: identifier(`evidence_${i + 1}`) });
    return sql`
      select form_no, ${weights[kind]} as weight_1, case when not ${isMissingSql(text)} then ${comparedSql(kind, text)} end as value_1
      from ${rows.relation}
    `;
  });
  const evidence = await engine.store(sql`
    select distinct form_no, weight_1, value_1
    from (
      ${join(values, "\nunion all\n")}
    )
    where value_1 <> ''
  `);
  const agreed = await engine.store(sql`
    select a_1, b_1, sum(weight_1) as agreed_1
    from (
      select distinct a_1, b_1, x.weight_1
      from ${listedRows({ a_1: pairs.a, b_1: pairs.b })}
      join ${evidence.relation} x on x.form_no = a_1
      join ${evidence.relation} y on y.form_no = b_1 and y.weight_1 = x.weight_1 and y.value_1 = x.value_1
    )
    group by a_1, b_1
    order by a_1, b_1
  `);
  const columns = ["a", "b", "agreed"];
  const read = await engine.matrix(
    sql`select a_1, b_1, agreed_1 from ${agreed.relation}`,
    columns,
    agreed.rows,
    compute,
  );
  const [a, b, how] = columns.map((_, j) => columnOf(read, j));
  const found = new Map<string, number>();
  for (let i = 0; i < agreed.rows; i++) found.set(`${a![i]} ${b![i]}`, how![i]!);
  return (one, other) => found.get(`${one} ${other}`) ?? 0;
}

function evidenceColumns({ columns }: Table): readonly { readonly column: Column; readonly kind: Evidence }[] {
  return columns.flatMap((column) => {
    const kind = column.type === "text" || column.type === "integer" ? evidenceOf(column.name) : null;
    return kind === null ? [] : [{ column, kind }];
  });
}

function evidenceOf(name: string): Evidence | null {
  const words = nameWords(name);
  if (saysPhone(name)) return saysId(name) ? "phone" : null;
  if (words.some((word) => postcodeWords.has(word))) return "postcode";
  const address = words.some((word) => addressWords.has(word)) && !words.some((word) => otherAddresses.has(word));
  return address ? "address" : null;
}

/** A telephone by its last eight digits, which national and international forms have in common; text folded. SQL. */
function comparedSql(kind: Evidence, text: Sql): Sql {
  if (kind !== "phone") return foldKeySql(text);
  const digits = sql`right(${replacePattern(text, value("[^0-9]+"), value(""))}, 8)`;
  return sql`case when length(${digits}) = 8 and not ${isPlaceholderPhoneSql(digits)} then ${digits} end`;
}
