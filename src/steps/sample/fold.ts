const letters: Readonly<Record<string, string>> = {
  œ: "oe", æ: "ae", ø: "o", ł: "l", ß: "ss", ı: "i",
  Œ: "Oe", Æ: "Ae", Ø: "O", Ł: "L",
}; // prettier-ignore

/** Text without accents: `Lefèvre` → `Lefevre`, `Bœuf` → `Boeuf`. Case stays. */
export function dropAccents(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[œæøłßıŒÆØŁ]/g, (letter) => letters[letter] ?? letter);
}

/** What stands for a name in the local part of an e-mail: `N'Diaye` → `ndiaye`, `Le Gall` → `le-gall`. */
export function mailName(name: string): string {
  return dropAccents(name)
    .toLowerCase()
    .replace(/['’.]/g, "")
    .replace(/[^a-z]+/g, "-");
}
