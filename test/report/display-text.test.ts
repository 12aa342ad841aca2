import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  cutBesideArrow,
  cutMiddle,
  displayWidth,
  padText,
  visibleText,
  wrapText,
} from "../../src/report/display-text.ts";

test("text is measured in the cells a terminal gives it (Python's unicodedata.east_asian_width, combining)", () => {
  expect(displayWidth("revenue")).toBe(7);
  expect(displayWidth("dépensé")).toBe(7);
  expect(displayWidth("de\u0301pense\u0301")).toBe(7);
  expect(displayWidth("顧客")).toBe(4);
  expect(displayWidth("ｆｕｌｌ")).toBe(8);
  expect(displayWidth("ﾊﾝｶｸ")).toBe(4);
  expect(displayWidth("한국")).toBe(4);
  expect(displayWidth("😀")).toBe(2);
  expect(displayWidth("👨‍👩‍👧")).toBe(2);
  expect(displayWidth("🇫🇷")).toBe(2);
  expect(displayWidth("▏█━╸▁·≥…")).toBe(8);
});

test("a name with an escape sequence, a line end or a reordering mark is shown, not obeyed", () => {
  expect(visibleText("a\u001b[31mb")).toBe("a\\u001b[31mb");
  expect(visibleText("one\ntwo\r\tthree")).toBe("one\\ntwo\\r\\tthree");
  expect(visibleText("\u009b2J")).toBe("\\u009b2J");
  expect(visibleText("abc\u202edcba")).toBe("abc\\u202edcba");
  expect(visibleText("zero\u200bwidth\ufeff")).toBe("zero\\u200bwidth\\ufeff");
  expect(visibleText("half \ud83d")).toBe("half \\ud83d");
  expect(visibleText("whole 😀")).toBe("whole 😀");
});

test("a long name is cut in its middle, so that its ends tell it from its neighbours", () => {
  expect(cutMiddle("revenue_last_twelve_months", 13)).toBe("revenu…months");
  expect(cutMiddle("revenue", 7)).toBe("revenue");
  expect(cutMiddle("顧客単価合計", 7)).toBe("顧客…計");
  expect(cutMiddle("abcdef", 2)).toBe("ab");
  expect(cutMiddle(`${"x".repeat(5000)}${"y".repeat(5000)}`, 9, "...")).toBe("xxx...yyy");
});

test("cutting and padding never give more than the width asked for", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const safe = visibleText(text);
      expect(displayWidth(cutMiddle(safe, width))).toBeLessThanOrEqual(width);
      const padded = padText(cutMiddle(safe, width), width, "right");
      if (displayWidth(safe) <= width) expect(displayWidth(padded)).toBe(width);
    }),
  );
});

test("lines break between words, not inside a number with spaces, and overlong words where the line ends", () => {
  expect(wrapText("the rows are 120 431 in all", 16)).toEqual(["the rows are", "120 431 in all"]);
  expect(wrapText("a abcdefghij b", 4)).toEqual(["a", "abcd", "efgh", "ij b"]);
  expect(wrapText("", 10)).toEqual([""]);
  expect(wrapText("two  spaces stay on one line", 40)).toEqual(["two  spaces stay on one line"]);
});

test("an example keeps its arrow at any width that has room for a letter on both sides", () => {
  const example = "JEAN.DU…PLE.COM → jean.du…ple.com";
  expect(cutBesideArrow(example, 33, " → ")).toBe(example);
  expect(cutBesideArrow("a → jean.dupont@example.com", 17, " → ")).toBe("a → jean.d…le.com");
  expect(cutBesideArrow("no arrow here", 5, " → ")).toBe("no…re");
  for (let width = 5; width < 33; width++) {
    const cut = cutBesideArrow(example, width, " → ");
    expect(cut).toContain(" → ");
    expect(displayWidth(cut)).toBeLessThanOrEqual(width);
  }
});
