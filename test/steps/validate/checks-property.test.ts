import fc from "fast-check";
import { expect, test } from "vitest";
import { withContext } from "../cluster/with-context.ts";
import { checkText } from "./with-checks.ts";

const surroundings = withContext();

const cell = fc.constantFrom("", "0", "1", "2", "3", "10", "99");
const town = fc.constantFrom("", "Lille", "Lyon", "Éze", "a,b", 'say "x"');
const rows = fc.array(fc.tuple(cell, town), { minLength: 1, maxLength: 40 });
const bounds = fc.tuple(fc.integer({ min: -1, max: 12 }), fc.integer({ min: 0, max: 100 }));

test("the rows that fail are those that a loop over the rows finds", async () => {
  await fc.assert(
    fc.asyncProperty(rows, bounds, async (table, [low, more]) => {
      const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
      // Two rows that pass keep the columns what they are: numbers, and words.
      const all: [string, string][] = [["1", "Lyon"], ["2", "Lille"], ...table];
      const text = all.map(([n, t], i) => `r${i},${n},${quoted(t)}\n`).join("");
      const { rows: failing } = await checkText(surroundings(), `id,n,town\n${text}`, [
        ["not-null", "n"],
        ["range", `n:${low}..${low + more}`],
        ["set", "town:Lyon,Lille,a,,b"],
        ["unique", "n+town"],
      ]);
      const found = (check: string): number[] => failing.filter(([name]) => name === check).map(([, row]) => row);
      const where = (fails: (n: string, t: string) => boolean): number[] =>
        all.flatMap(([n, t], i) => (fails(n, t) ? [i + 1] : []));
      expect(found("not-null")).toEqual(where((n) => n === ""));
      expect(found("range")).toEqual(where((n) => n !== "" && (Number(n) < low || Number(n) > low + more)));
      expect(found("set")).toEqual(where((_, t) => t !== "" && !["Lyon", "Lille", "a,b"].includes(t)));
      expect(found("unique")).toEqual(
        where((n, t) => n !== "" && t !== "" && all.filter(([m, u]) => m === n && u === t).length > 1),
      );
    }),
    { numRuns: 40 },
  );
});
