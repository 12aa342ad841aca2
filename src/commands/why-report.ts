import type { Context } from "../core/context.ts";
import type { Block, Json, Report } from "../core/report.ts";
import { warningsOf } from "../report/columns.ts";
import { accountJson } from "../report/row-account.ts";
import { type WhyInput, whyBlocks } from "../report/why.ts";
import { finalSegments } from "../steps/cluster/merged-segments.ts";
import type { ClusterModel } from "../steps/cluster/model.ts";
import type { FoundRow } from "../steps/explain/find-row.ts";
import type { Explanation } from "../steps/explain/why-space.ts";
import { unscaledOf } from "../steps/explain/why-row.ts";
import type { OpenedTable } from "../steps/open-table.ts";
import { scalingWords } from "./cluster-report.ts";

/** What the report of `why` is drawn from. */
export interface WhyFacts {
  readonly opened: OpenedTable;
  readonly id: string;
  readonly found: FoundRow;
  readonly explanation: Explanation;
  /** Null where the table itself says the segment. */
  readonly model: ClusterModel | null;
  /** The column of segments. */
  readonly column: string;
  /** With a model: the segment that the table says; null where it says none. */
  readonly inFile: string | null;
}

/** The report of `segment why`. JSON schema `segment/why@1`. */
export function whyReport(context: Context, facts: WhyFacts): Report {
  const { opened } = facts;
  const view = whyView(facts);
  const blocks: Block[] = [
    ...whyBlocks(view),
    ...opened.warnings.map(({ code, message }): Block => ({ kind: "notice", code, text: message })),
  ];
  const { rows } = opened.table;
  return {
    command: "why",
    blocks,
    json: {
      schema: "segment/why@1",
      version: context.version,
      ...accountJson({ used: rows, quarantined: opened.quarantined, out: rows }),
      warnings: warningsOf(blocks),
      ...whyJson(facts, view),
    },
  };
}

function descriptionOf(model: ClusterModel | null, segment: number | string): string | null {
  if (model === null) return null;
  return finalSegments(model).find((one) => one.segment === segment)?.description ?? null;
}

function whyView({ id, found, explanation, model, column, inFile }: WhyFacts): WhyInput {
  const { features, segments, centres, own, values, gaps, inUnits, why, decides, words } = explanation;
  const width = features.length;
  const costKind = model?.rule?.kind === "gower" ? "gower" : "prototypes";
  const none = typeof segments[0] === "string" ? "0" : 0;
  const nameOf = (place: number): number | string => (place < 0 ? none : segments[place]!);
  const second = why?.mixture?.second ?? why?.facts.second ?? -1;
  const contributions = decides === "rows" ? null : ((why?.mixture ?? why?.facts)?.contributions ?? null);
  const at = (place: number, j: number): number | null =>
    place < 0 ? null : (inUnits[j]?.centres[place] ?? unscaledOf(features[j]!, centres[place * width + j]!));
  return {
    id,
    idColumn: found.column,
    line: found.line,
    row: found.row + 1,
    segment: nameOf(own),
    isInOne: own >= 0,
    none,
    by: model === null ? "means" : "model",
    decides: decides === "mixed" ? costKind : typeof decides === "string" ? decides : "mixture",
    method: model?.method ?? null,
    column,
    description: descriptionOf(model, nameOf(own)),
    inFile: inFile === null || inFile === String(nameOf(own)) ? null : inFile,
    unfilled: gaps.filter((j) => Number.isNaN(values[j])).map((j) => features[j]!.source),
    distance: why === null || own < 0 ? null : why.facts.distances[own]!,
    probability: why?.probability ?? null,
    runnerUp:
      why === null || second < 0
        ? null
        : {
            segment: nameOf(second),
            distance: why.facts.distances[second]!,
            probability: why.mixture?.probabilities[second] ?? null,
          },
    prior: why?.mixture?.prior ?? null,
    byRule: why === null || why.byRule === own ? null : nameOf(why.byRule),
    columns:
      why === null
        ? []
        : [
            ...features.map((feature, j) => ({
              column: inUnits[j]?.column ?? feature.source,
              value: inUnits[j]?.value ?? values[j]!,
              isFilled: gaps.includes(j),
              own: at(own, j),
              second: at(second, j),
              contribution: contributions?.[j] ?? null,
            })),
            ...words.map(({ column, value, isMissing, centres: texts }, j) => ({
              column,
              value,
              isFilled: isMissing,
              own: texts[own] ?? null,
              second: texts[second] ?? null,
              contribution: why.wordContributions?.[j] ?? null,
            })),
          ],
    scaling: [...features.map(scalingWords), ...words.map(() => "words")],
    wordChanges: (why?.wordChanges ?? []).map(({ column, to, segment }) => ({
      column: words[column]!.column,
      from: words[column]!.value,
      to: words[column]!.words[to]!,
      segment: nameOf(segment),
    })),
    change: changeView(why?.changes[0]),
    joint:
      why === null || why.joint === null
        ? null
        : {
            segment: nameOf(why.joint.segment),
            size: why.joint.size,
            kind: why.joint.kind,
            outside: why.joint.outside.map((j) => features[j]!.source),
            changes: why.joint.to.flatMap((to, j) => (to === values[j] ? [] : [valueChange(explanation, j, to)])),
          },
  };

  function changeView(change: NonNullable<Explanation["why"]>["changes"][number] | undefined): WhyInput["change"] {
    if (change === undefined) return null;
    const { column: j, to, segment, size } = change;
    return { ...valueChange(explanation, j, to), segment: nameOf(segment), size };
  }
}

/** A change in the column's own unit, where the table has a value beside that scaled one. */
function valueChange(
  { features, values, inUnits }: Explanation,
  j: number,
  to: number,
): { readonly column: string; readonly from: number; readonly to: number } {
  const units = inUnits[j] ?? null;
  const own = units === null || Number.isNaN(units.value) ? null : units.of(to);
  if (units === null || own === null) return { column: features[j]!.source, from: values[j]!, to };
  return { column: units.column, from: units.value, to: own };
}

function whyJson({ explanation }: WhyFacts, view: WhyInput): { readonly [key: string]: Json } {
  const { segments, why } = explanation;
  const nameOf = (place: number): Json => (place < 0 ? view.none : segments[place]!);
  return {
    id: view.id,
    id_column: view.idColumn,
    row: view.row,
    line: view.line,
    segment: view.segment,
    by: view.by,
    decides: view.decides,
    segment_in_file: view.inFile,
    nearest: view.byRule,
    unfilled: view.unfilled,
    distance: view.distance,
    probability: view.probability,
    runner_up: view.runnerUp === null ? null : { ...view.runnerUp },
    prior: view.prior,
    segments: segments.map((segment, c) => ({
      segment,
      distance: why?.facts.distances[c] ?? null,
      probability: why?.mixture?.probabilities[c] ?? null,
    })),
    columns: view.columns.map(({ isFilled, own, second, value, ...column }, j) => ({
      ...column,
      value: finite(value),
      scaling: view.scaling[j]!,
      missing: isFilled,
      centre: finite(own),
      runner_up_centre: finite(second),
    })),
    changes: (why?.changes ?? []).map(({ column: j, to, segment, size }) => ({
      ...valueChange(explanation, j, to),
      segment: nameOf(segment),
      size,
    })),
    word_changes: view.wordChanges.map((change) => ({ ...change })),
    joint:
      view.joint === null
        ? null
        : {
            segment: view.joint.segment,
            size: view.joint.size,
            kind: view.joint.kind,
            outside: view.joint.outside,
            changes: view.joint.changes.map((change) => ({ ...change })),
          },
  };
}

function finite(value: number | string | null): number | string | null {
  return typeof value === "number" && Number.isNaN(value) ? null : value;
}
