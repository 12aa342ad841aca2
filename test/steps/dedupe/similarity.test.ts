import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { editDistanceBytes, inBytes, jaroWinkler } from "../../../src/sql/functions.ts";
import { join, sql, value } from "../../../src/sql/template.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

const reference = JSON.parse(
  readFileSync(new URL("../../../fixtures/reference/dedupe/reference.json", import.meta.url), "utf8"),
) as {
  readonly pairs: readonly {
    readonly a: string;
    readonly b: string;
    readonly jaro_winkler: number;
    readonly edits: number;
  }[];
};

test("similarities are those of rapidfuzz and jellyfish, letter by letter in any script", async () => {
  const { engine } = surroundings().context;
  const { pairs } = reference;
  expect(pairs.length).toBeGreaterThan(400);
  const rows = pairs.map(({ a, b }, i) => sql`(${i}, ${value(a)}, ${value(b)})`);
  const found = await engine.rows(
    sql`
      select ${jaroWinkler(sql`a`, sql`b`)} as similarity, ${editDistanceBytes(inBytes(sql`a`, sql`b`, sql`chr(1)`), inBytes(sql`b`, sql`a`, sql`chr(2)`))} as edits
      from (values ${join(rows, ", ")}) as pairs(i, a, b)
      order by i
    `,
    pairs.length,
  );
  pairs.forEach((pair, i) => {
    expect(found[i]!["similarity"], `${pair.a} and ${pair.b}`).toBeCloseTo(pair.jaro_winkler, 12);
    expect(found[i]!["edits"], `${pair.a} and ${pair.b}`).toBe(pair.edits);
  });
});
