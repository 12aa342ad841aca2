import { assert, asyncProperty } from "fast-check";
import { expect, test } from "vitest";
import { contactTables, quotedCsv } from "./dirt.ts";
import { withClean } from "./with-clean.ts";

const { run, runOrNothing: cleaned, surroundings } = withClean();

// With a ledger every step is needed, and the table is made anew by each query.
test(
  "a table in form that is kept has the cells and the counts of one that is made anew",
  { timeout: 240_000 },
  async () => {
    const { path } = surroundings();
    let compared = 0;
    await assert(
      asyncProperty(contactTables, async ({ cells, letters, unicode, fold, check }) => {
        const options = {
          phone: ["phone"],
          postcode: ["postcode"],
          country: "FR",
          gender: ["gender"],
          title: ["title"],
          email: ["email"],
          unicode,
          ...(letters === undefined ? {} : { case: letters }),
          ...(fold === undefined ? {} : { foldAccents: fold }),
          ...(check === undefined ? {} : { check }),
        };
        const text = quotedCsv(cells);
        const kept = await cleaned(text, options);
        const anew = await cleaned(text, { ...options, ledger: path("ledger.csv") });
        expect(kept?.rows).toEqual(anew?.rows);
        expect(kept?.header).toEqual(anew?.header);
        expect(kept?.json).toEqual(anew?.json);
        if (kept !== null) compared++;
      }),
      { numRuns: 8, endOnFailure: true, seed: 5 },
    );
    expect(compared).toBeGreaterThan(3);
  },
);

test("rows that a check takes away are counted by the first column to blame, kept or made anew", async () => {
  const { path } = surroundings();
  const text = [
    "id,phone,email",
    "1,06 12 34 56 78,a@b.co",
    "2,12,bad@",
    "3,0612345679,bad@",
    "4,x,c@d.fr",
    "5,NA,",
    "6, 07 12 34 56 78 ,E@F.fr",
  ].join("\n");
  const options = { phone: ["phone"], country: "FR", email: ["email"], check: ["drop"] };
  for (const given of [options, { ...options, ledger: path("ledger.csv") }]) {
    const found = await run(`${text}\n`, given);
    expect(found.column("id")).toEqual(["1", "5", "6"]);
    expect(found.column("phone")).toEqual(["+33612345678", null, "+33712345678"]);
    expect(found.json["checks"]).toMatchObject([
      { column: "phone", valid: 3, invalid: 2, missing: 1, removed: 2 },
      { column: "email", valid: 3, invalid: 2, missing: 1, removed: 1 },
    ]);
    expect(found.json["null_words"]).toEqual([{ word: "na", count: 1 }]);
  }
});
