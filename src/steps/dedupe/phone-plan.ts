import { getCountries, getCountryCallingCode, Metadata, type NumberingPlan } from "libphonenumber-js";

/** What telephone numbers of a country look like: facts of libphonenumber's metadata. */
export interface PhonePlan {
  /** ISO 3166 code, such as `FR`. */
  readonly country: string;
  readonly callingCode: string;
  /** What stands before the national number inside the country, such as `0`; empty where nothing does. */
  readonly prefix: string;
  /** Digits of a national number without its prefix. */
  readonly lengths: readonly number[];
  /** What a national number matches as a whole, by length and leading digits. */
  readonly pattern: string;
}

/** Every country's plan, by its code. This module is loaded only where a key is a phone number. */
export function phonePlans(): ReadonlyMap<string, PhonePlan> {
  const metadata = new Metadata();
  const plans = new Map<string, PhonePlan>();
  for (const country of getCountries()) {
    metadata.selectNumberingPlan(country);
    const plan = metadata.numberingPlan as PrefixedPlan;
    plans.set(country, {
      country,
      callingCode: getCountryCallingCode(country),
      prefix: plan.nationalPrefix() ?? "",
      lengths: plan.possibleLengths(),
      pattern: plan.nationalNumberPattern(),
    });
  }
  return plans;
}

/** The library has the national prefix and the pattern, its types do not. */
interface PrefixedPlan extends NumberingPlan {
  nationalPrefix(): string | null;
  nationalNumberPattern(): string;
}
