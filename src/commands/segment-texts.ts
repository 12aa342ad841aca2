import type { Context } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";
import { segmentNames } from "../report/segment-names.ts";
import { segmentSentences, type SentencesInput } from "../report/sentences.ts";
import { finalSegments } from "../steps/cluster/merged-segments.ts";
import type { ClusterModel, SegmentTexts } from "../steps/cluster/model.ts";
import { readNamesFile, type NamesFile } from "../steps/cluster/names-file.ts";

/** What a person calls a segment; null for what is generated. */
interface GivenTexts {
  readonly name: string | null;
  readonly description: string | null;
}

/** What a segment is called, and the name that was generated for it. */
export type SegmentWords = SegmentTexts & { readonly generated: string };

/**
 * The names and sentences of the segments, in their order: those that a person gave, by number, and generated ones; `called`
 * are names to take in the place of generated ones, `also` what is to be said of each beside its numbers.
 */
export function segmentWords(
  words: SentencesInput,
  given: ReadonlyMap<number, GivenTexts>,
  called: ReadonlyMap<number, string> = new Map(),
  also: readonly string[] = [],
): readonly SegmentWords[] {
  const here = words.segments.map((segment) => given.get(segment));
  const taken = here.flatMap((texts) => (texts?.name == null ? [] : [texts.name]));
  const labels = freeNames(words.segments, called, taken);
  const generated = segmentNames(words, [...taken, ...labels.values()]);
  const names = words.segments.map((segment, s) => labels.get(segment) ?? generated[s]!);
  const hasNumbers = words.columns.length > 0;
  return segmentSentences(words).map((ofNumbers, s): SegmentWords => {
    const sentence = [hasNumbers ? [ofNumbers] : [], also[s] || []].flat().join("; ");
    const name = here[s]?.name ?? null;
    const description = here[s]?.description ?? null;
    const texts = { name: name ?? names[s]!, description: description ?? sentence, generated: names[s]! };
    if (name === null && description === null) return texts;
    return { ...texts, given: name === null ? "description" : description === null ? "name" : "both" };
  });
}

/** The names that are not taken, each once, whatever their capitals. */
function freeNames(
  segments: readonly number[],
  called: ReadonlyMap<number, string>,
  taken: readonly string[],
): ReadonlyMap<number, string> {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  const free = new Map<number, string>();
  for (const segment of segments) {
    const name = called.get(segment);
    if (name === undefined || used.has(name.toLowerCase())) continue;
    used.add(name.toLowerCase());
    free.set(segment, name);
  }
  return free;
}

/** What a person called segments by number: in the names file, else where it has no entry in the earlier model. */
export function givenTexts(like: ClusterModel | null, file: NamesFile | null): ReadonlyMap<number, GivenTexts> {
  const given = new Map<number, GivenTexts>();
  const inFile = new Set([...(file?.values() ?? [])].map(({ name }) => name.toLowerCase()));
  for (const { segment, name = "", description, given: by } of like === null ? [] : finalSegments(like)) {
    if (by === undefined || file?.has(String(segment)) === true) continue;
    const isNamed = by !== "description" && !inFile.has(name.toLowerCase());
    given.set(segment, { name: isNamed ? name : null, description: by === "name" ? null : description });
  }
  for (const [key, { name, isGiven, sentence }] of file ?? []) {
    given.set(Number(key), { name: isGiven ? name : null, description: sentence });
  }
  return given;
}

/** The text of a names file and what it says; null where there is none yet. Throws `bad-names`. */
export async function openNames(
  { io }: Context,
  file: string,
): Promise<{ readonly text: string; readonly entries: NamesFile } | null> {
  let text: string;
  try {
    text = await io.readText(file);
  } catch (error) {
    if (error instanceof SegmentError && error.code === "file-missing") return null;
    throw error;
  }
  return { text, entries: await readNamesFile(text, file) };
}

/** A model whose segments are called as a names file says. Throws `file-missing`, `bad-names`. */
export async function withNames({ io }: Context, model: ClusterModel, file: string): Promise<ClusterModel> {
  const entries = await readNamesFile(await io.readText(file), file);
  const called = <Of extends { readonly segment: number; readonly description: string }>(one: Of): Of => {
    const entry = entries.get(String(one.segment));
    return entry === undefined ? one : { ...one, name: entry.name, description: entry.sentence ?? one.description };
  };
  // A part of joined segments keeps its own name, which nobody is shown.
  const parts = new Set((model.merged ?? []).flatMap(({ of }) => of));
  const named: ClusterModel = {
    ...model,
    segments: model.segments.map((one) => (parts.has(one.segment) ? one : called(one))),
    ...(model.merged === undefined ? {} : { merged: model.merged.map(called) }),
  };
  const segments = finalSegments(named);
  const names = segments.map(({ name }) => name?.toLowerCase());
  const twice = segments.find(({ name }, i) => name !== undefined && names.indexOf(name.toLowerCase()) < i);
  if (twice === undefined) return named;
  throw new SegmentError("bad-names", `with the names of the model two segments are named ${twice.name}`, {
    place: { file },
    hint: "give each a name of its own",
  });
}

/** What is to be said of the names of a fit that are kept in a file. */
export function namesNotices(
  file: string,
  before: NamesFile | null,
  segments: readonly number[],
  like: { readonly added: readonly number[] } | null,
): readonly { readonly code: string; readonly message: string }[] {
  if (before === null) return [];
  const here = new Set(segments.map(String));
  const gone = [...before].filter(([key, { isRetired }]) => !here.has(key) && !isRetired).map(([key]) => key);
  const added = segments.filter((segment) => !before.has(String(segment)));
  const given = [...before].some(([key, { isGiven, sentence }]) => here.has(key) && (isGiven || sentence !== null));
  const said = (numbers: readonly (string | number)[]): string =>
    `segment${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")}`;
  return [
    ...(like === null && given
      ? [
          {
            code: "names-by-number",
            message: `segments took the names of ${file} by their numbers, which follow their sizes: give --like MODEL.json for the numbers to follow the segments`,
          },
        ]
      : []),
    ...(added.length === 0
      ? []
      : [{ code: "names-new", message: `${said(added)} had no name in ${file} yet: a generated one was added` }]),
    ...(gone.length === 0
      ? []
      : [
          {
            code: "names-retired",
            message: `${said(gone)} of ${file} ${gone.length === 1 ? "is" : "are"} not in this fit: marked as retired there`,
          },
        ]),
  ];
}
