import { afterEach, describe, expect, test } from "vitest";
import type { Compute } from "../../src/core/compute.ts";
import { SegmentError } from "../../src/core/errors.ts";
import { columnSumsBlock } from "../../src/model/kernels/column-sums.ts";
import { openCompute } from "../../src/workers/pool.ts";
import type { ComputeOptions } from "../../src/workers/pool.ts";

const opened: Compute[] = [];

function open(options: ComputeOptions): Compute {
  const compute = openCompute(options);
  opened.push(compute);
  return compute;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((compute) => compute.close()));
});

function sumTo(compute: Compute, rows: number): number {
  const values = compute.f64(rows);
  for (let i = 0; i < rows; i++) values[i] = i + 1;
  const shift = compute.f64(1);
  const blocks = Math.ceil(rows / columnSumsBlock);
  const out = compute.f64(blocks);
  compute.run("columnSums", blocks, [rows, 1, values.byteOffset, 0, shift.byteOffset, 1, out.byteOffset]);
  return out.reduce((sum, x) => sum + x, 0);
}

describe.each(["wasm", "typescript"] as const)("the numeric memory, %s", (backend) => {
  test("hands out zeroed arrays on 64-byte borders", () => {
    const compute = open({ threads: 1, backend });
    const arrays = [compute.f64(3), compute.f32(5), compute.i32(7), compute.u8(9), compute.f64(0), compute.u8(1)];
    for (const array of arrays) {
      expect(array.byteOffset % 64).toBe(0);
      expect(array.every((x) => x === 0)).toBe(true);
    }
  });

  test("clears memory that is used again after a release", () => {
    const compute = open({ threads: 1, backend });
    const mark = compute.mark();
    const first = compute.f64(1000);
    first.fill(7);
    compute.release(mark);
    const second = compute.f64(2000);
    expect(second.byteOffset).toBe(first.byteOffset);
    expect(second.every((x) => x === 0)).toBe(true);
  });

  test("keeps earlier arrays valid while it grows", () => {
    const compute = open({ threads: 1, backend });
    const early = compute.f64(4);
    early.set([1, 2, 3, 4]);
    const late = compute.f64(10_000_000);
    late[9_999_999] = 5;
    expect([...early]).toEqual([1, 2, 3, 4]);
    early[0] = 9;
    expect(early[0]).toBe(9);
  });

  test("says so when four gibibytes are not enough", () => {
    const compute = open({ threads: 1, backend });
    expect(() => compute.u8(2 ** 33)).toThrow(expect.objectContaining({ code: "out-of-memory" }));
    expect(compute.f64(8).length).toBe(8);
  });

  test("a failing kernel reaches the caller, and the next run is sound", () => {
    const compute = open({ threads: 2, backend });
    expect(() => compute.run("columnSums", 3, [30_000, 1, 2 ** 32 - 64, 0, 0, 1, 0])).toThrow(SegmentError);
    expect(sumTo(compute, 1000)).toBe(500_500);
  });

  test("an unknown kernel is refused by name", () => {
    const compute = open({ threads: 1, backend });
    expect(() => compute.run("toString", 1, [])).toThrow(/unknown kernel "toString"/);
  });

  test("stops at the next breath once it was interrupted", async () => {
    const controller = new AbortController();
    const compute = open({ threads: 1, backend, signal: controller.signal });
    await compute.breathe();
    controller.abort();
    await expect(compute.breathe()).rejects.toThrow(expect.objectContaining({ code: "interrupted", exit: 130 }));
  });
});

test.each([1, 2, 4])("%i threads take every block exactly once, run after run", (threads) => {
  const compute = open({ threads, backend: "wasm" });
  const rows = 2_000_000;
  const mark = compute.mark();
  for (let repeat = 0; repeat < 8; repeat++) {
    expect(sumTo(compute, rows)).toBe((rows * (rows + 1)) / 2);
    compute.release(mark);
  }
});

test("a kernel that fails on a worker's block reaches the caller", async () => {
  const compute = open({ threads: 4, backend: "wasm" });
  for (let repeat = 0; repeat < 4; repeat++) sumTo(compute, 2_000_000);
  const rows = 4_000_000;
  const values = compute.f64(8);
  expect(() => compute.run("columnSums", 488, [rows, 1, values.byteOffset, 0, 0, 1, 2 ** 32 - 1024])).toThrow(
    /kernel "columnSums" failed/,
  );
  expect(sumTo(compute, 100_000)).toBe(5_000_050_000);
});
