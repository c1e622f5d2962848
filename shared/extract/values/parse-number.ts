import { isUnsafeInteger } from '../../exact-json.ts';
import { plainText } from '../plain-text.ts';
import { amountText, withPower } from './amount-text.ts';
import type { CurrencyBeside } from './currency.ts';
import { foldMark, type NumberMarks, numberMarks } from './number-marks.ts';
import { withoutTaxRate } from './number-sides.ts';
import { elementGap } from './raised-digits.ts';
import { takes, type WrittenNumber } from './take-number.ts';

const maxNumberChars = 128;
const simpleNumber = /^\d+(\.\d+)?$/;
/** A single mark before exactly three digits is either a thousands mark or the decimal mark. */
const oneMark = /^[1-9]\d{0,2}[.,]\d{3}$/;

/** What is known of the notation of a number besides its text. */
export interface NumberContext {
  /** The locale of the page's own language; only called where the text is ambiguous. */
  language?: () => string | undefined;
  /** Called with the other reading of an amount that may as well be that one. */
  onDoubt?: ((other: number | string) => void) | undefined;
  /** Was it written by a machine, so that a point is the decimal mark, as in JSON? */
  isMachineWritten?: boolean;
}

/**
 * Reads a number as people write it: thousands and decimal marks, a sign (around a currency also accounting
 * parentheses: `(12)` alone counts something as often), digits of any script, and beside it a currency, a percent
 * sign (`12 %` is 12), a cent sign (`99 ¢` is 0.99) or a unit of measure (`1,351 m` is 1351), and what price pages add: a label, a footnote mark,
 * raised cents (`$19⁹⁹`), `/kg`, `/100 ml`, `incl. VAT`, or in brackets the same in other units (`1,351 m (4,432 ft)`). `undefined` for
 * everything else, such as ranges, lists (`$29, 19`), `up to $5`, `5M` and sentences: nothing is guessed. Of `from $5` and `29, 19 zł` the number
 * is returned, and `onDoubt` called with the text.
 *
 * With a locale its marks hold; spaces and apostrophes between thousands are always understood. Thousands after a
 * leading zero (`0,567` in `en`) are no number of any locale, and are not read. Without one the text decides
 * (`1.234,50`, `1,234.50`, `1.234.567`, `12,5`, `0,125`, `1.899,-`). One mark before exactly three digits may be
 * either sign (`12.500`, `12,500`): then a currency beside it decides (`Rp 31.500` is 31500, `$1,299` is 1299, `1.234
 * KD` is 1.234), else the language of the page, else nobody, and the number is not read. Where that language makes three decimals of
 * an amount whose currency has two (`€ 1.299` in `en`), a price of fuel or a thousand on a page that states the wrong language, `onDoubt` is called.
 *
 * A whole number beyond 2^53 is returned as text, with its digits alone: JavaScript would round it.
 */
export function parseNumber(
  text: string,
  locale?: string,
  context: NumberContext = {},
): number | string | undefined {
  if (text.length > maxNumberChars) return undefined;
  // The same result as below, in a tenth of the time.
  if (simpleNumber.test(text) && (!text.includes('.') || isDecimalPoint(text, locale, context)))
    return exact(text);
  const known = () => locale ?? context.language?.();
  const joined = joinElements(text, known);
  if (joined === undefined) return undefined;
  const plain = withoutTaxRate(withPower(amountText(plainText(joined), known), known));
  if (/^[+-]?\d+(\.\d+)?e[+-]?\d+$/i.test(plain)) return finite(Number(plain));
  for (const take of takes) {
    const written = take(plain, locale);
    const value = written && readWritten(written, locale, context);
    if (value === undefined) continue;
    if (written?.isStart || written?.mayBeList) context.onDoubt?.(text);
    return value;
  }
  return undefined;
}

/**
 * The text with the gaps between its elements as the white space that they are, where that may group thousands; `undefined` where it may not, or
 * where a line break stands between digits: that of a page is a space by now, so it is one of a value in data.
 */
export function joinElements(text: string, language: () => string | undefined): string | undefined {
  if (text.includes('\n') && /\d\s*\n\s*\d/u.test(text)) return undefined;
  if (!text.includes(elementGap)) return text;
  const locale = language();
  return locale !== undefined && numberMarks(locale).thousands.has(' ')
    ? text.replaceAll(elementGap, ' ')
    : undefined;
}

function readWritten(
  written: WrittenNumber,
  locale: string | undefined,
  context: NumberContext,
): number | string | undefined {
  const { isNegative, currency } = written;
  const signed = (digits: string) => {
    const amount = currency?.isHundredth ? hundredthOf(digits) : digits;
    return amount && exact(isNegative ? `-${amount}` : amount);
  };
  const digits = readDigits(written, locale, context, (other) => context.onDoubt?.(signed(other) ?? other));
  return digits === undefined ? undefined : signed(digits);
}

/** Of more than 999 the sign is more likely that of the colón. */
function hundredthOf(digits: string): string | undefined {
  const [whole = '', fraction = ''] = digits.split('.');
  if (whole.length > 3) return undefined;
  const padded = whole.padStart(3, '0');
  return `${padded.slice(0, -2)}.${padded.slice(-2)}${fraction}`;
}

/** Like `parseNumber`, for whole numbers; `3.0` is 3, `3.5` is none. */
export function parseInteger(
  text: string,
  locale?: string,
  context: NumberContext = {},
): number | string | undefined {
  const value = parseNumber(text, locale, context);
  return typeof value === 'string' || Number.isSafeInteger(value) ? value : undefined;
}

function isDecimalPoint(
  text: string,
  locale: string | undefined,
  { isMachineWritten }: NumberContext,
): boolean {
  return locale === undefined && (isMachineWritten === true || !oneMark.test(text));
}

function exact(digits: string): number | string | undefined {
  if (isUnsafeInteger(digits)) return digits.replace(/^(-?)0+(?=\d)/, '$1');
  const value = finite(Number(digits));
  return value === 0 ? 0 : value;
}

/** The digits as JavaScript writes a number. */
function readDigits(
  written: WrittenNumber,
  locale: string | undefined,
  context: NumberContext,
  onDoubt: (other: string) => void,
): string | undefined {
  if (written.cents !== undefined) return readWithCents(written, written.cents, locale, context);
  const { core } = written;
  const marks = [...core].filter((character) => !/\d/.test(character)).map(foldMark);
  const folded = [...core].map(foldMark).join('');
  if (marks.length === 0) return folded;
  if (!/^[\d.,٫٬' ]+$/u.test(folded)) return undefined;
  const roles =
    locale === undefined
      ? rolesFromText(folded, marks, written, context)
      : rolesFromLocale(marks, numberMarks(locale));
  if (roles?.isDoubtful === true) {
    const other = join(folded, { thousands: roles.decimal, decimal: undefined });
    if (other !== undefined) onDoubt(other);
  }
  return roles && join(folded, roles);
}

/** Where the decimals are raised, every mark of the other digits groups. */
function readWithCents(
  { cents: _, ...written }: WrittenNumber,
  cents: string,
  locale: string | undefined,
  context: NumberContext,
): string | undefined {
  const whole = readDigits({ ...written, dashMark: '' }, locale, context, () => {});
  return whole === undefined || whole.includes('.') ? undefined : `${whole}.${cents}`;
}

interface Roles {
  thousands: string | undefined;
  decimal: string | undefined;
  /** The mark is as likely one of thousands. */
  isDoubtful?: boolean;
}

function rolesFromLocale(marks: string[], locale: NumberMarks): Roles | undefined {
  const last = marks.at(-1) ?? '';
  const isDecimal = locale.decimal.has(last) || last === '٫';
  const decimal = isDecimal ? last : undefined;
  const rest = isDecimal ? marks.slice(0, -1) : marks;
  const thousands = rest[0];
  const isThousands = (mark: string) => locale.thousands.has(mark) || neutral.has(mark);
  return thousands === undefined || isThousands(thousands) ? { thousands, decimal } : undefined;
}

/** Thousands marks that are never decimal marks. */
const neutral = new Set([' ', "'", '٬']);

function rolesFromText(
  folded: string,
  marks: string[],
  beside: WrittenNumber,
  context: NumberContext,
): Roles | undefined {
  const last = marks.at(-1) ?? '';
  const rest = marks.slice(0, -1);
  if (neutral.has(last)) return { thousands: last, decimal: undefined };
  if (beside.dashMark !== undefined) {
    // The dash stands for the decimals, so every mark before it groups.
    return rest.every((mark) => mark === last) ? { thousands: last, decimal: undefined } : undefined;
  }
  if (rest.length > 0) {
    return rest.includes(last)
      ? { thousands: last, decimal: undefined }
      : { thousands: rest[0], decimal: last };
  }
  if (!oneMark.test(folded)) return { thousands: undefined, decimal: last };
  return rolesByCurrency(last, beside.currency) ?? rolesByContext(last, beside.currency, context);
}

function rolesByCurrency(mark: string, currency: CurrencyBeside | undefined): Roles | undefined {
  if (currency === undefined) return undefined;
  const { decimals, hasDecimalComma, hasBothMarks } = currency;
  const asThousands = { thousands: mark, decimal: undefined };
  if (decimals === 3 && (mark === '.' || hasDecimalComma)) return { thousands: undefined, decimal: mark };
  if (decimals === 0) return asThousands;
  // A comma may be the decimal mark of fuel prices (1,759 € per litre).
  const groups = mark === '.' ? hasDecimalComma : decimals === 2 && !hasDecimalComma && !hasBothMarks;
  return groups ? asThousands : undefined;
}

function rolesByContext(
  mark: string,
  currency: CurrencyBeside | undefined,
  { language, isMachineWritten }: NumberContext,
): Roles | undefined {
  const asThousands = { thousands: mark, decimal: undefined };
  const asDecimal = { thousands: undefined, decimal: mark };
  if (isMachineWritten && mark === '.') return asDecimal;
  const locale = language?.();
  if (locale !== undefined) {
    const { thousands, decimal } = numberMarks(locale);
    if (decimal.has(mark)) return { ...asDecimal, isDoubtful: currency?.decimals === 2 };
    return thousands.has(mark) ? asThousands : undefined;
  }
  // Hardly any price except that of fuel has three decimals.
  return mark === ',' && currency?.decimals === 2 ? asThousands : undefined;
}

function join(folded: string, { thousands, decimal }: Roles): string | undefined {
  const at = decimal === undefined ? -1 : folded.lastIndexOf(decimal);
  const whole = at < 0 ? folded : folded.slice(0, at);
  const fraction = at < 0 ? '' : folded.slice(at + 1);
  if (!/^\d*$/.test(fraction) || (at >= 0 && fraction === '')) return undefined;
  const groups = thousands === undefined ? [whole] : whole.split(thousands);
  if (!areGroups(groups)) return undefined;
  return `${groups.join('') || '0'}${fraction && `.${fraction}`}`;
}

/**
 * Groups of three; or of two with a last one of three, as in India. No locale pads the first group with zeros, so
 * `0,567` is not 567; the text does not say whether 0.567 is meant.
 */
function areGroups(groups: string[]): boolean {
  const [first = '', ...rest] = groups;
  if (rest.length === 0) return /^\d*$/.test(first);
  if (first.startsWith('0')) return false;
  const size = rest.length === 1 ? 3 : (rest[0]?.length ?? 0);
  const areFull = rest.every((group, index) => group.length === (index === rest.length - 1 ? 3 : size));
  const isSized = (size === 2 || size === 3) && first.length >= 1 && first.length <= size;
  return areFull && isSized && groups.every((group) => /^\d+$/.test(group));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
