import { type CurrencyBeside, readCurrency } from './currency.ts';
import { isUnitOfMeasure } from './units.ts';

/** The text around a number's digits, if all of it is understood. */
export interface Sides {
  isNegative: boolean;
  currency?: CurrencyBeside;
  /** The mark before a dash that replaces the decimals, as in `12,-`. */
  dashMark?: string;
  /** The lowest of several prices: `from`, `ab`. */
  isStart?: boolean;
  /** A price of a unit, as `/kg`. */
  isPerUnit?: true;
}

/** Notes that price and product pages add after an amount, without changing it; a raised digit behind a currency is one, too. */
const footnotes = /(?:\s*(?:\*+|[†‡]|\(\*+\)|(?<=[\p{Sc}*]\s?)[¹²³⁴-⁹]))+$/u;
const taxWord =
  '(?:vat|mwst|ust|tva|iva|igic|gst|hst|dph|pdv|btw|moms|mva|alv|ндс|tax|taxes|taxe|tasse|steuer)';
const taxState =
  '(?:incl?|included|including|inclusive(?:\\sof(?:\\sall)?)?|inclusa|inclus|incluso|incluido|incluída|inkl|inklusive|excl?|ex|exc|excluding|exclusive(?:\\sof(?:\\sall)?)?|exkl|exclusa|zzgl|plus|bez|vč|s|net|no|sin|con|hors|without|with|uden|utan|ohne|\\+)\\.?';
const taxNotes = new RegExp(
  `\\s*\\(?\\s*(?<!\\p{L})(?:${taxState}\\s*(?:the\\s*)?${taxWord}\\.?|${taxWord}\\.?\\s*${taxState}|ttc|h\\.?t\\.?|brutto|netto|gross|net)\\s*\\)?$`,
  'iu',
);
/** `inkl. 19 % MwSt.` as `inkl. MwSt.`: the rate is none of the digits of the amount. */
export function withoutTaxRate(text: string): string {
  return text.includes('%') ? text.replace(taxRate, '$1 ') : text;
}

const taxRate = new RegExp(`(${taxState})\\s*\\d{1,2}(?:[.,]\\d{1,2})?\\s?%\\s*(?=${taxWord}\\b)`, 'iu');

/** Tax included or not, as shops in Japan, China and Korea write it, before an amount or behind it. */
const easternTax =
  '\\(?\\s*(?:税込み?|税抜き?|税別|不?含税|未税|(?:부가세|vat)\\s*(?:포함|별도))(?:価格)?\\s*\\)?';
const easternTaxBefore = new RegExp(`^\\s*${easternTax}\\s*`, 'iu');
const easternTaxAfter = new RegExp(`\\s*${easternTax}$`, 'iu');
const shippingNote = /\s*(?:zzgl\.?|plus|\+)\s*(?:versand(?:kosten)?|shipping|porto)$/iu;
const perUnit =
  /\s*(?:\/(?!-)|\bper\b|\bpro\b|\bje\b)\s*(?:1\s*)?([^\s\d()/]{1,12}(?:\s[^\s\d()/]{1,8})?)$/iu;
const eachNote = /\s*(?:\((?:ea|each|шт|pc|stk|st)\.?\)|(?<!\/\s?)\b(?:each|ea\.?))$/iu;
const periods = new Set(
  'mo month mth yr year y annum wk week woche d day night nacht nuit noche notte 月 年 日 泊 人 個 本 件 h hr hour person pers each ea item unit piece pc stück monat jahr tag mois an mes año mese anno'.split(
    ' ',
  ),
);
/**
 * `Price: 12`, `Preis 12`: a label ends with a colon, or is a word for a price. It has no digits, so it contains
 * no other amount.
 */
const label =
  /^(?:[\p{L}][\p{L}\p{M}\s.'’()-]{0,38}:\s*|(?:(?:our|your|now|list|regular|sale|běžná|naše|naša|bežná)\s+)?(?:price|preis|prix|precio|prezzo|preço|prijs|pris|cena|hinta|fiyat|цена|p\.v\.p\.|pvp)\s+)/iu;

/** Words before a price that leave it as it is. */
const wordsOfPrice =
  /^(?:only|just|now|was|nur|jetzt|statt|seulement|solo|sólo|alleen|slechts|endast|kun|bare|только|uvp|rrp|msrp)\s+/iu;
/** Words before the lowest of several prices, as a label too (`Price from:`), and signs behind it. */
const startWords =
  '(?:from|starting (?:at|from)|starts (?:at|from)|as low as|ab|à partir de|a partir de|a partire da|dès|desde|da|vanaf|från|fra|od|от|alkaen)';
const wordsOfStart = new RegExp(`^(?:(?:price[sd]?|now)\\s+)?${startWords}\\s+`, 'iu');
const labelOfStart = new RegExp(`(?:^|\\s)${startWords}\\s*:`, 'iu');
const signsOfStart = /\s*[~〜～]$/u;

/**
 * Reads the text before and after the digits: signs, one currency, a percent sign or a unit of measure, a label
 * before (`Price:`), and after it a footnote mark, a price's unit (`/kg`) or a note on tax. `undefined` for
 * anything else, such as `up to`, which makes it another number.
 */
export function readSides(before: string, after: string, locale: string | undefined): Sides | undefined {
  // A house number or a clause is as likely as ares, which have a space.
  if (after === 'a') return undefined;
  // Most amounts have no word beside them.
  if (!anyWord.test(before) && !anyWord.test(after)) return readBoth(before, after, locale);
  const bare = before.replace(label, '').replace(/^\s*:/u, '').replace(easternTaxBefore, '').trimStart();
  const words = wordsOfStart.exec(`${bare} `)?.[0] ?? wordsOfPrice.exec(`${bare} `)?.[0] ?? '';
  const end = signsOfStart.exec(after)?.[0] ?? '';
  const sides = readBoth(bare.slice(words.length), after.slice(0, after.length - end.length), locale);
  const isStart = end !== '' || wordsOfStart.test(words) || labelOfStart.test(before);
  // Beside a currency alone they are about a price.
  if (words === '' && !isStart) return sides;
  if (sides?.currency === undefined) return undefined;
  return isStart ? { ...sides, isStart } : sides;
}

const anyWord = /[\p{L}(~〜～:]/u;

function readBoth(before: string, after: string, locale: string | undefined): Sides | undefined {
  const left = readSide(before, locale);
  const right = takeAfter(after, locale) ?? takeBeforeMark(after, left, locale);
  if (!left || !right || right.sign !== '') return undefined;
  if (left.measure || (left.currency && right.measure)) return undefined;
  // Before an amount it is written for the colón, too, and beside another currency it is none of its own.
  if (left.currency?.isHundredth || (left.currency && right.currency?.isHundredth)) return undefined;
  if (left.currency?.code !== right.currency?.code && left.currency?.code && right.currency?.code)
    return undefined;
  // Of `$129.900 COP` the code says more than the sign.
  const currency = left.currency?.code === undefined ? (right.currency ?? left.currency) : left.currency;
  return {
    isNegative: left.sign === '-',
    ...(currency === undefined ? {} : { currency }),
    ...(right.dashMark === undefined ? {} : { dashMark: right.dashMark }),
    ...(right.isPerUnit === true && currency !== undefined ? { isPerUnit: true } : {}),
  };
}

type Side = { sign: string; currency?: CurrencyBeside; measure?: true };
type AfterSide = Side & { dashMark?: string; isPerUnit?: true };

function takeAfter(after: string, locale: string | undefined): AfterSide | undefined {
  let rest = after;
  if (rest !== '')
    for (const note of [shippingNote, footnotes, taxNotes, easternTaxAfter, eachNote, footnotes])
      rest = rest.replace(note, '');
  const per = readCurrencies(rest.trim(), locale) === undefined ? perUnit.exec(rest) : null;
  // A speed is one unit; a price per weight is a price with a unit.
  if (per !== null && !isUnitOfMeasure(rest.trim(), locale)) {
    const unit = per[1] ?? '';
    if (!periods.has(unit.toLowerCase()) && !isUnitOfMeasure(unit, locale)) return undefined;
    rest = rest.slice(0, per.index);
  }
  // "12,-" and "5.–" are prices without minor units, and "12/-" is one in India.
  const dash = /^\s?([.,:/])\s?(?:--?|—|=)/u.exec(rest);
  const side = readSide(dash === null ? rest : rest.slice(dash[0].length), locale);
  const noted = side && (per === null ? side : { ...side, isPerUnit: true as const });
  return noted && (dash === null ? noted : { ...noted, dashMark: dash[1] ?? '' });
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
  const isOne = parts.length === 2 && parts.every((part) => part !== undefined && !part.isHundredth);
  return isOne ? parts[0] : undefined;
}
