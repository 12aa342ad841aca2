import { closeSync, fstatSync, openSync } from "node:fs";
import { readAt } from "./file-window.ts";
import { emptyShape, fieldsOf, type Layout, readRecord, textOf } from "./record.ts";
import type { Survey } from "./survey.ts";
import type { TextRegion } from "./text-region.ts";

/** Records drawn evenly over a surveyed file, as text. */
export interface DrawnSample {
  /** The first readable record. */
  readonly first: readonly (string | null)[];
  readonly firstLines: number;
  readonly firstOffset: number;
  /** At most `sampleRows` of the others, in file order. */
  readonly rows: readonly (readonly (string | null)[])[];
}

const sampleRows = 2000;

/** Reads the records whose offsets the survey kept. Cost: one short read per record. */
export function drawSample(path: string, { to }: TextRegion, layout: Layout, survey: Survey): DrawnSample {
  const descriptor = openSync(path, "r");
  try {
    const size = Math.min(to, fstatSync(descriptor).size);
    const reader = recordReader(descriptor, size, layout, survey);
    const first = reader(survey.offsets[0] ?? 0);
    const others = survey.offsets.length - 1;
    const count = Math.min(sampleRows, others);
    const rows: (readonly (string | null)[])[] = [];
    for (let i = 0; i < count; i++) {
      rows.push(reader(survey.offsets[1 + Math.floor((i * others) / count)]!).cells);
    }
    return { first: first.cells, firstLines: first.lines, firstOffset: survey.offsets[0] ?? 0, rows };
  } finally {
    closeSync(descriptor);
  }
}

const readWhole = 1 << 22;

function recordReader(
  descriptor: number,
  size: number,
  layout: Layout,
  survey: Survey,
): (offset: number) => { cells: (string | null)[]; lines: number } {
  const shape = emptyShape();
  const whole = size <= readWhole ? readAt(descriptor, 0, size) : null;
  const usual = Math.max(1024, Math.ceil((size / Math.max(1, survey.records)) * 2));
  return (offset) => {
    for (let length = usual; ; length *= 4) {
      const bytes =
        whole === null ? readAt(descriptor, offset, Math.min(length, size - offset)) : whole.subarray(offset);
      const atEnd = offset + bytes.length >= size;
      if (!readRecord(bytes, 0, bytes.length, atEnd, layout, shape)) continue;
      return { cells: textOf(fieldsOf(bytes, 0, shape.end, layout)), lines: shape.lines };
    }
  };
}
