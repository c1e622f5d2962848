import { asPhrases, isAltered, plainOf, withoutDots } from './relative-text.ts';

const units = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;

/** A distance from now; `count` is negative for what has passed. */
export interface Distance {
  unit: (typeof units)[number];
  count: number;
}

/** A way in which a language writes a distance, in lower case. */
interface Phrase {
  before: string;
  after: string;
  unit: Distance['unit'];
  /** The sign of the number between them; of a phrase without a number, the whole count. */
  sign: 1 | -1;
}

interface Words {
  counted: Phrase[];
  /** Phrases without a number: yesterday, now, last week. */
  named: { text: string; distance: Distance }[];
}

/** A distance from now, and the text around it. */
export interface FoundDistance extends Distance {
  rest: string;
}

/**
 * The distance from now in a text such as `posted 3 hours ago`, by the phrases that the Unicode CLDR has for the locale,
 * long, short and narrow. `undefined` for a text with none, with several, or with one that the words around it alter.
 */
export function readDistance(text: string, locale: string): FoundDistance | undefined {
  const { counted, named } = wordsOf(locale);
  const plain = asPhrases(text, locale);
  const found = [...findCounted(plain, counted), ...findNamed(plain, named)].sort(
    (a, b) => b.length - a.length,
  );
  const [longest] = found;
  if (longest === undefined) return undefined;
  const outside = found.filter(
    ({ at, length }) => at >= longest.at + longest.length || at + length <= longest.at,
  );
  const before = plain.slice(0, longest.at);
  const after = plain.slice(longest.at + longest.length);
  if (outside.length > 0 || isAltered(before, after, locale)) return undefined;
  return { ...longest.distance, rest: `${before} ${after}` };
}

interface Found {
  at: number;
  length: number;
  distance: Distance;
}

const number = /\d{1,6}/g;

function* findCounted(text: string, phrases: Phrase[]): Generator<Found> {
  for (const { 0: digits, index } of text.matchAll(number)) {
    const head = text.slice(0, index);
    const tail = text.slice(index + digits.length);
    for (const { before, after, unit, sign } of phrases) {
      if (!head.endsWith(before) || !tail.startsWith(after)) continue;
      const at = index - before.length;
      const length = before.length + digits.length + after.length;
      if (isWhole(text, at, length)) yield { at, length, distance: { unit, count: sign * Number(digits) } };
    }
  }
}

function* findNamed(text: string, named: Words['named']): Generator<Found> {
  for (const { text: phrase, distance } of named) {
    for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + 1)) {
      if (isWhole(text, at, phrase.length)) yield { at, length: phrase.length, distance };
    }
  }
}

/** No number goes on before it, and in scripts that have spaces between words no word before or behind it. */
function isWhole(text: string, at: number, length: number): boolean {
  const before = text.slice(0, at);
  if (/\d[.,]?$/.test(before)) return false;
  if (scriptsWithoutSpaces.test(text.slice(at, at + length))) return true;
  return !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(text.slice(at + length));
}

const scriptsWithoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const known = new Map<string, Words>();

function wordsOf(locale: string): Words {
  let words = known.get(locale);
  if (words === undefined) {
    words = collectWords(locale);
    known.set(locale, words);
  }
  return words;
}

/** Of each plural category of CLDR one of these at least is a member, in every language. */
const samples = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 20, 21, 22, 25, 100, 101, 1_000];

function collectWords(locale: string): Words {
  const counted = new Map<string, Phrase>();
  const named = new Map<string, Distance>();
  for (const style of ['long', 'short', 'narrow'] as const) {
    const options = { style, numberingSystem: 'latn' } as const;
    const inNumbers = new Intl.RelativeTimeFormat(locale, options);
    const inWords = new Intl.RelativeTimeFormat(locale, { ...options, numeric: 'auto' });
    for (const unit of units) {
      for (const sign of [-1, 1] as const) {
        for (const sample of samples) {
          // Minus zero is in the past.
          const phrase = phraseOf(inNumbers, sign * sample, unit, sign);
          if (phrase === undefined) continue;
          for (const way of [phrase, withoutDots(phrase)]) counted.set(JSON.stringify(way), way);
        }
      }
      for (const count of [-2, -1, 0, 1, 2]) {
        const parts = inWords.formatToParts(count, unit);
        const isNamed = parts.every(({ type }) => type === 'literal');
        // "This hour" is no distance.
        const isMoment = count !== 0 || unit === 'second' || unit === 'day';
        if (isNamed && isMoment) named.set(plainOf(inWords.format(count, unit)), { unit, count });
      }
    }
  }
  return {
    counted: [...counted.values()],
    named: [...named].map(([text, distance]) => ({ text, distance })),
  };
}

/** The name of the part of a formatted distance that is its number. */
const digitsOfParts = 'integer';

function phraseOf(
  format: Intl.RelativeTimeFormat,
  count: number,
  unit: Distance['unit'],
  sign: 1 | -1,
): Phrase | undefined {
  const parts = format.formatToParts(count, unit);
  const at = parts.findIndex(({ type }) => type === digitsOfParts);
  if (at === -1 || parts.filter(({ type }) => type !== 'literal').length > 1) return undefined;
  const textOf = (some: typeof parts) => plainOf(some.map(({ value }) => value).join(''));
  return { before: textOf(parts.slice(0, at)), after: textOf(parts.slice(at + 1)), unit, sign };
}
