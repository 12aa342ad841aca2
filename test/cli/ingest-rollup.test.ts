import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const reference = fileURLToPath(new URL("../../fixtures/reference/rollup/", import.meta.url));
const cwd = scratch();

function file(name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return name;
}

const written = (name: string): string => readFileSync(join(cwd, name), "utf8");

interface Expected {
  readonly as_of: string;
  readonly events: Rolled;
  readonly days: Rolled;
}

interface Rolled {
  readonly customers: readonly Readonly<Record<string, string | number | null>>[];
  readonly rows: number;
  readonly after: number;
  readonly dropped: number;
}

const expected = JSON.parse(readFileSync(join(reference, "expected.json"), "utf8")) as Expected;

const measures = `
measures:
  orders: {count: rows, where: "event = purchase"}
  revenue: {sum: revenue, where: "event = purchase"}
  basket: {mean: revenue, where: "event = purchase"}
  visits_30d: {distinct: session_id, within: 30 days}
  visits_prev: {distinct: session_id, within: 30 days, before: 30 days}
  recency: {recency: time}
  recency_order: {recency: time, where: "event = purchase"}
  tenure: {tenure: time}
  last_city: {last: city}
  first_source: {first: source}
  max_basket: {max: revenue}
  min_basket: {min: revenue}
  items: {sum: items}
  big_30d: {count: rows, where: ["event = purchase", "revenue >= 50"], within: 30 days}
  to_60d: {count: rows, before: 60 days}
`;

file("rollup.yaml", `customer: customer_id\ntime: time\nas_of: 2024-06-30\nmissing: drop\n${measures}`);

describe("events rolled up per customer", () => {
  test.each(["events", "days"] as const)("are what pandas and exact decimals make of %s", async (name) => {
    const words = ["ingest", join(reference, `${name}.csv`), "--rollup", "rollup.yaml", "-o", "out.ndjson", "--json"];
    const run = await segment(words, { cwd });
    expect(run.stderr).toBe("");
    const rows = written("out.ndjson")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const wanted = expected[name];
    expect(rows).toEqual(
      wanted.customers.map((row) => ({
        ...row,
        revenue: Number(row["revenue"]),
        max_basket: row["max_basket"] === null ? null : Number(row["max_basket"]),
        min_basket: row["min_basket"] === null ? null : Number(row["min_basket"]),
      })),
    );
    const { customers, rows: all, after, dropped } = wanted;
    const report = JSON.parse(run.stdout) as Record<string, unknown>;
    expect(report).toMatchObject({
      input: { rows: all, used: all, quarantined: 0 },
      output: { rows: customers.length },
      removed: after + dropped,
      grouped: all - after - dropped - customers.length,
      rollup: {
        customer: "customer_id",
        time: "time",
        as_of: "2024-06-30",
        as_of_by: "file",
        events: { used: all - after - dropped, after_as_of: after, dropped },
        customers: customers.length,
      },
    });
    expect((report["rollup"] as { measures: unknown[] }).measures[4]).toMatchObject({
      name: "visits_prev",
      from: "2024-05-02",
      to: "2024-05-31",
    });
  });

  test("are the same bytes for any number of threads", async () => {
    const words = ["ingest", join(reference, "events.csv"), "--rollup", "rollup.yaml", "-q"];
    await segment([...words, "-o", "one.csv", "--threads", "1"], { cwd });
    await segment([...words, "-o", "four.csv", "--threads", "4"], { cwd });
    expect(written("four.csv")).toBe(written("one.csv"));
    const revenue = written("one.csv")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[2]));
    expect(revenue).toEqual(expected.events.customers.map((row) => Number(row["revenue"])));
  });

  test("count to the day of the option, or to the last event's", async () => {
    file("small.csv", "who,at,paid\na,2024-01-01,1.10\na,2024-01-11,2.20\nb,2024-01-09,\n");
    file("last.yaml", "customer: who\nas_of: last\nmeasures:\n  days: {recency: at}\n  paid: {sum: paid}\n");
    const words = ["ingest", "small.csv", "--rollup", "last.yaml", "-o", "small-out.csv"];
    const last = await segment(words, { cwd });
    expect(last.stdout).toContain("rolled up by who as of 2024-01-11, the day of the last event");
    expect(written("small-out.csv")).toBe("who,days,paid\na,0,3.3\nb,2,0\n");
    const given = await segment([...words, "--as-of", "2024-01-10"], { cwd });
    expect(given.stdout).toContain("rolled up by who as of 2024-01-10, as --as-of says");
    expect(given.stdout).toContain("rows: 3 in = 2 out + 1 removed");
    expect(written("small-out.csv")).toBe("who,days,paid\na,9,1.1\nb,1,0\n");
  });

  test("are refused with the line of an event that has no customer", async () => {
    file("strict.yaml", `customer: customer_id\ntime: time\nas_of: 2024-06-30\n${measures}`);
    file(
      "nobody.csv",
      "event,customer_id,time,session_id,city,source,items,revenue\nvisit,C1,2024-06-01,s,,,,\nvisit,,2024-06-02,s,,,1,1.5\n",
    );
    const run = await segment(["ingest", "nobody.csv", "--rollup", "strict.yaml", "-o", "none.csv"], { cwd });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("nobody.csv, line 3, column customer_id: an event without a customer");
    expect(run.stderr).toContain("missing: drop in the rollup file");
  });

  test("may be of several sources, and hold what was looked up", async () => {
    file("shop.csv", "client_id,at,paid,product\na,2024-02-01,1.5,p1\nz,2024-02-02,2.5,p2\n");
    file("web.csv", "client_id,at,paid,product\na,2024-01-01,0.1,p2\nb,2024-01-02,,p1\n");
    file("products.csv", "code,range\np1,red\np2,blue\n");
    file(
      "ranges.yaml",
      "as_of: 2024-02-10\nmeasures:\n  n: {count: rows}\n  red: {count: rows, where: range = red}\n  paid: {sum: paid}\n  mean: {mean: paid}\n",
    );
    const sources = ["--source", "shop=shop.csv", "--source", "web=web.csv", "--combine", "union"];
    const words = ["--lookup", "products=products.csv", "--on", "product=code", "--rollup", "ranges.yaml"];
    const run = await segment(["ingest", ...sources, ...words, "-o", "ranges.csv"], { cwd });
    expect(run.stderr).toBe("");
    expect(run.stdout).toContain("rows: 4 in = 3 out + 1 grouped");
    expect(written("ranges.csv")).toBe("client_id,n,red,paid,mean\na,2,1,1.6,0.8\nz,1,0,2.5,2.5\nb,1,1,0,\n");
    const full = await segment(["ingest", ...sources.slice(0, 4), ...words, "-o", "none.csv"], { cwd });
    expect(full.code).toBe(2);
    expect(full.stderr).toContain("events of several sources: --combine union");
  });

  test("show their SQL, which writes nothing", async () => {
    const words = ["ingest", join(reference, "events.csv"), "--rollup", "rollup.yaml", "--explain"];
    const run = await segment(words, { cwd });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("group by key_1");
  });

  test("without a rollup file, --as-of would do nothing", async () => {
    const run = await segment(["ingest", "small.csv", "--as-of", "2024-01-10"], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("there is no --rollup");
  });
});

describe("a rollup file", () => {
  const wrong: readonly (readonly [text: string, message: string])[] = [
    ["mesures:\n  a: {count: rows}", "line 1, column 1: the rollup has no mesures; did you mean measures?"],
    ["as_of: yesterday\nmeasures:\n  a: {count: rows}", "line 1, column 8: as_of: yesterday is no day"],
    ["as_of: last\nmissing: skip\nmeasures:\n  a: {count: rows}", "line 2, column 10: missing takes no skip"],
    ["as_of: last\nmeasures:\n  a: {cuont: rows}", "line 3, column 7: a has no cuont; did you mean count?"],
    ["as_of: last\nmeasures:\n  a: {sum: paid, mean: paid}", "line 3, column 3: a is both sum and mean"],
    ["as_of: last\nmeasures:\n  a: {sum: paidd}", "line 3, column 12: a: sum: no column paidd; did you mean paid?"],
    ["as_of: last\nmeasures:\n  a: {sum: who}", "line 3, column 12: a: sum takes numbers, and this one holds text"],
    ["as_of: last\nmeasures:\n  a: {count: rows, within: 1 month}", "line 3, column 28: within: 1 month is no length"],
    [
      "as_of: last\nmeasures:\n  a: {count: rows, where: paid}",
      'line 3, column 27: where: "paid": nothing is asked of',
    ],
    ["as_of: last\nmeasures:\n  a: {count: rows, where: pait > 1}", "line 3, column 27: where: no column pait"],
    [
      "as_of: last\nmeasures:\n  a: {recency: paid}",
      "line 3, column 16: a: recency is counted by the time of events, at",
    ],
    ["as_of: last\nmeasures:\n  who: {count: rows}", "line 3, column 3: who would be the name of two columns"],
    ["measures:\n  a: {count: rows}", "the rollup does not say the day it is as of"],
    ["as_of: last", "the rollup has no measures"],
  ];

  test.each(wrong)("%j is refused", async (text, message) => {
    file("orders.csv", "who,at,paid\na,2024-01-01,1.10\na,2024-01-11,2.20\nb,2024-01-09,\n");
    file("wrong.yaml", `${text}\ncustomer: who\ntime: at\n`);
    const run = await segment(["ingest", "orders.csv", "--rollup", "wrong.yaml"], { cwd });
    expect(run.stderr).toContain(message);
    expect(run.stderr).toContain("wrong.yaml");
    expect([2, 3]).toContain(run.code);
  });
});

test("a condition that holds for no event is warned of, with its line", async () => {
  file("typo.csv", "who,at,event\na,2024-01-01,purchase\nb,2024-01-09,view\n");
  file(
    "typo.yaml",
    "customer: who\ntime: at\nas_of: last\nmeasures:\n  bought: {count: rows, where: event = buy}\n  seen: {count: rows, where: event = view}\n",
  );
  const run = await segment(["ingest", "typo.csv", "--rollup", "typo.yaml", "--json"], { cwd });
  expect((JSON.parse(run.stdout) as { warnings: unknown }).warnings).toEqual([
    {
      code: "where-holds-nowhere",
      message: "bought (line 5 of the rollup): where “event = buy” holds for no event at all",
    },
  ]);
});

test("no header of the report is cut at 80 columns", async () => {
  const run = await segment(["ingest", "typo.csv", "--rollup", "typo.yaml", "-o", "typo-out.csv"], { cwd });
  expect(run.stdout).toMatch(/^measure +what +days +customers$/m);
});
