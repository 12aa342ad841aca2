import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { scratch, segment } from "./run-segment.ts";

// What keeps a column from being what it looks like is said with its value, its line and the way out.
vi.setConfig({ testTimeout: 180_000 });
const cwd = scratch();
const put = (name: string, text: string): void => writeFileSync(join(cwd, name), text);

interface Ingested {
  readonly columns: readonly { readonly column: string; readonly type: string }[];
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
  readonly input: { readonly quarantined: number };
}

async function ingest(file: string, ...words: readonly string[]): Promise<Ingested> {
  const run = await segment(["ingest", file, "--json", ...words], { cwd });
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.stdout) as Ingested;
}

/** A file of 60 rows with one odd value in row 41, which is line 42. */
const withOdd = (column: string, value: (i: number) => string, odd: string): string =>
  [`id;${column}`, ...Array.from({ length: 60 }, (_, i) => `${i};${i === 40 ? odd : value(i)}`), ""].join("\n");

const cases = [
  { column: "m", value: (i: number) => `${i},25`, odd: "1 234,50 €", aside: { type: "number", decimal: '","' } },
  { column: "pct", value: (i: number) => `${i} %`, odd: "12", aside: { type: "number" } },
  { column: "n", value: (i: number) => `${i},25`, odd: "douze", aside: { type: "number", decimal: '","' } },
] as const;

test.each(cases)(
  "$column: one $odd among 60 is named, and the options that are named set its row aside",
  async (given) => {
    const file = `${given.column}.csv`;
    put(file, withOdd(given.column, given.value, given.odd));
    const { columns, warnings } = await ingest(file, "-o", "out.csv");
    expect(columns[1]!.type).toBe("text");
    const [message] = warnings.map((one) => one.message);
    expect(message).toContain("on line 42");
    expect(message).toContain(given.odd);
    const said = Object.entries(given.aside).map(([key, text]) => `${key}: ${text}`);
    expect(message).toContain(`--schema FILE in which ${given.column} is {${said.join(", ")}}`);
    put("s.yaml", `columns:\n  ${given.column}: { ${said.join(", ")} }\n`);
    const left = await ingest(file, "--schema", "s.yaml", "--quarantine", "q.csv", "-o", "out.csv");
    expect(left.input.quarantined).toBe(1);
    expect(left.columns[1]!.type).not.toBe("text");
    expect(readFileSync(join(cwd, "q.csv"), "utf8")).toContain(`${file},42,`);
  },
);

test("a column that is numbers in two ways is named, however many there are of each", async () => {
  put("half.csv", "id;t\n1;10 %\n2;0.2\n3;30 %\n4;0.4\n5;50 %\n");
  const { warnings } = await ingest("half.csv", "-o", "out.csv");
  expect(warnings.map(({ message }) => message).join()).toContain("2 of 5 values do not fit, first 0.2 on line 3");
});

test("seconds among milliseconds, and milliseconds among seconds, are named with their line and what --dates does", async () => {
  put(
    "s.csv",
    withOdd("ep", (i) => `${1_700_000_000 + i}`, "1700000000000"),
  );
  const seconds = await ingest("s.csv", "-o", "out.csv");
  expect(seconds.columns[1]!.type).toBe("integer");
  expect(seconds.warnings.map(({ message }) => message)).toEqual([
    "ep stays numbers: 59 of 60 values look like seconds since 1970, the other does not, first 1700000000000 on line 42, which " +
      "looks like milliseconds; --dates ep=epoch --quarantine FILE reads the others and sets such rows aside",
  ]);
  const left = await ingest("s.csv", "--dates", "ep=epoch", "--quarantine", "q.csv", "-o", "out.csv");
  expect(left.input.quarantined).toBe(1);
  expect(left.columns[1]!.type).toBe("timestamp");
  put(
    "ms.csv",
    withOdd("Créé le", (i) => `${1_700_000_000_000 + i}`, "1700000000"),
  );
  const millis = await ingest("ms.csv", "-o", "out.csv");
  expect(millis.warnings.map(({ message }) => message).join()).toMatch(
    /first 1700000000 on line 42, which looks like seconds; --dates 'Créé le'=epoch-ms reads all of them as milliseconds/,
  );
  put(
    "ids.csv",
    withOdd("customer_id", (i) => `${1_700_000_000 + i}`, "1700000000000"),
  );
  expect((await ingest("ids.csv", "-o", "out.csv")).warnings).toEqual([]);
});

test("dates with a year of two digits, and some of them among others, are named with --dates", async () => {
  put("y.csv", "id;d\n1;18/05/23\n2;19/05/23\n");
  const { warnings } = await ingest("y.csv", "-o", "out.csv");
  expect(warnings.map(({ message }) => message).join()).toContain("--dates d=dmy reads it with the day first");
  put("mixed.csv", "id;d\n1;18 mai 2023\n2;13-mai-23\n3;1er mai 2023\n4;2 juin 2023\n5;14-mai-23\n");
  const mixed = (await ingest("mixed.csv", "-o", "out.csv")).warnings.map(({ message }) => message).join();
  expect(mixed).toContain("2 of 5 values do not fit, first 13-mai-23 on line 3; --dates d=dmy --quarantine FILE");
});
