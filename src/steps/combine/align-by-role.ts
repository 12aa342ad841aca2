import type { Engine } from "../../core/context.ts";
import type { Role } from "../../core/role.ts";
import type { Column } from "../../core/schema.ts";
import { isBirthName } from "../dedupe/people.ts";
import { columnRoles } from "../roles/column-roles.ts";
import { isCustomerId } from "./customer-id.ts";
import type { OpenedSource } from "./open-sources.ts";

/** What a column says of a customer as such, so that a source's only column of it is another source's only one. */
const contactRoles = [
  "email",
  "phone",
  "first-name",
  "last-name",
  "name",
  "birth",
  "address",
  "postcode",
  "city",
  "country",
] as const;
export type ContactRole = (typeof contactRoles)[number] | "customer id";

/** By source: what its columns say of a customer. */
export type SourceRoles = readonly ReadonlyMap<Column, ContactRole>[];

/** What each source's columns are to a customer, by name and values. Cost: some scans of each source. */
export async function sourceRoles(engine: Engine, sources: readonly OpenedSource[]): Promise<SourceRoles> {
  const all: ReadonlyMap<Column, ContactRole>[] = [];
  for (const { table } of sources) {
    const { roles } = await columnRoles(engine, table);
    all.push(
      new Map(
        table.columns.flatMap((column, i): readonly (readonly [Column, ContactRole])[] => {
          const role = contactRole(column, roles[i]!.role);
          return role === null ? [] : [[column, role]];
        }),
      ),
    );
  }
  return all;
}

function contactRole(column: Column, role: Role): ContactRole | null {
  if (role === "date") return column.type === "date" && isBirthName(column.name) ? "birth" : null;
  const contact = contactRoles.find((one) => one === role);
  if (contact !== undefined) return contact;
  return isCustomerId(column.name) ? "customer id" : null;
}

/**
 * The columns that meet though their names differ: of a contact role that each source has in one column or none. They get
 * the name that the first of them has; roles of which a source has several columns, or one that the map speaks of
 * (`spoken`), are left alone, and so is one whose name another column of a source has. Customer ids never meet so, as two
 * systems may give the same id to two people. By source.
 */
export function alignByRole(
  sources: readonly OpenedSource[],
  roles: SourceRoles,
  spoken: (source: number, column: Column) => boolean,
  isLike: (a: string, b: string) => boolean,
): readonly ReadonlyMap<Column, string>[] {
  const renamed = sources.map(() => new Map<Column, string>());
  for (const role of contactRoles) {
    const own = roles.map((of) => [...of].flatMap(([column, one]) => (one === role ? [column] : [])));
    if (own.some((columns) => columns.length > 1)) continue;
    const all = own.flatMap((columns, s) => columns.map((column) => ({ column, s })));
    const target = all[0]?.column.name;
    if (target === undefined || all.some(({ column, s }) => spoken(s, column))) continue;
    const others = all.filter(({ column }) => !isLike(column.name, target));
    const isTaken = sources.some(({ table }, s) =>
      table.columns.some((column) => isLike(column.name, target) && !own[s]!.includes(column)),
    );
    if (isTaken) continue;
    for (const { column, s } of others) renamed[s]!.set(column, target);
  }
  return renamed;
}
