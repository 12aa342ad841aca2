import { describe, expect, test } from "vitest";
import { alikeForms, grade, type FormPair } from "../../../src/model/linkage/alike-forms.ts";
import { disjointSets } from "../../../src/model/linkage/disjoint-sets.ts";

const pair = (a: number, b: number, how: keyof typeof grade): FormPair => ({ a, b, grade: grade[how] });

describe("which ways to write a name are one person", () => {
  test.each<[string, number, FormPair[], number[]]>([
    ["one form is itself", 1, [], [0]],
    ["two alike are one", 2, [pair(0, 1, "alike")], [0, 0]],
    ["two unlike are two", 2, [pair(0, 1, "unlike")], [0, 1]],
    ["two of which nothing is sure stay two", 2, [pair(0, 1, "unsure")], [0, 1]],
    [
      "a third form joins two slips of one name",
      3,
      [pair(0, 1, "alike"), pair(1, 2, "alike"), pair(0, 2, "unsure")],
      [0, 0, 0],
    ],
    [
      "a form that fits two unlike people joins neither",
      3,
      [pair(0, 1, "alike"), pair(1, 2, "alike"), pair(0, 2, "unlike")],
      [0, 1, 2],
    ],
    [
      "what is sure of each side stays, only the form between them is left out",
      5,
      [
        pair(0, 1, "alike"),
        pair(3, 4, "alike"),
        pair(1, 2, "alike"),
        pair(2, 3, "alike"),
        pair(0, 2, "alike"),
        pair(2, 4, "alike"),
        pair(0, 3, "unlike"),
        pair(0, 4, "unlike"),
        pair(1, 3, "unlike"),
        pair(1, 4, "unlike"),
      ],
      [0, 0, 2, 3, 3],
    ],
    ["an initial joins the only name it fits", 2, [pair(0, 1, "partly")], [0, 0]],
    [
      "an initial that fits two unlike names joins neither",
      3,
      [pair(0, 1, "partly"), pair(0, 2, "partly"), pair(1, 2, "unlike")],
      [0, 1, 2],
    ],
  ])("%s", (_, forms, pairs, people) => {
    expect(alikeForms(forms, pairs)).toEqual(people);
    expect(alikeForms(forms, pairs.toReversed())).toEqual(people);
  });
});

describe("a form that fits two unlike people goes where more is known to agree", () => {
  const between = [pair(0, 1, "alike"), pair(1, 2, "alike"), pair(0, 2, "unlike")];
  const agreement =
    (levels: Readonly<Record<string, number>>) =>
    (a: number, b: number): number =>
      levels[`${a} ${b}`] ?? 0;

  test.each<[string, number, FormPair[], Record<string, number>, number[]]>([
    ["with one side alone", 3, between, { "1 2": 4 }, [0, 1, 1]],
    ["more with one side", 3, between, { "0 1": 4, "1 2": 1 }, [0, 0, 2]],
    ["as much with both sides", 3, between, { "0 1": 4, "1 2": 4 }, [0, 1, 2]],
    ["with neither", 3, between, {}, [0, 1, 2]],
    ["what was left open alone is decided", 3, [...between.slice(0, 1), pair(0, 2, "unlike")], { "1 2": 4 }, [0, 0, 2]],
    [
      "an initial goes too",
      3,
      [pair(0, 1, "partly"), pair(0, 2, "partly"), pair(1, 2, "unlike")],
      { "0 2": 1 },
      [0, 1, 0],
    ],
    [
      "two such forms go each its way",
      4,
      [
        pair(0, 1, "alike"),
        pair(0, 2, "alike"),
        pair(0, 3, "unlike"),
        pair(1, 2, "alike"),
        pair(1, 3, "alike"),
        pair(2, 3, "alike"),
      ],
      { "0 1": 4, "2 3": 4 },
      [0, 0, 2, 2],
    ],
  ])("%s", (_, forms, pairs, levels, people) => {
    expect(alikeForms(forms, pairs, agreement(levels))).toEqual(people);
    expect(alikeForms(forms, pairs.toReversed(), agreement(levels))).toEqual(people);
  });
});

test("sets are known by their least member, whatever the order of the unions", () => {
  const sets = disjointSets(6);
  expect(sets.union(5, 3)).toBe(true);
  expect(sets.union(3, 1)).toBe(true);
  expect(sets.union(1, 5)).toBe(false);
  expect([0, 1, 2, 3, 4, 5].map((item) => sets.find(item))).toEqual([0, 1, 2, 1, 4, 1]);
});
