/** Words that name a mean or a total in English, French, German, Spanish, Italian and Dutch. */
const means = "moyennes?|averages?|avg|means?|mittelwert|durchschnitt|promedio|medias?|gemiddelde?";
const words = [
  "(?:(?:sous|sub|grand|grande|gran|super|general|gesamt|zwischen)[- ]?)?(?:total(?:e|s|en|i|es)?|totaux|totaal|subtotal(?:e|es|i)?)",
  "(?:gesamt|zwischen|teil|end)?summen?",
  "gesamt(?:ergebnis|betrag|wert|zahl)?",
  "teilergebnis|zwischenergebnis",
  "sommes?|sums?|sumas?|somm[ae]|suma total|importe total",
  means,
  "ensemble|overall",
].join("|");
const behind =
  "(?: (?:g[ée]n[ée]ral(?:e|es)?|g[ée]n[ée]raux|generali|general(?:es)?|complessivo|global(?:e)?|amount|net|brut|ttc|ht|cumul[ée]))?";
const count = "(?:\\(?\\d[\\d ., \\u00a0\\u202f]*\\)?(?: \\p{L}+)?)?";

const whole = new RegExp(`^(?:${words})(?![\\p{L}\\d])${behind}\\s*[:=]?\\s*${count}$`, "iu");
const beginsMean = new RegExp(`^(?:${means})(?![\\p{L}\\d])`, "iu");
const begins = new RegExp(`^(?:${words})(?![\\p{L}\\d])`, "iu");

/** Whether a cell is the label of a line of totals, and nothing else: `Total`, `TOTAL GÉNÉRAL :`, `Moyenne`. */
export function isTotalsLabel(text: string): boolean {
  return text.length < 80 && whole.test(text.trim());
}

/** Whether a cell begins as such a label does: `Sous-total Nord`, and `Total Energies` too, so that only its numbers tell. */
export function mayBeTotalsLabel(text: string): boolean {
  return text.length < 80 && begins.test(text.trim());
}

/** Whether such a label names a mean. */
export function isMeanLabel(text: string): boolean {
  return beginsMean.test(text.trim());
}
