import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const top = fileURLToPath(new URL("../../", import.meta.url));
const customers = `${top}examples/customers/customers.csv`;

test("the README opens with what its first command prints", async () => {
  const readme = readFileSync(`${top}README.md`, "utf8");
  const shown = /```\n(choose k[\s\S]*?)\n```/.exec(readme)?.[1] ?? "";
  expect(shown.split("\n").length).toBeGreaterThan(50);
  const run = await segment(["cluster", customers, "-o", "/dev/null", "--format", "csv"]);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout.slice(0, shown.length)).toBe(shown);
});

test("the example's script makes its file again, byte for byte", async () => {
  const words = /npx segment (sample customers .*) -o customers\.csv/.exec(
    readFileSync(`${top}examples/customers/make.sh`, "utf8"),
  )?.[1];
  expect(words).toBeDefined();
  const cwd = scratch();
  expect((await segment([...(words ?? "").split(" "), "-q", "-o", "customers.csv"], { cwd })).code).toBe(0);
  expect(readFileSync(`${cwd}/customers.csv`).equals(readFileSync(customers))).toBe(true);
});
