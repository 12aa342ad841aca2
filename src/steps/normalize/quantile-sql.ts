import type { Sql } from "../../core/sql.ts";
import { erfReach, middleReach, normalTerms } from "../../model/stats/normal-distribution.ts";
import { shareEnds, sharePieces } from "../../model/stats/quantile-transform.ts";
import { itemAt } from "../../sql/functions.ts";
import { sql, value } from "../../sql/template.ts";
import { double } from "../cluster/in-engine/nearest-sql.ts";

/** `shareOfValue` as SQL: a tree of comparisons, as many a row as the number of knots has bits. */
export function shareSql(knots: readonly number[], x: Sql): Sql {
  const pieces = sharePieces(knots);
  const tree = (from: number, to: number): Sql => {
    if (to - from > 1) {
      const middle = (from + to) >> 1;
      return sql`case when ${x} < ${double(pieces[middle]!.from)} then ${tree(from, middle)} else ${tree(middle, to)} end`;
    }
    const { from: start, at, base, slope } = pieces[from]!;
    const line = slope === 0 ? double(base) : sql`${double(base)} + ${double(slope)} * (${x} - ${double(start)})`;
    if (at === base && from > 0) return line;
    return sql`case when ${x} <= ${double(start)} then ${double(at)} else ${line} end`;
  };
  return sql`case when ${x} is not null then ${tree(0, pieces.length)} end`;
}

/** `valueOfShare` as SQL. */
export function valueOfShareSql(knots: readonly number[], share: Sql): Sql {
  const last = knots.length - 1;
  const [low, high] = [double(knots[0]!), double(knots[last]!)];
  if (last === 0) return sql`case when ${share} is not null then ${low} end`;
  const t = sql`(${share} * ${double(last)})`;
  const place = sql`cast(least(floor(${t}), ${double(last - 1)}) as int)`;
  const at = (offset: number): Sql => itemAt(value(knots), sql`${place} + ${offset + 1}`);
  const between = sql`${at(0)} + (${at(1)} - ${at(0)}) * (${t} - ${place})`;
  return sql`case when ${share} <= 0 then ${low} when ${share} >= 1 then ${high} else ${between} end`;
}

/** `deviateOfShare` as SQL. */
export function deviateSql(share: Sql): Sql {
  const [least, most] = shareEnds;
  const p = sql`least(greatest(${share}, ${double(least)}), ${double(most)})`;
  const q = sql`(${p} - 5e-1)`;
  const middle = sql`${q} * ${ratioSql(normalTerms.middle, sql`(180625e-6 - ${q} * ${q})`)}`;
  const tail = ratioSql(normalTerms.tail, sql`(sqrt(-ln(least(${p}, 1 - ${p}))) - 16e-1)`);
  return sql`
    case
      when ${share} is null then null
      when abs(${q}) <= ${middleReach} then ${middle}
      when ${q} < 0 then -(${tail})
      else ${tail}
    end
  `;
}

/** `shareOfDeviate` as SQL. */
export function shareOfDeviateSql(z: Sql): Sql {
  const x = sql`(abs(${z}) * ${Math.SQRT1_2})`;
  const near = sql`5e-1 + 5e-1 * ${z} * ${Math.SQRT1_2} * ${ratioSql(normalTerms.erf, sql`(${x} * ${x})`)}`;
  const tail = sql`5e-1 * exp(-(${x} * ${x})) * ${ratioSql(normalTerms.erfc, x)}`;
  const edge = double(shareEnds[2]);
  return sql`
    case
      when ${z} is null then null
      when ${x} <= ${erfReach} then ${near}
      when ${x} > 4 or ${tail} < ${edge} then case when ${z} < 0 then 0e0 else 1e0 end
      when ${z} < 0 then ${tail}
      else 1 - ${tail}
    end
  `;
}

function ratioSql(
  { over, under }: { readonly over: readonly number[]; readonly under: readonly number[] },
  x: Sql,
): Sql {
  return sql`((${polynomialSql(over, x)}) / (${polynomialSql(under, x)}))`;
}

function polynomialSql(terms: readonly number[], x: Sql): Sql {
  return terms.slice(1).reduce((sum, term) => sql`(${sum}) * ${x} + ${double(term)}`, double(terms[0]!));
}
