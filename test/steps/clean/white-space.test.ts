import { array, assert, asyncProperty, constantFrom, oneof, string } from "fast-check";
import { expect, test } from "vitest";
import { identifier, join, sql, value } from "../../../src/sql/template.ts";
import { hasOddSpaceSql, squeezed, squeezedSql } from "../../../src/steps/clean/white-space.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();
const piece = oneof(
  constantFrom(
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u000b",
    "\u0085",
    "\u00a0",
    "\u1680",
    "\u2000",
    "\u2009",
    "\u202f",
    "\u205f",
  ),
  constantFrom("\u3000", "\u200b", "\u2060", "\ufeff", "\u2028", "a", "é", "-", "👩‍👩‍👧", "\u200d", "\u180e", "\u0301"),
  string({ unit: "grapheme", maxLength: 2 }).filter((text) => !text.includes("\0")),
);

test("white space is squeezed the same in the engine and of a single text, for any text", async () => {
  const { engine } = surroundings().context;
  const text = identifier("text_1");
  await assert(
    asyncProperty(array(array(piece, { maxLength: 6 }), { minLength: 20, maxLength: 20 }), async (rows) => {
      const texts = rows.map((pieces) => pieces.join(""));
      const values = join(
        texts.map((one, i) => sql`(${i}, ${value(one)})`),
        ", ",
      );
      const found = await engine.rows(
        sql`
          select ${squeezedSql(text, hasOddSpaceSql(text))} as plain_1
          from (values ${values}) as texts(position_1, text_1)
          order by position_1
        `,
        texts.length,
      );
      expect(found.map((row) => row["plain_1"])).toEqual(texts.map(squeezed));
    }),
    { numRuns: 40 },
  );
});
