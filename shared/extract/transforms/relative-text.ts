/** The text of a page in the words in which the Unicode CLDR has distances from now. */
export function asPhrases(text: string, locale: string): string {
  const language = languageOf(locale);
  const plain = withOne(plainOf(text), language);
  return language === 'en' ? asEnglishPhrases(plain) : plain;
}

/** As `plainText` leaves a page's text: white space of every kind is a space. Apostrophes are those of typewriters. */
export function plainOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\u200e\u200f\u061c]/gu, '')
    .replace(/[’ʼ]/gu, "'")
    .replace(/\s/gu, ' ');
}

/** A phrase as it is written without the points of its abbreviations: `5 min ago`. */
export function withoutDots<Phrase extends { before: string; after: string }>(phrase: Phrase): Phrase {
  return { ...phrase, before: phrase.before.replace(/\./g, ''), after: phrase.after.replace(/\./g, '') };
}

/**
 * Do the words around a distance make another one of it? `half an hour ago`, `the day before yesterday`, and `2 days, 3 hours ago`,
 * of which the words of CLDR have a part alone.
 */
export function isAltered(before: string, after: string, locale: string): boolean {
  return alteredBefore.test(before) || alteredBehind.test(after) || hasSpan(`${before} ${after}`, locale);
}

const alteredBefore =
  /(?:^|[^\p{L}])(?:half|halb|anderthalb|quarters? of|before|antes de|avant|demi|prima di|przed|до)[\s-]*$/u;
const alteredBehind =
  /^\s*(?:and (?:a|1) half|und (?:eine|1) halbe|et demie?|y media|y medio|e mezz[ao]|e mei[ao]|before|from now|с половиной)(?!\p{L})/u;

/** A number with a unit of time, such as `2 days`. */
function hasSpan(text: string, locale: string): boolean {
  const spans = spansOf(locale);
  return [...text.matchAll(/\d+/g)].some(({ 0: digits, index }) => {
    const tail = text.slice(index + digits.length);
    return spans.some((unit) => tail.startsWith(unit) && !/^[\p{L}\p{N}]/u.test(tail.slice(unit.length)));
  });
}

const spansOfLocales = new Map<string, readonly string[]>();

/** What stands behind the number of a span of time, in all forms of the plural. */
function spansOf(locale: string): readonly string[] {
  const known = spansOfLocales.get(locale);
  if (known !== undefined) return known;
  const spans = new Set<string>();
  for (const unit of ['second', 'minute', 'hour', 'day', 'week', 'month', 'year']) {
    for (const unitDisplay of ['long', 'short', 'narrow'] as const) {
      const options = { style: 'unit', unit, unitDisplay, numberingSystem: 'latn' } as const;
      const format = new Intl.NumberFormat(locale, options);
      for (const count of [1, 2, 5, 21]) spans.add(plainOf(format.format(count)).replace(/^\d+/, ''));
    }
  }
  const found = [...spans].filter((span) => span.trim() !== '' && !/\d/.test(span));
  spansOfLocales.set(locale, found);
  return found;
}

function languageOf(locale: string): string {
  return locale.split('-')[0] ?? '';
}

/** Abbreviations that CLDR writes in another way: `5 mins ago`. */
const english: Record<string, string> = {
  sec: 'second',
  min: 'minute',
  hr: 'hour',
  wk: 'week',
  mo: 'month',
  mth: 'month',
  yr: 'year',
};

function asEnglishPhrases(text: string): string {
  return text
    .replace(/(\d) ?(sec|min|hr|wk|mo|mth|yr)s?\b\.?/g, (_, digit, unit) => `${digit} ${english[unit]}s`)
    .replace(/(\d+ [a-z]+) from now\b/g, 'in $1')
    .replace(/\bfrom now\b/g, '');
}

/** How languages write "one" before a unit, which CLDR's phrases have as a number. */
const ones: Record<string, RegExp> = {
  en: /\b(?:an?|one)(?= )/g,
  de: /\b(?:einem|einer)(?= )/g,
  fr: /\b(?:un|une)(?= )/g,
  es: /\b(?:un|una)(?= )/g,
  it: /\b(?:un|una|un')(?= )/g,
  nl: /\b(?:een)(?= )/g,
  pt: /\b(?:um|uma)(?= )/g,
  sv: /\b(?:en|ett)(?= )/g,
};

function withOne(text: string, language: string): string {
  const one = ones[language];
  return one === undefined ? text : text.replace(one, '1');
}
