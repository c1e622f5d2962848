import type { ReadableDocument, ReadableElement } from './dom.ts';

/** As much of Readability as is used, over our own nodes. */
export interface ReadabilityResult {
  title?: string | null;
  byline?: string | null;
  siteName?: string | null;
  excerpt?: string | null;
  publishedTime?: string | null;
  content?: ReadableElement | null;
}

export type ReadabilityClass = new (
  document: ReadableDocument,
  options: { serializer(content: ReadableElement): ReadableElement; keepClasses: boolean },
) => { parse(): ReadabilityResult | null };

export function loadReadability(): ReadabilityClass;
