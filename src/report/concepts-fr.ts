/** What is said of much and little of a concept. */
export interface DegreeWords {
  readonly much: string;
  readonly veryMuch: string;
  readonly little: string;
  readonly veryLittle: string;
}

type Form = "m" | "f" | "mp" | "fp";

/** `panier élevé` and its kin: the adjectives agree with the noun. */
function level(noun: string, form: Form): DegreeWords {
  const gender = form.startsWith("f") ? "e" : "";
  const plural = form.endsWith("p") ? "s" : "";
  return {
    much: `${noun} élevé${gender}${plural}`,
    veryMuch: `${noun} très élevé${gender}${plural}`,
    little: `${noun} faible${plural}`,
    veryLittle: `${noun} très faible${plural}`,
  };
}

/** `beaucoup de retours` and its kin; the preposition elides before a vowel. */
function number(nouns: string): DegreeWords {
  const of = /^[aeéèêiouyœ]/.test(nouns) ? "d’" : "de ";
  return {
    much: `beaucoup ${of}${nouns}`,
    veryMuch: `un très grand nombre ${of}${nouns}`,
    little: `peu ${of}${nouns}`,
    veryLittle: `très peu ${of}${nouns}`,
  };
}

/** Adjectives of customers, in the masculine plural of `clients`. */
function adjectives(much: string, little: string, very: { much: string; little: string }): DegreeWords {
  return { much, veryMuch: very.much, little, veryLittle: very.little };
}

/** French words of each concept, by its name. */
export const frenchConcepts: Readonly<Record<string, DegreeWords>> = {
  basket: level("panier", "m"),
  price: level("prix", "mp"),
  margin: level("marge", "f"),
  income: level("revenu", "m"),
  "lifetime value": level("valeur vie client", "f"),
  revenue: level("chiffre d’affaires", "m"),
  birth: adjectives("plus jeunes", "plus âgés", { much: "beaucoup plus jeunes", little: "beaucoup plus âgés" }),
  tenure: adjectives("clients de longue date", "nouveaux clients", {
    much: "clients de très longue date",
    little: "tout nouveaux clients",
  }),
  recency: adjectives("absents depuis longtemps", "récents", {
    much: "absents depuis très longtemps",
    little: "très récents",
  }),
  opens: {
    much: "ouvrent leurs e-mails",
    veryMuch: "ouvrent très souvent leurs e-mails",
    little: "ouvrent rarement leurs e-mails",
    veryLittle: "n’ouvrent presque jamais leurs e-mails",
  },
  clicks: {
    much: "cliquent",
    veryMuch: "cliquent très souvent",
    little: "cliquent rarement",
    veryLittle: "ne cliquent presque jamais",
  },
  unsubscribes: number("désabonnements"),
  complaints: number("réclamations"),
  "e-mails": number("e-mails reçus"),
  returns: number("retours"),
  cancellations: number("annulations"),
  discounts: number("promotions"),
  duration: level("temps passé", "m"),
  items: number("articles"),
  orders: number("commandes"),
  visits: number("visites"),
  reviews: number("avis"),
  satisfaction: level("satisfaction", "f"),
  points: number("points de fidélité"),
  age: adjectives("plus âgés", "plus jeunes", { much: "beaucoup plus âgés", little: "beaucoup plus jeunes" }),
  children: number("enfants"),
  household: {
    much: "grand foyer",
    veryMuch: "très grand foyer",
    little: "petit foyer",
    veryLittle: "très petit foyer",
  },
  distance: {
    much: "habitent loin",
    veryMuch: "habitent très loin",
    little: "habitent près",
    veryLittle: "habitent tout près",
  },
};
