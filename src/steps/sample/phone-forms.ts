import type { Draws } from "./draws.ts";

/** The same number as others write it: +33…, 0033…, dots, hyphens, no spaces. `phone` is in national form. */
export function otherPhoneForm(draws: Draws, phone: string): string {
  const code = phone.length === 14 && phone.charAt(2) === " " ? "33" : "44";
  switch (draws.below(6)) {
    case 0:
      return `+${code} ${phone.slice(1)}`;
    case 1:
      return `+${code}${phone.slice(1).replaceAll(" ", "")}`;
    case 2:
      return `00${code} ${phone.slice(1)}`;
    case 3:
      return phone.replaceAll(" ", ".");
    case 4:
      return phone.replaceAll(" ", "-");
    default:
      return phone.replaceAll(" ", "");
  }
}
