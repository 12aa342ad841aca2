import type { ColumnType } from "../../core/schema.ts";
import type { Sql } from "../../core/sql.ts";
import { daysBetween, decimalText, tryNumber, valueAtLeast } from "../../sql/functions.ts";
import { identifier, join, sql, value } from "../../sql/template.ts";
import type { RollupMeasure } from "./rollup.ts";

/** The days that a measure looks at, both among them, as YYYY-MM-DD; `from` is null for all days up to `to`. */
export interface Window {
  readonly from: string | null;
  readonly to: string;
}

/** What a measure reads of the stored events. */
export interface MeasureUse {
  /** The value of its column; null where it counts rows, or days. */
  readonly value: Sql | null;
  /** Whether its conditions hold; null where it has none. */
  readonly when: Sql | null;
  /** What the column holds, and whether `value` is its text or a decimal of it. */
  readonly type: ColumnType;
  readonly form: "text" | "typed" | "decimal";
}

/** The window of a measure as of a day: 30 days within end on that day and begin 29 days before it. */
export function windowOf({ within, before }: RollupMeasure, asOf: string): Window {
  const to = dayBefore(asOf, before);
  return { from: within === null ? null : dayBefore(to, within - 1), to };
}

function dayBefore(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * A measure as an aggregate over the stored events of a customer (`day_1`, `order_1`), and what its column holds. No sum of
 * doubles: sums are of decimals, a mean is the exact sum divided once. Without an event that counts, a count and a sum are
 * 0 and all else is null.
 */
export function measureSql(
  { kind, before, within }: RollupMeasure,
  { value: of, when, type, form }: MeasureUse,
  { from, to }: Window,
  asOf: string,
): { readonly of: Sql; readonly type: ColumnType; readonly stored: "text" | "typed" } {
  const tests = [
    ...(when === null ? [] : [when]),
    ...(from === null ? [] : [sql`day_1 >= ${dayLiteral(from)}`]),
    ...(before === 0 ? [] : [sql`day_1 <= ${dayLiteral(to)}`]),
  ];
  const condition = tests.length === 0 ? sql`true` : join(tests, " and ");
  const filtered = tests.length === 0 && within === null ? sql`` : sql` filter (where ${condition})`;
  const whole = (made: Sql) => ({ of: made, type: "integer", stored: "typed" }) as const;
  const amount = (made: Sql) => ({ of: made, type, stored: "text" }) as const;
  const asIs = (made: Sql) => ({ of: made, type, stored: form === "typed" ? "typed" : "text" }) as const;
  switch (kind) {
    case "count":
      return whole(of === null ? sql`count(*)${filtered}` : sql`count(${of})${filtered}`);
    case "distinct":
      return whole(sql`count(distinct ${of!})${filtered}`);
    case "recency":
      return whole(daysBetween(sql`max(day_1)${filtered}`, dayLiteral(asOf)));
    case "tenure":
      return whole(daysBetween(sql`min(day_1)${filtered}`, dayLiteral(asOf)));
    case "sum":
      return amount(sql`coalesce(${decimalText(sql`sum(${of!})${filtered}`)}, '0')`);
    case "mean":
      return {
        of: meanSql(sql`sum(${of!})${filtered}`, sql`count(${of!})${filtered}`),
        type: "number",
        stored: "typed",
      };
    case "min":
    case "max": {
      const extreme = kind === "min" ? sql`min(${of!})${filtered}` : sql`max(${of!})${filtered}`;
      return form === "decimal" ? amount(decimalText(extreme)) : asIs(extreme);
    }
    case "first":
      return asIs(valueAtLeast(of!, identifier("order_1"), condition));
    case "last":
      return asIs(valueAtLeast(of!, sql`(0 - ${identifier("order_1")})`, condition));
  }
}

/** Decimals of eight places as whole numbers: exact as doubles up to 2^53, so that their quotient is rounded once. */
const units = 100_000_000;
const exactUpTo = 90_000_000;

/** The mean of an exact sum, as a double: correctly rounded up to sums of 90 million, beyond within a unit of its last place. */
function meanSql(sum: Sql, count: Sql): Sql {
  const rows = sql`cast(nullif(${count}, 0) as double)`;
  const whole = sql`cast(try_cast(${sum} as decimal(28, 8)) * cast(${units} as decimal(9, 0)) as bigint)`;
  return sql`
    case
      when abs(${sum}) < ${exactUpTo} then cast(${whole} as double) / (${rows} * ${units})
      else ${tryNumber(decimalText(sum))} / ${rows}
    end
  `;
}

function dayLiteral(day: string): Sql {
  return sql`cast(${value(day)} as date)`;
}
