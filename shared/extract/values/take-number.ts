import type { CurrencyBeside } from './currency.ts';
import { numberMarks } from './number-marks.ts';
import { readSides, type Sides } from './number-sides.ts';
import { isUnitOfMeasure } from './units.ts';

/** A number as it is written, and what was understood of the text around it. */
export interface WrittenNumber extends Sides {
  core: string;
  /** Two raised digits behind it, as ASCII. */
  cents?: string;
  /** Are the minor units apart, as the next number of a list would be? */
  mayBeList?: true;
}

/** Two raised digits behind an amount, and no other raised digits. */
const raisedCents = /^([^⁰¹²³⁴-⁹]*\d)\s?([⁰¹²³⁴-⁹]{2})([^\d⁰¹²³⁴-⁹]*)$/u;

/** `19€99`, but not `$29 $19`. */
const centsBehindSign = /^([^\d\p{Sc}]*\d[\d.,'’ ]*?)(?<=\d)(\p{Sc})(\d\d)([^\d\p{Sc}]*)$/u;

/** Of `$19⁹⁹`, where price pages set the minor units of a currency that has a hundred of them higher, without a decimal mark. */
function takeCents(plain: string, locale: string | undefined): WrittenNumber | undefined {
  const [, whole, raised = '', after] = raisedCents.exec(plain) ?? splitAtSign(plain);
  const written = whole === undefined ? undefined : takeOutside(`${whole}${after}`, locale);
  const { currency, dashMark } = written ?? {};
  if (written === undefined || currency?.decimals !== 2 || currency.isHundredth || dashMark !== undefined)
    return undefined;
  return { ...written, cents: raised.normalize('NFKC') };
}

/** The parts of `19€99` as of `19⁹⁹ €`. */
function splitAtSign(plain: string): string[] {
  const [all, whole = '', sign = '', cents = '', after = ''] = centsBehindSign.exec(plain) ?? [];
  return all === undefined ? [] : [all, whole, cents, `${sign}${after}`];
}

const perAmount = /\s*(?:\/|\bper\b|\bpro\b|\bje\b)\s*\d{1,5}(?:[.,]\d{1,3})?\s*([^\d\s()/]{1,12})(\)?)$/iu;

/** Of `2,50 €/100 ml`, a price of so many units. */
function takePerAmount(plain: string, locale: string | undefined): WrittenNumber | undefined {
  const [whole, unit = '', bracket = ''] = perAmount.exec(plain) ?? [];
  if (whole === undefined || !isUnitOfMeasure(unit, locale)) return undefined;
  const written = takeOutside(`${plain.slice(0, -whole.length)}/${unit}${bracket}`, locale);
  return written?.isPerUnit === undefined ? undefined : written;
}

/** Splits `-$5.00 USD` into the digits and the text around them. */
function takeOutside(plain: string, locale: string | undefined): WrittenNumber | undefined {
  const inParentheses = /^\((.*)\)$/u.exec(plain)?.[1];
  const match = /^(\D*?)((?:(?<!\p{L})[.,٫](?=\d))?\d(?:.*\d)?)(\D*)$/u.exec(inParentheses ?? plain);
  if (!match) return undefined;
  const [, before = '', core = '', after = ''] = match;
  const sides = readSides(before, after, locale);
  if (sides === undefined) return undefined;
  const isSignedTwice = sides.isNegative && inParentheses !== undefined;
  const mayBeCount = inParentheses !== undefined && sides.currency === undefined;
  if (isSignedTwice || mayBeCount) return undefined;
  // In accounting it is a negative amount; the price of a unit is a remark beside another one.
  const isNegative = sides.isNegative || (inParentheses !== undefined && sides.isPerUnit === undefined);
  return { ...sides, ...joinDecimals(core, sides.currency, locale), isNegative };
}

/**
 * Some pages separate the minor units: `$119. 95`. Only accepted beside a currency: `12, 34` alone are two numbers, and so are `$29, 19`,
 * since dollars have a decimal point.
 */
function joinDecimals(
  core: string,
  currency: CurrencyBeside | undefined,
  locale: string | undefined,
): Pick<WrittenNumber, 'core' | 'mayBeList'> {
  const [, whole = '', mark = '', minor = ''] = /^(.*)([.,])\s(\d\d)$/u.exec(core) ?? [];
  if (mark === '' || currency === undefined) return { core };
  const joined = `${whole}${mark}${minor}`;
  if (mark === '.' || /^\d{1,3}(?:\.\d{3})+$/u.test(whole)) return { core: joined };
  const hasComma = locale === undefined ? currency.hasDecimalComma : numberMarks(locale).decimal.has(',');
  return hasComma ? { core: joined, mayBeList: true } : { core };
}

/** The ways in which a text is a number with something around it; each is tried where the one before gives none. */
export const takes = [takeOutside, takeCents, takePerAmount] as const;
