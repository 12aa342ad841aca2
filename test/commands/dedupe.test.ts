import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dedupe } from "../../src/commands/dedupe.ts";
import type { OptionsOf } from "../../src/core/options.ts";
import type { JsonReport } from "../../src/core/report.ts";
import { callCommand } from "../../src/wire.ts";

type Options = Partial<OptionsOf<typeof dedupe.options>>;

const folder = mkdtempSync(join(tmpdir(), "segment-dedupe-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;

/** Runs the command on CSV lines; gives the lines written, header first, the report, and those of `--duplicates`. */
async function run(
  lines: readonly string[],
  options: Options,
): Promise<{ readonly out: readonly string[]; readonly json: JsonReport; readonly listed: readonly string[] }> {
  const stem = join(folder, `t${++count}`);
  writeFileSync(`${stem}.csv`, `${lines.join("\n")}\n`);
  const places = { output: `${stem}-out.csv`, duplicates: `${stem}-dup.csv` };
  const { report } = await callCommand(dedupe, [`${stem}.csv`], { threads: 2, ...places, ...options }, "1.2.3");
  const read = (path: string): readonly string[] => readFileSync(path, "utf8").trimEnd().split("\n");
  return { out: read(places.output), json: report, listed: read(places.duplicates) };
}

describe("which rows are one person", () => {
  test("equal e-mail addresses are one once case, spaces and Unicode forms are seen through", async () => {
    const { out, json } = await run(
      ["id,email", "1,Ann@x.fr", "2, ann@X.FR ", "3,bob@x.fr", "4,re\u0301mi@x.fr", "5,rémi@x.fr"],
      { key: ["email"] },
    );
    expect(out).toEqual(["id,email", "1,Ann@x.fr", "3,bob@x.fr", "4,re\u0301mi@x.fr"]);
    expect(json).toMatchObject({
      schema: "segment/dedupe@1",
      input: { rows: 5, used: 5, quarantined: 0 },
      merged: 2,
      output: { rows: 3 },
      groups: { count: 2, largest: 2, rows: 4 },
    });
    expect(json.warnings.map(({ code }) => code)).toEqual(["names-not-compared"]);
  });

  test("an empty, invalid or placeholder key matches nothing, and is counted", async () => {
    const lines = ["id,email", "1,", "2,", "3,NA", "4,n/a", "5,not an address", "6,not an address"];
    const { out, json, listed } = await run(
      [
        ...lines,
        "7,noreply@x.fr",
        "8,No.Reply@x.fr",
        "9,noreply@x.fr",
        "10,xxx@y.fr",
        "11,xxx@y.fr",
        "12,a@b.fr",
        "13,c@b.fr",
        "14,d@b.fr",
        "15,e@b.fr",
      ],
      { key: ["email"] },
    );
    expect(out).toHaveLength(16);
    expect(json["keys"]).toEqual([
      { key: "email", kind: "email", usable: 4, missing: 4, invalid: 2, placeholder: 5, shared: 0 },
    ]);
    expect(json["placeholders"]).toEqual([
      { key: "email", value: "noreply@x.fr", rows: 2 },
      { key: "email", value: "xxx@y.fr", rows: 2 },
      { key: "email", value: "no.reply@x.fr", rows: 1 },
    ]);
    expect(listed.slice(1, 3)).toEqual([
      ',8,"placeholder key, not merged",noreply@x.fr,yes,7,noreply@x.fr',
      ',10,"placeholder key, not merged",noreply@x.fr,yes,9,noreply@x.fr',
    ]);
  });

  test("a mailbox of unlike people is listed, not merged, and those who are alike in it are merged", async () => {
    const { out, json, listed } = await run(
      [
        "first_name,last_name,email",
        "Marie,Dupont,f@x.fr",
        "Jean,Dupont,f@x.fr",
        "DUPONT,marie,F@x.fr",
        "Jaen,Dupont,f@x.fr",
      ],
      { key: ["email"] },
    );
    expect(out.slice(1)).toEqual(["Marie,Dupont,f@x.fr", "Jean,Dupont,f@x.fr"]);
    expect(json["shared"]).toEqual([
      {
        key: "email",
        value: "f@x.fr",
        rows: 4,
        people: 2,
        names: ["Marie Dupont", "Jean Dupont", "DUPONT marie", "Jaen Dupont"],
      },
    ]);
    expect(listed).toEqual([
      "group,row,reason,value,kept,first_name,last_name,email",
      "1,2,email,f@x.fr,yes,Marie,Dupont,f@x.fr",
      "1,4,email,f@x.fr,no,DUPONT,marie,F@x.fr",
      "2,3,email,f@x.fr,yes,Jean,Dupont,f@x.fr",
      "2,5,email,f@x.fr,no,Jaen,Dupont,f@x.fr",
      '1,2,"shared key, not merged",f@x.fr,yes,Marie,Dupont,f@x.fr',
      '2,3,"shared key, not merged",f@x.fr,yes,Jean,Dupont,f@x.fr',
      '1,4,"shared key, not merged",f@x.fr,no,DUPONT,marie,F@x.fr',
      '2,5,"shared key, not merged",f@x.fr,no,Jaen,Dupont,f@x.fr',
    ]);
  });

  test("father and son of one name are told apart by their dates of birth", async () => {
    const { out } = await run(
      [
        "name,naissance,email",
        "Jean Martin,1950-03-04,m@x.fr",
        "Jean Martin,1980-11-20,m@x.fr",
        "Jean Martin,1950-03-04,m@x.fr",
      ],
      { key: ["email"] },
    );
    expect(out).toHaveLength(3);
  });

  const people = (one: string, other: string, between: string): readonly string[] => [
    "first_name,last_name,birth_date,phone,postcode,email",
    `Étienne,Bonnet,1965-07-18,${one},75001,m@x.fr`,
    `Étienne,Bonnet,1990-02-01,${other},75001,m@x.fr`,
    `etienne,Bonnet,,${between},75001,m@x.fr`,
  ];

  test.each<[string, readonly string[], number]>([
    ["goes with the one whose telephone it has", people("01 99 00 21 97", "0611223344", "+33 1-99-00-21-97"), 2],
    ["stays alone where it has neither telephone", people("01 99 00 21 97", "0611223344", ""), 3],
    ["stays alone where both have its telephone", people("0199002197", "01.99.00.21.97", "0199002197"), 3],
    ["is not told by a placeholder", people("0000000000", "0611223344", "0000000000"), 3],
  ])("a row that fits two people of one mailbox %s", async (_, lines, rows) => {
    const { out, json, listed } = await run(lines, { key: ["email"] });
    expect(out).toHaveLength(rows + 1);
    expect(json["doubtful"]).toEqual({
      count: 3 - rows,
      examples: [
        {
          key: "email",
          value: "m@x.fr",
          rows: 2,
          names: ["Étienne Bonnet", "etienne Bonnet"],
          mailbox: false,
          chosen: true,
        },
      ].slice(0, 3 - rows),
    });
    expect(json["shared"]).toMatchObject([{ value: "m@x.fr", people: rows }]);
    const reasons = listed.slice(1).filter((line) => line.includes("chosen by telephone or address"));
    expect(reasons).toHaveLength(rows === 2 ? 2 : 0);
  });

  test("the address decides before the postcode, and one column's name is enough to find it", async () => {
    const { out } = await run(
      [
        "nom,date_naissance,adresse,code_postal,email",
        "Jean Martin,1950-03-04,1 rue X,75001,m@x.fr",
        "Jean Martin,1980-11-20,2 rue Y,75002,m@x.fr",
        "Jean Martin,,2  RUE y,75001,m@x.fr",
      ],
      { key: ["email"], names: ["nom"] },
    );
    expect(out.slice(1).map((line) => line.split(",")[1])).toEqual(["1950-03-04", "1980-11-20"]);
  });

  test("what is merged under a mailbox that several people read, by its name, is listed", async () => {
    const { out, json, listed } = await run(
      [
        "id,name,email",
        "1,Océane Marchand,famille.marchand2@x.fr",
        "2,Oceane Marchand,Famille.Marchand2@x.fr",
        "3,Ann Lee,contact@y.fr",
        "4,Ann Lee,contact@y.fr",
        "5,Ann Lee,contact@y.fr",
        "6,Ida Roy,ida.roy@y.fr",
        "7,Ida Roy,ida.roy@y.fr",
      ],
      { key: ["email"] },
    );
    expect(out).toHaveLength(4);
    expect(json["doubtful"]).toEqual({
      count: 2,
      examples: [
        { key: "email", value: "contact@y.fr", rows: 3, names: ["Ann Lee"], mailbox: true, chosen: false },
        {
          key: "email",
          value: "famille.marchand2@x.fr",
          rows: 2,
          names: ["Océane Marchand", "Oceane Marchand"],
          mailbox: true,
          chosen: false,
        },
      ],
    });
    const reasons = listed.slice(1).map((line) => line.split('"').at(1) ?? "email");
    expect(reasons).toEqual([
      ...Array.from({ length: 5 }, () => "email, a shared mailbox by its name"),
      "email",
      "email",
    ]);
  });

  test("without names too, what is merged under such a mailbox is listed", async () => {
    const { json } = await run(["id,email", "1,info@x.fr", "2,info@x.fr"], { key: ["email"] });
    expect(json["doubtful"]).toMatchObject({ count: 1, examples: [{ value: "info@x.fr", rows: 2, names: [] }] });
  });

  test("a mailbox of more than twenty names is nobody's", async () => {
    const letters = "abcdefghijklmnopqrstuvwxyz";
    const names = Array.from(
      { length: 21 },
      (_, i) => letters[i % 26]!.repeat(3) + letters[(i * 7) % 26]!.repeat(3) + letters[Math.floor(i / 26)]!,
    );
    const { out, json } = await run(["name,email", ...names.flatMap((name) => [`${name},s@x.fr`, `${name},s@x.fr`])], {
      key: ["email"],
    });
    expect(out).toHaveLength(43);
    expect(json["shared"]).toMatchObject([{ rows: 42, people: null }]);
  });

  test("several keys link in chains, and the first that links a row gives its reason", async () => {
    const { out, listed } = await run(
      ["id,email,phone", "1,a@x.fr,0611223344", "2,a@x.fr,", "3,,06 11 22 33 44", "4,z@x.fr,06.11.22.33.45"],
      { key: ["email", "phone"], country: "FR" },
    );
    expect(out).toEqual(["id,email,phone", "1,a@x.fr,0611223344", "4,z@x.fr,06.11.22.33.45"]);
    expect(listed.slice(1).map((line) => line.split(",").slice(0, 5).join(" "))).toEqual([
      "1 2 email a@x.fr yes",
      "1 3 email a@x.fr no",
      "1 4 phone +33611223344 no",
    ]);
  });

  test("the country of a row decides what its national number is", async () => {
    const { out, json } = await run(
      [
        "id,phone,pays",
        "1,06 11 22 33 44,France",
        "2,+33611223344,",
        "3,07700 900123,UK",
        "4,+44 (0)7700 900123,fr",
        "5,0611223344,Atlantide",
      ],
      { key: ["phone"], country: "pays" },
    );
    expect(out.slice(1).map((line) => line.split(",")[0])).toEqual(["1", "3", "5"]);
    expect(json["keys"]).toMatchObject([{ usable: 4, invalid: 1 }]);
    expect(json.warnings.find(({ code }) => code === "phone-country")?.message).toContain("2 rows");
  });

  test("a composite key needs every part, dates and numbers by value, texts without marks", async () => {
    const { out } = await run(
      [
        "nom,ne_le,cp",
        "Le Goff,01/02/1980,75 001",
        "LEGOFF,01/02/1980,75001",
        "Le Goff,,75001",
        "Le Goff,,75001",
        "Le Goff,13/02/1980,75001",
      ],
      { key: ["nom+ne_le+cp"], names: ["nom"] },
    );
    expect(out).toHaveLength(5);
  });

  test("nearly equal names of one block are one, others are not compared", async () => {
    const { out, json, listed } = await run(
      [
        "first_name,last_name,postcode",
        "Marie,Dupont,75001",
        "Marie,Dupond,75001",
        "Marie,Dupont,69001",
        ",,75001",
        ",,75001",
      ],
      { fuzzy: ["name:0.92"], block: ["postcode"] },
    );
    expect(out).toHaveLength(5);
    expect(json["fuzzy"]).toMatchObject({ pairs: 1, matched: 1 });
    // rapidfuzz 3.14.6: JaroWinkler.similarity("marie dupont", "marie dupond") = 0.9666666666666667
    expect(listed[1]).toMatch(/^1,2,name 0\.97 in postcode,75001,yes/);
  });
});

describe("which values survive", () => {
  const lines = [
    "id,email,first,city,seen,optin,opt_out",
    "9,a@x.fr,Ann,,2024-01-05,yes,no",
    "10,a@x.fr,,Paris,2025-01-05,yes,",
    "8,a@x.fr,Anna,Lyon,,no,no",
  ];

  test.each<[string, Options, string]>([
    ["by the most complete row, ties to the first", {}, "9,a@x.fr,Ann,Lyon,2024-01-05,no,"],
    ["by the first row that has a value", { keep: ["first"] }, "9,a@x.fr,Ann,Paris,2024-01-05,no,"],
    [
      "by the most recent row, missing dates last",
      { keep: ["most-recent:seen"] },
      "10,a@x.fr,Ann,Paris,2025-01-05,no,",
    ],
    [
      "by a rule of its own for a column",
      { keep: ["first", "city=most-complete"] },
      "9,a@x.fr,Ann,Lyon,2024-01-05,no,",
    ],
    ["the least id by value", { keep: ["first"], id: "id" }, "8,a@x.fr,Ann,Paris,2024-01-05,no,"],
  ])("%s", async (_, options, survivor) => {
    // opt_out: no, unknown, no: what is unknown refuses more than a no to refusal.
    const { out, json } = await run(lines, { key: ["email"], names: ["email"], ...options });
    expect(out.slice(1)).toEqual([survivor]);
    expect(json["survivorship"]).toMatchObject({ consent: ["optin", "opt_out"], consent_conflicts: 1 });
  });

  test("no beats unknown beats yes, and the cell keeps its text", async () => {
    const answer = async (...answers: string[]): Promise<string> => {
      const { out } = await run(["k,rgpd", ...answers.map((one) => `v,${one}`), "w,Oui", "x,non"], { key: ["k"] });
      return out[1]!;
    };
    expect(await answer("Oui", "NON", "oui")).toBe("v,NON");
    expect(await answer("Oui", "", "oui")).toBe("v,");
    expect(await answer("", "Non")).toBe("v,Non");
    expect(await answer("OUI", "oui")).toBe("v,OUI");
  });

  test("cells keep their text, rows alone are untouched, and a group stands where its first row stood", async () => {
    const { out } = await run(["k,code,amount", "b,007,1.50", "a,00012345678901234567,2.0", "c, x ,3", "a,0001,"], {
      key: ["k"],
      group: "person",
    });
    expect(out).toEqual(["k,code,amount,person", "b,007,1.50,1", "a,00012345678901234567,2.0,2", "c, x ,3,3"]);
  });

  test("columns named like ours, with quotes and spaces, keep their names", async () => {
    const { listed } = await run(['group,"my ""key""",first_row', "x,1,p", "y,1,q"], { key: ['my "key"'] });
    expect(listed[0]).toBe('duplicate_group,row,reason,value,kept,group,"my ""key""",first_row');
  });
});

describe("edges", () => {
  test("one row, no match and a column without any value pass through", async () => {
    expect((await run(["email,k", "a@x.fr,"], { key: ["email"] })).out).toEqual(["email,k", "a@x.fr,"]);
    expect((await run(["email,k", "a@x.fr,", "b@x.fr,"], { key: ["k"] })).json).toMatchObject({ merged: 0 });
  });

  test("all rows of one key become one", async () => {
    const { out, json } = await run(["k,v", ...Array.from({ length: 5000 }, (_, i) => `z,${i}`)], { key: ["k"] });
    expect(out).toEqual(["k,v", "z,0"]);
    expect(json).toMatchObject({ groups: { count: 1, largest: 5000, rows: 5000 } });
  });

  test.each<[string, Options, object]>([
    ["without a key the likely ones are named", {}, { code: "usage", hint: "try --key email or --key phone" }],
    ["an unknown column has a suggestion", { key: ["emial"] }, { code: "unknown-column", hint: "did you mean email?" }],
    ["fuzzy needs a block", { fuzzy: ["email:0.9"] }, { code: "usage" }],
    ["a block alone has no effect", { key: ["email"], block: ["phone"] }, { code: "usage" }],
    ["a similarity above one is none", { fuzzy: ["email:1.2"], block: ["phone"] }, { code: "bad-option-value" }],
    ["a country without a number has no effect", { key: ["email"], country: "FR" }, { code: "usage" }],
    [
      "an unknown country has a suggestion",
      { key: ["phone"], country: "Frnce" },
      { code: "unknown-choice", hint: "did you mean france?" },
    ],
    [
      "an unknown rule has a suggestion",
      { key: ["email"], keep: ["frist"] },
      { code: "unknown-choice", hint: "did you mean first?" },
    ],
    ["most recent needs dates", { key: ["email"], keep: ["most-recent:email"] }, { code: "bad-option-value" }],
    ["a new column may not be there already", { key: ["email"], group: "phone" }, { code: "column-exists" }],
    ["a key twice is a slip", { key: ["email", "email"] }, { code: "usage" }],
  ])("%s", async (_, options, error) => {
    await expect(run(["email,phone", "a@x.fr,0611223344", "b@x.fr,0611223345"], options)).rejects.toMatchObject(error);
  });

  test("a column that stands in for a missing one is named", async () => {
    const { json } = await run(["courriel_client,x", "a@x.fr,1", "A@x.fr,2"], { key: ["email"] });
    expect(json).toMatchObject({ merged: 1 });
    expect(json.warnings[0]).toMatchObject({ code: "key-column" });
  });

  test("a block of too many pairs is refused by name", async () => {
    const rows = Array.from({ length: 15_000 }, (_, i) => `n${i},Paris`);
    await expect(run(["name,city", ...rows], { fuzzy: ["name:0.9"], block: ["city"] })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("“paris” with 15000 rows") as string,
    });
  });
});

describe("who refuses", () => {
  test.each(["do_not_contact", "stop_sms", "blacklisté", "ne_plus_contacter"])(
    "a yes in %s survives, as it is a refusal",
    async (column) => {
      for (const consent of [undefined, [column]]) {
        const { out } = await run(
          [`id,first_name,last_name,email,${column}`, "1,Ann,Lee,a@x.com,no", "2,Ann,Lee,a@x.com,yes"],
          { key: ["email"], ...(consent === undefined ? {} : { consent }) },
        );
        expect(out.slice(1)).toEqual(["1,Ann,Lee,a@x.com,yes"]);
      }
    },
  );
});

describe("words of consent", () => {
  const answers = async (column: string, ...words: string[]) =>
    run([`id,email,${column},x`, ...words.map((word, i) => `${i + 1},a@x.com,${word},z`)], { key: ["email"] });

  test.each<[string, readonly string[], string]>([
    ["consent", ["opt-in", "opt-out"], "opt-out"],
    ["consent", ["Opted in", "opted out"], "opted out"],
    ["consent", ["accepté", "refusé"], "refusé"],
    ["consent", ["subscribed", "unsubscribed"], "unsubscribed"],
    ["consent", ["granted", "Withdrawn", "maybe"], "Withdrawn"],
    ["consent", ["agreed", "accepted"], "agreed"],
    ["consent", ["maybe", "perhaps"], ""],
    ["consent", ["yes", "maybe"], ""],
    ["consent", ["maybe", "Maybe "], "maybe"],
    ["consent", ["yes", ""], ""],
    ["opt_out", ["opt-in", "opt-out"], "opt-out"],
    ["opt_out", ["no", "opt-out"], "opt-out"],
    ["opt_out", ["accepted", "no"], ""],
  ])("of a column %s with %j survives %j", async (column, words, survivor) => {
    const { out } = await answers(column, ...words);
    expect(out.slice(1)).toEqual([`1,a@x.com,${survivor},z`]);
  });

  test("answers that cannot be read are counted, and one is shown", async () => {
    const { json } = await answers("consent", "perhaps", "maybe", "yes");
    const warning = json.warnings.find(({ code }) => code === "consent-unreadable");
    expect(warning?.message).toMatch(/^2 answers of consent in groups cannot be read, such as “maybe”/);
    expect((await answers("consent", "yes", "")).json.warnings.map(({ code }) => code)).not.toContain(
      "consent-unreadable",
    );
  });

  test("dates, and numbers other than 0 and 1, are no answers", async () => {
    const lines = [
      "email,optin_date,score,flag",
      "a@x.com,2024-01-02,3,0",
      "a@x.com,2024-05-06,4,1",
      "b@x.com,2023-01-01,5,1",
    ];
    for (const name of ["optin_date", "score"]) {
      await expect(run(lines, { key: ["email"], consent: [name] })).rejects.toMatchObject({ code: "usage" });
    }
    const { out } = await run(lines, { key: ["email"], consent: ["flag"] });
    expect(out.slice(1)).toEqual(["a@x.com,2024-01-02,3,0", "b@x.com,2023-01-01,5,1"]);
  });
});

describe("placeholders of other keys", () => {
  test.each(
    "0 000000 99999 xxx XX --- .... inconnu Inconnue unknown TBD aucun aucune sans none test n/d nc N/C na null vide divers anonyme Anonymous undefined default".split(
      " ",
    ),
  )("the key %s matches nothing", async (word) => {
    const { out, json } = await run(["ref,x", `${word},1`, `${word},2`, "k1,3", "k2,4", "k3,5"], { key: ["ref"] });
    expect(out).toHaveLength(6);
    const missing = ["none", "n/d", "na", "null", "vide"].includes(word.toLowerCase());
    if (!missing) expect(json["placeholders"]).toMatchObject([{ key: "ref", rows: 2 }]);
  });

  test("a placeholder in one part of a composite key is one", async () => {
    const { out } = await run(["nom,prenom,ville", "Inconnu,Ann,Lyon", "Inconnu,Ann,Lyon", "Lee,Ann,Lyon"], {
      key: ["nom+prenom+ville"],
    });
    expect(out).toHaveLength(4);
  });

  test.each(["11", "77", "1111", "M", "A", "lee", "Anna", "Bobby", "Sansone"])("the key %s matches", async (word) => {
    const { out } = await run(["ref,x", `${word},1`, `${word},2`, "k1,3"], { key: ["ref"] });
    expect(out).toHaveLength(3);
  });

  test("NC is a state of the United States", async () => {
    const lines = ["last_name,first_name,state,x", "Lee,Ann,NC,1", "Lee,Ann,NC,2"];
    expect((await run(lines, { key: ["last_name+first_name+state"] })).out).toHaveLength(2);
  });
});

describe("links put together", () => {
  test("a row without a name joins no unlike people, and the value that would is listed", async () => {
    const { out, json, listed } = await run(
      [
        "id,first_name,last_name,email,phone",
        "1,Jo,Lee,e1@x.com,",
        "2,,,e1@x.com,+33612345671",
        "3,Cat,Moore,,+33612345671",
      ],
      { key: ["email", "phone"] },
    );
    expect(out.slice(1)).toEqual(["1,Jo,Lee,e1@x.com,+33612345671", "3,Cat,Moore,,+33612345671"]);
    expect(json["shared"]).toMatchObject([{ key: "phone", value: "+33612345671", rows: 2, people: 2 }]);
    expect(listed.filter((line) => line.includes("shared key, not merged"))).toHaveLength(2);
  });

  test("like people are joined by way of two keys", async () => {
    const { out } = await run(
      [
        "id,first_name,last_name,email,phone",
        "1,Jo,Lee,e1@x.com,",
        "2,,,e1@x.com,+33612345671",
        "3,Lee,Jo,,+33612345671",
      ],
      { key: ["email", "phone"] },
    );
    expect(out.slice(1)).toEqual(["1,Jo,Lee,e1@x.com,+33612345671"]);
  });

  const martins = [
    "id,first_name,last_name,birth_date,postcode",
    "1,Paul,Martin,1950-03-04,75001",
    "2,Paul,Martin,1980-11-20,75001",
    "3,Paul,Martin,,75001",
  ];

  test("two dates of birth under one name are two people by an exact key", async () => {
    expect((await run(martins, { key: ["last_name+first_name"] })).out).toHaveLength(4);
    const renamed = ["id,a,b,birth_date,postcode", ...martins.slice(1)];
    expect((await run(renamed, { key: ["a+b"] })).out).toHaveLength(4);
  });

  test("two dates of birth under one name are two people by likeness, and a row without a date stays apart", async () => {
    const options = { fuzzy: ["name:0.92"], block: ["postcode"] };
    expect((await run(martins, options)).out).toHaveLength(4);
    const both = { ...options, key: ["last_name+first_name"] };
    expect((await run(martins, both)).out).toHaveLength(4);
    const typo = [...martins.slice(0, 2), "2,Paul,Martin,1950-03-05,75001", "3,Paul,Martin,,75001"];
    expect((await run(typo, options)).out).toHaveLength(2);
  });

  test("the date of birth of --birth is asked by likeness too", async () => {
    const named = ["id,first_name,last_name,d,postcode", ...martins.slice(1, 3)];
    const options = { fuzzy: ["name:0.92"], block: ["postcode"] };
    expect((await run(named, options)).out).toHaveLength(2);
    expect((await run(named, { ...options, birth: "d" })).out).toHaveLength(3);
  });
});
