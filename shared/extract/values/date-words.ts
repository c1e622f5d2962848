/** The words of dates in some languages, in the form that `foldWord` returns. */
export interface DateWords {
  /** Name or abbreviation → 1…12. */
  months: Map<string, number>;
  /** Weekdays, connectors (`de`, `um`) and era marks: words without further information about the day. */
  fillers: Set<string>;
  /** Day periods → hours to add, with 12 counted as 0. */
  periods: Map<string, 0 | 12>;
}

const english = 'en';

/** Languages whose dates are read without a locale, by the script of the text. */
const languagesByScript: [script: RegExp, languages: string[]][] = [
  [/\p{Script=Cyrillic}/u, ['ru', 'uk', 'bg', 'be']],
  [/\p{Script=Greek}/u, ['el']],
  [/\p{Script=Thai}/u, ['th']],
  [/\p{Script=Devanagari}/u, ['hi']],
  [/\p{Script=Bengali}/u, ['bn']],
  [/\p{Script=Georgian}/u, ['ka']],
  [/\p{Script=Arabic}/u, ['ar', 'fa']],
  [/\p{Script=Hebrew}/u, ['he']],
  [/\p{Script=Hangul}/u, ['ko']],
  [/[\p{Script=Han}\p{Script=Hiragana}]/u, ['ja', 'zh']],
];
const latinLanguages = 'en de fr es it nl pt sv da nb fi pl cs sk hr sl tr ro hu id vi fil'.split(' ');

/** Words of the locale, and English ones where the locale has no other meaning for them. */
export function wordsOfLocale(locale: string): DateWords {
  return cachedWords(locale, () => overlay([english, locale]));
}

/** Words of the languages of the text's script, except for month names with several meanings. */
export function wordsOfAnyLanguage(text: string): DateWords {
  const ofScript = languagesByScript.find(([script]) => script.test(text))?.[1];
  const languages = ofScript === undefined ? latinLanguages : [english, ...ofScript];
  return cachedWords(languages.join(' '), () => {
    const words = languages.map((language) => wordsOfLocale(language));
    const months = new Map<string, number>();
    const unclear = new Set<string>();
    for (const [name, month] of words.flatMap((entry) => [...entry.months])) {
      if (months.has(name) && months.get(name) !== month) unclear.add(name);
      months.set(name, month);
    }
    for (const name of unclear) months.delete(name);
    return { ...overlay(languages), months };
  });
}

/** Lower case, without accents on Latin, Greek and Cyrillic letters, and without the dot of an abbreviation. */
export function foldWord(word: string): string {
  const bare = word
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/gu, '');
  return bare.normalize('NFC').replace(/^[.'’]+|[.'’]+$/gu, '');
}

/** A word of a date: letters with their marks, and dots or apostrophes inside. */
export const wordPattern = /\p{L}[\p{L}\p{M}.'’]*/gu;

const known = new Map<string, DateWords>();

function cachedWords(key: string, read: () => DateWords): DateWords {
  const words = known.get(key) ?? read();
  known.set(key, words);
  return words;
}

/** Words of later locales take precedence. */
function overlay(locales: string[]): DateWords {
  const words: DateWords = { months: new Map(), fillers: new Set(), periods: new Map() };
  for (const locale of locales) addLocale(words, locale);
  if (!words.months.has('sept')) words.months.set('sept', 9);
  for (const word of connectors) words.fillers.add(word);
  return words;
}

/** Ordinals, articles, prepositions and other abbreviations of weekdays, which Intl does not have. */
const connectors = (
  'st nd rd th er of at on the a o year le la el del den dem am vom im van het il lo di du en u v à às um om kl klo ' +
  'r roku г год года году р року сал წლის წ tues wednes weds thur thurs пнд втр срд чтв птн сбт вск'
).split(' ');

/** Forms that CLDR does not have, and that mean one month in every language of their script. */
const otherMonths: Record<string, Record<string, number>> = {
  uk: {
    ...{
      січ: 1,
      лют: 2,
      берез: 3,
      бер: 3,
      кві: 4,
      квіт: 4,
      тра: 5,
      трав: 5,
      чер: 6,
      черв: 6,
      лип: 7,
      липень: 7,
    },
    ...{
      сер: 8,
      серп: 8,
      верес: 9,
      вер: 9,
      жов: 10,
      жовт: 10,
      лис: 11,
      листоп: 11,
      лист: 11,
      гру: 12,
      груд: 12,
    },
  },
  bg: { ян: 1, февр: 2, мар: 3, септ: 9, окт: 10, ноем: 11, дек: 12 },
  hr: { studenog: 11 },
  hi: { दिसम्बर: 12, सितम्बर: 9, नवम्बर: 11 },
};

const styles: Intl.DateTimeFormatOptions[] = [
  { month: 'long' },
  { month: 'short' },
  { day: 'numeric', month: 'long' },
  { day: 'numeric', month: 'short' },
  { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  { weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: 'numeric' },
  { dateStyle: 'full', timeStyle: 'short' },
  { dateStyle: 'long', timeStyle: 'short' },
  { dateStyle: 'full' },
  { dateStyle: 'medium' },
  { dateStyle: 'short' },
];

function addLocale(words: DateWords, locale: string): void {
  for (const style of styles) {
    const format = new Intl.DateTimeFormat(locale, { ...style, calendar: 'gregory', timeZone: 'UTC' });
    for (let month = 1; month <= 12; month++)
      addParts(words, format.formatToParts(Date.UTC(2024, month - 1, 15, 9, 30)), month);
    // Every weekday; and another century, which Catalan puts another word before.
    for (let day = 1; day <= 7; day++)
      addParts(words, format.formatToParts(Date.UTC(1970, 0, day, 9, 30)), 1);
  }
  for (const [name, month] of Object.entries(otherMonths[locale] ?? {})) {
    if (!words.months.has(foldWord(name))) words.months.set(foldWord(name), month);
  }
  const hours = new Intl.DateTimeFormat(locale, { hour: 'numeric', hour12: true, timeZone: 'UTC' });
  for (const hour of [9, 15]) {
    const part = hours.formatToParts(Date.UTC(2024, 0, 1, hour)).find(({ type }) => type === 'dayPeriod');
    if (part) words.periods.set(foldWord(part.value.replace(/\s/gu, '')), hour < 12 ? 0 : 12);
  }
}

function addParts(words: DateWords, parts: Intl.DateTimeFormatPart[], month: number): void {
  for (const [index, { type, value }] of parts.entries()) {
    if (type === 'month') addMonth(words, value, parts[index - 1]?.value ?? '', month);
    if (type === 'literal' || type === 'weekday' || type === 'era') {
      for (const word of wordsIn(value)) words.fillers.add(word);
    }
  }
  // Thai writes some of them together.
  const whole = parts.map(({ type, value }) => (type === 'month' ? ' ' : value)).join('');
  for (const word of wordsIn(whole)) words.fillers.add(word);
}

function addMonth(words: DateWords, name: string, before: string, month: number): void {
  // Catalan puts "de" before it.
  const [main, ...others] = wordsIn(name).toSorted((a, b) => b.length - a.length);
  if (main === undefined || /\d/.test(name)) return;
  words.months.set(main, month);
  for (const word of others) words.fillers.add(word);
  // Hebrew writes "in" and the name together.
  const prefix = /[\p{L}'’]+$/u.exec(before)?.[0];
  if (prefix !== undefined) words.months.set(foldWord(prefix + main), month);
}

function wordsIn(text: string): string[] {
  return (text.match(wordPattern) ?? []).map(foldWord).filter((word) => word !== '');
}
