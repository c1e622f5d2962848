import type { TransformSettings } from '../../job/transforms.ts';
import { plainText } from '../plain-text.ts';
import { loadLuxon } from './luxon.cjs';
import { type Distance, readDistance } from './relative-words.ts';
import type { TextStep } from './transform.ts';

/**
 * A date of a format, as `parseDate` writes dates: a day alone, a time without a zone, or UTC where a zone is known, by the
 * text or by the step.
 */
export function date({ format, locale = 'en', zone }: TransformSettings['date']): TextStep {
  const { DateTime } = loadLuxon();
  const tokens = format.replace(/'[^']*'/g, '');
  const hasTime = /[hHmstTfF]/.test(tokens);
  const hasZone = zone !== undefined || /[zZ]/.test(tokens);
  return (text) => {
    const read = DateTime.fromFormat(plainText(text), format, { locale, zone: zone ?? 'utc' });
    if (!read.isValid) return undefined;
    if (!hasTime) return read.toISODate();
    return hasZone ? `${read.toUTC().toFormat(second)}Z` : read.toFormat(second);
  };
}

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

/** `undefined` for a text with no distance from now in it, or with several. */
export function relativeDate(settings: TransformSettings['relativeDate'] | undefined): TextStep {
  const { DateTime } = loadLuxon();
  const zone = settings?.zone ?? 'utc';
  return (text, { fetchedAt, language }) => {
    const distance = readDistance(plainText(text), settings?.locale ?? language() ?? 'en');
    if (distance === undefined) return undefined;
    const { unit, count } = distance;
    const moment = DateTime.fromISO(fetchedAt, { zone }).plus({ [unit]: count });
    const precision = precisions[unit];
    return precision === second ? `${moment.toUTC().toFormat(second)}Z` : moment.toFormat(precision);
  };
}
