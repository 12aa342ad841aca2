import { type History, historyMaker } from "./history.ts";
import { personMaker } from "./person.ts";
import { population, type SampleOptions } from "./population.ts";

/** A row of the customer file as its transactions and events see it. */
export interface RecordHistory {
  readonly row: number;
  readonly record: number;
  readonly history: History;
}

/** The histories behind the customer file, in its order. */
export function* recordHistories(options: SampleOptions): Generator<RecordHistory> {
  const base = population(options);
  const personOf = personMaker(options, base);
  const historyOf = historyMaker(options, base);
  for (let row = 0; row < options.rows; row++) {
    const record = base.recordAt(row);
    const owner = base.ownerOf(record);
    yield { row, record, history: historyOf(record, owner, personOf(owner).birth) };
  }
}

/** The sum of a count over all histories. */
export function sumOver(options: SampleOptions, count: (history: History) => number): number {
  let sum = 0;
  for (const { history } of recordHistories(options)) sum += count(history);
  return sum;
}
