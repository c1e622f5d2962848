import type { PlaceStatus } from '../../../places/place.ts';

/**
 * What the site writes of a place that has closed, in the languages of which the words are certain. Only
 * these words, and nothing around them: the same slot holds `Dogs allowed`, and `Closed` means tonight.
 */
const closedWords: [PlaceStatus, string[]][] = [
  [
    'closedPermanently',
    [
      'permanently closed',
      'closed_permanently',
      'dauerhaft geschlossen',
      'cerrado permanentemente',
      'définitivement fermé',
      'chiuso definitivamente',
      'permanentemente fechado',
      'μόνιμα κλειστό',
    ],
  ],
  [
    'closedTemporarily',
    [
      'temporarily closed',
      'closed_temporarily',
      'vorübergehend geschlossen',
      'cerrado temporalmente',
      'temporairement fermé',
      'fermé temporairement',
      'chiuso temporaneamente',
      'temporariamente fechado',
      'προσωρινά κλειστό',
    ],
  ],
];

/**
 * By the notice of a record, and by what it says of now. `open` is a business that goes on, whether its doors are
 * open now or not: the site then says when they open or close. `undefined` where the words are not known.
 */
export function readStatus(notice: string | undefined, now: string | undefined): PlaceStatus | undefined {
  const said = [notice, now].map((text) => text?.toLowerCase());
  const found = closedWords.find(([, words]) =>
    said.some((text) => text !== undefined && words.includes(text)),
  );
  if (found) return found[0];
  return now !== undefined && /\s[⋅·]\s|^(open|closed)\b/i.test(now) ? 'open' : undefined;
}
