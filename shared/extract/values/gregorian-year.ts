/** The language of a text and what is around it, such as `th`; asked only for years that may be of another calendar. */
export type Tongue = () => string | undefined;

/** Where years are counted by the Hijri or the Solar Hijri calendar, whose months are others. */
const hijriTongues = new Set(['ar', 'ckb', 'fa', 'lrc', 'mzn', 'ps', 'sd', 'ur']);

/** The years from the Buddhist era to the common one; its days and months are those of the Gregorian calendar. */
const buddhistYears = 543;

/**
 * The Gregorian year of a year as it is written: 2568 of a text in Thai is 2025. `undefined` of a year such as 1446 or 1403 in Arabic or
 * Persian, whose day and month would be of another calendar, too.
 */
export function gregorianYear(year: number, tongue: Tongue): number | undefined {
  const mayBeHijri = year >= 1_200 && year < 1_700;
  const mayBeBuddhist = year >= 2_400 && year < 2_700;
  if (!mayBeHijri && !mayBeBuddhist) return year;
  const spoken = tongue() ?? '';
  if (mayBeBuddhist) return spoken === 'th' ? year - buddhistYears : year;
  return hijriTongues.has(spoken) ? undefined : year;
}

/** By the letters and digits of the text; else by its locale, else by the language of the page. */
export function tongueOf(
  text: string,
  locale: string | undefined,
  language: () => string | undefined,
): string | undefined {
  if (/\p{Script=Thai}/u.test(text)) return 'th';
  if (/[\u06f0-\u06f9]/.test(text)) return 'fa';
  if (/\p{Script=Arabic}|[\u0660-\u0669]/u.test(text)) return 'ar';
  return (locale ?? language())?.split('-')[0];
}
