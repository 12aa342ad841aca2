import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { defaultGrid } from "../../../src/steps/rfm/default-grid.ts";
import { cellsOf, cellWords, gridFault, segmentNames, segmentOfCell } from "../../../src/steps/rfm/grid.ts";
import { gridText } from "../../../src/steps/rfm/grid-text.ts";
import { readGrid } from "../../../src/steps/rfm/read-grid.ts";
import { cellOf } from "../../../src/model/rfm/score.ts";

test("the default grid holds each of the 125 combinations once", () => {
  const all = defaultGrid.flatMap((rule) => cellsOf(rule));
  expect(all.length).toBe(125);
  expect(new Set(all).size).toBe(125);
  expect(gridFault(defaultGrid)).toBe(null);
});

// The customary chart: rows r = 5 … 1, columns f = 1 … 5.
test("the default grid is the customary chart of recency by frequency", () => {
  const chart = [
    ["new", "potential loyalists", "potential loyalists", "champions", "champions"],
    ["promising", "potential loyalists", "potential loyalists", "loyal", "loyal"],
    ["about to sleep", "about to sleep", "need attention", "loyal", "loyal"],
    ["hibernating", "hibernating", "at risk", "at risk", "cannot lose"],
    ["lost", "lost", "at risk", "at risk", "cannot lose"],
  ];
  const names = segmentNames(defaultGrid);
  const segmentOf = segmentOfCell(defaultGrid);
  chart.forEach((row, i) =>
    row.forEach((name, j) => {
      for (const m of [1, 3, 5]) expect(names[segmentOf[cellOf(5 - i, j + 1, m)]!]).toBe(name);
    }),
  );
});

test("a saved grid is read back as it was, names that YAML could misread among them", async () => {
  expect(await readGrid(gridText(defaultGrid), "grid.yaml")).toEqual(defaultGrid);
  const odd = ["no", "5", "a: b", "é — “x”", '# "q"', "yes"].map((name, i) => ({
    name,
    r: [1, 5] as const,
    f: [Math.min(5, i + 1), Math.min(5, i + 1)] as const,
    m: i < 4 ? ([1, 5] as const) : i === 4 ? ([1, 2] as const) : ([3, 5] as const),
  }));
  expect(await readGrid(gridText(odd), "grid.yaml")).toEqual(odd);
  expect((parse(gridText(odd)) as { name: string }[]).map(({ name }) => name)).toEqual(odd.map(({ name }) => name));
});

test("a segment may have several parts, and a score that is left out may be any", async () => {
  const grid = await readGrid("- {name: best, r: 5}\n- {name: rest, r: 1-3}\n- {name: best, r: '4'}\n", "g.yaml");
  expect(segmentNames(grid)).toEqual(["best", "rest"]);
  const segmentOf = segmentOfCell(grid);
  expect([cellOf(5, 1, 1), cellOf(4, 5, 5), cellOf(3, 5, 5)].map((cell) => segmentOf[cell])).toEqual([0, 0, 1]);
});

describe("a grid that is wrong is refused with the line and what to do", () => {
  const refusal = async (text: string): Promise<{ code: string; line: number | undefined; words: string }> => {
    try {
      await readGrid(text, "g.yaml");
    } catch (error) {
      const { code, message, place, hint } = error as {
        code: string;
        message: string;
        place: { line?: number };
        hint: string;
      };
      return { code, line: place.line, words: `${message}; ${hint}` };
    }
    throw new Error("was read");
  };

  test("combinations in no segment are shown", async () => {
    const { code, words } = await refusal("- name: best\n  r: 4-5\n- name: rest\n  r: 1-3\n  f: 2-5\n");
    expect(code).toBe("bad-rules");
    expect(words).toContain("no segment holds r1 f1, r2 f1, r3 f1");
  });

  test("two segments that share combinations are both named, with their lines", async () => {
    const { code, line, words } = await refusal("- name: best\n  r: 3-5\n\n- name: rest\n  r: 1-3\n");
    expect(code).toBe("bad-rules");
    expect(line).toBe(4);
    expect(words).toContain("“rest” and “best” (line 1) both hold r3");
  });

  test.each([
    ["- name: best\n  r: 6\n", 2, "r of “best” is no range of scores; write it like 4-5, or 3"],
    ["- name: best\n  f: 5-4\n", 2, "f of “best” is no range"],
    ["- name: best\n  m: [1, 2]\n", 2, "m of “best” is no range"],
    ["- name: best\n  R: 5\n", 2, "a segment has no “R”; did you mean r?"],
    ["- name: best\n  monetary: 5\n", 2, "it has name, r, f, m"],
    ["- r: 5\n", 1, "a segment has no name"],
    ["- name:\n  r: 5\n", 1, "the name of a segment is no text"],
    ["- name: 5\n", 1, "the name of a segment is no text"],
    ["- best\n", 1, "entry 1 is no segment"],
    ["segments: 5\n", 1, "holds no list of segments"],
    ["", undefined, "holds no list of segments"],
    ["- name: [\n", 2, "is not YAML"],
    ["- name: a\n  r: 5\n  r: 4\n", 3, "is not YAML: Map keys must be unique"],
    ["- ? \n  : x\n", 1, "a segment has no"],
  ])("%j", async (text, line, words) => {
    const found = await refusal(text);
    expect(found.code).toBe("bad-rules");
    expect(found.words).toContain(words);
    expect(found.line).toBe(line);
  });
});

test("combinations are told in as few words as they can be", () => {
  expect(cellWords([cellOf(1, 2, 3)])).toBe("r1 f2 m3");
  expect(cellWords([1, 2, 3, 4, 5].map((m) => cellOf(4, 2, m)))).toBe("r4 f2");
  expect(cellWords(Array.from({ length: 125 }, (_, cell) => cell))).toBe("r1, r2, r3, r4, r5");
  expect(cellWords(Array.from({ length: 10 }, (_, i) => cellOf((i % 5) + 1, 1, i < 5 ? 1 : 2)))).toMatch(
    / and 2 more$/,
  );
});
