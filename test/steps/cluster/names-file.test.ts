import { expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { readNamesFile, updateNamesFile } from "../../../src/steps/cluster/names-file.ts";

const named = (key: string, name: string, generated = name): { key: string; name: string; generated: string } => ({
  key,
  name,
  generated,
});

async function refusal(text: string): Promise<string> {
  try {
    await readNamesFile(text, "names.yaml");
  } catch (error) {
    if (error instanceof SegmentError)
      return `${error.code} ${error.place.line}:${error.place.column} ${error.message}`;
    throw error;
  }
  return "it was taken";
}

test("a new file holds each segment once, and is read again as names that nobody chose", async () => {
  const text = await updateNamesFile(null, [named("1", "Big spenders"), named("2.10", "007: yes")]);
  expect(text).toMatch(/^# Names of the segments/);
  const entry = { isGiven: false, sentence: null, isRetired: false };
  expect([...(await readNamesFile(text, "names.yaml"))]).toEqual([
    ["1", { ...entry, name: "Big spenders" }],
    ["2.10", { ...entry, name: "007: yes" }],
  ]);
});

test("a name is a person's where it differs from the generated one or stands alone", async () => {
  const text =
    "1: {name: VIP, generated: Big spenders}\n2: Weekend\n3: {name: no, sentence: 12}\n4: {name: a, generated: a}\n";
  const read = await readNamesFile(text, "names.yaml");
  expect([...read.values()].map(({ name, isGiven, sentence }) => [name, isGiven, sentence])).toEqual([
    ["VIP", true, null],
    ["Weekend", true, null],
    ["no", true, "12"],
    ["a", false, null],
  ]);
});

test("comments, order and spelling of what a person wrote stay; the rest follows the fit", async () => {
  const text = `# ours
2:
  name: 'VIP'   # from the board
  sentence: "Who pays."
  generated: Big spenders

# to be watched
1: { name: Lapsed customers, generated: Lapsed customers }
7: Once here
`;
  const after = await updateNamesFile(text, [
    named("1", "New customers"),
    named("2", "VIP", "Very big spenders"),
    named("8", "x"),
  ]);
  expect(after).toBe(`# ours
2:
  name: 'VIP' # from the board
  sentence: "Who pays."
  generated: Very big spenders

# to be watched
1: { name: New customers, generated: New customers }
7:
  name: Once here
  retired: true
8:
  name: x
  generated: x
`);
  expect(await updateNamesFile(after, [named("7", "Once here"), named("2", "VIP", "Very big spenders")])).toContain(
    "7:\n  name: Once here\n  generated: Once here\n",
  );
});

test("a file with nothing in it is an empty one", async () => {
  expect((await readNamesFile("# soon\n", "names.yaml")).size).toBe(0);
  expect(await updateNamesFile("# soon\n", [named("1", "a")])).toBe("# soon\n\n1:\n  name: a\n  generated: a\n");
});

test.each([
  ["1: a\n2: A\n", "bad-names 2:4 two segments are named A (the other on line 1)"],
  ["1: a\nbest: b\n", 'bad-names 2:1 "best" is no number of a segment'],
  ["1: a\n0: b\n", 'bad-names 2:1 "0" is no number of a segment'],
  ["1: a\n2: {nam: b}\n", "bad-names 2:5 segment 2 has no nam"],
  ["1: a\n2: {sentence: b}\n", "bad-names 2:1 segment 2 has no name"],
  ["1: a\n2:\n", "bad-names 2:1 segment 2 holds nothing"],
  ["1: a\n2: [b]\n", "bad-names 2:4 segment 2: a list or map stands where a text belongs"],
  ['1: "a\\nb"\n', "bad-names 1:4 segment 1: the text is not one line"],
  ["1: ' '\n", "bad-names 1:4 segment 1: the text is empty"],
  ["1: {name: a, retired: 3}\n", "bad-names 1:23 segment 1: retired 3"],
  ["- a\n", "bad-names 1:1 the file is no map of names"],
  ["1: a\n1: b\n", "bad-names 2:1 is not YAML: Map keys must be unique"],
])("%j is refused with its place", async (text, message) => {
  expect(await refusal(text)).toBe(message);
});

test("a retired segment may have the name of another", async () => {
  expect(await refusal("1: a\n2: {name: a, retired: true}\n")).toBe("it was taken");
});
