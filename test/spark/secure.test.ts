import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratch, segment } from "../cli/run-segment.ts";
import { oldServer } from "./old-server.ts";

const folder = scratch();
const input = join(folder, "in.csv");
writeFileSync(input, "a,b\n1,2\n");

/** A certificate for localhost that signs itself. */
function certificate(): { readonly key: string; readonly certificate: string; readonly path: string } {
  const path = join(folder, "certificate.pem");
  const key = join(folder, "key.pem");
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const words = [
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-keyout",
    key,
    "-out",
    path,
    ...subject,
  ];
  execFileSync("openssl", words, { stdio: "ignore" });
  return { key: readFileSync(key, "utf8"), certificate: readFileSync(path, "utf8"), path };
}

function ingest(remote: string, env: Readonly<Record<string, string>>) {
  return segment(["ingest", input, "--engine", remote, "-o", join(folder, "out.csv")], { env });
}

describe("a cluster over TLS", () => {
  const tls = certificate();

  test("is reached with the token and the parameters of the address as headers of every call", async () => {
    // It says that it is too old, which is told only by one that was reached.
    const server = await oldServer({ version: "3.5.1", tls });
    const remote = `sc://localhost:${server.port}/;use_ssl=true;X-Databricks-Cluster-Id=0123-ab;x-tenant=crm`;
    const env = { NODE_EXTRA_CA_CERTS: tls.path, SPARK_CONNECT_AUTHENTICATE_TOKEN: "open-sesame" };
    const { code, stderr } = await ingest(remote, env);
    server.close();
    expect(code).toBe(4);
    expect(stderr).toMatch(/^segment: Spark 3\.5\.1 runs at localhost:\d+; Spark 4\.0 or later is needed\n$/);
    expect(server.headers.length).toBeGreaterThan(0);
    for (const headers of server.headers) {
      expect(headers).toMatchObject({
        authorization: "Bearer open-sesame",
        "x-databricks-cluster-id": "0123-ab",
        "x-tenant": "crm",
      });
    }
  });

  test("whose certificate nobody vouches for is not given the token", async () => {
    const server = await oldServer({ version: "3.5.1", tls });
    const env = { SPARK_CONNECT_AUTHENTICATE_TOKEN: "open-sesame" };
    const { code, stderr } = await ingest(`sc://localhost:${server.port}/;use_ssl=true`, env);
    server.close();
    expect(code).toBe(4);
    expect(stderr).toMatch(/^segment: no answer from Spark at localhost:\d+: .*self.signed certificate.*\n$/);
    expect(server.calls).toEqual([]);
  });
});

test("a token does not leave this machine without TLS", async () => {
  const env = { SPARK_CONNECT_AUTHENTICATE_TOKEN: "open-sesame" };
  const { code, stderr } = await ingest("sc://192.0.2.1:15002", env);
  expect(code).toBe(2);
  expect(stderr).toMatch(/in clear; add \/;use_ssl=true/);
  expect(stderr).not.toContain("open-sesame");
});
