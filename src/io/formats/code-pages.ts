import type { Encoding } from "../../core/source.ts";
import type { WesternEvidence } from "./western-evidence.ts";

/** Encodings of one byte a character whose lower half is ASCII. */
export type CodePage = Exclude<Encoding, "utf-8" | "utf-16le" | "utf-16be">;

const latin1High = Array.from({ length: 96 }, (_, i) => String.fromCharCode(0xa0 + i)).join("");
const none = "\ufffd";
const controls = none.repeat(32);

/** The characters of bytes 80 to FF; U+FFFD where a byte stands for nothing, or for a control character that text does not hold. */
export const codePages: Readonly<Record<CodePage, string>> = {
  cp1252: `€${none}‚ƒ„…†‡ˆ‰Š‹Œ${none}Ž${none}${none}‘’“”•–—˜™š›œ${none}žŸ${latin1High}`,
  "iso-8859-1": controls + latin1High,
  "iso-8859-15":
    controls +
    latin1High.replace(
      /[¤¦¨´¸¼½¾]/g,
      (sign) => ({ "¤": "€", "¦": "Š", "¨": "š", "´": "Ž", "¸": "ž", "¼": "Œ", "½": "œ", "¾": "Ÿ" })[sign]!,
    ),
  macroman:
    "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ",
  cp850:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0",
};

/** The accented letters that Western European words hold often. */
const letters = /^[éèêëàâäáçîïíìôöóòûüùúñœæßãõåøÿ]$/iu;
const rarer = /^[šžŠŽÿŸðÐþÞýÝ]$/u;
const inside = /^[’‘\u00a0\u00ad–—°ªº·´]$/u;

/** Share, by frequency, of the bytes beside ASCII letters that are letters of that case in a code page; 0 where one is undefined. */
export function fitOf(page: CodePage, { beside }: WesternEvidence): number {
  let all = 0;
  let good = 0;
  for (const [place, counts] of Object.entries(beside)) {
    for (let byte = 128; byte < 256; byte++) {
      const count = counts[byte]!;
      if (count === 0) continue;
      const sign = codePages[page][byte - 128]!;
      if (sign === none) return 0;
      all += count;
      good += count * weightOf(sign, place);
    }
  }
  return all === 0 ? 0 : good / all;
}

function weightOf(sign: string, place: string): number {
  if (inside.test(sign)) return 0.8;
  const weight = letters.test(sign) ? 1 : rarer.test(sign) ? 0.4 : 0;
  const isLower = sign === sign.toLowerCase();
  if (place === "lower") return isLower ? weight : 0;
  return place === "upper" && isLower ? weight * 0.8 : weight;
}
