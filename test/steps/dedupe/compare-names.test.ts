import { describe, expect, test } from "vitest";
import type { Context } from "../../../src/core/context.ts";
import type { Sql } from "../../../src/core/sql.ts";
import { grade } from "../../../src/model/linkage/alike-forms.ts";
import { inBytes, wordList } from "../../../src/sql/functions.ts";
import { identifier, sql, value } from "../../../src/sql/template.ts";
import { compareFormsSql, compareNamesSql, type PersonForm } from "../../../src/steps/dedupe/compare-names.ts";
import { comparedNameSql } from "../../../src/steps/dedupe/people.ts";
import { withContext } from "../cluster/with-context.ts";

const surroundings = withContext();

/** The grade of two people as the files write them; the same whichever comes first. */
async function compare(
  { engine }: Context,
  a: string,
  b: string,
  births: [string | null, string | null],
): Promise<unknown> {
  const side = (own: string, other: string, rest: number): Sql => sql`
    ${wordList(inBytes(sql`${identifier(own)}`, sql`${identifier(other)}`, sql`chr(${rest})`))} as ${identifier(`${own}_words_1`)},
    replace(${inBytes(sql`${identifier(own)}`, sql`${identifier(other)}`, sql`chr(${rest})`)}, ' ', '') as ${identifier(`${own}_together_1`)}
  `;
  const form = (own: string, birth: string | null): PersonForm => ({
    words: identifier(`${own}_words_1`),
    together: identifier(`${own}_together_1`),
    birth: sql`cast(${birth} as date)`,
  });
  const [left, right] = [form("a", births[0]), form("b", births[1])];
  const rows = await engine.rows(
    sql`
      select ${compareFormsSql(sql`there_1`, left, right)} as there, ${compareFormsSql(sql`back_1`, right, left)} as back
      from (
        select *, ${compareNamesSql(left, right)} as there_1, ${compareNamesSql(right, left)} as back_1
        from (
          select ${side("a", "b", 1)}, ${side("b", "a", 2)}
          from (select ${comparedNameSql(value(a))} as a, ${comparedNameSql(value(b))} as b)
        )
      )
    `,
    1,
  );
  expect(rows[0]!["there"]).toBe(rows[0]!["back"]);
  return rows[0]!["there"];
}

describe("names alone", () => {
  test.each<[string, string, keyof typeof grade]>([
    ["Marie Dupont", "Marie Dupont", "alike"],
    ["Marie Dupont", "DUPONT marie", "alike"],
    ["Mme Marie Dupont", "Marie Dupont", "alike"],
    ["Élodie Lefèvre", "elodie lefevre", "alike"],
    ["Zoe\u0301 Bœuf", "Zoé Boeuf", "alike"],
    ["Jean-Luc Le Gall", "Jean Luc Legall", "alike"],
    ["Awa N'Diaye", "Awa Ndiaye", "alike"],
    ["Marie Dupont", "Marei Dupont", "alike"],
    ["Marie Dupont", "Marie Dupnt", "alike"],
    ["Zoé Petit", "Zoéé Petit", "alike"],
    ["Yasmine Da Silva", "Yasmine Dz Silva", "alike"],
    ["Élodie Kœnig", "Élodie KŒŒNIG", "alike"],
    ["Élodie Kœnig", "Élodie Knœig", "alike"],
    ["duB ellay Pascal", "Pascal du Bellay", "alike"],
    ["deVillèle Sophie", "Sophie de Villlèle", "alike"],
    ["Jean-uc Robin", "Jean-Luc Robin", "alike"],
    ["Björn Mac Giolla", "Bjorn Mzc Giolla", "alike"],
    ["Anne-Léa Martin", "Anne-Léo Martin", "unsure"],
    ["Laurent Lefèvre-Noël", "Laurent Lefevr-Noel", "alike"],
    ["MARIE-ÈCE DUPUY", "Marie-Ève Dupuy", "alike"],
    ["Michel Lefèvre-Noël", "Michèle Lefèvre-Noël", "unsure"],
    ["Lefèvre-Noël Michel", "Michèle Lefèvre-Noël", "unsure"],
    ["Robin Jean-uc", "Jean-Luc Robin", "alike"],
    ["Анна Иванова", "Анна Ивонова", "alike"],
    ["J. Martin", "Jean Martin", "partly"],
    ["Martin", "Jean Martin", "partly"],
    ["", "Jean Martin", "partly"],
    ["John Smith", "John Andrew Smith", "partly"],
    ["Antoine Deschamps", "Marc-Antoine Deschamps", "unsure"],
    ["Michel Dupont", "Michèle Dupont", "unsure"],
    ["André Roux", "Andrée Roux", "unsure"],
    ["Léa Martin", "Léo Martin", "unsure"],
    ["Emma Le Rooux", "Emma Le Rox", "unsure"],
    ["Emma Kign", "Emma Kng", "unsure"],
    ["Kign Emma", "Emma Kng", "unsure"],
    ["MYLLER EWEN", "Ewen Mukler", "unsure"],
    ["Tom Martin", "Tim Martin", "unsure"],
    ["Tom du Bois", "Tim Dubois", "unsure"],
    ["Michel Le Gall", "Michèle Legall", "unsure"],
    ["Al du Bois", "Ali du Bois", "unsure"],
    ["Jean Martin", "Jeanne Martin", "unsure"],
    ["J Martin", "K Martin", "unsure"],
    ["Marion Petit", "Romain Petit", "unsure"],
    ["Ali Martin", "Lia Martin", "unlike"],
    ["Marie Dupont", "Jean Dupont", "unlike"],
    ["Marie Dupont", "Marie Durand", "unlike"],
    ["Martin Jean", "Martin Paul", "unlike"],
  ])("%s and %s: %s", async (a, b, expected) => {
    expect(await compare(surroundings().context, a, b, [null, null])).toBe(grade[expected]);
  });
});

describe("dates of birth decide what names leave open", () => {
  test.each<[string, string, string | null, string | null, keyof typeof grade]>([
    ["Léa Martin", "Leaa Martine", "1980-01-02", "1980-01-02", "alike"],
    ["J Martin", "Jean Martin", "1980-01-02", "1980-01-02", "alike"],
    ["Marie Dupont", "Jean Dupont", "1980-01-02", "1980-01-02", "unsure"],
    ["Marie Dupont", "Jean Durand", "1980-01-02", "1980-01-02", "unlike"],
    ["Nathan Czron", "Nathan Carin", "1980-01-02", "1980-01-02", "alike"],
    ["MYLLER EWEN", "Ewen Mukler", "1980-01-02", "1980-01-02", "alike"],
    ["Jean Martin", "Jean Martin", "1950-03-04", "1980-01-02", "unlike"],
    ["Jean Martin", "Jean Martin", "1980-03-04", "1980-04-03", "alike"],
    ["Jean Martin", "Jean Martin", "1980-03-04", "1980-03-14", "alike"],
    ["Jean Martin", "Jean Martin", "1980-03-04", null, "alike"],
  ])("%s and %s, born %s and %s: %s", async (a, b, born, other, expected) => {
    expect(await compare(surroundings().context, a, b, [born, other])).toBe(grade[expected]);
  });
});
