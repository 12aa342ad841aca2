import { expect, test } from "vitest";
import type { Block } from "../../../src/core/report.ts";
import { renderMarkdown } from "../../../src/report/render/markdown.ts";
import { sampleReport } from "../sample-report.ts";

function markdownOf(...blocks: readonly Block[]): string {
  return renderMarkdown({ ...sampleReport(), blocks });
}

test("the report reads as a document: title, facts, tables with every column, chosen row in bold", () => {
  expect(renderMarkdown(sampleReport()).split("\n").slice(0, 11)).toEqual([
    "# choose k",
    "",
    "k-means · 120 431 rows · 5 features · seed 42 · 10 starts",
    "",
    "|   | k | inertia | drop | silhouette | ±95% | C–H | D–B | smallest |",
    "| :-: | --: | --: | --: | --: | --: | --: | --: | --: |",
    "|   | 2 | 412k ████████████ | — | 0.41 ━━━━━ | .01 | 48.2k | 1.21 | 31.1% |",
    "| ▶ | **3** | **310k █████████** | **-25%** | **0.61 ━━━━━━━╸** | **.009** | **61.0k** | **0.87** | **15.2%** |",
    "|   | 4 | 287k ████████▍ | -7% | 0.48 ━━━━━╸ | .004 | 52.3k | 1.03 | 8.4% |",
    "|   | 10 | 158k ████▋ | -45% | 0.33 ━━━━ | .01 | 39.9k | 1.34 | <0.1% |",
    "",
  ]);
});

test("names are shown as they stand, not read as markup, HTML, links or cell borders", () => {
  expect(
    markdownOf({
      kind: "text",
      text: "# <script>a|b</script> *x* _y_ `z` [t](https://e.org) &amp; emails_opened <0.1%",
    }),
  ).toBe(
    "\\# \\<script>a\\|b\\</script> \\*x\\* \\_y\\_ \\`z\\` \\[t\\](https\\://e.org) \\&amp; emails_opened <0.1%\n",
  );
  expect(markdownOf({ kind: "text", text: "1. one\n2. two" })).toBe("1\\. one\\\\n2. two\n");
  expect(markdownOf({ kind: "notice", code: "c", text: "-5 | x" })).toBe("> **Notice:** \\-5 \\| x\n");
});
