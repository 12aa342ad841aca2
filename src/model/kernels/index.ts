/** Every kernel by its name, which is also that of its compiled version. */
import { columnSums } from "./column-sums.ts";
import type { Kernel } from "./kernel.ts";

export const kernels = { columnSums } as const satisfies Record<string, Kernel>;
