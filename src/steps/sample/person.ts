import { Draws } from "./draws.ts";
import { englishNames, frenchNames, type Name } from "./names.ts";
import {
  britishPlaces,
  britishStreets,
  frenchPlaces,
  frenchStreets,
  houseNames,
  mobilePrefix,
  type Place,
} from "./places.ts";
import type { Population, SampleOptions } from "./population.ts";
import { twoDigits } from "./calendar.ts";

/** A person as one would write themselves: the record that all variations start from. */
export interface Person {
  readonly locale: "fr" | "en";
  readonly first: Name;
  readonly last: Name;
  readonly email: string;
  /** National form with spaces, such as `06 39 98 12 34` or `07700 900123`. */
  readonly phone: string;
  readonly home: Home;
  /** Days since 1970-01-01; at least 19 years before the day of the file. */
  readonly birth: number;
}

/** An address. The town is real and so is its postcode, as a whole (France) or to its outward code; the house is not. */
export interface Home {
  readonly address: string;
  readonly postcode: string;
  readonly place: Place;
}

/** Domains that RFC 2606 keeps from being anyone's, so that no message can ever arrive. */
export const mailDomains = {
  fr: ["example.com", "example.org", "example.net", "courriel.example", "poste.example", "boite-mail.example"],
  en: ["example.com", "example.org", "example.net", "mail.example", "post.example", "inbox.example"],
} as const;

/** Makes persons; the same index gives the same person each time. */
export function personMaker(options: SampleOptions, base: Population): (index: number) => Person {
  const own = new Draws(options.seed, "person");
  const common = new Draws(options.seed, "household");
  return (index) => {
    const draws = own.at(index);
    const household = base.householdOf(index);
    // Those who live together have surname, home and mailbox in common, and nothing else.
    const shared = household < 0 ? draws : common.at(household);
    const locale = options.locale === "mixed" ? (shared.chance(0.6) ? "fr" : "en") : options.locale;
    const names = locale === "fr" ? frenchNames : englishNames;
    const last = shared.pick(names.last);
    const home = drawHome(shared, locale);
    const domain = shared.pick(mailDomains[locale]);
    const first = draws.pick(names.first);
    const local =
      household < 0
        ? mailLocal(first, last, base.mailNumberOf(index), draws.below(16))
        : `${locale === "fr" ? "famille" : "family"}.${last.mail}${base.mailNumberOf(2 * household)}`;
    const age = 19.5 * 365.25 + (draws.unit() + draws.unit()) * 30 * 365.25;
    return {
      locale,
      first,
      last,
      email: `${local}@${domain}`,
      phone: drawPhone(draws, locale, home.place),
      home,
      birth: options.asOf - Math.round(age),
    };
  };
}

/** A home anywhere in the country. */
export function drawHome(draws: Draws, locale: "fr" | "en"): Home {
  const number = 1 + draws.below(draws.chance(0.7) ? 60 : 240);
  const form = draws.below(100);
  if (locale === "fr") {
    const place = draws.pick(frenchPlaces);
    const street = draws.pick(frenchStreets);
    const plain = `${number}${form % 11 === 0 ? " bis" : ""} ${street}`;
    const address =
      form >= 98
        ? `"${draws.pick(houseNames.fr)}", ${plain}`
        : form >= 80
          ? `${number}, ${street}`
          : form >= 70
            ? `Bât. ${"ABCDEF".charAt(draws.below(6))}, ${plain}`
            : plain;
    return { address, postcode: draws.pick(place.postcodes), place };
  }
  const place = draws.pick(britishPlaces);
  const plain = `${number} ${draws.pick(britishStreets)}`;
  const address =
    form >= 98
      ? `"${draws.pick(houseNames.en)}", ${plain}`
      : form >= 78
        ? `Flat ${1 + draws.below(24)}, ${plain}`
        : plain;
  const inward = `${draws.below(10)}${inwardLetter(draws)}${inwardLetter(draws)}`;
  return { address, postcode: `${draws.pick(place.postcodes)} ${inward}`, place };
}

/** A mobile number three times in four, else a landline of the town. Each block holds 1,000 or 10,000 numbers. */
export function drawPhone(draws: Draws, locale: "fr" | "en", place: Place): string {
  const prefix = draws.chance(0.75) ? mobilePrefix[locale] : place.landline;
  if (locale === "fr") return `${prefix} ${twoDigits(draws.below(100))} ${twoDigits(draws.below(100))}`;
  return `${prefix}${String(draws.below(1000)).padStart(3, "0")}`;
}

/** The part before the @: only the number makes it unique, and nobody else has it. */
export function mailLocal(first: Name, last: Name, number: number, form: number): string {
  const given = first.mail;
  const family = last.mail;
  if (form < 8) return `${given}.${family}${number}`;
  if (form < 11) return `${given.charAt(0)}.${family}${number}`;
  if (form < 13) return `${family}.${given}${number}`;
  return form < 15 ? `${given}${number}` : `${given}_${family}${number}`;
}

/** The letters that Royal Mail uses after the space of a postcode. */
function inwardLetter(draws: Draws): string {
  return "ABDEFGHJLNPQRSTUWXYZ".charAt(draws.below(20));
}
