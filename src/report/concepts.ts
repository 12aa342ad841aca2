/**
 * What a marketing column is about, told from its name in English or French, and the words for much and little of it.
 */
export interface Concept {
  readonly name: string;
  /** Alternatives; each is a run of words that the column's name holds, in singular or plural. */
  readonly words: readonly (readonly string[])[];
  readonly much: string;
  readonly veryMuch: string;
  readonly little: string;
  readonly veryLittle: string;
  /** Which of them tells of a lack, and so stands after the semicolon; `little` when not said. */
  readonly lack?: "much" | "none";
  /** Time since something: where the column is the date of it, a later date is less. */
  readonly falls?: true;
}

/** The concept of a column, or null. The first that fits counts, so the special stand before the general. */
export function conceptOf(column: string): Concept | null {
  const name = nameWords(column);
  const found = concepts.find((concept) => concept.words.some((sequence) => holds(name, sequence)));
  return found ?? null;
}

function holds(name: readonly (readonly string[])[], sequence: readonly string[]): boolean {
  return name.some((_, start) => sequence.every((word, at) => name[start + at]?.includes(word) === true));
}

/** Words of a name in lower case without accents, each beside its singular: `dernièreCommande_scaled` → derniere, commande. */
function nameWords(column: string): readonly (readonly string[])[] {
  return column
    .slice(0, 200)
    .replace(/_scaled$/, "")
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== "")
    .map((word) => (/..[sx]$/.test(word) ? [word, word.slice(0, -1)] : [word]));
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

/** Alternatives of one word each, or of several apart by spaces. */
function words(...alternatives: readonly string[]): readonly (readonly string[])[] {
  return alternatives.map((alternative) => alternative.split(" "));
}

const concepts: readonly Concept[] = [
  level(
    "basket",
    "basket",
    ...words("basket", "panier", "aov", "average order", "avg order", "order value", "ticket moyen"),
  ),
  level("price", "prices", ...words("price", "prix")),
  level("margin", "margin", ...words("margin", "marge", "profit")),
  level("income", "income", ...words("income", "revenu", "salary", "salaire")),
  level("lifetime value", "lifetime value", ...words("clv", "ltv", "cltv", "lifetime value")),
  level(
    "revenue",
    "revenue",
    ...words(
      "revenue",
      "ca",
      "chiffre affaire",
      "chiffre d affaire",
      "montant",
      "amount",
      "monetary",
      "spend",
      "spent",
    ),
    ...words("spending", "sale", "turnover", "depense", "gmv"),
  ),
  {
    name: "birth",
    words: words("birth", "naissance", "birthdate", "birthyear"),
    much: "younger",
    veryMuch: "much younger",
    little: "older",
    veryLittle: "much older",
    lack: "none",
  },
  {
    name: "tenure",
    words: [
      ...words("tenure", "anciennete", "seniority", "since signup", "since first", "since registration", "signup"),
      ...words(
        "first order",
        "first purchase",
        "depuis inscription",
        "inscription",
        "premiere commande",
        "premier achat",
      ),
    ],
    much: "long-standing",
    veryMuch: "very long-standing",
    little: "new",
    veryLittle: "very new",
    lack: "none",
    falls: true,
  },
  {
    name: "recency",
    words: [
      ...words("recency", "recence", "last order", "last purchase", "last visit", "last seen", "last activity"),
      ...words("last login", "last open", "last click", "last contact", "day since", "week since", "month since"),
      ...words("derniere commande", "dernier achat", "derniere visite", "dernier contact", "dernier clic"),
      ...words("jour depuis", "mois depuis", "inactivity", "inactivite"),
    ],
    much: "not seen for long",
    veryMuch: "not seen for very long",
    little: "recent",
    veryLittle: "very recent",
    lack: "much",
    falls: true,
  },
  {
    name: "opens",
    words: words("open", "opened", "opening", "ouvert", "ouverture"),
    much: "opens e-mail",
    veryMuch: "opens e-mail very often",
    little: "seldom opens e-mail",
    veryLittle: "hardly ever opens e-mail",
  },
  {
    name: "clicks",
    words: words("click", "clicked", "ctr", "clic", "clique"),
    much: "clicks",
    veryMuch: "clicks very often",
    little: "seldom clicks",
    veryLittle: "hardly ever clicks",
  },
  number(
    "unsubscribes",
    "unsubscriptions",
    ...words("unsubscribe", "unsubscribed", "optout", "desabonnement", "desinscription"),
  ),
  number("complaints", "complaints", ...words("complaint", "ticket", "reclamation", "plainte")),
  number("e-mails", "e-mails received", ...words("email", "e mail", "mail", "newsletter", "courriel")),
  number("returns", "returns", ...words("return", "returned", "retour", "refund", "remboursement")),
  number(
    "cancellations",
    "cancellations",
    ...words("cancel", "cancelled", "canceled", "cancellation", "annulation", "annule"),
  ),
  number(
    "discounts",
    "discounts",
    ...words("discount", "promo", "promotion", "coupon", "voucher", "remise", "reduction"),
  ),
  level("duration", "time spent", ...words("duration", "duree", "time spent")),
  number("items", "items", ...words("quantity", "qty", "quantite", "item", "article", "unit")),
  number(
    "orders",
    "orders",
    ...words("order", "freq", "frequency", "frequence", "commande", "cmd", "purchase", "achat", "transaction"),
  ),
  number("visits", "visits", ...words("visit", "visite", "session", "pageview", "login", "connexion")),
  number("reviews", "reviews", ...words("review", "avis")),
  level("satisfaction", "satisfaction", ...words("satisfaction", "nps", "rating", "csat")),
  number("points", "loyalty points", ...words("point", "loyalty", "fidelite")),
  {
    name: "age",
    words: words("age"),
    much: "older",
    veryMuch: "much older",
    little: "younger",
    veryLittle: "much younger",
    lack: "none",
  },
  number("children", "children", ...words("child", "children", "kid", "enfant")),
  {
    name: "household",
    words: words("household", "foyer"),
    much: "large household",
    veryMuch: "very large household",
    little: "small household",
    veryLittle: "very small household",
  },
  {
    name: "distance",
    words: words("distance"),
    much: "lives far away",
    veryMuch: "lives very far away",
    little: "lives near",
    veryLittle: "lives very near",
    lack: "none",
  },
];
