import type { HdbscanModel } from "../../../model/cluster/hdbscan/hdbscan-model.ts";
import { SegmentError } from "../../../core/errors.ts";
import { identifier, join, sql } from "../../../sql/template.ts";
import type { Sql } from "../../../core/sql.ts";
import { double } from "../../double-sql.ts";
import { gapSql, joinedSql, nearestSql, pointsSql, rankSql } from "./held-rows-sql.ts";
import { labelSql, type LabelledRows, nth, type PlacedRows, probabilitySql, withColumns } from "./steps.ts";

const reach = identifier("_reach");
const place = identifier("_place");
const density = identifier("_density");
const core = identifier("_core");
const leaves = identifier("_leaves");
const own = identifier("_own");
const weight = identifier("_weight");
const limit = identifier("_limit");

/**
 * HDBSCAN's segments of other rows, and their probabilities, as `assignByHdbscan` finds them: the neighbour of least mutual
 * reachability among the nearest rows held, and the cluster of the condensed tree that holds it at that distance. The way up the
 * tree stands beside each held row, as the densities down to which it is in each segment.
 */
export function densityTreeSql(rows: PlacedRows, model: HdbscanModel): LabelledRows {
  const { minSamples, ends, reaches, weights } = model;
  if (model.rows === 0 || ends.length === 0) {
    const isPlaced = rows.columns.map((column) => sql`${column} is not null`);
    return withColumns(rows, "labelled", [
      sql`cast(null as int) as ${labelSql}`,
      sql`case when ${join(isPlaced, " and ")} then 0e0 end as ${probabilitySql}`,
    ]);
  }
  requireWholeWeights(weights);
  const count = Math.min(model.rows, Math.max(2 * (minSamples - 1), minSamples, 2));
  const ways = waysUp(model);
  const pieces = Math.max(...ways.map(({ length }) => length));
  const piece = (i: number, of: (piece: Piece) => number): readonly number[] =>
    model.clusterOf.map((cluster) => of(ways[cluster]![i] ?? noPiece));
  const known: Record<string, readonly number[]> = {
    _core: model.coreDistances,
    _leaves: model.leaves.map((distance) => 1 / distance),
    _own: model.clusterOf.map((cluster) => model.segmentOf[cluster]!),
    ...(weights === null ? {} : { _weight: weights }),
    ...(reaches === null ? {} : { _limit: reaches }),
  };
  for (let i = 0; i < pieces; i++) {
    known[`_above_${i + 1}`] = piece(i, ({ bound }) => bound);
    known[`_segment_${i + 1}`] = piece(i, ({ segment }) => segment);
  }
  const points = pointsSql(rows, { rows: model.rows, values: model.values, known }, count);
  const near = nearestSql(points, count, Object.keys(known).map(identifier));
  const found = withSegments(nearestByReachability(near, points.keys, model), model, pieces);
  return joinedSql(points, found, [labelSql, probabilitySql]);
}

/** The neighbour of least mutual reachability, of equals the nearest, with the distance and the density at which it is joined. */
function nearestByReachability(
  near: LabelledRows,
  keys: readonly Sql[],
  { reaches, weights, minSamples }: HdbscanModel,
): LabelledRows {
  const all = join(keys, ", ");
  const distance = identifier("_distance");
  const seen = identifier("_seen");
  const upToHere = sql`
    partition by ${all} order by ${rankSql} rows between unbounded preceding and current row
  `;
  const measured = withColumns(near, "measured", [
    sql`sqrt(${gapSql}) as ${distance}`,
    weights === null ? sql`${rankSql} as ${seen}` : sql`sum(cast(${weight} as bigint)) over (${upToHere}) as ${seen}`,
  ]);
  const within = sql`min(case when ${seen} >= ${minSamples} then ${distance} end) over (partition by ${all})`;
  const ownCore = sql`coalesce(${within}, max(${distance}) over (partition by ${all}))`;
  const others = [distance, core];
  const joinedAt = reaches === null ? [ownCore, ...others] : others;
  const reached = withColumns(measured, "reached", [sql`greatest(${join(joinedAt, ", ")}) as ${reach}`]);
  const ranked = withColumns(reached, "reached_in_order", [
    sql`row_number() over (partition by ${all} order by ${reach}, ${rankSql}) as ${place}`,
  ]);
  const step = sql`
    joining as (
      select
        *,
        case when ${reach} > 0 then 1e0 / ${reach} else ${double(Infinity)} end as ${density}
      from ${ranked.last}
      where ${place} = 1
    )
  `;
  return { steps: [...ranked.steps, step], last: identifier("joining") };
}

function withSegments(rows: LabelledRows, { reaches, ends }: HdbscanModel, pieces: number): LabelledRows {
  const cases = Array.from(
    { length: pieces },
    (_, i) => sql`when ${nth("above", i)} < ${density} then ${nth("segment", i)}`,
  );
  const holds = identifier("_holds");
  const held = withColumns(rows, "held_at", [
    sql`
      case
        ${join([sql`when ${leaves} <= ${density} then ${own}`, ...cases], "\n")}
        else -1
      end as ${holds}
    `,
  ]);
  const near = reaches === null ? [] : [sql`when ${own} >= 0 and ${reach} <= ${limit} then cast(${own} as int)`];
  const labelled = withColumns(held, "labelled", [
    sql`
      case
        ${join([sql`when ${holds} >= 0 then cast(${holds} as int)`, ...near], "\n")}
      end as ${labelSql}
    `,
  ]);
  const end = sql`case ${labelSql} ${join(
    ends.map((one, segment) => sql`when ${segment} then ${double(one)}`),
    " ",
  )} end`;
  const share = sql`
    case
      when ${labelSql} is null then 0e0
      when ${reach} <= ${end} then 1e0
      else ${end} / ${reach}
    end as ${probabilitySql}
  `;
  return withColumns(labelled, "weighed", [share]);
}

/** A part of the way from a cluster to the root that is in one segment (-1: in none): at densities above its bound. */
interface Piece {
  readonly bound: number;
  readonly segment: number;
}

const noPiece: Piece = { bound: Infinity, segment: -1 };

/** By cluster the parts of its way up, without those at the end that are in no segment. Bounds are densities, as the fit's are. */
function waysUp({ parents, begins, segmentOf }: HdbscanModel): readonly (readonly Piece[])[] {
  return parents.map((_, from) => {
    const way: Piece[] = [];
    for (let cluster = from; cluster >= 0; cluster = cluster === 0 ? -1 : parents[cluster]!) {
      const segment = segmentOf[cluster]!;
      const bound = cluster === 0 ? -1 : 1 / begins[cluster]!;
      const last = way.at(-1);
      if (last?.segment === segment) way[way.length - 1] = { segment, bound: Math.min(last.bound, bound) };
      else way.push({ segment, bound });
    }
    return way.at(-1)?.segment === -1 ? way.slice(0, -1) : way;
  });
}

/** Sums of whole numbers are the same in any order. */
function requireWholeWeights(weights: readonly number[] | null): void {
  if (weights === null || weights.every((one) => Number.isInteger(one))) return;
  throw new SegmentError("bad-model", "rule.weights are not whole numbers", { hint: "save the model again" });
}
