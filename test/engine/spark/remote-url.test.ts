import { describe, expect, test } from "vitest";
import { SegmentError } from "../../../src/core/errors.ts";
import { parseRemoteUrl } from "../../../src/engine/spark/remote-url.ts";

describe("the address of a cluster", () => {
  test("has a port, or Spark Connect's own", () => {
    expect(parseRemoteUrl("sc://spark.internal:443")).toMatchObject({
      host: "spark.internal",
      port: 443,
      secure: false,
    });
    expect(parseRemoteUrl("sc://spark.internal")).toMatchObject({ port: 15002, userId: "" });
  });

  test("has parameters as Spark's own clients write them", () => {
    const url = parseRemoteUrl("sc://h:1/;use_ssl=true;user_id=a%20b;X-Databricks-Cluster-Id=01-ab;x-note=1=2;");
    expect(url).toMatchObject({ secure: true, userId: "a b" });
    expect([...url.headers]).toEqual([
      ["x-databricks-cluster-id", "01-ab"],
      ["x-note", "1=2"],
    ]);
  });

  test.each([
    ["sc://localhost:1", true],
    ["sc://127.0.0.1:1", true],
    ["sc://[::1]:1", true],
    ["sc://127.0.0.1.example.com:1", false],
    ["sc://host:1", false],
  ])("%s is this machine: %s", (text, isLocal) => expect(parseRemoteUrl(text).isLocal).toBe(isLocal));

  test.each([
    "http://host:1",
    "sc://",
    "sc://host:0",
    "sc://host:70000",
    "sc://host:port",
    "sc://user@host:1",
    "sc://host:1/path",
    "sc://host:1/;use_ssl",
    "sc://host:1/;use_ssl=yes",
    "sc://host:1/;bad name=1",
    "sc://host:1/;x=é",
    "sc://host:1/;data-bin=1",
  ])("%s is refused", (text) => expect(() => parseRemoteUrl(text)).toThrow(SegmentError));

  test("a token is refused, and not repeated in the message", () => {
    for (const text of ["sc://h:1/;token=secret", "sc://h:1/;use_ssl=true;TOKEN=secret", "sc://h:1/token=secret"]) {
      expect(() => parseRemoteUrl(text)).toThrow(/^((?!secret).)*$/);
    }
    expect(() => parseRemoteUrl("sc://h:1/;token=secret")).toThrow(/command line is seen by everyone/);
  });
});
