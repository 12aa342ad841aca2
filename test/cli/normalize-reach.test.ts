import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();
const put = (name: string, rows: readonly string[]): void => writeFileSync(join(cwd, name), `${rows.join("\n")}\n`);
const spent = Array.from({ length: 40 }, (_, i) => ((i * 17) % 41) ** 2);
put("fit.csv", ["spent,shop", ...spent.map((x, i) => `${x},${i % 2 === 0 ? "a" : "b"}`)]);

test.each([
  ["quantile", "1", "2"],
  ["quantile", "0", "-1"],
  ["quantile-normal", "-5.19", "-5.3"],
  ["quantile+zscore", "1.6", "1.9"],
])("--inverse of %s takes %s back and refuses %s with its line", async (method, within, beyond) => {
  const fit = ["normalize", "fit.csv", "--columns", "spent", "--method", method, "--save-model", "q.json"];
  expect(await segment([...fit, "-q", "-o", "q.csv"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  put("back.csv", ["spent_scaled", within]);
  const back = ["normalize", "--model", "q.json", "--inverse"];
  expect(await segment([...back, "back.csv", "-q", "-o", "b.csv"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  put("beyond.csv", ["spent_scaled", within, beyond]);
  const { code, stderr } = await segment([...back, "beyond.csv", "-q", "-o", "b.csv"], { cwd });
  expect(code).toBe(3);
  expect(stderr).toContain(`no value is scaled to ${beyond}, beyond the reach of the transform`);
  expect(stderr).toContain("line 3");
});

test("values outside the range of their group are not told by the range of all", async () => {
  put("groups.csv", ["g,v", "a,1", "a,2", "b,40", "b,50"]);
  const fit = ["normalize", "groups.csv", "--method", "minmax", "--by", "g", "--save-model", "g.json"];
  expect(await segment([...fit, "-q", "-o", "g.csv"], { cwd })).toMatchObject({ code: 0 });
  put("new.csv", ["g,v", "a,9", "b,45", ",9"]);
  const { stdout } = await segment(["normalize", "new.csv", "--model", "g.json", "--json", "-o", "n.csv"], { cwd });
  const { warnings } = JSON.parse(stdout) as { readonly warnings: readonly { readonly message: string }[] };
  expect(warnings.map(({ message }) => message)).toContain(
    "v: values outside the ranges of their groups at the fit (1 to 50 for rows of none): 1 above",
  );
});

test("the report says why at 80 columns", async () => {
  const names = ["od280_od315_of_diluted_wines", "b"];
  put("wide.csv", [names.join(","), ...spent.map((x, i) => `${x},${(i * 7) % 13}`)]);
  for (const method of ["auto", "adaptive"]) {
    const { stdout } = await segment(["normalize", "wide.csv", "--method", method, "-o", "w.csv"], { cwd });
    expect(stdout).toMatch(/^column .* why$/m);
    expect(stdout).not.toMatch(/not shown at this width:.*why/);
    for (const line of stdout.split("\n")) expect(Array.from(line).length).toBeLessThanOrEqual(80);
  }
});
