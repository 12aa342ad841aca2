/** Number of the thread that runs this instance, from 0; chooses its part of a kernel's scratch memory. Set by the pool. */
export let thread: i32 = 0;
