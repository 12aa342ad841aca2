import type { Context, Engine } from "./core/context.ts";
import { SegmentError } from "./core/errors.ts";
import type { DelimitedSource } from "./core/source.ts";
import type { Sniff } from "./engine/spark/inputs.ts";
import type { SparkEngine, SparkOptions } from "./engine/spark/open-spark.ts";
import { remoteDestination, saveRemote } from "./engine/spark/remote-place.ts";
import { parseRemoteUrl, tokenVariable } from "./engine/spark/remote-url.ts";
import type { OpenedIo } from "./io/io.ts";

/** The options of a command that concern a cluster. */
interface ClusterOptions {
  readonly engine?: string | undefined;
  readonly memory?: string | undefined;
  readonly explain?: boolean | undefined;
  readonly perSegment?: string | undefined;
}

/** A cluster as the engine, and what it reads and writes in the place of files. What else is read and written stays here. */
export function openCluster(
  { engine = "", memory, explain, perSegment }: ClusterOptions,
  io: OpenedIo,
  about: Pick<SparkOptions, "signal" | "version" | "onTasks">,
): { readonly open: () => Promise<Engine>; readonly io: Context["io"] } {
  if (memory !== undefined) {
    throw new SegmentError(
      "usage",
      "--memory is of the engine on this machine, so it would have no effect with --engine",
      {
        hint: "the cluster's memory is set where it is started",
      },
    );
  }
  if (perSegment !== undefined) {
    throw new SegmentError(
      "usage",
      "--per-segment writes files of this machine, and with --engine rows stay in the cluster",
      {
        hint: "write one table that keeps the column of segments: -o FOLDER.parquet",
      },
    );
  }
  const { isLocal } = parseRemoteUrl(engine);
  let opened: Promise<SparkEngine> | undefined;
  const open = (): Promise<SparkEngine> =>
    (opened ??= import("./engine/spark/open-spark.ts").then(({ openSpark }) =>
      openSpark({ url: engine, token: process.env[tokenVariable], ...about }),
    ));
  const outputs: string[] = [];
  const sniff: Sniff = async (head, label, readOptions) => {
    const path = await io.writeText(null, [head]);
    try {
      const [source] = await io.open([path], { ...readOptions, from: "csv", encoding: undefined });
      return source as DelimitedSource;
    } catch (error) {
      if (!(error instanceof SegmentError)) throw error;
      const { code, message, hint, place } = error;
      const way = hint.includes("--quarantine") ? "mend it, or name the delimiter with --delimiter" : hint;
      throw new SegmentError(code, message, { place: { ...place, file: label }, hint: way, cause: error });
    }
  };
  return {
    open,
    io: {
      ...io,
      async open(inputs, readOptions) {
        const cluster = await open();
        // Before all that takes time: a place that is taken would be found so only at the end.
        for (const output of outputs.splice(0)) await cluster.requireFree(output);
        return cluster.inputs(inputs, readOptions, sniff);
      },
      destination(output, format) {
        if (output !== undefined) {
          outputs.push(output);
          return remoteDestination(output, format, isLocal);
        }
        if (explain === true || io.destination(undefined, undefined) === null) return null;
        throw new SegmentError("usage", "with --engine the table stays in the cluster", {
          hint: "give -o FOLDER.parquet or -o catalog.schema.table, or --json for the report alone",
        });
      },
      save: (destination, write) => saveRemote(destination, isLocal, write),
      hand: async () => null,
    },
  };
}
