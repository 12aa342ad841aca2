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
      // The metadata has 0 where there is none.
      prefix: plan.nationalPrefix() || "",
      lengths: plan.possibleLengths(),
      pattern: patternOf(plan),
    });
  }
  return plans;
}

/**
 * What a valid number matches: that of one of its types, where the library knows them, as it does where countries share a
 * code; else by the leading digits that tell it from the other countries of its code.
 */
function patternOf(plan: PrefixedPlan): string {
  if (!plan.hasTypes()) {
    const leading = plan.leadingDigits();
    return leading ? `(?:${leading})\\d{1,8}` : plan.nationalNumberPattern();
  }
  const patterns = numberTypes.flatMap((type) => plan.type(type)?.pattern() ?? []);
  return [...new Set(patterns)].join("|");
}

const numberTypes = [
  "FIXED_LINE",
  "MOBILE",
  "PREMIUM_RATE",
  "PERSONAL_NUMBER",
  "VOICEMAIL",
  "UAN",
  "PAGER",
  "TOLL_FREE",
  "VOIP",
  "SHARED_COST",
] as const;

/** The library has the national prefix and the patterns, its types do not. */
interface PrefixedPlan extends NumberingPlan {
  nationalPrefix(): string | 0 | null;
  nationalNumberPattern(): string;
  leadingDigits(): string | undefined;
  hasTypes(): boolean;
  type(name: (typeof numberTypes)[number]): { pattern(): string } | undefined;
}
