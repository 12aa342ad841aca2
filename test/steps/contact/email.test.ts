import { describe, expect, test } from "vitest";
import { sql, value } from "../../../src/sql/template.ts";
import { emailColumns, isEmailSql, normalEmailSql } from "../../../src/steps/contact/email.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

async function isEmail(text: string | null): Promise<unknown> {
  const [row] = await surroundings().context.engine.rows(
    sql`select ${isEmailSql(normalEmailSql(value(text)))} as is_1`,
    1,
  );
  return row!["is_1"];
}

const label63 = "a".repeat(63);

describe("an e-mail address", () => {
  test.each([
    "anne@ex.fr",
    " Anne.O'Neil+news@mail.example.COM ",
    "élodie@société.fr",
    "x@xn--bcher-kva.example",
    `${"l".repeat(64)}@ex.fr`,
    `a@${label63}.fr`,
    `a@${label63}.${label63}.${label63}.example`,
  ])("%s is one", async (text) => {
    expect(await isEmail(text)).toBe(true);
  });

  test.each([
    "anne@ex",
    "anne.ex.fr",
    "anne@@ex.fr",
    "an ne@ex.fr",
    ".anne@ex.fr",
    "anne.@ex.fr",
    "a..b@ex.fr",
    "anne@-ex.fr",
    "anne@ex-.fr",
    "anne@ex.f",
    "anne@192.168.0.1",
    `${"l".repeat(65)}@ex.fr`,
    `a@${label63}a.fr`,
    `a@ex.${label63}a`,
    `a@${label63}.${label63}.${label63}.${label63}.fr`,
    "",
  ])("%s is none", async (text) => {
    expect(await isEmail(text)).toBe(false);
  });

  test("a missing one is neither", async () => {
    expect(await isEmail(null)).toBe(null);
  });
});

test("columns of addresses are found by what they hold, whatever their names", async () => {
  const { context, table } = surroundings();
  const described = await table(
    "a,b,c\nx@inbox.example,note to x@inbox.example,1\nbroken,hello,2\ny@inbox.example,,3\n",
  );
  expect((await emailColumns(context.engine, described)).map(({ name }) => name)).toEqual(["a"]);
});
