import { SegmentError } from "../../core/errors.ts";
import { invertTransform } from "../../model/stats/scaling.ts";
import type { ClusterModel, Given, ModelSegment, SegmentTexts } from "./model.ts";

/** Segments of a fit that were joined: rows are given those of the fit, then the number of the whole. */
export interface MergedSegments {
  /** The number of the whole. */
  readonly segment: number;
  /** Numbers of the fit's segments, rising. */
  readonly of: readonly number[];
  readonly name?: string;
  readonly given?: Given;
  readonly description: string;
}

/** A segment as it is given to rows. */
export type FinalSegment = Omit<ModelSegment, "centre">;

/** The number that rows nearest to each centre of the model are given, in the order of the centres. */
export function numbersByCentre({ segments, merged = [] }: ClusterModel): Int32Array {
  const wholes = new Map(merged.flatMap(({ segment, of }) => of.map((part) => [part, segment])));
  return Int32Array.from(segments, ({ segment }) => wholes.get(segment) ?? segment);
}

/** The segments that rows are given, by rising number: of joined ones size and share are sums, centroid and z-scores weighted means. */
export function finalSegments(model: ClusterModel): readonly FinalSegment[] {
  const numbers = numbersByCentre(model);
  const wholes = [...new Set(numbers)].sort((a, b) => a - b);
  return wholes.map((number): FinalSegment => {
    const parts = model.segments.filter((_, c) => numbers[c] === number);
    const whole = model.merged?.find(({ segment }) => segment === number);
    if (whole !== undefined) return joined(model, parts, whole);
    const { centre: _centre, ...only } = parts[0]!;
    return only;
  });
}

function joined(
  { features, embedding }: ClusterModel,
  parts: readonly ModelSegment[],
  { of: _of, ...whole }: MergedSegments,
): FinalSegment {
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const mean = (value: (part: ModelSegment) => number): number =>
    size > 0
      ? parts.reduce((sum, part) => sum + part.size * value(part), 0) / size
      : parts.reduce((sum, part) => sum + value(part), 0) / parts.length;
  const centroid = features.map(({ transform: { kind, ...transform } }, j) =>
    // Centres of embedded rows are not in the columns' space.
    kind === "given" || embedding !== null
      ? mean((part) => part.centroid[j]!)
      : invertTransform(
          { ...transform, kind },
          mean((part) => part.centre[j]!),
        ),
  );
  const hasZ = parts.every(({ z }) => z !== undefined);
  return {
    ...whole,
    size,
    share: parts.reduce((sum, part) => sum + part.share, 0),
    centroid,
    ...(hasZ ? { z: features.map((_, j) => mean((part) => part.z![j]!)) } : {}),
  };
}

/**
 * The model with segments joined under one number; what they are called is `texts`, given the whole. Centres stay, so that
 * each row is given what its segment of before has become. Throws `usage` for a segment that the model has not, and for
 * `into`, a number of another segment.
 */
export function mergeInModel(
  model: ClusterModel,
  segments: readonly number[],
  into: number,
  texts: (whole: FinalSegment, others: readonly FinalSegment[]) => SegmentTexts,
): ClusterModel {
  const numbers = numbersByCentre(model);
  const of = model.segments.flatMap(({ segment }, c) => (segments.includes(numbers[c]!) ? [segment] : []));
  const kept = (model.merged ?? []).filter(({ segment }) => !segments.includes(segment));
  const untitled: MergedSegments = { segment: into, of: of.sort((a, b) => a - b), description: "" };
  const merge = (whole: MergedSegments): ClusterModel => ({
    ...model,
    highestNumber: Math.max(model.highestNumber, into),
    merged: [...kept, whole].sort((a, b) => a.segment - b.segment),
  });
  const all = finalSegments(merge(untitled));
  const whole = all.find(({ segment }) => segment === into);
  if (whole === undefined) throw new SegmentError("bug", `segment ${into} is not in the merged model`);
  return merge({
    ...untitled,
    ...texts(
      whole,
      all.filter((one) => one !== whole),
    ),
  });
}
