import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, test } from "vitest";
import { mixtureBeginning } from "../../../src/model/cluster/gaussian-mixture.ts";
import { pointSpread } from "../../../src/steps/cluster/in-engine/exact-sums.ts";
import { doubleSql } from "../../../src/steps/cluster/in-engine/column-moments.ts";
import { mixtureInEngine } from "../../../src/steps/cluster/in-engine/mixture-in-engine.ts";
import { storePoints } from "../../../src/steps/cluster/in-engine/points.ts";
import { openTable } from "../../../src/steps/open-table.ts";
import { openCompute } from "../../../src/workers/pool.ts";
import {
  expectNear,
  mixtureCases,
  mixtureOptions,
  mixtureRows,
  mixtureWeights,
} from "../../model/cluster/mixture-cases.ts";
import { asItIs, preparedOf } from "../../steps/cluster/in-engine/with-points.ts";
import { describeWithContext } from "./with-spark.ts";

const folder = mkdtempSync(join(tmpdir(), "segment-mixture-"));
const compute = openCompute({ threads: 2 });
afterAll(async () => {
  await compute.close();
  rmSync(folder, { recursive: true, force: true });
});

const chosen = [
  "iris, weights from 0 to 3, full",
  "iris, weights from 0 to 3, tied",
  "bumps of 9,000 × 3, 8 components, diag",
  "far outliers, full",
];

describeWithContext("scikit-learn's mixtures by sums in a Spark", (context) => {
  test.each(chosen)("%s: the same parameters and likelihood to 1e-9", async (name) => {
    const expected = mixtureCases.find((one) => one.name === name)!;
    const rows = mixtureRows(expected.data);
    const weights = mixtureWeights(expected, rows.length);
    const mark = compute.mark();
    const prepared = preparedOf(compute, rows, weights);
    const options = mixtureOptions(expected, rows.length);
    const begin = await mixtureBeginning(compute, prepared, options, 0);
    const names = rows[0]!.map((_, j) => `v_${j + 1}`);
    const path = join(folder, `${chosen.indexOf(name)}.csv`);
    const lines = rows.map((row, i) => [...row, weights?.[i] ?? 1].join());
    writeFileSync(path, [[...names, "weight"].join(), ...lines, ""].join("\n"));
    const { engine } = context();
    const { table } = await openTable(context(), [path], {});
    const points = await storePoints(
      engine,
      table,
      names.map((column) => asItIs(column)),
      weights === null ? null : doubleSql(table, "weight"),
    );
    const at = { engine: engine, points, spread: await pointSpread(engine, points) };
    const settings = { ...options, columns: names.length, totalWeight: points.weight, progress: undefined };
    const { mixture, criteria } = await mixtureInEngine(at, begin, settings);
    compute.release(mark);
    expectNear([mixture.lowerBound], [expected.lowerBound]);
    expectNear([criteria.logLikelihood], [expected.logLikelihood!]);
    expectNear([criteria.bic], [expected.bic!]);
    expectNear([criteria.icl], [expected.bic! + 2 * expected.entropy!]);
    expectNear(mixture.weights, expected.mixtureWeights);
    expectNear(mixture.means, expected.means);
    expectNear(mixture.covariances, expected.covariances!);
  });
});
