import { expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { keptCompany, labelMeans, labelNames, type InitLabels } from "../../../src/steps/cluster/init-labels.ts";

const labels: InitLabels = { column: "tier", labels: ["a", "b"], place: Int32Array.of(0, 1, -1, 0, 1, 0) };

/** Two columns of six rows, column by column. */
const matrix = { rows: 6, columns: ["x", "y"], values: Float64Array.of(1, 10, 99, 3, 20, 5, 0, 1, 99, 2, 3, 7) };

function refusal(of: () => unknown): string {
  try {
    of();
  } catch (error) {
    if (error instanceof SegmentError) return `${error.code} ${error.place.column}: ${error.message}`;
    throw error;
  }
  return "it was taken";
}

test("starting centres are the means of the labelled rows, weighted, of the rows that are clustered", () => {
  expect([...labelMeans(labels, { matrix, kept: null }, null)]).toEqual([3, 3, 15, 2]);
  expect([...labelMeans(labels, { matrix, kept: null }, Float64Array.of(2, 1, 1, 0, 3, 2))]).toEqual([
    3, 3.5, 17.5, 2.5,
  ]);
  const some = { rows: 2, columns: ["x"], values: Float64Array.of(10, 5) };
  expect([...labelMeans(labels, { matrix: some, kept: Int32Array.of(1, 5) }, null)]).toEqual([5, 10]);
});

test("a label that no clustered row has, and two labels of one mean, are refused by name", () => {
  const only = { rows: 1, columns: ["x"], values: Float64Array.of(10) };
  expect(refusal(() => labelMeans(labels, { matrix: only, kept: Int32Array.of(1) }, null))).toBe(
    "bad-init tier: no row labelled a is clustered",
  );
  const equal = { rows: 2, columns: ["x"], values: Float64Array.of(7, 7) };
  expect(refusal(() => labelMeans(labels, { matrix: equal, kept: Int32Array.of(0, 1) }, null))).toBe(
    "bad-init tier: the rows labelled a and b have one mean",
  );
});

test("a segment goes with the label that it shares most labelled rows with, one to one, and by none with no row", () => {
  const company = keptCompany(labels, [1, 2, 4], Int32Array.of(2, 1, 1, 2, 0, 1));
  expect(company).toMatchObject({ rows: 4, kept: 3, unassigned: 1, aligned: [1, 0, -1] });
  expect([...company.contingency.counts]).toEqual([1, 1, 2, 0, 0, 0]);
  expect([...labelNames(company)]).toEqual([
    [1, "b"],
    [2, "a"],
  ]);
});
