import type { OptionTable } from "../core/options.ts";

/** The options of `segment ingest` that make one table of several sources. */
export const combineOptions = {
  source: {
    kind: "texts",
    value: "NAME=FILE",
    reads: true,
    named: true,
    group: "Sources",
    help: "a source by a name of yours: crm=crm.csv; repeat for each, the first counts most (several files of the same columns are one source: crm='exports/*.csv')",
  },
  map: {
    kind: "text",
    value: "FILE",
    reads: true,
    group: "Sources",
    help: "how each source is read and its columns map to one schema, keys and whose values count (YAML); without it, columns of the same or a like name meet",
  },
  combine: {
    kind: "choice",
    choices: ["union", "left", "full"],
    default: "full",
    group: "Sources",
    help: "union: all rows, with a column source; left: the customers of the first source, completed by the others; full: the customers of all",
  },
  key: {
    kind: "texts",
    value: "COL",
    group: "Sources",
    help: "rows of several sources with the same value are one customer: a column, or several that must all agree (last_name+birth_date); repeat for what to try next (default: customer id, e-mail address, telephone number)",
  },
  prefer: {
    kind: "list",
    value: "LIST",
    group: "Sources",
    help: "whose value a column takes where several sources have one: sources in order, or newest:COL first, the row of the latest date in COL (default: the order of --source); a map says it for each column",
  },
  country: {
    kind: "text",
    value: "COL|CODE",
    group: "Sources",
    help: "country of telephone numbers and of the postcodes of --regions: a column of names or codes, or one for all such as FR",
  },
  repeated: {
    kind: "choice",
    choices: ["refuse", "keep"],
    default: "refuse",
    group: "Sources",
    help: "an id that several rows of one source have: refuse the run, or keep such rows apart (they match by later keys alone)",
  },
  provenance: {
    kind: "flag",
    group: "Sources",
    help: "add columns: sources, matched_by, and for each column COL_source, whose value it is",
  },
  conflicts: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Sources",
    help: "list every value in which the sources of a customer differ in FILE: keys, field, value and row by source, what was chosen",
  },
} as const satisfies OptionTable;

/** The options of `segment ingest` that add columns from outside tables. */
export const lookupOptions = {
  lookup: {
    kind: "texts",
    value: "NAME=FILE",
    reads: true,
    named: true,
    group: "Enrichment",
    help: "add the columns of an outside table by a key: insee=insee.csv; refused where the key repeats in it; repeat for others",
  },
  on: {
    kind: "texts",
    value: "COL",
    group: "Enrichment",
    help: "the key of a --lookup: a column that both have, COL=ITS_COLUMN, or several (country+postcode); one for each --lookup in order, or one for all",
  },
  take: {
    kind: "list",
    value: "LIST",
    group: "Enrichment",
    help: "columns to add, by the lookup's name: insee.population,insee.income_*; default: all but its key. A name that the table has gets the lookup's name before it",
  },
  regions: {
    kind: "text",
    value: "COL",
    group: "Enrichment",
    help: "add department_code, department and region (since 2016) of the French postcodes in COL; with --country only of French rows",
  },
} as const satisfies OptionTable;
