import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Compute } from "../core/compute.ts";
import { SegmentError } from "../core/errors.ts";
import { kernels } from "../model/kernels/index.ts";
import type { Kernel } from "../model/kernels/kernel.ts";
import { Allocator, plainMemory, wasmMemory } from "./allocator.ts";
import {
  argsMaximum,
  argsOffset,
  controlOffset,
  controlSlots,
  failureBytes,
  failureOffset,
  instantiateKernels,
  slot,
  takeBlocks,
  takeOne,
} from "./control.ts";
import type { CompiledKernel, WorkerStart } from "./control.ts";

export interface ComputeOptions {
  /** Threads that take part, the calling one included; at least 1. */
  readonly threads: number;
  /** Default: `wasm`, or `typescript` where WebAssembly threads are missing. */
  readonly backend?: Compute["backend"];
  /** `breathe` throws `interrupted` once it is aborted. */
  readonly signal?: AbortSignal;
}

/** A run that has kept the calling thread busy for so long is worth the start of the workers. */
const startAfterMilliseconds = 2;
const breathAfterMilliseconds = 30;

/**
 * Opens the numeric memory and its threads. Costs about a millisecond; threads are started by the first run that
 * lasts, and never keep the process alive. Throws what WebAssembly throws when `backend: "wasm"` is asked for
 * and missing.
 */
export function openCompute(options: ComputeOptions): Compute {
  if (options.backend === "typescript") return plainCompute(options);
  if (options.backend === "wasm") return wasmCompute(options);
  try {
    return wasmCompute(options);
  } catch (error) {
    if (threadsMissing(error)) return plainCompute(options);
    throw error;
  }
}

function threadsMissing(error: unknown): boolean {
  return typeof WebAssembly === "undefined" || error instanceof TypeError || error instanceof RangeError;
}

function wasmCompute(options: ComputeOptions): Compute {
  if (typeof WebAssembly === "undefined") throw new Error("WebAssembly is missing");
  const { memory, growing } = wasmMemory();
  const names = Object.keys(kernels);
  const module = new WebAssembly.Module(readFileSync(builtFile("model/kernels/kernels.wasm")));
  const start: WorkerStart = { thread: 0, module, memory, kernels: names };
  const compiled = instantiateKernels(start);
  const control = new Int32Array(memory.buffer, controlOffset, controlSlots);
  const text = new Uint8Array(memory.buffer, failureOffset, failureBytes);
  const argsArray = new Float64Array(memory.buffer, argsOffset, argsMaximum);
  const workers: Worker[] = [];
  let workerError: Error | null = null;

  const startWorkers = (): void => {
    while (workers.length < options.threads - 1) {
      const worker = new Worker(builtFile("workers/worker.js"), {
        workerData: { ...start, thread: workers.length + 1 } satisfies WorkerStart,
        execArgv: [],
      });
      worker.on("error", (error) => {
        workerError ??= error instanceof Error ? error : new Error(String(error));
      });
      worker.unref();
      workers.push(worker);
    }
  };

  const offer = (): void => {
    Atomics.store(control, slot.open, 1);
    Atomics.add(control, slot.generation, 1);
    Atomics.notify(control, slot.generation);
  };

  /** Nobody joins any more; returns when those who had have left. */
  const closeJob = (): void => {
    Atomics.store(control, slot.open, 0);
    for (;;) {
      const active = Atomics.load(control, slot.active);
      if (active === 0) return;
      Atomics.wait(control, slot.active, active);
    }
  };

  const run = (kernel: string, blocks: number, args: readonly number[]): void => {
    const index = names.indexOf(kernel);
    const call = compiled[index];
    if (call === undefined) throw new SegmentError("bug", `unknown kernel "${kernel}"`);
    if (workerError !== null) throw new SegmentError("bug", "a worker thread ended", { cause: workerError });
    writeArguments(argsArray, args);
    Atomics.store(control, slot.kernel, index);
    Atomics.store(control, slot.blocks, blocks);
    Atomics.store(control, slot.next, 0);
    if (options.threads > 1 && blocks > 1) {
      if (workers.length === 0) runAlone(call, blocks);
      // Blocks that are left are those of a run worth the workers.
      if (Atomics.load(control, slot.next) < blocks) {
        startWorkers();
        offer();
      }
    }
    takeBlocks(control, text, compiled);
    closeJob();
    const failed = Atomics.exchange(control, slot.failure, 0);
    if (failed > 0) throw kernelFailed(kernel, new TextDecoder().decode(text.slice(0, failed)));
  };

  /** The calling thread's own start on a job, for as long as it is not worth the workers. */
  const runAlone = (call: CompiledKernel, blocks: number): void => {
    const since = performance.now();
    do {
      const block = Atomics.add(control, slot.next, 1);
      if (block >= blocks) return;
      takeOne(control, text, call, block, blocks);
    } while (performance.now() - since < startAfterMilliseconds);
  };

  const close = async (): Promise<void> => {
    Atomics.store(control, slot.stop, 1);
    Atomics.add(control, slot.generation, 1);
    Atomics.notify(control, slot.generation);
    await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
  };

  return {
    threads: options.threads,
    backend: "wasm",
    run,
    close,
    ...memoryPart(new Allocator(growing)),
    breathe: breather(options.signal),
  };
}

function plainCompute(options: ComputeOptions): Compute {
  const memory = plainMemory();
  const registry = new Map<string, Kernel>(Object.entries(kernels));
  const run = (kernel: string, blocks: number, args: readonly number[]): void => {
    const call = registry.get(kernel);
    if (call === undefined) throw new SegmentError("bug", `unknown kernel "${kernel}"`);
    const argsArray = new Float64Array(argsMaximum);
    writeArguments(argsArray, args);
    const buffer = memory.buffer();
    try {
      for (let block = 0; block < blocks; block++) call(buffer, block, argsArray);
    } catch (error) {
      throw kernelFailed(kernel, error instanceof Error ? error.message : String(error));
    }
  };
  return {
    threads: 1,
    backend: "typescript",
    run,
    close: async () => {},
    ...memoryPart(new Allocator(memory)),
    breathe: breather(options.signal),
  };
}

function memoryPart(allocator: Allocator): Pick<Compute, "f64" | "f32" | "i32" | "u8" | "mark" | "release"> {
  return {
    f64: (length) => allocator.f64(length),
    f32: (length) => allocator.f32(length),
    i32: (length) => allocator.i32(length),
    u8: (length) => allocator.u8(length),
    mark: () => allocator.mark(),
    release: (mark) => allocator.release(mark),
  };
}

function breather(signal: AbortSignal | undefined): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > breathAfterMilliseconds) {
      await setImmediate();
      last = performance.now();
    }
    if (signal?.aborted === true) throw new SegmentError("interrupted", "interrupted");
  };
}

function kernelFailed(kernel: string, cause: string): SegmentError {
  return new SegmentError("bug", `kernel "${kernel}" failed: ${cause}`);
}

function writeArguments(to: Float64Array, args: readonly number[]): void {
  if (args.length > argsMaximum)
    throw new SegmentError("bug", `${args.length} kernel arguments, at most ${argsMaximum}`);
  to.set(args);
}

/** A file of the build, found from the built module beside it, or from the source when that is run as it stands. */
function builtFile(path: string): string {
  const base = import.meta.url.endsWith(".ts") ? "../../dist/" : "../";
  return fileURLToPath(new URL(base + path, import.meta.url));
}
