import type { OrderedRelation } from "../core/context.ts";
import type { Sql } from "../core/sql.ts";
import { identifier, join, sql } from "../sql/template.ts";

/** The number of a row from 0, in a query over a table's relation. It tells rows apart and orders them; rows that were removed leave gaps. */
export function positionSql({ position }: OrderedRelation): Sql {
  return position ?? sql`row_number() over () - 1`;
}

/** The same from 1. */
export function rowNumberSql({ position }: OrderedRelation): Sql {
  return position === undefined ? sql`row_number() over ()` : sql`${position} + 1`;
}

/** What a query over a table's relation ends in where the order of its rows matters: nothing where the engine keeps it. */
export function inOrder({ position }: OrderedRelation): Sql {
  return position === undefined ? sql`` : join([sql``, sql`order by ${position}`], "\n");
}

const carriedName = identifier("segment_position_0");

/** The column that carries positions along in a query over a table's relation; none where the engine keeps the order. */
export function carriedPosition({ position }: OrderedRelation): readonly Sql[] {
  return position === undefined ? [] : [sql`${position} as ${carriedName}`];
}

/** A relation with the column that `carriedPosition` of `from` gave, and its positions. */
export function carrying(from: OrderedRelation, relation: Sql): OrderedRelation {
  return from.position === undefined ? { relation } : { relation, position: carriedName };
}

/** A relation whose rows carry their numbers, for a query that moves them; as it is where they do already. */
export function numbered<Ordered extends OrderedRelation>(table: Ordered): Ordered {
  if (table.position !== undefined) return table;
  const relation = sql`
    (
      select
        *,
        ${positionSql(table)} as ${carriedName}
      from ${table.relation}
    )
  `;
  return { ...table, relation, position: carriedName };
}

/** A relation made from one that `numbered` gave, with its rows in order again where the engine keeps one, as `from` tells. */
export function inOldOrder<Ordered extends OrderedRelation>(
  made: Ordered,
  from: OrderedRelation,
  moved: boolean,
): Ordered {
  if (from.position !== undefined) return made;
  const { position: _position, ...rest } = made;
  if (!moved) return rest as Ordered;
  const relation = sql`
    (
      select *
      from ${made.relation}
      order by ${carriedName}
    )
  `;
  return { ...rest, relation } as Ordered;
}
