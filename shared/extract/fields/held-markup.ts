import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { type PageBase, resolveBase, resolveUrl } from '../links/resolve-url.ts';
import { baseReferenceOf, parseDocument } from '../tree/document.ts';
import type { Spot } from '../tree/spot.ts';
import type { Language } from './language.ts';
import type { Reading, ReadingOf } from './reading.ts';

/**
 * The markup that a value holds, or each value of a list, as documents with readings of their own: data of the page is that of the
 * document, and so is its base, if it has one.
 */
export function heldIn(
  value: Json | undefined,
  reading: Reading,
  ownBase: (base: PageBase) => PageBase | undefined,
): ReadingOf<Spot>[] {
  if (Array.isArray(value)) return value.flatMap((entry) => heldIn(entry, reading, ownBase));
  if (typeof value !== 'string' || value.trim() === '') return [];
  const document = parseDocument(value, false);
  const base = () => {
    const around = reading.base();
    const { url, charset } = ownBase(around) ?? around;
    return resolveBase(baseReferenceOf(document), url, charset);
  };
  // What is known of a page is kept by the object of the page.
  return [{ ...reading, page: { ...reading.page }, document: () => document, base, root: document }];
}

/** Compiles where the address is by which a field resolves its links; that of the page where there is none. */
export function compileBase<AnySpot>(
  written: string,
  location: string,
  language: Language<AnySpot>,
): (scope: AnySpot, reading: Reading) => PageBase {
  const readers = language.placesOfBase(written).map((place) => {
    const field: Field = { ...place, take: 'text', list: false, required: false };
    return { locate: language.locate(field, location), take: language.take(field, location) };
  });
  return (scope, reading) => {
    const base = reading.base();
    for (const { locate, take } of readers) {
      for (const spot of locate(scope)) {
        const reference = take(spot, reading);
        const url = typeof reference === 'string' ? resolveUrl(reference, base) : undefined;
        if (url !== undefined) return { ...base, url };
      }
    }
    return base;
  };
}
