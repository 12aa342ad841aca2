import { DuckDBInstance } from "@duckdb/node-api";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "./run-segment.ts";

const cwd = scratch();

function file(name: string, ...records: readonly object[]): string {
  writeFileSync(join(cwd, name), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return name;
}

const rowsOf = (name: string): readonly Record<string, unknown>[] =>
  readFileSync(join(cwd, name), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const common =
  "event time customer_id device_id session_id url source medium campaign country device transaction_id revenue currency".split(
    " ",
  );

// The shapes of Google's documented BigQuery export schema.
file(
  "ga4.ndjson",
  {
    event_date: "20240630",
    event_timestamp: "1719742800123456",
    event_name: "page_view",
    event_params: [
      { key: "ga_session_id", value: { int_value: "1719742790" } },
      { key: "page_location", value: { string_value: "https://shop.example/a" } },
      { key: "source", value: { string_value: "google" } },
      { key: "na/me~", value: { string_value: "007" } },
    ],
    user_id: null,
    user_pseudo_id: "111.222",
    geo: { country: "France", city: "Lyon" },
    device: { category: "mobile" },
    traffic_source: { source: "mail", medium: "email" },
  },
  {
    event_date: "20240630",
    event_timestamp: "1719742900000000",
    event_name: "purchase",
    event_params: [
      { key: "ga_session_id", value: { int_value: "1719742790" } },
      { key: "currency", value: { string_value: "EUR" } },
      { key: "value", value: { double_value: 12.5 } },
    ],
    user_id: "U1",
    user_pseudo_id: "111.222",
    geo: { country: "France", city: "Lyon" },
    device: { category: "mobile" },
    collected_traffic_source: { manual_source: "newsletter" },
    ecommerce: { purchase_revenue: 12.5, transaction_id: "T1" },
    items: [{ item_id: "A" }],
  },
);

file(
  "matomo.ndjson",
  {
    idVisit: 1,
    visitorId: "v1",
    userId: "U1",
    serverTimestamp: 1719742800,
    referrerType: "search",
    referrerName: "Google",
    countryCode: "fr",
    deviceType: "Smartphone",
    revenue: 99,
    siteCurrency: "EUR",
    actionDetails: [
      { type: "action", url: "https://x.example/a", timestamp: 1719742801, pageTitle: "A" },
      { type: "ecommerceOrder", orderId: "T9", revenue: "12.50", timestamp: 1719742900 },
    ],
  },
  {
    idVisit: 2,
    visitorId: "v2",
    userId: null,
    serverTimestamp: 1719743800,
    referrerType: "direct",
    countryCode: "be",
    deviceType: "Desktop",
    revenue: 0,
    siteCurrency: "EUR",
    actionDetails: [],
  },
);

file(
  "mixpanel.ndjson",
  {
    event: "Sign up",
    properties: {
      time: 1719742800,
      distinct_id: "U1",
      $user_id: "U1",
      $device_id: "d1",
      $insert_id: "i1",
      mp_country_code: "FR",
      $current_url: "https://x.example/a",
      utm_source: "mail",
      $city: "Lyon",
    },
  },
  {
    event: "Purchase",
    properties: {
      time: 1719742900,
      distinct_id: "$device:d2",
      $device_id: "d2",
      $insert_id: "i2",
      revenue: 12.5,
      currency: "EUR",
    },
  },
);

describe("an export by name", () => {
  test.each(["--format", "--from"])("ga4 is events, named by %s", async (option) => {
    const run = await segment(["ingest", "ga4.ndjson", option, "ga4", "-o", "ga4-out.ndjson", "--json"], { cwd });
    expect(run.stderr).toBe("");
    const [view, purchase] = rowsOf("ga4-out.ndjson");
    expect(Object.keys(view!).slice(0, common.length)).toEqual(common);
    expect(view).toMatchObject({
      event: "page_view",
      time: "2024-06-30 10:20:00.123456",
      customer_id: null,
      device_id: "111.222",
      session_id: "111.222.1719742790",
      url: "https://shop.example/a",
      source: "google",
      country: "France",
      device: "mobile",
      revenue: null,
      event_date: "2024-06-30",
      "traffic_source.source": "mail",
      "event_params.ga_session_id": 1719742790,
      "event_params.na/me~": "007",
    });
    expect(purchase).toMatchObject({
      event: "purchase",
      time: "2024-06-30 10:21:40",
      customer_id: "U1",
      source: "newsletter",
      transaction_id: "T1",
      revenue: 12.5,
      currency: "EUR",
      "event_params.value": 12.5,
      items: '[{"item_id":"A"}]',
    });
    const report = JSON.parse(run.stdout) as { events: { columns: unknown[] } };
    expect(report).toMatchObject({
      input: { rows: 2 },
      output: { rows: 2 },
      events: { export: "ga4", rows: 2, unpacked: 0, events: 2 },
    });
    expect(report.events.columns).toContainEqual({
      column: "time",
      from: ["event_timestamp"],
      how: "event_timestamp, microseconds since 1970",
      present: 2,
    });
  });

  test("ga4 of Parquet, whose records are structs, is the same", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(`copy (
      select * replace (cast(event_timestamp as bigint) as event_timestamp)
      from read_json('${join(cwd, "ga4.ndjson")}', map_inference_threshold = -1)
    ) to '${join(cwd, "ga4.parquet")}' (format parquet)`);
    connection.closeSync();
    instance.closeSync();
    const run = await segment(["ingest", "ga4.parquet", "--from", "ga4", "-o", "structs.ndjson", "--json"], { cwd });
    expect(run.stderr).toBe("");
    await segment(["ingest", "ga4.ndjson", "--from", "ga4", "-o", "lines.ndjson", "-q"], { cwd });
    // A date in text is a date in JSON alone, and lists of structs are written with other spaces.
    const alike = (row: Record<string, unknown>): unknown =>
      Object.entries(row)
        .filter(([name]) => name !== "event_date" && name !== "items")
        .toSorted();
    expect(rowsOf("structs.ndjson").map(alike)).toEqual(rowsOf("lines.ndjson").map(alike));
  });

  test("matomo visits give an event for each action, and the account says so", async () => {
    const run = await segment(["ingest", "matomo.ndjson", "--format", "matomo", "-o", "matomo-out.ndjson"], { cwd });
    expect(run.stdout).toContain("rows: 2 in + 1 unpacked = 3 out");
    expect(rowsOf("matomo-out.ndjson")).toMatchObject([
      { event: "action", time: "2024-06-30 10:20:01", customer_id: "U1", source: "Google", revenue: null },
      { event: "ecommerceOrder", time: "2024-06-30 10:21:40", transaction_id: "T9", revenue: 12.5, session_id: "1" },
      { event: "visit", time: "2024-06-30 10:36:40", customer_id: null, device_id: "v2", revenue: null },
    ]);
    expect(rowsOf("matomo-out.ndjson").map((row) => row["matomo.revenue"])).toEqual([99, 99, 0]);
  });

  test("matomo visits without their actions are an event each, with the revenue of the visit", async () => {
    const head = "idVisit,visitorId,userId,serverTimestamp,countryCode,deviceType,revenue";
    writeFileSync(
      join(cwd, "visits.csv"),
      `${head}\n1,v1,U1,1719742800,fr,Desktop,9.5\n2,v2,,1719743800,be,Desktop,0\n`,
    );
    const run = await segment(["ingest", "visits.csv", "--from", "matomo", "-o", "visits.ndjson"], { cwd });
    expect(run.stderr).toBe("");
    expect(rowsOf("visits.ndjson")).toMatchObject([
      { event: "visit", time: "2024-06-30 10:20:00", customer_id: "U1", revenue: 9.5 },
      { event: "visit", time: "2024-06-30 10:36:40", customer_id: null, revenue: 0 },
    ]);
  });

  test("mixpanel is events, and a device is no customer", async () => {
    const run = await segment(["ingest", "mixpanel.ndjson", "--format", "mixpanel", "-o", "mix.ndjson"], { cwd });
    expect(run.stderr).toBe("");
    expect(rowsOf("mix.ndjson")).toMatchObject([
      { event: "Sign up", time: "2024-06-30 10:20:00", customer_id: "U1", device_id: "d1", "properties.$city": "Lyon" },
      { event: "Purchase", time: "2024-06-30 10:21:40", customer_id: null, revenue: 12.5, currency: "EUR" },
    ]);
    file(
      "old.ndjson",
      ...["U7", "$device:d9"].map((id) => ({ event: "x", properties: { time: 1719742800000, distinct_id: id } })),
    );
    await segment(["ingest", "old.ndjson", "--format", "mixpanel", "-o", "old-out.ndjson", "-q"], { cwd });
    expect(rowsOf("old-out.ndjson")).toMatchObject([
      { customer_id: "U7", time: "2024-06-30 10:20:00" },
      { customer_id: null, "properties.distinct_id": "$device:d9" },
    ]);
  });

  test("matomo: revenue is of orders alone, and the name of a campaign is no source", async () => {
    const visit = { idVisit: 1, visitorId: "v1", userId: "U1", serverTimestamp: 1719742800 };
    const at = { timestamp: 1719742800 };
    file(
      "campaign.ndjson",
      {
        ...visit,
        referrerType: "campaign",
        referrerName: "spring",
        actionDetails: [
          { type: "ecommerceOrder", orderId: "T1", revenue: "59.90", ...at },
          { type: "ecommerceAbandonedCart", revenue: "12", ...at },
          { type: "goal", revenue: 10, ...at },
        ],
      },
      { ...visit, referrerType: "search", referrerName: "Google", actionDetails: [{ type: "action", ...at }] },
    );
    const run = await segment(["ingest", "campaign.ndjson", "--from", "matomo", "-o", "campaign-out.ndjson"], { cwd });
    expect(run.stdout.replaceAll(/\s+/g, " ")).toContain("where referrerType is campaign");
    const campaign = { source: null, medium: "campaign", campaign: "spring" };
    expect(rowsOf("campaign-out.ndjson")).toMatchObject([
      { event: "ecommerceOrder", revenue: 59.9, ...campaign },
      { event: "ecommerceAbandonedCart", revenue: null, "actionDetails.revenue": "12", ...campaign },
      { event: "goal", revenue: null, "actionDetails.revenue": "10", ...campaign },
      { event: "action", revenue: null, source: "Google", medium: "search", campaign: null },
    ]);
  });

  test("ga4: a purchase without ecommerce has the revenue of its parameter, and a cart has none", async () => {
    const event = (name: string, value: number, more: object = {}) => ({
      event_timestamp: "1719742800000000",
      event_name: name,
      event_params: [
        { key: "value", value: { int_value: String(value) } },
        { key: "currency", value: { string_value: "USD" } },
      ],
      user_pseudo_id: "111.222",
      ...more,
    });
    file(
      "value.ndjson",
      event("purchase", 21, { ecommerce: { purchase_revenue: 12.5 } }),
      event("purchase", 20),
      event("add_to_cart", 7),
    );
    await segment(["ingest", "value.ndjson", "--from", "ga4", "-o", "value-out.ndjson", "-q"], { cwd });
    expect(rowsOf("value-out.ndjson").map((row) => row["revenue"])).toEqual([12.5, 20, null]);
  });

  test("mixpanel: each event has its own customer, by user id, else by an id that is no device's", async () => {
    const event = (properties: object) => ({ event: "Purchase", properties: { time: 1719742800, ...properties } });
    file(
      "ids.ndjson",
      event({ distinct_id: "u1", $user_id: "u1", revenue: 10 }),
      event({ distinct_id: "u1", revenue: 20 }),
      event({ distinct_id: "d7", $device_id: "d7", revenue: 30 }),
      event({ distinct_id: "$device:d8", $device_id: "d8", revenue: 40 }),
    );
    await segment(["ingest", "ids.ndjson", "--from", "mixpanel", "-o", "ids-out.ndjson", "-q"], { cwd });
    expect(rowsOf("ids-out.ndjson").map((row) => row["customer_id"])).toEqual(["u1", "u1", null, null]);
  });

  test("mixpanel: an event that is there twice counts once, and the run says so", async () => {
    const event = (insert: string | undefined, revenue: number, time = 1719742800) => ({
      event: "Purchase",
      properties: { time, distinct_id: "u1", $insert_id: insert, revenue },
    });
    file("twice.ndjson", event("i2", 1), event("i1", 10), event(undefined, 3), event("i1", 10), event(undefined, 4));
    const run = await segment(["ingest", "twice.ndjson", "--from", "mixpanel", "-o", "twice-out.ndjson"], { cwd });
    expect(run.stdout).toContain("rows: 5 in = 4 out + 1 merged");
    expect(run.stdout.replaceAll(/\s+/g, " ")).toContain(
      "1 event is there again (the same event, properties.time, properties.distinct_id and properties.$insert_id)",
    );
    expect(rowsOf("twice-out.ndjson").map((row) => row["revenue"])).toEqual([1, 10, 3, 4]);
    writeFileSync(
      join(cwd, "twice.yaml"),
      "customer: customer_id\ntime: time\nas_of: last\nmeasures:\n  paid: {sum: revenue}\n",
    );
    const words = ["ingest", "twice.ndjson", "--from", "mixpanel", "--rollup", "twice.yaml", "-o", "twice.csv"];
    const rolled = await segment(words, { cwd });
    expect(rolled.stdout).toContain("rows: 5 in = 1 out + 1 merged + 3 grouped");
    expect(readFileSync(join(cwd, "twice.csv"), "utf8")).toBe("customer_id,paid\nu1,18\n");
  });

  test("ga4: a purchase that a user has twice by its transaction id counts once, its refund and other users' stay", async () => {
    const event = (name: string, user: string, id: string | null, at: number, revenue?: number) => ({
      event_name: name,
      event_timestamp: String(1719742800000000 + at * 1000000),
      user_pseudo_id: user,
      user_id: user.toUpperCase(),
      ecommerce: { transaction_id: id, purchase_revenue: revenue },
    });
    file(
      "orders.ndjson",
      event("refund", "a", "T1", 9),
      event("purchase", "a", "T1", 1, 99.5),
      event("purchase", "b", "T1", 2, 20),
      event("purchase", "a", "T1", 3, 99.5),
      event("purchase", "a", "(not set)", 4, 5),
      event("purchase", "a", "(not set)", 5, 6),
      event("purchase", "a", null, 6, 7),
      event("purchase", "a", null, 7, 8),
      event("add_to_cart", "b", "T1", 8),
      event("add_to_cart", "b", "T1", 8),
    );
    const run = await segment(["ingest", "orders.ndjson", "--from", "ga4", "-o", "orders-out.ndjson"], { cwd });
    expect(run.stdout).toContain("rows: 10 in = 9 out + 1 merged");
    expect(run.stdout.replaceAll(/\s+/g, " ")).toContain(
      "1 event is there again (the same event_name, user_pseudo_id and ecommerce.transaction_id)",
    );
    expect(rowsOf("orders-out.ndjson").map((row) => [row["event"], row["device_id"], row["revenue"]])).toEqual([
      ["refund", "a", null],
      ["purchase", "a", 99.5],
      ["purchase", "b", 20],
      ["purchase", "a", 5],
      ["purchase", "a", 6],
      ["purchase", "a", 7],
      ["purchase", "a", 8],
      ["add_to_cart", "b", null],
      ["add_to_cart", "b", null],
    ]);
    writeFileSync(
      join(cwd, "orders.yaml"),
      "customer: customer_id\ntime: time\nas_of: last\nmeasures:\n  paid: {sum: revenue}\n",
    );
    const words = ["ingest", "orders.ndjson", "--from", "ga4", "--rollup", "orders.yaml", "-q"];
    expect((await segment(words, { cwd })).stdout).toBe("customer_id,paid\nA,125.5\nB,20\n");
  });

  test("ga4: a revenue that is no number is told with its line, behind a folded purchase too", async () => {
    const event = (id: string, revenue: number | string) => ({
      event_name: "purchase",
      event_timestamp: "1719742800000000",
      user_pseudo_id: "a",
      ecommerce: { transaction_id: id, purchase_revenue: revenue },
    });
    file("odd.ndjson", event("T1", 1.5), event("T1", 1.5), event("T2", "70,50"), event("T3", "80,50"));
    const run = await segment(["ingest", "odd.ndjson", "--from", "ga4", "-o", "odd.csv", "--json"], { cwd });
    expect((JSON.parse(run.stdout) as { warnings: unknown }).warnings).toContainEqual({
      code: "revenue-text",
      message:
        "revenue is text, not money: 2 values of it are no numbers, first “70,50” of ecommerce.purchase_revenue on line 3; mend the export to have it summed",
    });
  });

  test("mixpanel: times of two units are refused with the line of the first that is not like most", async () => {
    const event = (time: number) => ({ event: "View", properties: { time, distinct_id: "u1" } });
    file("units.ndjson", event(1719742800), event(1719742900), event(1719742900123));
    const run = await segment(["ingest", "units.ndjson", "--from", "mixpanel", "-q"], { cwd });
    expect([run.code, run.stdout]).toEqual([3, ""]);
    expect(run.stderr).toBe(
      "segment: units.ndjson, line 3, column properties.time: the times are neither dates nor counts since 1970 in one unit: “1719742900123” is not, and most are seconds since 1970; mend the export; segment profile units.ndjson shows what the column holds\n",
    );
  });

  test("goes on to a rollup, whose account begins with the visits", async () => {
    writeFileSync(
      join(cwd, "roll.yaml"),
      "customer: device_id\ntime: time\nas_of: 2024-07-10\nmeasures:\n  orders: {count: rows, where: event = ecommerceOrder}\n  paid: {sum: revenue}\n  days: {recency: time}\n",
    );
    const words = ["ingest", "matomo.ndjson", "--from", "matomo", "--rollup", "roll.yaml", "-o", "rolled.csv"];
    const run = await segment(words, { cwd });
    expect(run.stdout).toContain("rows: 2 in + 1 unpacked = 2 out + 1 grouped");
    expect(readFileSync(join(cwd, "rolled.csv"), "utf8")).toBe("device_id,orders,paid,days\nv1,1,12.5,10\nv2,0,0,10\n");
  });

  test("is refused where the file has not what it needs, with what it has", async () => {
    const run = await segment(["ingest", "mixpanel.ndjson", "--format", "ga4"], { cwd });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("no Google Analytics 4 (BigQuery export): event needs event_name");
    expect(run.stderr).toContain("the file has event, properties.time");
  });

  test("is one export, of one file", async () => {
    const both = await segment(["ingest", "ga4.ndjson", "--format", "ga4", "--from", "matomo"], { cwd });
    expect(both.code).toBe(2);
    expect(both.stderr).toContain("cannot be both --from matomo and --format ga4");
    const several = await segment(
      ["ingest", "--source", "a=ga4.ndjson", "--source", "b=ga4.ndjson", "--format", "ga4"],
      { cwd },
    );
    expect(several.code).toBe(2);
    expect(several.stderr).toContain("ga4 is the name of one export");
  });

  test("whose times are in no unit is refused", async () => {
    file(
      "odd.ndjson",
      ...[1719742800, 1719742800000].map((time) => ({ event: "x", properties: { time, distinct_id: "a" } })),
    );
    const run = await segment(["ingest", "odd.ndjson", "--format", "mixpanel"], { cwd });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("neither dates nor counts since 1970 in one unit");
  });
});
