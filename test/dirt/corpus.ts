import { bytesOf, type Draft } from "./draft.ts";
import { pollutions, type Pollution } from "./pollutions.ts";
import { cleanDraft } from "./truth.ts";

/** A polluted file with the truth that it was made from. */
export interface DirtyFile {
  readonly name: string;
  readonly pollutions: readonly Pollution[];
  readonly draft: Draft;
  readonly bytes: Buffer;
}

/**
 * The clean file, every pollution alone, and every two of them that can meet. What changes the layout comes before what
 * changes cells in the list, so a pair is applied in that order. The bytes depend on nothing but this code.
 */
export function corpus(): readonly DirtyFile[] {
  const files: DirtyFile[] = [dirty([])];
  pollutions.forEach((first, i) => {
    files.push(dirty([first]));
    for (const second of pollutions.slice(i + 1)) if (second.group !== first.group) files.push(dirty([first, second]));
  });
  return files;
}

function dirty(chosen: readonly Pollution[]): DirtyFile {
  const draft = cleanDraft();
  for (const { apply } of ordered(chosen)) apply(draft);
  const name = chosen.length === 0 ? "clean" : chosen.map((one) => one.name).join(" + ");
  return { name, pollutions: chosen, draft, bytes: bytesOf(draft) };
}

/** Groups that write whole lines come last: they copy what the others have settled. */
const last = ["top", "again", "bottom", "trailing"];

function ordered(chosen: readonly Pollution[]): readonly Pollution[] {
  return [...chosen].sort((a, b) => last.indexOf(a.group) - last.indexOf(b.group));
}
