import { type DatePrecision, namesZone, precisionOf } from '../../job/date-format.ts';
import type { TransformSettings } from '../../job/transforms.ts';
import { plainText } from '../plain-text.ts';
import { parseDate } from '../values/parse-date.ts';
import { placeInZone } from '../values/place-in-zone.ts';
import { loadLuxon } from './luxon.cjs';
import { type Distance, readDistance } from './relative-words.ts';
import type { TextStep } from './transform.ts';

/**
 * A date of a format, as `parseDate` writes dates: a year, a month or a day alone, a time without a zone, or UTC where a zone is known,
 * by the text or by the step.
 */
export function date({ format, locale = 'en', zone }: TransformSettings['date']): TextStep {
  const { DateTime } = loadLuxon();
  if (format === 'X' || format === 'x') return timestamp(format === 'X' ? 1_000 : 1);
  const precision = precisionOf(format);
  const hasZone = namesZone(format);
  const placed = zone === undefined ? undefined : placeInZone(zone);
  return (text) => {
    const read = DateTime.fromFormat(plainText(text), format, { locale, zone: 'utc' });
    if (!read.isValid || precision === undefined) return undefined;
    if (precision !== 'second') return read.toFormat(isoFormats[precision]);
    if (hasZone) return `${read.toUTC().toFormat(second)}Z`;
    const local = read.toFormat(second);
    return placed === undefined ? local : placed(local);
  };
}

/** What a date has that names no more, in ISO 8601. */
const isoFormats: Record<Exclude<DatePrecision, 'second'>, string> = {
  year: 'yyyy',
  month: 'yyyy-MM',
  week: "kkkk-'W'WW",
  day: 'yyyy-MM-dd',
};

/** The seconds or milliseconds since 1970, which Luxon writes by these tokens and does not read. */
function timestamp(factorMs: number): TextStep {
  return (text) => {
    const read = /^-?\d+(?:\.\d+)?$/.test(text.trim()) ? new Date(Number(text) * factorMs) : undefined;
    const isOfYears = read !== undefined && Math.abs(read.getTime()) <= maxTimestampMs;
    return isOfYears ? read.toISOString().replace('.000Z', 'Z') : undefined;
  };
}

/** The end of the year 9999. */
const maxTimestampMs = 253_402_300_799_999;

const second = "yyyy-MM-dd'T'HH:mm:ss";

/** The unit decides how exactly the moment is known. */
const precisions = {
  second,
  minute: second,
  hour: second,
  day: 'yyyy-MM-dd',
  week: 'yyyy-MM-dd',
  month: 'yyyy-MM',
  quarter: 'yyyy-MM',
  year: 'yyyy',
} as const satisfies Record<Distance['unit'], string>;

/** `undefined` for a text with no distance from now in it, with several, or with one that words around it alter. */
export function relativeDate(settings: TransformSettings['relativeDate'] | undefined): TextStep {
  const { DateTime } = loadLuxon();
  const zone = settings?.zone ?? 'utc';
  return (text, { fetchedAt, language }) => {
    const distance = readDistance(plainText(text), settings?.locale ?? language() ?? 'en');
    if (distance === undefined) return undefined;
    const { unit, count, rest } = distance;
    const moment = DateTime.fromISO(fetchedAt, { zone }).plus({ [unit]: count });
    if (unit === 'day') return dayWithTime(moment.toFormat(precisions.day), rest, settings?.zone);
    const precision = precisions[unit];
    return precision === second ? `${moment.toUTC().toFormat(second)}Z` : moment.toFormat(precision);
  };
}

/** `yesterday at 9:30` has a time, which is that of a clock in the zone. */
function dayWithTime(day: string, rest: string, zone: string | undefined): string | undefined {
  const read = parseDate(`${day} ${timeIn.exec(rest)?.[0] ?? ''}`, 'en');
  return read === undefined || zone === undefined ? read : placeInZone(zone)(read);
}

const timeIn =
  /(?<![\d:.])\d{1,2}(?::\d{2}){1,2}(?![\d:])(?:\s?[ap]\.?m\b\.?)?|(?<![\d:.])\d{1,2}\s?[ap]\.?m\b\.?/i;
