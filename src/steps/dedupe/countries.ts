/**
 * Countries as files name them: ISO code: three-letter code and names, in English and French, folded (small letters, no
 * accents, no space or mark). Any two-letter code of the telephone plans is known besides.
 */
const table = `
FR: fra france metropole francemetropolitaine republiquefrancaise
GB: gbr uk unitedkingdom greatbritain royaumeuni grandebretagne england angleterre scotland ecosse wales northernireland irlandedunord
BE: bel belgium belgique belgie
CH: che switzerland suisse schweiz
LU: lux luxembourg
DE: deu germany allemagne deutschland
AT: aut austria autriche osterreich
NL: nld netherlands thenetherlands paysbas nederland holland hollande
ES: esp spain espagne espana
PT: prt portugal
IT: ita italy italie italia
IE: irl ireland irlande eire
MC: mco monaco
AD: and andorra andorre
US: usa unitedstates unitedstatesofamerica etatsunis etatsunisdamerique
CA: can canada
AU: aus australia australie
NZ: nzl newzealand nouvellezelande
DK: dnk denmark danemark danmark
SE: swe sweden suede sverige
NO: nor norway norvege norge
FI: fin finland finlande suomi
IS: isl iceland islande
PL: pol poland pologne polska
CZ: cze czechia czechrepublic tchequie republiquetcheque
SK: svk slovakia slovaquie
HU: hun hungary hongrie
RO: rou romania roumanie
BG: bgr bulgaria bulgarie
GR: grc greece grece
HR: hrv croatia croatie
SI: svn slovenia slovenie
EE: est estonia estonie
LV: lva latvia lettonie
LT: ltu lithuania lituanie
MT: mlt malta malte
CY: cyp cyprus chypre
UA: ukr ukraine
RU: rus russia russie russianfederation
TR: tur turkey turkiye turquie
MA: mar morocco maroc
DZ: dza algeria algerie
TN: tun tunisia tunisie
SN: sen senegal
CI: civ ivorycoast cotedivoire
CM: cmr cameroon cameroun
RE: reu reunion lareunion
GP: glp guadeloupe
MQ: mtq martinique
GF: guf frenchguiana guyane guyanefrancaise
YT: myt mayotte
NC: ncl newcaledonia nouvellecaledonie
PF: pyf frenchpolynesia polynesiefrancaise
PM: spm saintpierreetmiquelon
JE: jey jersey
GG: ggy guernsey guernesey
IM: imn isleofman iledeman
IN: ind india inde
CN: chn china chine
JP: jpn japan japon
BR: bra brazil bresil
MX: mex mexico mexique
ZA: zaf southafrica afriquedusud
IL: isr israel
AE: are unitedarabemirates emiratsarabesunis uae
SG: sgp singapore singapour
HK: hkg hongkong
`;

const byWord = new Map<string, string>();
for (const line of table.trim().split("\n")) {
  const [code = "", words = ""] = line.split(": ");
  for (const word of words.split(" ")) byWord.set(word, code);
}

/** The ISO code that a folded word names: a name, a code of three letters, or a code of two that `known` has; null for none. */
export function countryOf(folded: string, known: ReadonlyMap<string, unknown>): string | null {
  const code = byWord.get(folded) ?? folded.toUpperCase();
  return known.has(code) ? code : null;
}

/** Every word that names a country, for a did-you-mean. */
export function countryWords(): readonly string[] {
  return [...byWord.keys(), ...new Set(byWord.values())];
}
