import type { OptionTable } from "../core/options.ts";
import { tableOptions } from "./common-options.ts";

/** The options of `segment dedupe`. */
export const dedupeOptions = {
  key: {
    kind: "texts",
    value: "COL",
    group: "Matching",
    help: "rows with the same value are one person: a column, or several that must all agree (last_name+birth_date+postcode); repeat for other ways to match, the first that does gives the reason",
  },
  fuzzy: {
    kind: "texts",
    value: "COL:MIN",
    group: "Matching",
    help: "rows with nearly the same text are one person: least Jaro-Winkler similarity, such as name:0.92 (name is first and last name where the table has no such column); repeat for texts that must all agree",
  },
  block: {
    kind: "texts",
    value: "COL",
    group: "Matching",
    help: "compare for --fuzzy only rows with the same value here (COL or COL+COL); repeat for other blocks",
  },
  country: {
    kind: "text",
    value: "COL|CODE",
    group: "Matching",
    help: "country of telephone numbers: a column of names or codes, or one for all such as FR; without it national numbers match by their digits alone",
  },
  names: {
    kind: "list",
    value: "COLS",
    group: "People",
    help: "columns that make up a person's name (default: first and last name, or full name, by their headers); a key value of unlike names is listed, not merged",
  },
  birth: {
    kind: "text",
    value: "COL",
    group: "People",
    help: "date of birth, which tells people of like names apart, by keys and by --fuzzy (default: by its header)",
  },
  keep: {
    kind: "texts",
    value: "RULE",
    group: "Survivor",
    help: "whose value survives: most-complete (default), most-recent:DATECOL or first; COL=RULE for one column; a missing value never beats one that is there",
  },
  consent: {
    kind: "list",
    value: "COLS",
    group: "Survivor",
    help: "columns of consent, where no beats unknown beats yes, whatever --keep says; in a column of refusals (opt_out, do_not_contact, unsubscribed) yes beats no; answers that differ and cannot be read leave none (default: by their headers)",
  },
  id: { kind: "text", value: "COL", group: "Survivor", help: "identifier, of which the least of a group survives" },
  duplicates: {
    kind: "text",
    value: "FILE",
    writes: true,
    group: "Output",
    help: "list every row of a group with the reason (also whether the mailbox is a shared one by its name), and the rows of shared and placeholder keys, in FILE (row: its line in the file, or its number)",
  },
  group: {
    kind: "text",
    value: "COL",
    group: "Output",
    help: "add a column: the number of the first row of each row's group (from 1)",
  },
  ...tableOptions,
} as const satisfies OptionTable;
