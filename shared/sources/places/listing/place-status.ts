import type { PlaceStatus } from '../../../places/place.ts';
import { closedWords } from './closed-words.ts';

/** What a record says of whether the place is in business. */
interface StatusTexts {
  /** Often something else, such as `Dogs allowed`. */
  notice: string | undefined;
  /** Of the moment, such as `Open ⋅ Closes 9 PM` or `Closed`. */
  now: string | undefined;
  /** Of the days of its week, such as `9 AM–5 PM`, `Open 24 hours` or `Closed`. */
  hours: readonly string[];
}

/** The badge of a closed place in every language; the words beside it say for how long. */
const badge = 'closed';

/** All wordings of all languages, since an answer may come in another language than was asked for. */
const statusByWords = new Map<string, PlaceStatus>([
  ['closed_permanently', 'closedPermanently'],
  ['closed_temporarily', 'closedTemporarily'],
  ...Object.values(closedWords).flatMap(({ permanently, temporarily }) => [
    ...permanently.map((words) => [fold(words), 'closedPermanently'] as const),
    ...temporarily.map((words) => [fold(words), 'closedTemporarily'] as const),
  ]),
]);

/**
 * `open` is a business that goes on, whether its doors are open now or not: the site then says when they open or close,
 * or repeats the hours of a day. `unknown`: it says something else of now, which may mean that it has closed. `undefined`
 * where it says nothing.
 */
export function readStatus({ notice, now, hours }: StatusTexts): PlaceStatus | undefined {
  const [ofNotice, ofNow] = [notice, now].map((text) =>
    text === undefined ? undefined : statusByWords.get(fold(text)),
  );
  const closed = ofNotice ?? ofNow;
  if (closed !== undefined) return closed;
  // Of now, `Closed` means tonight; as a notice it is the badge.
  if (notice !== undefined && fold(notice) === badge && notice === notice.toUpperCase()) return 'unknown';
  if (now === undefined) return undefined;
  const isOfHours = /\s[⋅·]\s|^(open|closed)\b/i.test(now) || hours.some((text) => fold(text) === fold(now));
  return isOfHours ? 'open' : 'unknown';
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\s+/g, ' ')
    .replace(/[.。]$/, '')
    .trim()
    .toLowerCase();
}
