import { expect, test } from "vitest";
import { sql } from "../../../src/sql/template.ts";
import { isSharedMailboxSql } from "../../../src/steps/dedupe/shared-mailboxes.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

test.each<[string, boolean]>([
  ["famille@x.fr", true],
  ["famille.dupont12@x.fr", true],
  ["familledupont@x.fr", true],
  ["la-famille.dupont@x.fr", true],
  ["the.family@x.fr", true],
  ["dupont.family@x.fr", true],
  ["info@x.fr", true],
  ["infos+lettre@x.fr", true],
  ["contact2@x.fr", true],
  ["sales-uk@x.fr", true],
  ["secretariat@x.fr", true],
  ["direction@x.fr", true],
  ["sav@x.fr", true],
  ["infosec.jean@x.fr", false],
  ["adminot@x.fr", false],
  ["salesman@x.fr", false],
  ["marie.contactez@x.fr", false],
  ["marie@famille.fr", false],
  ["jean.bureau@x.fr", false],
])("%s is a mailbox of several people by its name: %s", async (address, expected) => {
  const { engine } = surroundings().context;
  const [row] = await engine.rows(sql`select ${isSharedMailboxSql(sql`${address}`)} as shared`, 1);
  expect(row!["shared"]).toBe(expected);
});
