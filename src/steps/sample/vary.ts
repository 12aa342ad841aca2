import type { Draws } from "./draws.ts";
import { dropAccents } from "./fold.ts";
import { drawHome, drawPhone, type Home, mailDomains, mailLocal, type Person } from "./person.ts";
import { otherPhoneForm } from "./phone-forms.ts";

/** How a further record has the person written: by another hand, at another time, in another shop. */
export interface Written {
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly phone: string;
  readonly home: Home;
}

/** A person's first record: as they write themselves. */
export function asWritten(person: Person): Written {
  return { ...person, first: person.first.text, last: person.last.text };
}

/**
 * One to several of: case, accents dropped, a hyphen gone, a typing error, names the wrong way round, another form of
 * the number or another number, an abbreviated or an older address, the e-mail in capitals or another e-mail.
 * `number` is one that no other person's e-mails end in. Seven in eight keep the e-mail, but for its case.
 */
export function vary(draws: Draws, person: Person, number: number): Written {
  let { email, phone, home } = person;
  let first = person.first.text;
  let last = person.last.text;
  if (draws.chance(0.3)) {
    first = dropAccents(first);
    last = dropAccents(last);
  }
  if (draws.chance(0.12)) first = first.replaceAll("-", " ");
  if (draws.chance(0.22)) [first, last] = mistype(draws, first, last);
  const hand = draws.below(100);
  if (hand < 18) last = last.toUpperCase();
  else if (hand < 24) [first, last] = [first.toUpperCase(), last.toUpperCase()];
  else if (hand < 30) [first, last] = [first.toLowerCase(), last.toLowerCase()];
  if (draws.chance(0.06)) [first, last] = [last, first];

  if (draws.chance(0.15)) home = drawHome(draws, person.locale);
  else if (draws.chance(0.35)) home = { ...home, address: abbreviate(home.address) };
  if (draws.chance(0.08)) phone = drawPhone(draws, person.locale, home.place);
  else if (draws.chance(0.45)) phone = otherPhoneForm(draws, phone);
  if (draws.chance(0.125)) {
    const domain = draws.pick(mailDomains[person.locale]);
    email = `${mailLocal(person.first, person.last, number, draws.below(16))}@${domain}`;
  } else if (draws.chance(0.15)) email = draws.chance(0.6) ? email.toUpperCase() : capitalise(email);

  const unchanged =
    first === person.first.text &&
    last === person.last.text &&
    email === person.email &&
    phone === person.phone &&
    home.address === person.home.address;
  return { first, last, email, phone: unchanged ? otherPhoneForm(draws, phone) : phone, home };
}

/** One slip of the finger in the first or the last name, after its first letter. */
function mistype(draws: Draws, first: string, last: string): [string, string] {
  return draws.chance(0.4) ? [slip(draws, first), last] : [first, slip(draws, last)];
}

function slip(draws: Draws, name: string): string {
  if (name.length < 4) return name + name.charAt(name.length - 1);
  const at = 1 + draws.below(name.length - 2);
  const [before, here, next, after] = [name.slice(0, at), name.charAt(at), name.charAt(at + 1), name.slice(at + 2)];
  switch (draws.below(4)) {
    case 0:
      return before + next + after;
    case 1:
      return before + here + here + next + after;
    case 2:
      return here === next ? before + next + after : before + next + here + after;
    default:
      return before + neighbour(here) + next + after;
  }
}

const keyRows = ["azertyuiop", "qsdfghjklm", "wxcvbn"];

/** A key beside the one meant (AZERTY); other characters are left out of the name. */
function neighbour(letter: string): string {
  for (const row of keyRows) {
    const at = row.indexOf(letter);
    if (at >= 0) return row.charAt(at === 0 ? 1 : at - 1);
  }
  return "";
}

const shortForms: readonly (readonly [RegExp, string])[] = [
  [/\bavenue\b/, "av."],
  [/\bboulevard\b/, "bd"],
  [/\bplace\b/, "pl."],
  [/\bchemin\b/, "ch."],
  [/\bSaint-/, "St-"],
  [/\bGénéral-/, "Gal "],
  [/ Street$/, " St"],
  [/ Road$/, " Rd"],
  [/ Avenue$/, " Ave"],
  [/ Lane$/, " Ln"],
  [/ Drive$/, " Dr"],
  [/^Flat (\d+), /, "$1/"],
  [/\brue\b/, "r."],
];

function abbreviate(address: string): string {
  return shortForms.reduce((text, [long, short]) => text.replace(long, short), address);
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
