import { plainText } from '../plain-text.ts';
import { currencyCodeOf, decimalsOf } from './currency.ts';
import { isUnitOfMeasure } from './units.ts';

/** ISO 4217 codes that stand for something else beside a number as often: `TOP 10`, `COP 28`, `PHP 8`, `AWG 24`, and `30 sek` in lower case alone. */
const otherWords = new Set(
  'ALL AMD AWG BAM BOB BSD BTN COP CRC CUP CVE DOP EEK ESP GEL GHS KGS LVL MAD MOP PEN PHP PTE RON SDG SIT SOS STD TOP TRY sek'.split(
    ' ',
  ),
);

/** Those of them that are counted, or that measure, so that they stand behind a number: `2 CUP`, `50 GEL`, `95 RON`. */
const countedWords = new Set('COP CUP GEL GHS KGS MOP PEN RON SIT TOP sek'.split(' '));

/** Names of a currency that begin names of other things before a number: `Euro 6`, `EURO 2024`. */
const nameBefore = /^euros?$/iu;

const numbers = /([\d.,'’\s+-]*\d[\d.,'’\s-]*)/u;

/** What makes an amount a price: a word, or the unit that it is the price of. */
const priceContext = new RegExp(
  '(?<!\\p{L})(?:prices?|preis|prix|precio|prezzo|preço|prijs|pris|cena|hinta|fiyatı?|цена|costs?|vat|mwst|tva|iva|kdv|gst|tax)(?!\\p{L})' +
    '|\\d[\\d.,-]*\\s*(?:[A-Z]{3}\\s*)?/\\s*\\p{L}',
  'iu',
);

/** A word that stands directly beside a number. */
interface Beside {
  amount: string;
  /** Is the sign of a currency at the amount, too, such as in `COP $26000`? */
  hasSign: boolean;
  isBefore: boolean;
  /** Do no other words follow it? */
  isLast: boolean;
}

/**
 * The ISO 4217 code of the currency that a text states, alone or with an amount; `undefined` where there are several. A code that is another
 * word as well, or a unit of measure, counts where it stands beside an amount that is written as one of money (`COP 26.000`, `TRY 12.50`),
 * where the text says that it is a price, where it ends the text behind the amount (`250 MAD`), or where the language of the page is that of
 * its country.
 */
export function statedCurrency(text: string, language: () => string | undefined): string | undefined {
  const plain = plainText(text);
  const parts = plain.split(numbers);
  if (parts.length === 1 && currencyCodeOf(plain) !== undefined) return currencyCodeOf(plain);
  const isPrice = priceContext.test(plain);
  const found = new Set<string>();
  for (let at = 0; at < parts.length; at += 2) {
    const part = (parts[at] ?? '').trim();
    for (const word of new Set([part, ...part.split(/[\s/():;]+/u)])) {
      const code = currencyCodeOf(word);
      if (code === undefined) continue;
      const isMoney = (beside: Beside) =>
        isPrice ||
        beside.hasSign ||
        isAmountOf(code, beside.amount) ||
        isOfCountry(code, language()) ||
        (beside.isLast && !isCounted(word, language));
      const besides = besidesOf(word, parts, at);
      if (!isOtherWord(word, besides, language) || besides.some(isMoney)) found.add(code);
    }
  }
  return found.size === 1 ? [...found][0] : undefined;
}

function isOtherWord(word: string, besides: readonly Beside[], language: () => string | undefined): boolean {
  const isName = nameBefore.test(word) && besides.every(({ isBefore }) => isBefore);
  return otherWords.has(word) || isName || isUnit(word, language);
}

function isCounted(word: string, language: () => string | undefined): boolean {
  return countedWords.has(word) || isUnit(word, language);
}

/** Those of capital letters, such as of headings, too. */
function isUnit(word: string, language: () => string | undefined): boolean {
  return isUnitOfMeasure(word.toLowerCase(), language());
}

/** `parts`: texts and the numbers between them; `at`: that of the word. */
function besidesOf(word: string, parts: readonly string[], at: number): Beside[] {
  const part = (parts[at] ?? '').trim();
  const [amountBefore, amount] = [parts[at - 1], parts[at + 1]];
  const besides: Beside[] = [];
  if (amount !== undefined && part.replace(/[\s:]*\p{Sc}?$/u, '').endsWith(word)) {
    const hasSign = /\p{Sc}$/u.test(part) || /^\p{Sc}/u.test(parts[at + 2] ?? '');
    besides.push({ amount, hasSign, isBefore: true, isLast: false });
  }
  if (amountBefore !== undefined && part.replace(/^\p{Sc}\s*/u, '').startsWith(word)) {
    const hasSign = /^\p{Sc}/u.test(part) || /\p{Sc}\s*$/u.test(parts[at - 2] ?? '');
    const isLast =
      amount === undefined && !/[\p{L}\p{N}]/u.test(part.slice(part.indexOf(word) + word.length));
    besides.push({ amount: amountBefore, hasSign, isBefore: false, isLast });
  }
  return besides;
}

/** As prices are written: with the minor units of the currency, or with grouped thousands. */
function isAmountOf(code: string, amount: string): boolean {
  const decimals = decimalsOf(code);
  const plain = amount.trim();
  const hasMinor = decimals > 0 && new RegExp(`\\d[.,]\\d{${decimals}}$`, 'u').test(plain);
  return hasMinor || /^\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})*(?:[.,]\d{2})?$/u.test(plain);
}

/** A code begins with that of its country (ISO 4217). */
function isOfCountry(code: string, language: string | undefined): boolean {
  const region = language === undefined ? undefined : new Intl.Locale(language).maximize().region;
  return region !== undefined && code.startsWith(region);
}
