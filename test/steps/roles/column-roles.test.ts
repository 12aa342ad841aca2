import { describe, expect, test } from "vitest";
import { columnRoles } from "../../../src/steps/roles/column-roles.ts";
import { withContext } from "../cluster/with-context.ts";

const here = withContext();

async function rolesOf(
  columns: Readonly<Record<string, readonly (string | number)[]>>,
): Promise<Record<string, string>> {
  const names = Object.keys(columns);
  const rows = Math.max(...Object.values(columns).map((values) => values.length));
  const lines = Array.from({ length: rows }, (_, i) =>
    names.map((name) => columns[name]![i % columns[name]!.length]).join(","),
  );
  const table = await here().table(`${names.join(",")}\n${lines.join("\n")}\n`);
  const { roles } = await columnRoles(here().context.engine, table);
  return Object.fromEntries(roles.map(({ column, role }) => [column, role]));
}

const serial = (rows: number, of: (i: number) => string | number): readonly (string | number)[] =>
  Array.from({ length: rows }, (_, i) => of(i));

describe("what a column is for is told by its name and its values together", () => {
  test("the seven of a customer base, in French and in English", async () => {
    const found = await rolesOf({
      id_client: serial(24, (i) => 100 + i),
      courriel: serial(24, (i) => `p${i}@x.fr`),
      contact: serial(24, (i) => `06 12 34 56 ${10 + i}`),
      derniere_visite: serial(24, (i) => `2024-01-${String(1 + i).padStart(2, "0")}`),
      panier: serial(24, (i) => 10 + i / 4),
      "accepte newsletter": ["oui", "non"],
      do_not_call: ["no", "yes"],
      type: ["page_view", "purchase", "add_to_cart"],
    });
    expect(found).toEqual({
      id_client: "id",
      courriel: "email",
      contact: "phone",
      derniere_visite: "date",
      panier: "money",
      "accepte newsletter": "consent",
      do_not_call: "refusal",
      type: "event",
    });
  });

  test("what only looks like a date, a telephone number or money is none", async () => {
    const found = await rolesOf({
      date_id: serial(24, (i) => 1_700_000_001 + 7 * i),
      prix_date: serial(24, (i) => 40_000 + 7 * i),
      created_date: serial(24, (i) => 40_000 + 7 * i),
      time_spent: serial(24, (i) => 5 + i / 4),
      spent: serial(24, (i) => 5 + i / 4),
      reference_article: serial(24, (i) => `0${1 + (i % 9)}-${10 + i}-03`),
      contact: serial(24, (i) => `01-42-${10 + i}-03-04`),
    });
    expect(found).toEqual({
      date_id: "id",
      prix_date: "money",
      created_date: "date",
      time_spent: "measure",
      spent: "money",
      reference_article: "id",
      contact: "phone",
    });
  });

  test("people, places, kinds, flags, and what is left", async () => {
    const found = await rolesOf({
      prenom: ["Ana", "Bob", "Zoé"],
      surname: ["Petit", "Roux", "Durand"],
      "Full Name": ["Ana Petit", "Bob Roux", "Zoé Durand"],
      rue: serial(24, (i) => `${i} rue de Lyon`),
      zip: serial(24, (i) => 69_001 + i),
      town: ["Lyon", "Nice", "Paris"],
      pays: ["FR", "BE"],
      segment: [1, 2, 3, 4],
      gender: ["f", "m", "x"],
      active: ["yes", "no"],
      comment: serial(24, (i) => `some words ${i}`),
      visits: serial(24, (i) => (i * 7) % 11),
      source: ["web"],
    });
    expect(found).toEqual({
      prenom: "first-name",
      surname: "last-name",
      "Full Name": "name",
      rue: "address",
      zip: "postcode",
      town: "city",
      pays: "country",
      segment: "label",
      gender: "category",
      active: "flag",
      comment: "text",
      visits: "measure",
      source: "constant",
    });
  });

  test("a name alone is not enough: what its values are decides", async () => {
    const found = await rolesOf({
      email: ["yes", "no", "maybe"],
      consent_date: serial(24, (i) => `2024-02-${String(1 + i).padStart(2, "0")}`),
      optin_source: ["web", "shop", "call"],
      zip: ["north", "south", "west"],
      phone_calls: serial(24, (i) => (i * 5) % 7),
      amount_rank: serial(24, (i) => (i * 11) % 17),
      ref: serial(24, (i) => `AB-${1000 + i}`),
      store_code: serial(60, (i) => `S${1 + (i % 3)}`),
    });
    expect(found).toMatchObject({
      email: "category",
      consent_date: "date",
      optin_source: "category",
      phone_calls: "measure",
      amount_rank: "measure",
      ref: "id",
      store_code: "category",
    });
    expect(found["zip"]).not.toBe("postcode");
  });

  test("values alone can tell: UUIDs, codes of which no two are the same, a row number, a currency", async () => {
    const found = await rolesOf({
      a: serial(24, (i) => `123e4567-e89b-12d3-a456-4266141740${10 + i}`),
      b: serial(24, (i) => `X${2000 + i * 3}`),
      c: serial(24, (i) => 1 + i),
      d: serial(24, (i) => `${i + 1}.50 €`),
      e: serial(24, (i) => 19_990_101 + 10_000 * i),
    });
    expect(found).toMatchObject({ a: "id", b: "id", c: "id", d: "money" });
  });
});
