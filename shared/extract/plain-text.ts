import { foldSpace } from './values/text.ts';

/**
 * Normalises text before it is read as a value: digits of every script as ASCII, signs of full width as their usual form, without the
 * invisible marks of right-to-left text, minus signs and hyphens as `-`, white space folded.
 */
export function plainText(text: string): string {
  const visible = text.replace(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu, '');
  const minus = visible.replace(/[\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d]/gu, '-');
  return foldSpace(minus.replace(/[^\P{Nd}0-9]/gu, asciiDigit).replace(fullWidth, usualForm));
}

/** The fullwidth forms of ASCII, and of the signs of currencies. */
const fullWidth = /[\uff01-\uff5e\uffe0\uffe1\uffe5\uffe6]/g;

function usualForm(sign: string): string {
  return sign.normalize('NFKC');
}

let digits: Map<string, string> | undefined;

function asciiDigit(digit: string): string {
  digits ??= collectDigits();
  return digits.get(digit) ?? digit;
}

/** Every decimal numbering system that Intl knows. */
function collectDigits(): Map<string, string> {
  const found = new Map<string, string>();
  for (const numberingSystem of Intl.supportedValuesOf('numberingSystem')) {
    const format = new Intl.NumberFormat('en', { numberingSystem, useGrouping: false });
    for (let value = 0; value < 10; value++) {
      const digit = format.format(value);
      if (/^\p{Nd}$/u.test(digit)) found.set(digit, String(value));
    }
  }
  return found;
}
