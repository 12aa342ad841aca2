import { expect, test } from "vitest";
import { type Dendrogram, dendrogramBlocks, dendrogramJson, dendrogramSvg } from "../../src/report/dendrogram.ts";
import { renderTerminal } from "../../src/report/render/terminal.ts";

/** Segments 2 and 3 are merged at 4, and both with 1 at 10. */
const tree: Dendrogram = {
  height: 10,
  size: 60,
  parts: [
    {
      height: 4,
      size: 40,
      parts: [
        { height: 2, size: 15, segment: 3 },
        { height: 1, size: 25, segment: 2 },
      ],
    },
    { height: 3, size: 20, segment: 1 },
  ],
};

const draw = (unicode: boolean): Promise<string> =>
  renderTerminal(
    { command: "cluster", blocks: dendrogramBlocks(tree, "ward"), json: undefined as never },
    { width: 60, colour: false, unicode },
  );

test("each merge is a row above its parts, the lowest segment first, with its height and rows", async () => {
  const lines = (await draw(true))
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .replace(/ [━╸]+/, "")
        .replaceAll(/ {2,}/g, "  ")
        .trim(),
    );
  expect(lines).toEqual([
    "tree above the segments (heights: ward linkage)",
    "merge  height  rows",
    "1 2 3  10.00  60",
    "├─ 1  3.00  20",
    "└─ 2 3  4.00  40",
    "├─ 2  1.00  25",
    "└─ 3  2.00  15",
  ]);
  const ascii = await draw(false);
  expect(ascii).toContain("+- 2 3");
  expect(ascii).not.toMatch(/[├└│─━]/);
});

test("the JSON and the picture hold the same tree", () => {
  expect(dendrogramJson(tree)).toEqual({
    height: 10,
    size: 60,
    parts: [
      { segment: 1, height: 3, size: 20 },
      {
        height: 4,
        size: 40,
        parts: [
          { segment: 2, height: 1, size: 25 },
          { segment: 3, height: 2, size: 15 },
        ],
      },
    ],
  });
  const svg = dendrogramSvg(tree, "3 segments <ward>");
  expect(svg).toContain("<title>3 segments &lt;ward&gt;</title>");
  // The root stands at the right end of the plot, the other merge at 4/10 of its width of 560, from 164.
  expect(
    [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)H([\d.]+)V([\d.]+)H([\d.]+)"/g)].map((found) => found[3]),
  ).toEqual(["388", "724"]);
  expect(svg.match(/<text/g)).toHaveLength(1 + 3 + 2);
});

test("a single segment has no tree to draw", () => {
  expect(dendrogramBlocks({ height: 1, size: 2, segment: 1 }, "ward")).toEqual([]);
});
