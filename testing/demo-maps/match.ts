import type { Category } from './categories.ts';
import type { CityPlace } from './city-place.ts';

/**
 * Returns whether a query means a place: all of its words are in one of the place's categories (in English,
 * German, or as its type), or all are in its name. Case, accents and a plural's s do not matter.
 */
export function makeMatcher(query: string, categories: readonly Category[]): (place: CityPlace) => boolean {
  const words = wordsOf(query);
  const holds = (text: string) => {
    const known = new Set(wordsOf(text));
    return words.every((word) => known.has(word));
  };
  if (words.length === 0) return () => false;
  const meant = new Set(categories.filter(({ type, label, german }) => [type, label, german].some(holds)));
  return (place) => place.categories.some((category) => meant.has(category)) || holds(place.name);
}

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return [...plain.matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => singular(word));
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
