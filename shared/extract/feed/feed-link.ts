import type { Element } from 'domhandler';
import { xmlBaseOf } from '../xml/namespaces.ts';
import { plainOf } from './feed-text.ts';

/** The text of an element as an address. */
export function resolvedText(element: Element | undefined, url: string): string | null {
  return element === undefined ? null : resolved(plainOf(element) ?? undefined, element, url);
}

/** An address that stands at an element, by its `xml:base`; as it stands where it is none. */
export function resolved(reference: string | undefined, at: Element, url: string): string | null {
  const written = reference?.trim() ?? '';
  if (written === '') return null;
  return URL.parse(written, xmlBaseOf(at, url))?.href ?? written;
}
