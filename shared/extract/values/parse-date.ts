import { plainText } from '../plain-text.ts';
import { type DateWords, foldWord, wordPattern, wordsOfAnyLanguage, wordsOfLocale } from './date-words.ts';
import { gregorianYear, type Tongue, tongueOf } from './gregorian-year.ts';
import { type Clock, takeTime } from './parse-time.ts';
import { reducedDate } from './reduced-date.ts';

const maxDateChars = 128;
/** The marks at the end of abbreviations in Devanagari and Hebrew. */
const abbreviationMark = /[\u0970\u05f3]/gu;

/**
 * Reads a date and returns it as ISO 8601: `YYYY-MM-DD` when there is no time of day,
 * `YYYY-MM-DDTHH:MM:SS` for a time without a zone, and UTC with `Z` for a time with one; `YYYY-MM` and `YYYY` of a text that names
 * no day, since none is guessed. `undefined` for anything else, days that do not exist (31 February) included. Gregorian calendar; a
 * Thai year of the Buddhist era is converted, and one of the Hijri calendars in Arabic or Persian is not read (`gregorianYear`).
 *
 * Understood: ISO 8601, RFC 2822, dates in words (`12 March 2024`, `March 12th, 2024`, and month names
 * of the locale; of many European languages without one), and numeric dates. Those are year first, or
 * in the locale's order. Without a locale a number beyond 12 tells day from month; else the language of the
 * page does (`en` alone does not: Americans write the month first, others the day); else points do, as in
 * `12.03.2024`, which is day first wherever dates are written so, and `03/04/2024` is not read. Years of two
 * digits follow RFC 2822 §4.3: 00–49 is 20xx.
 *
 * `language`: the locale of the page's own language; asked only where the text leaves the order open.
 */
export function parseDate(
  text: string,
  locale?: string,
  language: Language = noLanguage,
): string | undefined {
  if (text.length > maxDateChars) return undefined;
  const plain = plainText(text).normalize('NFC').replace(abbreviationMark, '.');
  const around = { text, locale, language, tongue: () => tongueOf(text, locale, language) };
  const fromEnglish = readDate(plain, wordsOfLocale(locale ?? 'en'), around);
  if (fromEnglish !== undefined || locale !== undefined || !/\p{L}/u.test(plain)) return fromEnglish;
  return readDate(plain, wordsOfAnyLanguage(plain), around);
}

type Language = () => string | undefined;
const noLanguage: Language = () => undefined;

/** What decides where the text leaves something open. */
interface Around {
  text: string;
  locale: string | undefined;
  language: Language;
  tongue: Tongue;
}

interface Day {
  year: number;
  month: number;
  day: number;
}

/** `R6.3.12`, a year of an era in Japan by its first letter. */
const eraLetter = /^[MTSHR]\.?\d{1,2}[./-]\d/;

/** Is it a date with a day, and not a month or a year alone? */
export function namesDay(date: string): boolean {
  return date.length > 7;
}

function readDate(plain: string, words: DateWords, around: Around): string | undefined {
  if (eraLetter.test(plain)) return undefined;
  const { left, clock } = takeTime(plain, words.periods);
  if (clock === 'invalid') return undefined;
  const found = readWords(left, words);
  if (found === undefined) return undefined;
  const written = readDay(found, words, around);
  if (written === undefined) {
    const { cjk, month, hasWords } = found;
    const number = month === undefined ? undefined : words.months.get(month);
    const text = { plain: cjk, written: around.text, month: number, hasWords };
    return clock === undefined ? reducedDate(text, around.tongue) : undefined;
  }
  const year = gregorianYear(written.year, around.tongue);
  if (year === undefined) return undefined;
  const day = { ...written, year };
  return exists(day) ? writeDate(day, clock) : undefined;
}

interface FoundWords {
  /** The text with what Eastern dates are written as in numbers. */
  cjk: string;
  month: string | undefined;
  /** Has it words that are neither a month nor the marks of Eastern dates? */
  hasWords: boolean;
}

/** `undefined` for a text with words that belong to no date. */
function readWords(text: string, words: DateWords): FoundWords | undefined {
  const cjk = text.replace(eastern, writeEastern);
  const found = (cjk.match(wordPattern) ?? []).map(foldWord).filter((word) => word !== '');
  const months = found.filter((word) => words.months.has(word));
  // A short form of a month may also be one of a weekday (Spanish "mar, 12 abr").
  const others = found.filter((word) => !words.months.has(word) && !words.fillers.has(word));
  if (others.length > 0) return undefined;
  const clear = new Set(months.filter((word) => !words.fillers.has(word)));
  if (clear.size > 1) return undefined;
  return { cjk, month: [...clear][0] ?? months.at(-1), hasWords: found.length > 0 };
}

function readDay(
  { cjk, month }: FoundWords,
  words: DateWords,
  { locale, language }: Around,
): Day | undefined {
  const numbers = cjk.match(/\d+/g) ?? [];
  if (month !== undefined) return wordedDay(cjk, numbers, words.months.get(month) ?? 0);
  return numericDay(cjk, numbers, locale, language);
}

/** `2016年6月29日`, `令和6年3月12日`, `民國113年3月12日`, `24년 3월 12일`. The mark of the day is optional. */
const eastern =
  /(昭和|平成|令和|民國|民国|西暦|公元)?\s*(\d{1,4}|元)\s*([年년])\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*(?:[日일号號]|(?![\d:時时点點시]))/u;

/** The year before the first of an era. */
const eras: Record<string, number> = { 昭和: 1925, 平成: 1988, 令和: 2018, 民國: 1911, 民国: 1911 };

/** Years of two digits count from the era in Japan; elsewhere they are left unchanged, and are then no date. */
function writeEastern(
  whole: string,
  era: string | undefined,
  year: string,
  mark: string,
  month: string,
  day: string,
): string {
  const first = era === undefined ? undefined : eras[era];
  const number = year === '元' ? 1 : Number(year);
  if (first !== undefined) return `${first + number}-${month}-${day}`;
  if (year.length === 4) return `${year}-${month}-${day}`;
  return mark === '년' && year.length === 2 ? `${readYear(year)}-${month}-${day}` : whole;
}

function wordedDay(text: string, numbers: string[], month: number): Day | undefined {
  const hasOnlyMarks = /^[\d\p{L}\p{M}\s.,،'’()[\]@|ºª°/-]*$/u.test(text);
  const [first, second] = numbers;
  if (!hasOnlyMarks || numbers.length !== 2 || first === undefined || second === undefined) return undefined;
  const isYearFirst = first.length === 4;
  const day = isYearFirst ? second : first;
  const year = readYear(isYearFirst ? first : second);
  return year === undefined || day.length > 2 ? undefined : { year, month, day: Number(day) };
}

function numericDay(
  text: string,
  numbers: string[],
  locale: string | undefined,
  language: Language,
): Day | undefined {
  const bare = text.replace(wordPattern, ' ').replace(/\(\s*\)/g, ' ');
  const match = /^[\s,.،|@-]*\d+\s*([./-])\s*\d+\s*\1\s*\d+[\s,.،|@-]*$/.exec(bare);
  const [first = '', second = '', third = ''] = numbers;
  if (!match || numbers.length !== 3) return undefined;
  const written = { first: Number(first), second: Number(second), third, mark: match[1] };
  const order =
    first.length === 4
      ? 'YMD'
      : locale === undefined
        ? orderOfText(written, language)
        : orderOfLocale(written, localeOrder(locale));
  if (order === undefined || !hasLengths(order, [first, second, third])) return undefined;
  const at = (letter: string) => [first, second, third][order.indexOf(letter)] ?? '';
  const year = readYear(at('Y'));
  return year === undefined ? undefined : { year, month: Number(at('M')), day: Number(at('D')) };
}

function hasLengths(order: string, numbers: string[]): boolean {
  return [...order].every((letter, index) => {
    const { length = 0 } = numbers[index] ?? {};
    return letter === 'Y' ? length === 2 || length === 4 : length <= 2;
  });
}

interface Written {
  first: number;
  second: number;
  third: string;
  /** `.`, `/` or `-`. */
  mark: string | undefined;
}

function orderOfLocale(written: Written, usual: string): string | undefined {
  if (!(usual.startsWith('Y') && written.third.length === 4)) return usual;
  return written.mark === '.' ? 'DMY' : certainOrder(written);
}

function orderOfText(written: Written, language: Language): string | undefined {
  const certain = certainOrder(written);
  const { third, mark } = written;
  if (certain !== undefined && third.length === 4) return certain;
  const usual = languageOrder(language());
  if (usual?.startsWith('Y')) return third.length === 4 ? undefined : usual;
  if (certain !== undefined) return certain;
  // Where the month comes first, dates are not written with points.
  return mark === '.' ? (usual === 'MDY' ? undefined : 'DMY') : usual;
}

/** The order is certain if one number cannot be a month, or if both are equal. */
function certainOrder({ first, second }: Written): string | undefined {
  if (first > 12 || first === second) return 'DMY';
  return second > 12 ? 'MDY' : undefined;
}

/** English without a region may be that of any country. */
function languageOrder(language: string | undefined): string | undefined {
  return language === undefined || language === 'en' ? undefined : localeOrder(language);
}

/** `DMY`, `MDY` or `YMD`. */
function localeOrder(locale: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    calendar: 'gregory',
  });
  const letters = { year: 'Y', month: 'M', day: 'D' } as const;
  return format
    .formatToParts(0)
    .map(({ type }) => (type in letters ? letters[type as keyof typeof letters] : ''))
    .join('');
}

function readYear(digits: string): number | undefined {
  const value = Number(digits);
  if (digits.length === 4) return value > 0 ? value : undefined;
  if (digits.length !== 2) return undefined;
  return value < 50 ? 2000 + value : 1900 + value;
}

function exists({ year, month, day }: Day): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function writeDate({ year, month, day }: Day, clock: Clock | undefined): string | undefined {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  if (clock === undefined) return date;
  const fraction = clock.ms === 0 ? '' : `.${String(clock.ms).padStart(3, '0')}`;
  const local = `${date}T${two(clock.hour)}:${two(clock.minute)}:${two(clock.second)}${fraction}`;
  if (clock.zoneMinutes === undefined) return local;
  const utc = new Date(Date.parse(`${local}Z`) - clock.zoneMinutes * 60_000).toISOString();
  return /^\d{4}-/.test(utc) ? utc.replace('.000Z', 'Z') : undefined;
}
