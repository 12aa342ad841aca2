/** Entry of a pool thread: sleeps until a job is offered, joins it, takes blocks, sleeps again. */
import { workerData } from "node:worker_threads";
import {
  controlOffset,
  controlSlots,
  failureBytes,
  failureOffset,
  instantiateKernels,
  slot,
  takeBlocks,
} from "./control.ts";
import type { WorkerStart } from "./control.ts";

const start = workerData as WorkerStart;
const kernels = instantiateKernels(start);
const control = new Int32Array(start.memory.buffer, controlOffset, controlSlots);
const text = new Uint8Array(start.memory.buffer, failureOffset, failureBytes);

let seen = 0;
while (Atomics.load(control, slot.stop) === 0) {
  const generation = Atomics.load(control, slot.generation);
  if (generation === seen) {
    Atomics.wait(control, slot.generation, seen);
    continue;
  }
  seen = generation;
  Atomics.add(control, slot.active, 1);
  // The caller closes the job before it reads `active`: a job found open here stays whole until we leave it.
  if (Atomics.load(control, slot.open) === 1) takeBlocks(control, text, kernels);
  if (Atomics.sub(control, slot.active, 1) === 1) Atomics.notify(control, slot.active);
}
