import { decodePercent } from './decode-percent.ts';

/** The number of a `tel:` or `callto:` link, `undefined` where it is none. */
export function phoneOfLink(reference: string): string | undefined {
  // RFC 3966: parameters such as `ext` follow a semicolon. A comma is a pause in dialling.
  const [number = ''] = reference.replace(/^\s*(?:tel|callto):/i, '').split(/[;,?]/, 1);
  return phoneOf(decodePercent(number));
}

/** The number in a text that is known to hold one; white space is collapsed. `undefined` where there is none. */
export function phoneOf(text: string): string | undefined {
  const [run] = numberRun.exec(text.slice(0, maxChars).replace(/\s+/g, ' ')) ?? [];
  if (run === undefined) return undefined;
  const phone = withoutBrackets(run);
  return isDialable(phone) ? phone : undefined;
}

/** A number is far shorter, even with the words around it: longer texts are not searched. */
const maxChars = 200;

/** Digits with their separators; two digits at least. Matches in linear time. */
export const numberRun = /(?:\+ ?)?\(?\+?\d[\d ()./–‑-]*\d\)?/u;

/** Removes brackets that are no part of the number: around all of it, unpaired, or of a note such as `(9-17)`. */
export function withoutBrackets(run: string): string {
  const beforeNote = run.slice(0, Math.max(run.lastIndexOf(' ('), 0));
  const number = digitsOf(beforeNote).length >= 9 ? beforeNote : run;
  if (number.startsWith('(') && (!number.includes(')') || /^[^)]*\)$/.test(number))) {
    return number.slice(1).replace(/\)$/, '');
  }
  return number.includes('(') ? number : number.replace(/\)$/, '');
}

/** Whether a number can be dialled: no placeholder, not shorter than local short numbers, not longer than E.164 allows. */
export function isDialable(phone: string): boolean {
  const digits = digitsOf(phone);
  const isPlaceholder = /^(\d)\1*$/.test(digits) || /^0?1234567(?:8(?:90?)?)?$/.test(digits);
  return digits.length >= 5 && digits.length <= 15 && !isPlaceholder;
}

/** Whether a number begins with `+` or `00`. */
export function isInternational(phone: string): boolean {
  return /^\(?(?:\+|00)/.test(phone);
}

/** The digits of a number; those of an international one as dialled from abroad, without the prefix `00` and the zero of `+49 (0)30`. */
export function digitsOf(phone: string): string {
  if (!isInternational(phone)) return phone.replace(/\D/g, '');
  return phone.replace('(0)', '').replace(/\D/g, '').replace(/^00/, '');
}

/**
 * Whether two numbers are the same, one of them perhaps without its country code. The trunk prefix `0` of many countries
 * is not dialled after the code.
 */
export function isSamePhone(one: string, other: string): boolean {
  const [short = '', long = ''] = [one, other]
    .map((phone) => digitsOf(phone).replace(/^0/, ''))
    .sort((a, b) => a.length - b.length);
  const isWithoutCode = short.length >= 7 && long.length - short.length <= 3 && long.endsWith(short);
  return short === long || isWithoutCode;
}
