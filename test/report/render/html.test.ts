import { expect, test } from "vitest";
import type { Block } from "../../../src/core/report.ts";
import { renderHtml } from "../../../src/report/render/html.ts";
import { sampleReport } from "../sample-report.ts";

function htmlOf(...blocks: readonly Block[]): string {
  return renderHtml({ ...sampleReport(), blocks });
}

test("the page stands alone: no script, no address, nothing loaded", () => {
  const page = renderHtml(sampleReport());
  expect(page.startsWith("<!doctype html>\n")).toBe(true);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|src=|href=/i);
  expect(page).toContain("prefers-color-scheme: dark");
});

test("bars are drawn to scale beside their number, shades behind theirs", () => {
  const page = renderHtml(sampleReport());
  expect(page).toContain(
    '310k<span class="track"><span class="fill" style="width:75.1%;background:#56B4E9"></span></span>',
  );
  expect(page).toContain('<td class="r" style="background:rgba(230,159,0,0.64);">+2.1</td>');
  expect(page).toContain('<td class="r" style="background:rgba(86,180,233,0.16);">-0.9</td>');
});

test("names are escaped wherever they stand", () => {
  const evil = `<img src=x onerror="alert('1')">&\u001b`;
  const safe = "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\\u001b";
  const page = htmlOf(
    { kind: "title", parts: [evil, evil] },
    { kind: "heading", text: evil },
    { kind: "text", text: evil },
    { kind: "notice", code: evil, text: evil },
    {
      kind: "table",
      table: {
        name: evil,
        columns: [{ header: evil, align: "left" }],
        rows: [
          { cells: [evil] },
          { cells: [{ text: evil, bar: Number.NaN }] },
          { cells: [{ text: evil, spark: [0.5] }] },
        ],
      },
    },
  );
  expect(page).not.toContain("<img");
  expect(page.split(safe).length - 1).toBe(11);
  expect(page).toContain("width:0.0%");
});
