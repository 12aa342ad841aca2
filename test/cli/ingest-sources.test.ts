import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const reference = fileURLToPath(new URL("../../fixtures/reference/combine/", import.meta.url));
const cwd = scratch();

function file(name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return name;
}

const written = (name: string): string => readFileSync(join(cwd, name), "utf8");

file(
  "crm.csv",
  `customer_id;first_name;last_name;email;phone;city;revenue;updated_at
C1;Anne;Martin;anne.martin@example.com;06 11 22 33 01;Lyon;120,50;2024-01-10
C2;Paul;Durand;paul.durand@example.com;06 11 22 33 02;Paris;80,00;2024-02-11
C3;Zoé;Petit;zoe@example.com;06 11 22 33 03;Metz;15,20;2024-03-12
C4;Luc;Roux;;06 11 22 33 04;Nice;7,10;2024-03-13
C5;Eva;Blanc;info@example.com;06 99 88 77 66;Brest;1,00;2024-03-14
C6;Max;Noir;max@example.com;06 99 88 77 66;Brest;2,00;2024-03-15
`,
);
file(
  "web.csv",
  `customer id,First Name,Last Name,Email,Phone,City,visits,updated_at
C1,Anne,Martin,ANNE.MARTIN@example.com,+33611223301,LYON,5,2024-05-01
,Paul,Durand,Paul.Durand@Example.com,,Marseille,3,2024-05-02
,Zoe,Petit,,+33 6 11 22 33 03,Metz,8,2023-05-03
,Lucie,Roux,,+33611223304,Nice,9,2024-05-04
C9,Eve,Blank,info@example.com,,Brest,1,2024-05-05
,Max,Noir,,0699887766,Brest,1,2024-05-06
,New,Person,new@example.com,,Lille,2,2024-05-07
`,
);
const both = ["ingest", "--source", "crm=crm.csv", "--source", "web=web.csv", "--country", "FR"];

interface SourceJson {
  readonly name: string;
  readonly rows: number;
  readonly quarantined: number;
  /** Rows that joined a customer of an earlier source, and all rows of customers that several sources have. */
  readonly joined: Readonly<Record<string, number>>;
  readonly matched: Readonly<Record<string, number>>;
  readonly alone: number;
  readonly out: number;
  readonly merged: number;
  readonly removed: number;
  readonly not_matched: readonly Readonly<Record<string, number | string>>[];
}

interface CombineJson {
  readonly columns: readonly { readonly name: string; readonly sources: Readonly<Record<string, unknown>> }[];
  readonly sources: readonly SourceJson[];
  readonly pairs: readonly {
    readonly sources: readonly string[];
    readonly customers: number;
    readonly by_key: Readonly<Record<string, number>>;
  }[];
  readonly conflicts: { readonly count: number; readonly columns: readonly { readonly column: string }[] } | null;
}

async function report(
  words: readonly string[],
): Promise<{ readonly [key: string]: unknown; readonly combine: CombineJson }> {
  const run = await segment([...words, "--json"], { cwd });
  expect(run.stderr).toBe("");
  return JSON.parse(run.stdout) as { readonly combine: CombineJson };
}

describe("several sources become one table", () => {
  test("by customer id, else address, else number; what several have, and unlike people, stays apart", async () => {
    const run = await segment([...both, "-q", "-o", "full.csv", "--provenance"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const rows = written("full.csv")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","))
      .map((cells) => [cells[0], cells[1], cells[5], cells[8], cells[9], cells[10]].join(" "));
    expect(rows).toEqual([
      "customer_id first_name city visits sources matched_by",
      "C1 Anne Lyon 5 crm+web customer_id",
      "C2 Paul Paris 3 crm+web email",
      "C3 Zoé Metz 8 crm+web phone",
      "C4 Luc Nice  crm ",
      "C5 Eva Brest  crm ",
      "C6 Max Brest  crm ",
      " Lucie Nice 9 web ",
      "C9 Eve Brest 1 web ",
      " Max Brest 1 web ",
      " New Lille 2 web ",
    ]);
  });

  test("the report accounts for every row of each source and says why rows of one key were not matched", async () => {
    const { combine, merged, output } = await report(both);
    expect({ merged, output }).toEqual({ merged: 3, output: { rows: 10 } });
    const [crm, web] = combine.sources;
    expect(crm).toMatchObject({
      rows: 6,
      matched: { customer_id: 1, email: 1, phone: 1 },
      alone: 3,
      out: 6,
      merged: 0,
      removed: 0,
    });
    expect(web).toMatchObject({
      rows: 7,
      matched: { customer_id: 1, email: 1, phone: 1 },
      alone: 4,
      out: 4,
      merged: 3,
    });
    expect(web!.not_matched).toEqual([
      { key: "customer_id", ambiguous: 0, other_id: 0, other_name: 0 },
      { key: "email", ambiguous: 0, other_id: 1, other_name: 0 },
      { key: "phone", ambiguous: 1, other_id: 0, other_name: 1 },
    ]);
    expect(combine.pairs).toMatchObject([
      { sources: ["crm", "web"], customers: 3, by_key: { customer_id: 1, email: 1, phone: 1 } },
    ]);
    expect(combine.columns.find(({ name }) => name === "customer_id")?.sources).toEqual({
      crm: { columns: ["customer_id"], how: "same name" },
      web: { columns: ["customer id"], how: "like name" },
    });
  });

  test("left keeps the customers of the first source and counts what it leaves out", async () => {
    const { combine, merged, removed, output } = await report([...both, "--combine", "left"]);
    expect({ merged, removed, output }).toEqual({ merged: 3, removed: 4, output: { rows: 6 } });
    expect(combine.sources[1]).toMatchObject({ out: 0, merged: 3, removed: 4 });
  });

  test("union stacks the rows, each with its source", async () => {
    const run = await segment([...both, "--combine", "union", "-q", "-o", "union.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const lines = written("union.csv").trimEnd().split("\n");
    expect(lines[0]).toBe("customer_id,first_name,last_name,email,phone,city,revenue,updated_at,visits,source");
    expect(lines.length).toBe(14);
    expect(lines[1]).toBe("C1,Anne,Martin,anne.martin@example.com,06 11 22 33 01,Lyon,120.50,2024-01-10,,crm");
    expect(lines[7]).toBe("C1,Anne,Martin,ANNE.MARTIN@example.com,+33611223301,LYON,,2024-05-01,5,web");
  });

  test("conflicts are listed with the keys, both values, their rows and what was chosen", async () => {
    const run = await segment(
      [...both, "-q", "-o", "out.csv", "--prefer", "newest:updated_at", "--conflicts", "c.csv"],
      {
        cwd,
      },
    );
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(written("c.csv")).toBe(
      "customer,customer_id,email,phone,field,crm,crm_row,web,web_row,chosen,chosen_source\n" +
        "2,c2,paul.durand@example.com,+33611223302,city,Paris,2,Marseille,2,Marseille,web\n",
    );
  });

  test("columns of other names meet by what they are of a customer, and unlike names stay apart", async () => {
    file(
      "fr.csv",
      `customer_id;prenom;nom;email;telephone;ville
1;Carl;Petit;;06 11 22 33 80;Nice
2;Fay;Noir;fay@example.com;06 11 22 33 90;Caen
`,
    );
    file(
      "en.csv",
      `email,phone,first_name,last_name,city
,+33 6 11 22 33 80,Carl,Petit,Nice
FAY@example.com,+33 6 11 22 33 90,Gus,Vert,Caen
`,
    );
    const run = await segment(
      [
        "ingest",
        "--source",
        "crm=fr.csv",
        "--source",
        "web=en.csv",
        "--country",
        "FR",
        "--provenance",
        "-o",
        "met.csv",
      ],
      { cwd },
    );
    expect(run.stdout).toContain("phone (by role)");
    expect(run.stdout).toContain("by role: each source has one such column, whatever its name");
    expect(run.stdout).toMatch(/prenom +text +first-name +prenom +first_name \(by role\)/);
    expect(run.stdout).not.toMatch(/telephone_source +text +(?:id|phone)/);
    expect(
      written("met.csv")
        .split("\n")
        .map((line) => line.split(",").slice(0, 8).join(",")),
    ).toEqual([
      "customer_id,prenom,nom,email,telephone,ville,sources,matched_by",
      "1,Carl,Petit,,06 11 22 33 80,Nice,crm+web,telephone",
      "2,Fay,Noir,fay@example.com,06 11 22 33 90,Caen,crm,",
      ",Gus,Vert,FAY@example.com,+33 6 11 22 33 90,Caen,web,",
      "",
    ]);
  });

  test("a key that columns of other names leave open is named, with the line of a map that settles it", async () => {
    file("two.csv", "client_no;email;mobile;fixe_tel\nA1;a@example.com;06 11 22 33 01;01 11 22 33 01\n");
    file("one.csv", "user_id;email;phone\nU1;A@example.com;06 11 22 33 01\n");
    const words = ["ingest", "--source", "crm=one.csv", "--source", "web=two.csv", "--country", "FR"];
    const run = await segment([...words, "--json"], { cwd });
    const { warnings } = JSON.parse(run.stdout) as { warnings: { code: string; message: string }[] };
    const messages = warnings.filter(({ code }) => code === "key-not-used").map(({ message }) => message);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toContain("the customer id is no key of web: crm has user_id, web has client_no");
    expect(messages[0]).toContain("sources: {web: {columns: {user_id: client_no}}}");
    expect(messages[1]).toContain("sources: {web: {columns: {phone: [mobile, fixe_tel]}}}");
    // The line is a map that makes the key one.
    writeFileSync(join(cwd, "line.yaml"), `${messages[1]!.split("--map with ")[1]!}\n`);
    const mapped = await report([...words, "--map", "line.yaml"]);
    expect(mapped.combine.pairs[0]!.by_key).toHaveProperty("phone");
  });

  test("the newest row wins where it has a value, else the next", async () => {
    await segment([...both, "-q", "-o", "newest.csv", "--prefer", "newest:updated_at"], { cwd });
    const lines = written("newest.csv").split("\n");
    expect(lines[1]).toBe("C1,Anne,Martin,ANNE.MARTIN@example.com,+33611223301,LYON,120.50,2024-05-01,5");
    expect(lines[2]).toBe("C2,Paul,Durand,Paul.Durand@Example.com,06 11 22 33 02,Marseille,80.00,2024-05-02,3");
    // Zoé's row in the CRM is the newer one.
    expect(lines[3]).toBe("C3,Zoé,Petit,zoe@example.com,06 11 22 33 03,Metz,15.20,2024-03-12,8");
  });

  test("an id that a source has twice is refused with its lines, or kept apart", async () => {
    file("twice.csv", "customer_id,email,visits\nC1,a@example.com,1\nC2,b@example.com,2\nC1,c@example.com,3\n");
    const words = ["ingest", "--source", "crm=crm.csv", "--source", "web=twice.csv"];
    const refused = await segment(words, { cwd });
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("twice.csv, line 2");
    expect(refused.stderr).toContain("c1 (lines 2, 4)");
    const { combine, output } = await report([...words, "--repeated", "keep"]);
    expect(output).toEqual({ rows: 8 });
    expect(combine.sources[1]).toMatchObject({ matched: { customer_id: 1 }, alone: 2 });
  });

  test("a no to consent in any source is a no", async () => {
    file("a.csv", "customer_id,opt_in\n1,yes\n2,yes\n3,no\n");
    file("b.csv", "customer_id,opt_in\n1,no\n2,yes\n3,yes\n");
    await segment(["ingest", "--source", "a=a.csv", "--source", "b=b.csv", "-q", "-o", "consent.csv"], { cwd });
    expect(written("consent.csv")).toBe("customer_id,opt_in\n1,false\n2,true\n3,false\n");
  });
});

describe("what goes beside the table", () => {
  test("each source has a quarantine of its own, and its account counts the rows", async () => {
    file("ragged.csv", "customer_id,visits\nC1,1\nC2,2,2\nC3,3\n");
    const words = ["ingest", "--source", "crm=crm.csv", "--source", "web=ragged.csv", "--quarantine", "bad.csv"];
    const run = await segment([...words, "--json", "-o", "sound.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const { input, combine } = JSON.parse(run.stdout) as { input: unknown; combine: CombineJson };
    expect(input).toEqual({ rows: 9, used: 8, quarantined: 1 });
    expect(combine.sources[1]).toMatchObject({ rows: 3, quarantined: 1, merged: 2 });
    expect(written("bad-web.csv")).toContain("C2,2,2");
  });

  test("a quarantine never takes the place of a source", async () => {
    file("x-web.csv", "customer_id,visits\nC1,1\n");
    const words = ["ingest", "--source", "crm=crm.csv", "--source", "web=x-web.csv", "--quarantine", "x.csv"];
    const run = await segment(words, { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("x-web.csv: --quarantine names a file that is being read");
    expect(written("x-web.csv")).toContain("C1,1");
  });

  test("a source may come through a pipe", async () => {
    const run = await segment(["ingest", "--source", "crm=crm.csv", "--source", "web=-", "-q", "-o", "piped.csv"], {
      cwd,
      stdin: "customer_id,visits\nC2,7\n",
    });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(written("piped.csv").split("\n")[2]).toMatch(/^C2,Paul,.*,7$/);
  });
});

describe("a map", () => {
  const map = `columns:
  customer_id: {role: id}
  name:
  email: {role: email, prefer: [newest]}
  phone: {role: phone}
  city: {prefer: [newest, web]}
  revenue: number
  visits: integer
  country: text
  updated_at: date
sources:
  crm:
    read: {delimiter: ";", decimal: ","}
    columns:
      name: {join: [first_name, last_name]}
      country: {value: FR}
  web:
    columns:
      customer_id: customer id
      name: {join: [First Name, Last Name]}
keys: [customer_id, email, phone]
country: FR
updated: updated_at
`;
  const words = ["ingest", "--source", "crm=crm.csv", "--source", "web=web.csv", "--map"];

  test("renames, joins and gives constants; each column has its own precedence", async () => {
    file("map.yaml", map);
    const run = await segment([...words, "map.yaml", "-q", "-o", "mapped.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const lines = written("mapped.csv").split("\n");
    expect(lines[0]).toBe("customer_id,name,email,phone,city,revenue,visits,country,updated_at");
    expect(lines[2]).toBe("C2,Paul Durand,Paul.Durand@Example.com,06 11 22 33 02,Marseille,80.00,3,FR,2024-05-02");
    expect(lines[10]).toBe(",New Person,new@example.com,,Lille,,2,,2024-05-07");
  });

  test("roles say which columns make up a name, and what is a refusal", async () => {
    file("r.csv", "id,a,b,mail,stop\n1,Luc,Roux,l@x.fr,no\n2,Eva,Blanc,e@x.fr,no\n");
    file("s.csv", "id,a,b,mail,stop\n,Lucie,Roux,l@x.fr,no\n,Eva,Blanc,e@x.fr,yes\n");
    const roles = [
      "id: {role: id}",
      "a: {role: first-name}",
      "b: {role: last-name}",
      "mail: {role: email}",
      "stop: {role: refusal}",
    ];
    file("roles.yaml", `columns:\n  ${roles.join("\n  ")}\n`);
    const words = ["ingest", "--source", "r=r.csv", "--source", "s=s.csv", "--map", "roles.yaml", "-q", "-o", "rs.csv"];
    expect(await segment(words, { cwd })).toMatchObject({ code: 0, stderr: "" });
    expect(written("rs.csv")).toBe(
      "id,a,b,mail,stop\n1,Luc,Roux,l@x.fr,no\n2,Eva,Blanc,e@x.fr,yes\n,Lucie,Roux,l@x.fr,no\n",
    );
  });

  test.each([
    ["country: FR\nupdated", "country: FRR\nupdated", "line 22: country: FRR: neither a column nor a country"],
    ["updated: updated_at", "updated: updated", "line 23: the schema: no column updated; did you mean updated_at?"],
    ["First Name, Last", "First Nam, Last", "line 20: web has no column First Nam; did you mean First Name?"],
    ["prefer: [newest]}", "prefer: [crmm]}", "line 4: prefer: no source crmm; did you mean crm?"],
    ["  web:", "  wep:", "line 17: no --source is named wep; did you mean web?"],
    ["delimiter", "delimitr", "line 13: delimitr is no reading option; did you mean delimiter?"],
    ["keys: [customer_id", "keys: [customer", "line 21: keys: no column customer; did you mean customer_id?"],
    ['decimal: ","', 'decimal: ";"', "line 13: decimal ;: not one of ., ,"],
    ["keys:", "kys:", "line 21: the map has no kys; did you mean keys?"],
    ["name: {join: [first", "nam: {join: [first", "line 15: nam is no column of the schema; did you mean name?"],
    ["  customer_id: {role: id}", "  customer_id: {role: ids}", "line 2: no role is called ids; did you mean id?"],
  ])("says the line of what is wrong: %s", async (right, wrong, message) => {
    file("bad.yaml", map.replace(right, wrong));
    const run = await segment([...words, "bad.yaml"], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr.replace(/, column \d+/, "")).toContain(`bad.yaml, ${message}`);
  });

  test("a source that does not hold what the schema says is refused with its first odd value", async () => {
    file(
      "odd.csv",
      "customer_id,email,revenue\n1,a@example.com,12\n2,b@example.com,n.c\n3,c@example.com,13\n4,d@example.com,14\n",
    );
    file("odd.yaml", "columns:\n  customer_id:\n  email:\n  revenue: number\n");
    const run = await segment(["ingest", "--source", "a=odd.csv", "--source", "b=odd.csv", "--map", "odd.yaml"], {
      cwd,
    });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain(
      "odd.csv, line 3, column revenue: revenue is number in the map, and a has text: “n.c” is none",
    );
  });
});

interface Expected {
  readonly matched: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly alone: Readonly<Record<string, number>>;
  readonly pairs: Readonly<Record<string, number>>;
  readonly full_by_source: readonly Readonly<Record<string, string>>[];
  readonly full_newest: readonly Readonly<Record<string, string>>[];
  readonly left_rows: number;
  readonly conflicts: readonly { readonly customer: number; readonly field: string }[];
}

describe("three sources, as pandas merges match them", () => {
  const expected = JSON.parse(readFileSync(`${reference}expected.json`, "utf8")) as Expected;
  const three = ["crm", "web", "shop"].flatMap((name) => ["--source", `${name}=${reference}${name}.csv`]);
  const words = ["ingest", ...three, "--country", "FR"];
  const ordered = ["customer_id", "email", "phone", "city", "spend", "updated"];
  const table = (rows: readonly Readonly<Record<string, string>>[]): string =>
    `${[ordered, ...rows.map((row) => ordered.map((name) => row[name]!))].map((cells) => cells.join(",")).join("\n")}\n`;

  test("the same rows match by the same keys", async () => {
    const { combine } = await report(words);
    const bySource = (of: (one: SourceJson) => unknown): unknown =>
      Object.fromEntries(combine.sources.map((one) => [one.name, of(one)]));
    expect(bySource(({ joined }) => joined)).toEqual({
      crm: { customer_id: 0, email: 0, phone: 0 },
      ...expected.matched,
    });
    expect(bySource(({ alone }) => alone)).toEqual(expected.alone);
    expect(Object.fromEntries(combine.pairs.map(({ sources, customers }) => [sources.join(", "), customers]))).toEqual(
      expected.pairs,
    );
  });

  test.each([
    ["the order of sources", [], "full_by_source"],
    ["the newest row", ["--prefer", "newest:updated"], "full_newest"],
  ] as const)("the table by %s is the same", async (_, more, key) => {
    const run = await segment([...words, ...more, "-q", "-o", "three.csv"], { cwd });
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(written("three.csv")).toBe(table(expected[key]));
  });

  test("left has the customers of the first source, and the conflicts are the same", async () => {
    const { output } = await report([...words, "--combine", "left"]);
    expect(output).toEqual({ rows: expected.left_rows });
    await segment([...words, "--prefer", "newest:updated", "-q", "-o", "three.csv", "--conflicts", "three-c.csv"], {
      cwd,
    });
    const listed = written("three-c.csv").trimEnd().split("\n");
    const [customer, field] = ["customer", "field"].map((name) => listed[0]!.split(",").indexOf(name));
    const found = listed.slice(1).map((line) => `${line.split(",")[customer!]} ${line.split(",")[field!]}`);
    const asked = new Set(["city", "email", "spend"]);
    expect(found.filter((one) => asked.has(one.split(" ")[1]!)).sort()).toEqual(
      expected.conflicts.map((one) => `${one.customer} ${one.field}`).sort(),
    );
  });
});

test("the CSV of several sources is in plain notation: the values that NDJSON has", async () => {
  file("own.csv", "id;optin;ca;vu;u\n1;oui;12,50;13/02/2024;2024-01-02T10:00:00+02:00\n2;Non;-;01/03/2024;NA\n");
  file(
    "other.csv",
    "id,optin,ca,vu,u\n3,yes,15.25,2024-02-14,2024-01-02 10:00:00\n4,no,7,2024-02-15,2024-01-03 10:00:00\n",
  );
  const words = ["ingest", "--source", "own=own.csv", "--source", "other=other.csv", "-q"];
  const csv = await segment(words, { cwd });
  expect(csv.stdout).toBe(
    "id,optin,ca,vu,u\n1,true,12.50,2024-02-13,2024-01-02 08:00:00\n2,false,,2024-03-01,\n" +
      "3,true,15.25,2024-02-14,2024-01-02 10:00:00\n4,false,7,2024-02-15,2024-01-03 10:00:00\n",
  );
  const lines = (await segment([...words, "--format", "ndjson"], { cwd })).stdout.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { id: 1, optin: true, ca: 12.5, vu: "2024-02-13", u: "2024-01-02 08:00:00" },
    { id: 2, optin: false, ca: null, vu: "2024-03-01", u: null },
    { id: 3, optin: true, ca: 15.25, vu: "2024-02-14", u: "2024-01-02 10:00:00" },
    { id: 4, optin: false, ca: 7, vu: "2024-02-15", u: "2024-01-03 10:00:00" },
  ]);
});
