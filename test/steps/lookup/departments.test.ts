import { expect, test } from "vitest";
import { departments } from "../../../src/steps/lookup/departments.ts";

test("96 departments in Europe, five overseas, and eight territories that are none", () => {
  const codes = departments.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => code.length === 2).length).toBe(96);
  expect(codes.filter((code) => /^97[12346]$/.test(code)).length).toBe(5);
  expect(codes.filter((code) => /^(975|977|978|98.)$/.test(code))).toEqual(
    "975 977 978 984 986 987 988 989".split(" "),
  );
  expect(codes).not.toContain("20");
  expect(codes).not.toContain("96");
});

test("the regions of 2016 have as many departments as the law gives them", () => {
  const counts = new Map<string, number>();
  for (const { region, code } of departments) if (code.length === 2) counts.set(region, (counts.get(region) ?? 0) + 1);
  // Law 2015-29 of 16 January 2015, article 1, and the regions that it left as they were.
  expect(Object.fromEntries(counts)).toEqual({
    "Auvergne-Rhône-Alpes": 12,
    "Bourgogne-Franche-Comté": 8,
    Bretagne: 4,
    "Centre-Val de Loire": 6,
    Corse: 2,
    "Grand Est": 10,
    "Hauts-de-France": 5,
    "Île-de-France": 8,
    Normandie: 5,
    "Nouvelle-Aquitaine": 12,
    Occitanie: 13,
    "Pays de la Loire": 5,
    "Provence-Alpes-Côte d'Azur": 6,
  });
});
