import type { Warning } from "../open-table.ts";
import type { SourceRoles } from "./align-by-role.ts";
import type { AlignedColumn } from "./align-columns.ts";
import type { OpenedSource } from "./open-sources.ts";

const keyWords = {
  "customer id": "customer id",
  email: "e-mail address",
  phone: "telephone number",
} as const;

/**
 * Keys that several sources have and that match nothing in one of them, as no other source has a column of its own for
 * that: with the line of a map that would make it one.
 */
export function unusedKeys(
  sources: readonly OpenedSource[],
  roles: SourceRoles,
  aligned: readonly AlignedColumn[],
): readonly Warning[] {
  return (["customer id", "email", "phone"] as const).flatMap((role) => {
    const own = roles.map((of) => [...of].flatMap(([column, one]) => (one === role ? [column] : [])));
    const first = own.findIndex((columns) => columns.length > 0);
    return own.flatMap((columns, s): readonly Warning[] => {
      if (columns.length === 0 || s === first) return [];
      const isCommon = aligned.some(({ origins }) => {
        const ofSource = origins[s];
        if (ofSource == null || ofSource.kind === "constant") return false;
        const isKey = ofSource.columns.some((column) => columns.includes(column));
        return (
          isKey &&
          origins.some(
            (other, t) =>
              t < s &&
              other != null &&
              other.kind !== "constant" &&
              other.columns.some((column) => own[t]!.includes(column)),
          )
        );
      });
      if (isCommon) return [];
      const names = columns.map(({ name }) => name);
      const theirs = own[first]!.map(({ name }) => name);
      const target = theirs[0]!;
      const taken = names.length === 1 ? names[0]! : `[${names.join(", ")}]`;
      const line = `sources: {${sources[s]!.name}: {columns: {${target}: ${taken}}}}`;
      const why =
        role === "customer id"
          ? "ids of two systems may be those of different people"
          : "it does not say which is the same";
      const message =
        `the ${keyWords[role]} is no key of ${sources[s]!.name}: ${sources[first]!.name} has ${theirs.join(", ")}, ` +
        `${sources[s]!.name} has ${names.join(", ")}, and ${why}; if they are one, give a --map with ${line}`;
      return [{ code: "key-not-used", message }];
    });
  });
}
