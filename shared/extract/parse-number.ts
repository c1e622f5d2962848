import { isCurrency } from './currency.ts';
import { foldMark, type NumberMarks, numberMarks } from './number-marks.ts';
import { plainText } from './plain-text.ts';

const longestNumber = 128;
const simpleNumber = /^\d+(\.\d+)?$/;

/**
 * Reads a number as people write it: thousands and decimal marks, a sign (also accounting
 * parentheses), a currency or a percent sign beside it (`12 %` is 12), digits of any script.
 * `undefined` for everything else, such as ranges, units and sentences: nothing is guessed.
 *
 * With a locale its marks hold; spaces and apostrophes between thousands are always understood.
 * Without one the text decides (`1.234,50`, `1,234.50`, `1.234.567`, `12,5`, `0,125`). One mark before
 * exactly three digits is read as in English: `12,500` is 12500, `12.500` is 12.5.
 */
export function parseNumber(text: string, locale?: string): number | undefined {
  if (text.length > longestNumber) return undefined;
  // Read as below, in a tenth of the time.
  const isSimple = simpleNumber.test(text) && (locale === undefined || !text.includes('.'));
  if (isSimple) return finite(Number(text));
  const plain = plainText(text);
  if (/^[+-]?\d+(\.\d+)?e[+-]?\d+$/i.test(plain)) return finite(Number(plain));
  const written = takeOutside(plain, locale);
  if (written === undefined) return undefined;
  const digits = readDigits(written.core, locale);
  if (digits === undefined) return undefined;
  const value = finite(Number(digits));
  if (value === undefined || value === 0) return value;
  return written.isNegative ? -value : value;
}

/** Like `parseNumber`, for whole numbers that JavaScript holds exactly; `3.0` is 3, `3.5` is none. */
export function parseInteger(text: string, locale?: string): number | undefined {
  const value = parseNumber(text, locale);
  return Number.isSafeInteger(value) ? value : undefined;
}

interface Written {
  core: string;
  isNegative: boolean;
}

/** Splits `-$5.00 USD` into what stands around the digits, which must be signs, one unit a side, and nothing else. */
function takeOutside(plain: string, locale: string | undefined): Written | undefined {
  const inParentheses = /^\((.*)\)$/u.exec(plain)?.[1];
  const match = /^(\D*?)((?:(?<!\p{L})[.,٫](?=\d))?\d(?:.*\d)?)(\D*)$/u.exec(inParentheses ?? plain);
  if (!match) return undefined;
  const [, before = '', core = '', after = ''] = match;
  // "12,-" and "5.–" are prices without cents.
  const left = readSide(before, locale);
  const right = readSide(after.replace(/^[.,]--?/u, ''), locale);
  if (!left || !right || right.sign === '-' || right.sign === '+') return undefined;
  const isSignedTwice = left.sign !== '' && inParentheses !== undefined;
  if (isSignedTwice) return undefined;
  return { core, isNegative: left.sign === '-' || inParentheses !== undefined };
}

function readSide(side: string, locale: string | undefined): { sign: string } | undefined {
  const match = /^\s*([+-]?)\s*([^+-]*?)\s*([+-]?)\s*$/u.exec(side);
  if (!match) return undefined;
  const [, first = '', unit = '', last = ''] = match;
  if (first !== '' && last !== '') return undefined;
  const isUnit = unit === '' || /^[%٪﹪％]$/u.test(unit) || isCurrency(unit, locale);
  return isUnit ? { sign: first || last } : undefined;
}

/** The digits between the marks as JavaScript writes them. */
function readDigits(core: string, locale: string | undefined): string | undefined {
  const marks = [...core].filter((character) => !/\d/.test(character)).map(foldMark);
  const folded = [...core].map(foldMark).join('');
  if (marks.length === 0) return folded;
  if (!/^[\d.,٫٬' ]+$/u.test(folded)) return undefined;
  const roles =
    locale === undefined ? rolesFromText(folded, marks) : rolesFromLocale(marks, numberMarks(locale));
  return roles && join(folded, roles);
}

interface Roles {
  thousands: string | undefined;
  decimal: string | undefined;
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

/** Thousands marks that are decimal marks nowhere. */
const neutral = new Set([' ', "'", '٬']);

function rolesFromText(folded: string, marks: string[]): Roles | undefined {
  const last = marks.at(-1) ?? '';
  const rest = marks.slice(0, -1);
  if (neutral.has(last)) return { thousands: last, decimal: undefined };
  if (rest.length > 0) {
    return rest.includes(last)
      ? { thousands: last, decimal: undefined }
      : { thousands: rest[0], decimal: last };
  }
  const looksLikeThousands = /^[1-9]\d{0,2},\d{3}$/.test(folded);
  return looksLikeThousands
    ? { thousands: last, decimal: undefined }
    : { thousands: undefined, decimal: last };
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

/** Groups of three; or of two with a last one of three, as in India. */
function areGroups(groups: string[]): boolean {
  const [first = '', ...rest] = groups;
  if (rest.length === 0) return /^\d*$/.test(first);
  const size = rest.length === 1 ? 3 : (rest[0]?.length ?? 0);
  const areFull = rest.every((group, index) => group.length === (index === rest.length - 1 ? 3 : size));
  const isSized = (size === 2 || size === 3) && first.length >= 1 && first.length <= size;
  return areFull && isSized && groups.every((group) => /^\d+$/.test(group));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
