import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { scratch, segment } from "../cli/run-segment.ts";
import { describeOnPostgres } from "./private-postgres.ts";

const cwd = scratch();

describeOnPostgres("a PostgreSQL database", (server) => {
  const withPassword = (): Record<string, string> => ({ PGPASSWORD: server().password });
  const ingest = (words: readonly string[], env = withPassword()) => segment(["ingest", ...words], { cwd, env });

  beforeAll(() =>
    server().run(`
      create schema ventes;
      create table clients (
        id integer primary key, code text, nom text, actif boolean, montant numeric(12, 2), note double precision,
        naissance date, vu timestamp, saisi timestamptz, tags text[], extra jsonb, solde bigint
      );
      insert into clients values
        (3, '01000', 'Zoé "Z"', true, 1234.50, 0.1, '1980-02-29', '2024-03-12 08:15:00', '2024-03-12 08:15:00+02', '{a,b}', '{"k": 1}', 9007199254740993),
        (1, '75001', E'deux\\nlignes', false, -3.00, 2, '2001-12-31', '2024-03-12 00:00:00', '2024-01-01 00:00:00+00', null, null, -1),
        (2, '', null, null, null, null, null, null, null, null, null, null);
      create view ventes.actifs as select id, nom from clients where actif;
      create table "Mes Clients" ("Nom, prénom" text);
      insert into "Mes Clients" values ('a'), ('b');
      create table vide (a integer);
    `),
  );

  test("gives a table in the order of its primary key, typed as the server types it", async () => {
    const run = await ingest([server().address, "--table", "clients", "-o", "out.csv", "--json"]);
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
    expect(readFileSync(join(cwd, "out.csv"), "utf8")).toBe(
      [
        "id,code,nom,actif,montant,note,naissance,vu,saisi,tags,extra,solde",
        '1,75001,"deux\nlignes",false,-3.00,2,2001-12-31,2024-03-12 00:00:00,2024-01-01 00:00:00,,,-1',
        '2,"",,,,,,,,,,',
        '3,01000,"Zoé ""Z""",true,1234.50,0.1,1980-02-29,2024-03-12 08:15:00,2024-03-12 06:15:00,"{a,b}","{""k"": 1}",9007199254740993',
        "",
      ].join("\n"),
    );
    const { columns } = JSON.parse(run.stdout) as { columns: { name: string; type: string }[] };
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "id integer",
      "code text",
      "nom text",
      "actif boolean",
      "montant number",
      "note number",
      "naissance date",
      "vu timestamp",
      "saisi timestamp",
      "tags text",
      "extra text",
      "solde integer",
    ]);
  });

  test("gives a view by its address, a query in its own order, and names with marks in them", async () => {
    const view = await ingest([`${server().address}#ventes.actifs`, "--format", "csv", "-q"]);
    expect(view.stdout).toBe('id,nom\n3,"Zoé ""Z"""\n');
    const query = await ingest([
      server().address,
      "--query",
      "select id, id * 2 as double from clients order by id desc;",
      "-q",
    ]);
    expect(query.stdout).toBe("id,double\n3,6\n2,4\n1,2\n");
    const source = await ingest(["--source", `${server().address}?application_name=x`, "--table", "clients", "-q"]);
    expect(source.stdout).toContain("01000");
    const named = await ingest([server().address, "--table", "Mes Clients", "-q"]);
    expect(named.stdout).toBe('"Nom, prénom"\na\nb\n');
  });

  test("is never written to", async () => {
    const { code, stderr } = await ingest([
      server().address,
      "--query",
      "with gone as (delete from clients returning id) select * from gone",
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/WITH clause containing a data-modifying statement|read-only/);
    const two = await ingest([server().address, "--query", "select 1) as q; delete from clients; select (1"]);
    expect(two.stderr).toMatch(/multiple commands/);
    const left = await ingest([server().address, "--query", "select count(*) as n from clients", "-q"]);
    expect(left.stdout).toBe("n\n3\n");
  });

  test.each<[string, (address: string) => readonly string[], number, RegExp]>([
    ["no table", (at) => [at], 2, /name one table or one query/],
    ["table and query", (at) => [`${at}#clients`, "--query", "select 1"], 2, /name one table or one query/],
    ["a table that is not there", (at) => [at, "--table", "client"], 3, /no table client; did you mean clients\?/],
    [
      "a wrong query",
      (at) => [at, "--query", "select nom, from clients"],
      2,
      /--query: syntax error.*\(at character 13\)/,
    ],
    ["an unknown column", (at) => [at, "--query", "select prenom from clients"], 2, /column "prenom" does not exist/],
    ["an empty table", (at) => [at, "--table", "vide"], 3, /no rows/],
    ["an unknown database", (at) => [at.replace(/crm$/, "erp"), "--table", "a"], 5, /database "erp" does not exist/],
    ["a server that is not there", (at) => [at.replace(/:\d+\//, ":9/"), "--table", "a"], 5, /nothing listens there/],
    [
      "a password in the address",
      (at) => [at.replace("analyst@", "analyst:geheim@"), "--table", "clients"],
      2,
      /a password in the address; leave it out and set PGPASSWORD/,
    ],
  ])("refuses %s in one line", async (_, words, code, message) => {
    const run = await ingest(words(server().address));
    expect(run.stderr).toMatch(message);
    expect(run.stderr.trimEnd()).not.toContain("\n");
    expect(run.stderr).not.toMatch(/geheim|s3cret/);
    expect(run.code).toBe(code);
  });

  test("is refused without the password, or with another", async () => {
    const none = await ingest([server().address, "--table", "clients"], {});
    expect(none).toMatchObject({ code: 5, stderr: expect.stringContaining("PGPASSWORD") as string });
    const other = await ingest([server().address, "--table", "clients"], { PGPASSWORD: "falsch" });
    expect(other).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("password authentication failed") as string,
    });
    const named = await ingest([`${server().address}?password_env=CRM_PASSWORD#clients`, "-q"], {
      CRM_PASSWORD: server().password,
    });
    expect(named).toMatchObject({ code: 0, stderr: "" });
    expect(named.stdout.split("\n")[0]).toContain("id,code");
  });
});
