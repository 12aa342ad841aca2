import { SegmentError } from "../../../core/errors.ts";
import { didYouMean } from "../../../core/suggest.ts";
import type { Scaler } from "../../../model/stats/column-scaling.ts";
import { encodingKinds, type EncodingKind } from "./encoding.ts";

/** What `--encode` asks of some columns. */
export interface AskedEncoding {
  /** A name, a glob or a type word. */
  readonly pattern: string;
  readonly kind: EncodingKind;
  /** Of `ordinal`, where it was given. */
  readonly order: readonly string[] | null;
  /** Of `target`: the column whose mean is taken. */
  readonly target: string | null;
  readonly scaler: Scaler;
}

const scalers = ["zscore", "minmax", "robust", "maxabs"] as const satisfies readonly Scaler[];

/**
 * Reads `--encode`: `COL=one-hot`, `COL=ordinal`, `COL=ordinal:S<M<L`, `COL=frequency`, `COL=target:REVENUE`, each but
 * one-hot with a scaler behind a plus if wanted. Throws `bad-option-value`, `unknown-choice` with a did-you-mean.
 */
export function readEncodings(items: readonly string[]): readonly AskedEncoding[] {
  const asked = items.map(readEncoding);
  const twice = asked.find(({ pattern }, i) => asked.findIndex((one) => one.pattern === pattern) < i);
  if (twice !== undefined) {
    throw new SegmentError("bad-option-value", `--encode gives two encodings for ${twice.pattern}`, {
      hint: "leave out one or the other",
    });
  }
  return asked;
}

const usage = "such as city=one-hot, size=ordinal:S<M<L, city=frequency+zscore or city=target:revenue+zscore";

function readEncoding(item: string): AskedEncoding {
  const parts = /^(?<pattern>.*?)=(?<kind>[\p{L} _-]+)(?::(?<rest>.*?))?(?:\+(?<scaler>[a-z- ]+))?$/isu.exec(
    item,
  )?.groups;
  const pattern = parts?.["pattern"]?.trim() ?? "";
  if (parts === undefined || pattern === "") {
    throw new SegmentError("bad-option-value", `--encode ${item}: not COL=ENCODING`, { hint: usage });
  }
  const kind = wordOf(parts["kind"]!, encodingKinds);
  if (kind === undefined) {
    throw new SegmentError("unknown-choice", `--encode ${item}: not one of ${encodingKinds.join(", ")}`, {
      hint: didYouMean(parts["kind"]!.trim(), encodingKinds) || usage,
    });
  }
  const scaler = parts["scaler"] === undefined ? "none" : wordOf(parts["scaler"], scalers);
  if (scaler === undefined) {
    throw new SegmentError("unknown-choice", `--encode ${item}: behind the plus stands one of ${scalers.join(", ")}`, {
      hint: didYouMean(parts["scaler"]!.trim(), scalers) || usage,
    });
  }
  const rest = parts["rest"]?.trim() ?? null;
  if (kind === "one-hot" && scaler !== "none") {
    throw new SegmentError("bad-option-value", `--encode ${item}: the 0 and 1 of one-hot take no scaler`, {
      hint: `write ${pattern}=one-hot`,
    });
  }
  if (rest !== null && (kind === "one-hot" || kind === "frequency")) {
    throw new SegmentError("bad-option-value", `--encode ${item}: ${kind} takes nothing behind a colon`, {
      hint: usage,
    });
  }
  if (kind === "target" && (rest === null || rest === "")) {
    throw new SegmentError("bad-option-value", `--encode ${item}: target needs the column whose mean is taken`, {
      hint: `such as ${pattern}=target:revenue`,
    });
  }
  return {
    pattern,
    kind,
    order: kind === "ordinal" && rest !== null ? readOrder(item, rest) : null,
    target: kind === "target" ? rest : null,
    scaler,
  };
}

function readOrder(item: string, text: string): readonly string[] {
  const order = text.split("<").map((part) => part.trim());
  const empty = order.some((part) => part === "");
  const twice = order.find((part, i) => order.indexOf(part) < i);
  if (!empty && twice === undefined && order.length > 1) return order;
  const what = empty ? "a value is empty" : twice === undefined ? "one value has no order" : `${twice} stands twice`;
  throw new SegmentError("bad-option-value", `--encode ${item}: ${what}`, { hint: "such as size=ordinal:S<M<L" });
}

/** `OneHot` is a word too: hyphens and case are free. */
function wordOf<Word extends string>(given: string, words: readonly Word[]): Word | undefined {
  const bare = (word: string): string => word.trim().toLowerCase().replaceAll(/[-_ ]/g, "");
  return words.find((word) => bare(word) === bare(given));
}
