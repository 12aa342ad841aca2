import type { Gates } from "./gates.ts";
import { stabilityWords, type SegmentFigures, type StabilityFigures } from "./judge-segments.ts";
import type { CheckResult } from "./run-checks.ts";

/** What the gates on the segments came to, those that were asked for. */
export function gateResults(
  column: string,
  gates: Gates,
  { figures, stability }: { readonly figures: SegmentFigures; readonly stability: StabilityFigures | null },
): readonly CheckResult[] {
  const { minSilhouette, minSize, maxNoise, minJaccard } = gates;
  const result = (check: string, asked: string, passed: boolean, found: string): CheckResult => ({
    check,
    column,
    asked,
    failing: null,
    found,
    first: null,
    passed,
  });
  return [
    ...(minSilhouette === undefined ? [] : [silhouetteGate(minSilhouette)]),
    ...(minSize === undefined ? [] : [sizeGate(minSize)]),
    ...(maxNoise === undefined ? [] : [noiseGate(maxNoise)]),
    ...(minJaccard === undefined || stability === null ? [] : [jaccardGate(minJaccard, stability)]),
  ];

  function silhouetteGate(limit: number): CheckResult {
    const { silhouette } = figures;
    const asked = String(limit);
    if (silhouette === null) return result("min-silhouette", asked, false, "fewer than two segments, no silhouette");
    return result("min-silhouette", asked, silhouette.mean >= limit, `mean ${shown(silhouette.mean)}`);
  }

  function sizeGate(limit: number): CheckResult {
    const asked = String(limit);
    const { segments } = figures;
    if (segments.length === 0) return result("min-size", asked, false, "no segment");
    const least = segments.reduce((a, b) => (b.size < a.size ? b : a));
    const small = segments.filter(({ size }) => size < limit).length;
    const rest = small > 1 ? `, ${small} segments below` : "";
    return result("min-size", asked, small === 0, `segment ${least.segment}: ${least.size}${rest}`);
  }

  function noiseGate(limit: number): CheckResult {
    const share = figures.rows === 0 ? 0 : figures.noise / figures.rows;
    return result("max-noise", String(limit), share <= limit, `share ${shown(share)} (${figures.noise} rows)`);
  }

  function jaccardGate(limit: number, { segments }: StabilityFigures): CheckResult {
    const asked = String(limit);
    if (segments.length === 0) return result("min-jaccard", asked, false, "no segment");
    const absent = segments.indexOf(null);
    if (absent >= 0) {
      const name = figures.segments[absent]!.segment;
      return result("min-jaccard", asked, false, `segment ${name} has no row among those drawn from`);
    }
    const jaccards = segments.map((one) => one!.jaccard);
    const least = jaccards.indexOf(Math.min(...jaccards));
    const words = stabilityWords(jaccards[least]!);
    const found = `segment ${figures.segments[least]!.segment}: ${shown(jaccards[least]!)}, ${words}`;
    return result("min-jaccard", asked, jaccards[least]! >= limit, found);
  }
}

/** Four decimals at most, cut and not rounded, so that a figure below a limit never reads as the limit. */
function shown(value: number): string {
  return String(Math.trunc(value * 1e4) / 1e4);
}
