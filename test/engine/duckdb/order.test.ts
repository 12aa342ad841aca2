import { expect, test } from "vitest";
import { sql, value, join } from "../../../src/sql/template.ts";
import { scratch, sharedEngine } from "./with-engine.ts";

const files = scratch();
const engine = sharedEngine(files.path("spool"));

// DuckDB makes a hash join of it, which gives rows in any order.
test("a long list of words is compared row by row, so that rows keep their order", async () => {
  const { relation } = await engine().store(sql`select cast(range as varchar) as text_1 from range(1000)`);
  const words = Array.from({ length: 100 }, (_, i) => value(`${7 * i}`));
  for (const query of [
    sql`select text_1 from ${relation} where text_1 in (${join(words, ", ")})`,
    sql`select case when lower(text_1) in (${join(words, ", ")}) then 1 end as word_1 from ${relation}`,
  ]) {
    const [plan] = await engine().rows(sql`explain ${query}`, 1);
    expect(String(plan!["explain_value"])).toContain("SEQ_SCAN");
    expect(String(plan!["explain_value"])).not.toContain("JOIN");
  }
  expect(engine().explain(sql`select 1`)).toContain("set disabled_optimizers = 'in_clause'");
});
