import { gregorianYear, type Tongue } from './gregorian-year.ts';

/** `2024年5月`, `2024년`: the words of their marks are no names of months. */
const eastern = /^(\d{4})\s*[年년]\s*(?:(\d{1,2})\s*[月월])?$/u;
/**
 * As ISO 8601 has a month, or with the year last. A year before a slash is one of a season as often (`2010/11`), and a longer dash makes
 * a range of years (`2010–12`).
 */
const numeric = /^(?:(?<year>\d{4})-(?<month>\d\d)|(?<first>\d{1,2})\s?[./-]\s?(?<last>\d{4}))$/;
const longDash = /[\u2012-\u2015]/u;

/** The words of a text that have been understood: a month, or nothing but fillers. */
export interface ReducedText {
  /** Normalised, without a time. */
  plain: string;
  /** As it stands on the page. */
  written: string;
  month: number | undefined;
  hasWords: boolean;
}

/**
 * A month or a year of a text that names no day, in the reduced precision of ISO 8601 (5.2.1.2): `2024-03` of `March 2024`, `2024`.
 * `undefined` for every other text.
 */
export function reducedDate(text: ReducedText, tongue: Tongue): string | undefined {
  const parts = partsOf(text);
  const year = parts && gregorianYear(Number(parts.year), tongue);
  if (parts === undefined || year === undefined || Number(parts.year) === 0) return undefined;
  const written = String(year).padStart(4, '0');
  if (parts.month === undefined) return written;
  const month = Number(parts.month);
  return month >= 1 && month <= 12 ? `${written}-${String(month).padStart(2, '0')}` : undefined;
}

function partsOf({ plain, written, month, hasWords }: ReducedText) {
  const text = plain.trim();
  if (month !== undefined) {
    const [year, ...others] = text.match(/\d+/g) ?? [];
    const isAlone = others.length === 0 && year?.length === 4 && /^[\d\p{L}\p{M}\s.,،'’/-]*$/u.test(text);
    return isAlone ? { year, month: String(month) } : undefined;
  }
  const [, easternYear, easternMonth] = eastern.exec(text) ?? [];
  if (easternYear !== undefined) return { year: easternYear, month: easternMonth };
  if (hasWords || longDash.test(written)) return undefined;
  if (/^[12]\d{3}$/.test(text)) return { year: text, month: undefined };
  const { year, month: second, first, last } = numeric.exec(text)?.groups ?? {};
  if (year !== undefined) return { year, month: second };
  return last === undefined ? undefined : { year: last, month: first };
}
