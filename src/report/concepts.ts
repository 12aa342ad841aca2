/**
 * What a marketing column is about, told from its name in English or French, and the words for much and little of it.
 */
export interface Concept {
  readonly name: string;
  /** Alternatives; each is a list of words that must all be in the column's name. Plurals in s or x count too. */
  readonly words: readonly (readonly string[])[];
  readonly much: string;
  readonly veryMuch: string;
  readonly little: string;
  readonly veryLittle: string;
  /** The phrase that tells of something lacking, and so stands after the semicolon; usually `little`. */
  readonly lack?: "much" | "little";
}

/** The concept of a column, or null. The first that fits counts, so the special stand before the general. */
export function conceptOf(column: string): Concept | null {
  const words = new Set(nameWords(column));
  const found = concepts.find((concept) => concept.words.some((all) => all.every((word) => words.has(word))));
  return found ?? null;
}

/** Lower-case words of a name, without accents and plural endings: `derniereCommande_scaled` → `derniere`, `commande`. */
function nameWords(column: string): readonly string[] {
  return column
    .slice(0, 200)
    .replace(/_scaled$/, "")
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== "")
    .flatMap((word) => (/..[sx]$/.test(word) && !/(ss|us)$/.test(word) ? [word, word.slice(0, -1)] : [word]));
}

/** `high X` and its kin, for what is measured rather than counted. */
function level(name: string, label: string, ...words: readonly (readonly string[])[]): Concept {
  return {
    name,
    words,
    much: `high ${label}`,
    veryMuch: `very high ${label}`,
    little: `low ${label}`,
    veryLittle: `very low ${label}`,
  };
}

/** `many X` and its kin, for what is counted. */
function number(name: string, label: string, ...words: readonly (readonly string[])[]): Concept {
  return {
    name,
    words,
    much: `many ${label}`,
    veryMuch: `very many ${label}`,
    little: `few ${label}`,
    veryLittle: `very few ${label}`,
  };
}

const concepts: readonly Concept[] = [
  {
    name: "opens",
    words: [["open"], ["opened"], ["opening"], ["ouvert"], ["ouverture"]],
    much: "opens e-mail",
    veryMuch: "opens e-mail very often",
    little: "seldom opens e-mail",
    veryLittle: "hardly ever opens e-mail",
  },
  {
    name: "clicks",
    words: [["click"], ["clicked"], ["ctr"], ["clic"], ["clique"]],
    much: "clicks",
    veryMuch: "clicks very often",
    little: "seldom clicks",
    veryLittle: "hardly ever clicks",
  },
  number(
    "unsubscribes",
    "unsubscriptions",
    ["unsubscribe"],
    ["unsubscribed"],
    ["optout"],
    ["desabonnement"],
    ["desinscription"],
  ),
  number("complaints", "complaints", ["complaint"], ["ticket"], ["reclamation"], ["plainte"]),
  number(
    "e-mails",
    "e-mails received",
    ["email", "sent"],
    ["mail", "sent"],
    ["email", "envoye"],
    ["mail", "envoye"],
    ["email"],
    ["newsletter"],
  ),
  {
    name: "tenure",
    words: [
      ["tenure"],
      ["anciennete"],
      ["seniority"],
      ["lifetime", "day"],
      ["since", "signup"],
      ["since", "first"],
      ["since", "registration"],
      ["customer", "age"],
      ["depuis", "inscription"],
      ["premiere", "commande"],
      ["premier", "achat"],
      ["months", "customer"],
    ],
    much: "long-standing",
    veryMuch: "very long-standing",
    little: "new",
    veryLittle: "very new",
    lack: "little",
  },
  {
    name: "recency",
    words: [
      ["recency"],
      ["recence"],
      ["last"],
      ["dernier"],
      ["derniere"],
      ["since"],
      ["depuis"],
      ["inactivity"],
      ["inactivite"],
      ["inactive"],
    ],
    much: "not seen for long",
    veryMuch: "not seen for very long",
    little: "recent",
    veryLittle: "very recent",
    lack: "much",
  },
  level(
    "basket",
    "basket",
    ["basket"],
    ["panier"],
    ["aov"],
    ["average", "order"],
    ["avg", "order"],
    ["ticket", "moyen"],
  ),
  number("returns", "returns", ["return"], ["returned"], ["retour"], ["refund"], ["remboursement"]),
  number(
    "cancellations",
    "cancellations",
    ["cancel"],
    ["cancelled"],
    ["canceled"],
    ["cancellation"],
    ["annulation"],
    ["annule"],
  ),
  number(
    "discounts",
    "discounts",
    ["discount"],
    ["promo"],
    ["promotion"],
    ["coupon"],
    ["voucher"],
    ["remise"],
    ["reduction"],
  ),
  level("margin", "margin", ["margin"], ["marge"], ["profit"]),
  level("income", "income", ["income"], ["revenu"], ["salary"], ["salaire"]),
  level("lifetime value", "lifetime value", ["clv"], ["ltv"], ["cltv"], ["lifetime", "value"]),
  level(
    "revenue",
    "revenue",
    ["revenue"],
    ["ca"],
    ["chiffre", "affaire"],
    ["montant"],
    ["amount"],
    ["monetary"],
    ["spend"],
    ["spent"],
    ["spending"],
    ["sale"],
    ["turnover"],
    ["depense"],
    ["gmv"],
  ),
  number("items", "items", ["quantity"], ["qty"], ["quantite"], ["item"], ["article"], ["unit"]),
  number(
    "orders",
    "orders",
    ["order"],
    ["freq"],
    ["frequency"],
    ["frequence"],
    ["commande"],
    ["cmd"],
    ["purchase"],
    ["achat"],
    ["transaction"],
  ),
  number("visits", "visits", ["visit"], ["visite"], ["session"], ["pageview"], ["login"], ["connexion"]),
  number("reviews", "reviews", ["review"], ["avis"]),
  level("satisfaction", "satisfaction", ["satisfaction"], ["nps"], ["rating"], ["csat"], ["note"]),
  number("points", "loyalty points", ["point"], ["loyalty"], ["fidelite"]),
  {
    name: "age",
    words: [["age"]],
    much: "older",
    veryMuch: "much older",
    little: "younger",
    veryLittle: "much younger",
  },
  number("children", "children", ["child"], ["children"], ["kid"], ["enfant"]),
  {
    name: "household",
    words: [["household"], ["foyer"]],
    much: "large household",
    veryMuch: "very large household",
    little: "small household",
    veryLittle: "very small household",
  },
  {
    name: "distance",
    words: [["distance"]],
    much: "lives far away",
    veryMuch: "lives very far away",
    little: "lives near",
    veryLittle: "lives very near",
  },
];
