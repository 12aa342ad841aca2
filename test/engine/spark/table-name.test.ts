import { expect, test } from "vitest";
import { isTableName } from "../../../src/engine/spark/table-name.ts";

test.each([
  "customers",
  "crm.customers",
  "lake.crm.customers",
  "`a b`.`c-d`",
  "delta.`s3a://b/t`",
  "schéma.clients_2024",
])("%s is a table", (name) => expect(isTableName(name)).toBe(true));

test.each([
  "customers.csv",
  "out.parquet",
  "a/b",
  "./customers",
  "s3a://b/t",
  "a.b.c.d",
  "2024",
  "a b",
  "x.ndjson",
  "*.csv",
  "",
])("%s is none", (name) => expect(isTableName(name)).toBe(false));
