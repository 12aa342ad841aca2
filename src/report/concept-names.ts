import type { Lang } from "../core/lang.ts";

/**
 * What customers with much or little of a concept are called: an adjective (`before` the noun where French has it so), or a
 * noun, into which French puts adjectives at `{}` (after `et` at `{et}`); `very` is of a strong deviation, null where the language has no word for it.
 */
export type NameWord =
  | { readonly kind: "adjective"; readonly word: string; readonly very: string; readonly before?: true }
  | { readonly kind: "noun"; readonly word: string; readonly very: string | null };

interface NamePair {
  readonly much: NameWord;
  readonly little: NameWord;
}

function adjective(word: string, very: string): NameWord {
  return { kind: "adjective", word, very };
}

function noun(word: string, very: string | null = null): NameWord {
  return { kind: "noun", word, very };
}

function pair(much: NameWord, little: NameWord): NamePair {
  return { much, little };
}

/** By the concept's name. A concept that is not here goes into a name by the phrase of its sentence, such as "many complaints". */
export const conceptNames: Readonly<Record<Lang, Readonly<Record<string, NamePair>>>> = {
  en: {
    basket: pair(
      noun("big-basket buyers", "very big-basket buyers"),
      noun("small-basket buyers", "very small-basket buyers"),
    ),
    price: pair(noun("high-price buyers"), noun("low-price buyers")),
    margin: pair(noun("high-margin customers"), noun("low-margin customers")),
    income: pair(noun("high-income customers"), noun("low-income customers")),
    "lifetime value": pair(noun("high-value customers"), noun("low-value customers")),
    revenue: pair(noun("big spenders", "very big spenders"), noun("small spenders", "very small spenders")),
    birth: pair(adjective("younger", "much younger"), adjective("older", "much older")),
    tenure: pair(adjective("long-standing", "very long-standing"), adjective("new", "very new")),
    recency: pair(adjective("lapsed", "long-lapsed"), adjective("recent", "very recent")),
    opens: pair(noun("e-mail readers"), noun("rare e-mail readers")),
    clicks: pair(noun("frequent clickers", "very frequent clickers"), noun("rare clickers", "very rare clickers")),
    returns: pair(noun("frequent returners", "very frequent returners"), noun("rare returners", "very rare returners")),
    discounts: pair(noun("discount buyers"), noun("rare discount buyers")),
    orders: pair(noun("frequent buyers", "very frequent buyers"), noun("occasional buyers", "very occasional buyers")),
    visits: pair(
      noun("frequent visitors", "very frequent visitors"),
      noun("occasional visitors", "very occasional visitors"),
    ),
    reviews: pair(noun("frequent reviewers", "very frequent reviewers"), noun("rare reviewers", "very rare reviewers")),
    age: pair(adjective("older", "much older"), adjective("younger", "much younger")),
    household: pair(
      noun("large households", "very large households"),
      noun("small households", "very small households"),
    ),
    distance: pair(adjective("distant", "very distant"), adjective("nearby", "very near")),
  },
  fr: {
    basket: pair(
      noun("acheteurs{} à gros panier", "acheteurs{} à très gros panier"),
      noun("acheteurs{} à petit panier", "acheteurs{} à très petit panier"),
    ),
    price: pair(noun("acheteurs{} à prix élevés"), noun("acheteurs{} à petits prix")),
    margin: pair(noun("clients{} à forte marge"), noun("clients{} à faible marge")),
    income: pair(noun("clients{} à revenu élevé"), noun("clients{} à revenu modeste")),
    "lifetime value": pair(noun("clients{} à forte valeur"), noun("clients{} à faible valeur")),
    revenue: pair(
      noun("gros acheteurs{}", "très gros acheteurs{}"),
      noun("petits acheteurs{}", "très petits acheteurs{}"),
    ),
    birth: pair(adjective("plus jeunes", "beaucoup plus jeunes"), adjective("plus âgés", "beaucoup plus âgés")),
    tenure: pair(adjective("de longue date", "de très longue date"), {
      kind: "adjective",
      word: "nouveaux",
      very: "tout nouveaux",
      before: true,
    }),
    recency: pair(adjective("inactifs", "inactifs de longue date"), adjective("récents", "très récents")),
    opens: pair(noun("lecteurs{} d’e-mails"), noun("lecteurs{} occasionnels d’e-mails")),
    clicks: pair(
      noun("cliqueurs fréquents{et}", "cliqueurs très fréquents{et}"),
      noun("cliqueurs rares{et}", "cliqueurs très rares{et}"),
    ),
    returns: pair(noun("clients{} à nombreux retours"), noun("clients{} à rares retours")),
    discounts: pair(noun("acheteurs{} en promotion"), noun("acheteurs{} à rares promotions")),
    orders: pair(
      noun("acheteurs fréquents{et}", "acheteurs très fréquents{et}"),
      noun("acheteurs occasionnels{et}", "acheteurs très occasionnels{et}"),
    ),
    visits: pair(
      noun("visiteurs fréquents{et}", "visiteurs très fréquents{et}"),
      noun("visiteurs occasionnels{et}", "visiteurs très occasionnels{et}"),
    ),
    reviews: pair(noun("clients{} à nombreux avis"), noun("clients{} à rares avis")),
    age: pair(adjective("plus âgés", "beaucoup plus âgés"), adjective("plus jeunes", "beaucoup plus jeunes")),
    household: pair(noun("grands foyers{}", "très grands foyers{}"), noun("petits foyers{}", "très petits foyers{}")),
    distance: pair(adjective("éloignés", "très éloignés"), adjective("de proximité", "de grande proximité")),
  },
};
