/**
 * How the first pages of the numeric memory are used, by the pool and its workers alike.
 *
 * The first page is left to the compiled kernels' static data. The second holds the state of the running job
 * (int32 slots, all read and written with Atomics), the text of a failure, and the kernel's arguments.
 */

/** Byte offset of the job's state. */
export const controlOffset = 65_536;

/** Slots of the job's state, an Int32Array at `controlOffset`. */
export const slot = {
  /** Rises by one for every job offered to the workers; what they sleep on. */
  generation: 0,
  /** 1 while a job may be joined. */
  open: 1,
  /** Workers that have joined; the caller leaves `run` only when this is back to 0. */
  active: 2,
  /** Index of the kernel in the registry. */
  kernel: 3,
  /** Blocks of the job. */
  blocks: 4,
  /** The next block that nobody has taken. */
  next: 5,
  /** Length in bytes of the text of the first failure; 0: none. */
  failure: 6,
  /** 1: workers leave. */
  stop: 7,
} as const;

/** Number of slots. */
export const controlSlots = 16;

/** Byte offset and size of the failure's text, UTF-8. */
export const failureOffset = controlOffset + 1024;
export const failureBytes = 1024;

/** Byte offset of the kernel's arguments, float64, and how many there may be. */
export const argsOffset = controlOffset + 4096;
export const argsMaximum = 1024;

/** Where allocation begins. */
export const heapOffset = 2 * 65_536;

/** What a worker is started with. */
export interface WorkerStart {
  /** Number of the thread, from 0 (the calling one). */
  readonly thread: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Kernel names in registry order. */
  readonly kernels: readonly string[];
}

/** A compiled kernel: `(block, byte offset of the arguments)`. */
export type CompiledKernel = (block: number, args: number) => void;

/** Instantiates the kernels over a memory, as a list in registry order. Throws when one of them is missing. */
export function instantiateKernels(start: WorkerStart): CompiledKernel[] {
  const instance = new WebAssembly.Instance(start.module, { env: { memory: start.memory } });
  const thread = instance.exports["thread"];
  if (!(thread instanceof WebAssembly.Global)) throw new Error("the compiled kernels lack the thread number");
  thread.value = start.thread;
  return start.kernels.map((name) => {
    const kernel = instance.exports[name];
    if (typeof kernel !== "function") throw new Error(`the compiled kernels lack "${name}"`);
    return (block, args) => {
      kernel(block, args);
    };
  });
}

/**
 * Takes blocks of the open job until none is left, or one has failed. The first failure's text is left in the
 * memory and ends the job for everybody.
 */
export function takeBlocks(control: Int32Array, text: Uint8Array, kernels: readonly CompiledKernel[]): void {
  const blocks = Atomics.load(control, slot.blocks);
  const kernel = kernels[Atomics.load(control, slot.kernel)];
  if (kernel === undefined) return;
  for (;;) {
    const block = Atomics.add(control, slot.next, 1);
    if (block >= blocks) return;
    takeOne(control, text, kernel, block, blocks);
  }
}

/** Runs one block; a failure is recorded and leaves no block for anybody. */
export function takeOne(
  control: Int32Array,
  text: Uint8Array,
  kernel: CompiledKernel,
  block: number,
  blocks: number,
): void {
  try {
    kernel(block, argsOffset);
  } catch (error) {
    Atomics.store(control, slot.next, blocks);
    recordFailure(control, text, error);
  }
}

function recordFailure(control: Int32Array, text: Uint8Array, error: unknown): void {
  const bytes = new TextEncoder().encode(error instanceof Error ? error.message : String(error));
  const length = Math.max(1, Math.min(bytes.length, failureBytes));
  if (Atomics.compareExchange(control, slot.failure, 0, length) === 0) text.set(bytes.subarray(0, length));
}
