/** The languages in which segments are named and described. */
export const langs = ["en", "fr"] as const;

export type Lang = (typeof langs)[number];
