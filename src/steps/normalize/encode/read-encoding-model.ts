import type { Json } from "../../../core/report.ts";
import { amount, finite, list, oneOf, record, whole, word, type ModelColumn } from "../../model-file.ts";
import { encodingKinds, type ColumnEncoding, type EncodingTarget } from "./encoding.ts";

/** An encoding as plain JSON. */
export function encodingJson({ target, ...rest }: ColumnEncoding): Json {
  const { categories, slots, counts, targets, values } = rest;
  return {
    ...rest,
    categories: [...categories],
    slots: [...slots],
    counts: [...counts],
    targets: [...targets],
    values: [...values],
    target: target === null ? null : { ...target },
  };
}

/** Reads an encoding of a model file, every member checked; `wrong` throws. */
export function readEncoding(
  item: Json,
  { name, type }: ModelColumn,
  wrong: (member: string) => never,
): ColumnEncoding {
  const members = record(item) ?? wrong("");
  if (members.column !== name) wrong(".column");
  const kind = oneOf(members.kind, encodingKinds) ?? wrong(".kind");
  const texts = (member: string): readonly string[] =>
    (list(members[member]) ?? wrong(`.${member}`)).map((one) => word(one) ?? wrong(`.${member}`));
  const numbers = (member: string, read: (one: Json) => number | null): readonly number[] =>
    (list(members[member]) ?? wrong(`.${member}`)).map((one) => read(one) ?? wrong(`.${member}`));
  const counts = numbers("counts", amount);
  if (counts.length === 0) wrong(".counts");
  const categories = texts("categories");
  if (categories.length === 0 || new Set(categories).size !== categories.length) wrong(".categories");
  const slots = numbers("slots", (one) => whole(one, 0, counts.length - 1));
  if (slots.length !== categories.length) wrong(".slots");
  const targets = texts("targets");
  if (targets.length !== (kind === "one-hot" ? counts.length : 1)) wrong(".targets");
  const values = numbers("values", finite);
  if (values.length !== (kind === "one-hot" ? 0 : counts.length)) wrong(".values");
  const scaler = oneOf(members.scaler, ["none", "zscore", "minmax", "robust", "maxabs"] as const) ?? wrong(".scaler");
  const scale = finite(members.scale) ?? wrong(".scale");
  if (!(scale > 0)) wrong(".scale");
  if ((kind === "target") !== (record(members.target) !== null)) wrong(".target");
  return {
    column: name,
    type: oneOf(type, ["text", "integer", "boolean"] as const) ?? wrong(" (the type of its column)"),
    kind,
    categories,
    slots,
    grouped: typeof members.grouped === "boolean" ? members.grouped : wrong(".grouped"),
    counts,
    targets,
    values,
    unseen: members.unseen === null ? null : (finite(members.unseen) ?? wrong(".unseen")),
    scaler,
    center: finite(members.center) ?? wrong(".center"),
    scale,
    target: kind === "target" ? readTarget(members.target!, wrong) : null,
  };
}

function readTarget(item: Json, wrong: (member: string) => never): EncodingTarget {
  const members = record(item) ?? wrong(".target");
  return {
    column: word(members.column) ?? wrong(".target.column"),
    mean: finite(members.mean) ?? wrong(".target.mean"),
    smooth: members.smooth === "auto" ? "auto" : (amount(members.smooth) ?? wrong(".target.smooth")),
    folds: whole(members.folds, 2, 1000) ?? wrong(".target.folds"),
    seed: whole(members.seed, 0, 2 ** 32 - 1) ?? wrong(".target.seed"),
  };
}
