import { type CurrencyBeside, readCurrency } from './currency.ts';
import { isUnitOfMeasure } from './units.ts';

/** The text around a number's digits, if all of it is understood. */
export interface Sides {
  isNegative: boolean;
  currency?: CurrencyBeside;
  /** The mark before a dash that replaces the decimals, as in `12,-`. */
  dashMark?: string;
}

/** Notes that price and product pages add after an amount, without changing it; a raised digit behind a currency is one, too. */
const footnotes = /(?:\s*(?:\*+|[†‡]|\(\*+\)|(?<=\p{Sc}\s?)[¹²³⁴-⁹]))+$/u;
const taxWord =
  '(?:vat|mwst|ust|tva|iva|igic|gst|hst|dph|pdv|btw|moms|mva|alv|ндс|tax|taxes|taxe|tasse|steuer)';
const taxState =
  '(?:incl?|included|including|inclusa|inclus|incluso|incluido|incluída|inkl|inklusive|excl?|ex|exc|excluding|exkl|exclusa|zzgl|plus|bez|vč|s|net|no|sin|con|hors|without|with|uden|utan|ohne|\\+)\\.?';
const taxNotes = new RegExp(
  `\\s*\\(?\\s*(?:${taxState}\\s*(?:the\\s*)?${taxWord}\\.?|${taxWord}\\.?\\s*${taxState}|ttc|h\\.?t\\.?|brutto|netto|gross|net)\\s*\\)?$`,
  'iu',
);
const shippingNote = /\s*(?:zzgl\.?|plus|\+)\s*(?:versand(?:kosten)?|shipping|porto)$/iu;
const perUnit = /\s*(?:\/|\bper\b|\bpro\b|\bje\b)\s*(?:1\s*)?([^\s\d()/]{1,12}(?:\s[^\s\d()/]{1,8})?)$/iu;
const eachNote = /\s*\((?:ea|each|шт|pc|stk|st)\.?\)$/iu;
const periods = new Set(
  'mo month mth yr year y annum wk week d day night h hr hour person pers each ea item unit piece pc stück monat jahr tag mois an mes año mese anno'.split(
    ' ',
  ),
);
/**
 * `Price: 12`, `Preis 12`: a label ends with a colon, or is a word for a price. It has no digits, so it contains
 * no other amount.
 */
const label =
  /^(?:[\p{L}][\p{L}\p{M}\s.'’()-]{0,38}:\s*|(?:(?:our|your|now|list|regular|sale|běžná|naše|naša|bežná)\s+)?(?:price|preis|prix|precio|prezzo|preço|prijs|pris|cena|hinta|fiyat|цена|p\.v\.p\.|pvp)\s+)/iu;

/**
 * Reads the text before and after the digits: signs, one currency, a percent sign or a unit of measure, a label
 * before (`Price:`), and after it a footnote mark, a price's unit (`/kg`) or a note on tax. `undefined` for
 * anything else, such as `from`, which makes it another number.
 */
export function readSides(before: string, after: string, locale: string | undefined): Sides | undefined {
  const left = readSide(before.replace(label, '').replace(/^\s*:/u, ''), locale);
  const right = takeAfter(after, locale) ?? takeBeforeMark(after, left, locale);
  if (!left || !right || right.sign !== '') return undefined;
  if (left.measure || (left.currency && right.measure)) return undefined;
  const currency = left.currency ?? right.currency;
  return {
    isNegative: left.sign === '-',
    ...(currency === undefined ? {} : { currency }),
    ...(right.dashMark === undefined ? {} : { dashMark: right.dashMark }),
  };
}

type Side = { sign: string; currency?: CurrencyBeside; measure?: true };
type AfterSide = Side & { dashMark?: string };

function takeAfter(after: string, locale: string | undefined): AfterSide | undefined {
  let rest = after;
  for (const note of [shippingNote, footnotes, taxNotes, eachNote, footnotes]) rest = rest.replace(note, '');
  const per = readCurrencies(rest.trim(), locale) === undefined ? perUnit.exec(rest) : null;
  // A speed is one unit; a price per weight is a price with a unit.
  if (per !== null && !isUnitOfMeasure(rest.trim(), locale)) {
    const unit = per[1] ?? '';
    if (!periods.has(unit.toLowerCase()) && !isUnitOfMeasure(unit, locale)) return undefined;
    rest = rest.slice(0, per.index);
  }
  // "12,-" and "5.–" are prices without minor units.
  const dash = /^\s?([.,:])\s?(?:--?|—|=)/u.exec(rest);
  const side = readSide(dash === null ? rest : rest.slice(dash[0].length), locale);
  return side && (dash === null ? side : { ...side, dashMark: dash[1] ?? '' });
}

/** `€ 610,` and `25 €.`: beside a currency a trailing mark has no meaning. */
function takeBeforeMark(
  after: string,
  left: Side | undefined,
  locale: string | undefined,
): AfterSide | undefined {
  if (!/[.,]\s*$/u.test(after)) return undefined;
  const side = takeAfter(after.replace(/[.,]\s*$/u, ''), locale);
  return side?.currency === undefined && left?.currency === undefined ? undefined : side;
}

function readSide(side: string, locale: string | undefined): Side | undefined {
  const match = /^\s*([+-]?)\s*([^+-]*?)\s*([+-]?)\s*$/u.exec(side);
  if (!match) return undefined;
  const [, first = '', unit = '', last = ''] = match;
  if (first !== '' && last !== '') return undefined;
  const sign = first || last;
  if (unit === '' || /^[%٪﹪％‰]$/u.test(unit)) return unit === '‰' ? undefined : { sign };
  const currency = readCurrencies(unit.replace(/\s*:$/u, ''), locale);
  if (currency !== undefined) return { sign, currency };
  return isUnitOfMeasure(unit, locale) ? { sign, measure: true } : undefined;
}

/** A code and its symbol (`NZD $`) are one currency. */
function readCurrencies(text: string, locale: string | undefined): CurrencyBeside | undefined {
  const whole = readCurrency(text, locale);
  if (whole !== undefined || !text.includes(' ')) return whole;
  const parts = text.split(' ').map((part) => readCurrency(part, locale));
  return parts.length === 2 && parts.every((part) => part !== undefined) ? parts[0] : undefined;
}
