import type { Draft, TruthColumn } from "./draft.ts";

/** Rows of every file of the corpus. */
export const rows = 60;

const columns: readonly TruthColumn[] = [
  { name: "client_id", kind: "text" },
  { name: "prénom", kind: "text" },
  { name: "email", kind: "text" },
  { name: "ville", kind: "text" },
  { name: "montant", kind: "number" },
  { name: "taux", kind: "number" },
  { name: "commandes", kind: "number" },
  { name: "date_inscription", kind: "date" },
  { name: "actif", kind: "boolean" },
  { name: "commentaire", kind: "text" },
];

const names = "Zoé,Léa,Noël,Chloé,Inès,Jérôme,Françoise,Gaël,Théo,Anaïs,Éric,Benoît".split(",");
const cities = "Paris,Orléans,Nîmes,Besançon,Saint-Étienne,Évreux,Lyon,Châteauroux".split(",");
const remarks = [
  "préfère le matin",
  "rappeler; urgent",
  "adresse : 3, rue Haute",
  "client fidèle",
  "né à l'île d'Yeu",
  "a demandé « le devis »",
  "livraison à l’étage",
];

/**
 * Sixty invented customers without dirt: comma, UTF-8, LF, decimal point, ISO dates, true and false. Days beyond the
 * twelfth, amounts beyond a thousand, negative amounts and missing values are among them.
 */
export function cleanDraft(): Draft {
  const truth = Array.from({ length: rows }, (_, i) => rowOf(i));
  return {
    columns: [...columns],
    header: [columns.map(({ name }) => name)],
    cells: truth.map((row) => [...row]),
    truth,
    bad: new Set(),
    delimiter: ",",
    quote: '"',
    quoteAll: false,
    encoding: "utf-8",
    mark: false,
    newline: () => "\n",
    lastNewline: true,
    before: [],
    after: [],
    between: new Map(),
    rewrite: new Map(),
  };
}

function rowOf(i: number): (string | null)[] {
  const mixed = (factor: number, size: number): number => (i * factor + 5) % size;
  const name = names[mixed(5, names.length)]!;
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const cents = (mixed(7919, 10_007) * 37) % 900_000;
  const amount = ((i % 9 === 4 ? -1 : 1) * (cents + 1_050)) / 100;
  const day = new Date(Date.UTC(2021, 0, 1 + mixed(97, 1300)));
  return [
    `C${String(1000 + i * 7).padStart(6, "0")}`,
    name,
    i % 11 === 7 ? null : `${plain}.${100 + i}@exemple.fr`,
    cities[mixed(3, cities.length)]!,
    i % 13 === 6 ? null : amount.toFixed(2),
    (mixed(31, 997) / 10).toFixed(1),
    String(mixed(11, 40)),
    i % 17 === 9 ? null : day.toISOString().slice(0, 10),
    i % 3 === 0 ? "true" : "false",
    i % 4 === 1 ? null : remarks[mixed(2, remarks.length)]!,
  ];
}

/** The place of a column by name. */
export function columnOf(name: string): number {
  return columns.findIndex((column) => column.name === name);
}
