import { expect, test } from "vitest";
import { emailColumns, isEmailSql, normalEmailSql } from "../../../src/steps/contact/email.ts";
import { sql, value } from "../../../src/sql/template.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

async function isEmail(text: string | null): Promise<unknown> {
  const rows = await surroundings().context.engine.rows(
    sql`
      select ${isEmailSql(sql`normal_1`)} as is_email
      from (select ${normalEmailSql(value(text))} as normal_1)
    `,
    1,
  );
  return rows[0]!["is_email"];
}

const label63 = "a".repeat(63);
const local64 = "l".repeat(64);

// RFC 5321, 4.5.3.1: 64 octets before the @, 254 in all (erratum 1690 of RFC 3696), 63 in a label (RFC 1035, 2.3.4).
test.each([
  ["anna@inbox.example", true],
  ["  Anna.O'Neil+news@Inbox.Example\u00a0", true],
  ["josé@café.fr", true],
  ["a@b.xn--p1ai", true],
  [`${local64}@inbox.example`, true],
  [`l${local64}@inbox.example`, false],
  [`a@${label63}.example`, true],
  [`a@${label63}a.example`, false],
  [`a@sub.${label63}a.example`, false],
  [`a@example.${"c".repeat(63)}`, true],
  [`a@example.${"c".repeat(64)}`, false],
  [`a@b.xn--${"0".repeat(59)}`, true],
  [`a@b.xn--${"0".repeat(60)}`, false],
  [`${local64}@${`${label63}.`.repeat(2)}${"b".repeat(57)}.fr`, true],
  [`${local64}@${`${label63}.`.repeat(2)}${"b".repeat(59)}.fr`, false],
  ["anna@inbox", false],
  ["anna@@inbox.example", false],
  ["anna.@inbox.example", false],
  ["anna@-inbox.example", false],
  ["anna@inbox-.example", false],
  ["anna@1.2.3.4", false],
  ["anna inbox.example", false],
  ["", false],
  [null, null],
])("%j is written as an address: %j", async (text, expected) => {
  expect(await isEmail(text)).toBe(expected);
});

test("columns of addresses are found by what they hold, whatever their names", async () => {
  const { context, table } = surroundings();
  const described = await table(
    "a,b,c\nx@inbox.example,note to x@inbox.example,1\nbroken,hello,2\ny@inbox.example,,3\n",
  );
  expect((await emailColumns(context.engine, described)).map(({ name }) => name)).toEqual(["a"]);
});
