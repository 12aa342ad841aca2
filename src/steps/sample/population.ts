import { Draws } from "./draws.ts";
import { permutation } from "./permutation.ts";
import { segments } from "./segments.ts";

/** What makes a customer base; the same values make the same bytes, everywhere and always. */
export interface SampleOptions {
  readonly seed: number;
  /** Rows of the customer file, duplicates included; 1 … 10⁸. */
  readonly rows: number;
  /** Share of the rows that are a further record of a person already there; 0 … 0.9. */
  readonly duplicates: number;
  /** Share of the cells that are damaged; 0 … 0.5. */
  readonly dirty: number;
  readonly locale: "fr" | "en" | "mixed";
  /** The day on which the file was drawn, in days since 1970-01-01. */
  readonly asOf: number;
}

/**
 * Who stands in which row. A row is a record, a record has an owner; all of it is computed when asked for, in no
 * memory, so any number of rows can be streamed. Records 0 … persons - 1 are the first of each person, the others
 * are further records; a shuffle puts them in their rows.
 */
export interface Population {
  readonly rows: number;
  readonly persons: number;
  /** rows - persons. */
  readonly duplicates: number;
  /** Records without an e-mail: 5 % of the rows, rounded. */
  readonly blankEmails: number;
  /** Persons who use one mailbox with another person: 1 % of the persons, at least 2; none below 100 persons. */
  readonly sharingPersons: number;
  recordAt(row: number): number;
  ownerOf(record: number): number;
  /** 0 for the first record of a person, then 1, 2 … */
  copyOf(record: number): number;
  hasEmail(record: number): boolean;
  /** The household whose mailbox the person uses, or -1. */
  householdOf(person: number): number;
  /** Index in `segments`. */
  segmentOf(person: number): number;
  /** The person's number in the truth, 1 … persons. */
  idOf(person: number): number;
  /** A number of 1 … persons that only this person's mailbox has. */
  mailNumberOf(person: number): number;
  /** A number of persons + 1 … 2 · persons that only this person's second mailbox has. */
  otherMailNumberOf(person: number): number;
}

/** Shares out rows, persons, blanks and mailboxes; the counts are exact, not drawn. */
export function population(options: SampleOptions): Population {
  const { rows, seed } = options;
  const duplicates = Math.min(Math.round(rows * options.duplicates), rows - 1);
  const persons = rows - duplicates;
  const sharingPersons = persons < 100 ? 0 : Math.max(2, Math.round(persons / 100));
  const households = Math.floor(sharingPersons / 2);
  // The first records of those who share a mailbox keep it, or one of the two could be left alone with it.
  const blankEmails = Math.min(Math.round(rows / 20), rows - sharingPersons);

  const place = permutation(rows, seed, "rows");
  const holder = permutation(persons, seed, "holders");
  const id = permutation(persons, seed, "ids");
  const mailbox = permutation(persons, seed, "mailboxes");
  const otherMailbox = permutation(persons, seed, "other mailboxes");
  const blank = permutation(rows - sharingPersons, seed, "blank");
  const draws = new Draws(seed, "segment");
  const limits = segmentLimits();

  // Further records come in rounds over the persons: of every three with any, one has two and two have one.
  const turn = (record: number): number => {
    const further = record - persons;
    return Math.floor(further / 4) * 3 + Math.max(0, (further % 4) - 1);
  };

  return {
    rows,
    persons,
    duplicates,
    blankEmails,
    sharingPersons,
    recordAt: place,
    ownerOf: (record) => (record < persons ? record : holder(turn(record) % persons)),
    copyOf: (record) =>
      record < persons ? 0 : 2 * Math.floor(turn(record) / persons) + ((record - persons) % 4 === 1 ? 2 : 1),
    hasEmail: (record) => record < sharingPersons || blank(record - sharingPersons) >= blankEmails,
    householdOf: (person) => (person < sharingPersons ? Math.min(Math.floor(person / 2), households - 1) : -1),
    segmentOf: (person) => {
      const drawn = draws.at(person).integer();
      let segment = 0;
      while (drawn >= (limits[segment] as number)) segment++;
      return segment;
    },
    idOf: (person) => id(person) + 1,
    mailNumberOf: (person) => mailbox(person) + 1,
    otherMailNumberOf: (person) => persons + otherMailbox(person) + 1,
  };
}

/** Where the share of each segment ends among the integers of 32 bits. */
function segmentLimits(): readonly number[] {
  const total = segments.reduce((sum, segment) => sum + segment.weight, 0);
  let reached = 0;
  return segments.map((segment) => {
    reached += segment.weight;
    return Math.floor((reached / total) * 4294967296);
  });
}
