import type { CountryCode } from 'libphonenumber-js/min';
import { loadPhones } from '../../text/phones.cjs';
import { digitsOf, isInternational } from './phone-number.ts';

export interface PhoneCheck {
  /** The number has as many digits as numbers of its country have. */
  isPossible: boolean;
  /** The number lies in a range that its country has assigned. */
  isValid: boolean;
  /** The form of ITU-T E.164, where the number is possible. */
  e164?: string;
}

/**
 * A number as the numbering plans of Google's libphonenumber have it. `country`: ISO 3166-1 alpha-2 of the place,
 * without which a national number cannot be distinguished from others. `undefined` where it is unknown.
 */
export function checkPhone(phone: string, country?: string): PhoneCheck | undefined {
  const { isSupportedCountry, parsePhoneNumberFromString } = loadPhones();
  const home = country?.toUpperCase();
  const isKnown = home !== undefined && isSupportedCountry(home);
  if (!isKnown && !isInternational(phone)) return undefined;
  const written = isInternational(phone) ? `+${digitsOf(phone)}` : phone;
  const number = parsePhoneNumberFromString(written, isKnown ? (home as CountryCode) : undefined);
  if (number === undefined || !number.isPossible()) return { isPossible: false, isValid: false };
  return { isPossible: true, isValid: number.isValid(), e164: number.number };
}
