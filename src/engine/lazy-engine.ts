import type { Engine } from "../core/context.ts";
import { SegmentError } from "../core/errors.ts";

/** An engine that is opened by the first call that needs it. */
export function lazyEngine(open: () => Promise<Engine>, rowsStay: boolean): Engine {
  let opened: Engine | undefined;
  const ready = async (): Promise<Engine> => (opened ??= await open());
  return {
    rowsStay,
    load: async (...given) => (await ready()).load(...given),
    columns: async (...given) => (await ready()).columns(...given),
    rows: async (...given) => (await ready()).rows(...given),
    matrix: async (...given) => (await ready()).matrix(...given),
    attach: async (...given) => (await ready()).attach(...given),
    store: async (...given) => (await ready()).store(...given),
    forget: async (...given) => (await ready()).forget(...given),
    hand: async (...given) => (await ready()).hand(...given),
    write: async (...given) => (await ready()).write(...given),
    explain(query) {
      if (opened === undefined) throw new SegmentError("bug", "explain before any table was loaded");
      return opened.explain(query);
    },
    close: async () => opened?.close(),
  };
}
