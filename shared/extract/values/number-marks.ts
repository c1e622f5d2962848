/**
 * The thousands and decimal marks of a locale. White space as a thousands mark is `' '`, whichever character it
 * is.
 */
export interface NumberMarks {
  thousands: Set<string>;
  decimal: Set<string>;
}

const known = new Map<string, NumberMarks>();

/** The marks of a locale, in plain numbers, in prices (Austria and Switzerland differ) and in Latin digits. */
export function numberMarks(locale: string): NumberMarks {
  const cached = known.get(locale);
  if (cached) return cached;
  const marks = readMarks(locale);
  known.set(locale, marks);
  return marks;
}

function readMarks(locale: string): NumberMarks {
  const plain = partsOf(locale, {});
  const price = partsOf(locale, { style: 'currency', currency: currencyOf(locale) });
  const latin = partsOf(locale, { numberingSystem: 'latn' });
  const decimal = new Set([...plain.decimal, ...price.decimal, ...latin.decimal]);
  const thousands = new Set([...plain.thousands, ...price.thousands, ...latin.thousands]);
  // A mark in both roles has the role of plain numbers.
  for (const mark of thousands) {
    if (!decimal.has(mark)) continue;
    if (plain.decimal.has(mark)) thousands.delete(mark);
    else decimal.delete(mark);
  }
  return { thousands, decimal };
}

/** Some locales write their own currency differently. */
function currencyOf(locale: string): string {
  const region = new Intl.Locale(locale).maximize().region;
  return region === 'CH' || region === 'LI' ? 'CHF' : 'EUR';
}

function partsOf(locale: string, options: Intl.NumberFormatOptions): NumberMarks {
  const format = new Intl.NumberFormat(locale, {
    ...options,
    useGrouping: 'always',
    minimumFractionDigits: 1,
  });
  const parts = format.formatToParts(12_345_678.5);
  const of = (type: string) =>
    new Set(parts.filter((part) => part.type === type).map((part) => foldMark(part.value)));
  return { thousands: of('group'), decimal: of('decimal') };
}

/** One mark for each group of marks that look alike. */
export function foldMark(mark: string): string {
  if (/^\s$/u.test(mark)) return ' ';
  return "'’‘ʼ´`".includes(mark) ? "'" : mark;
}
