import { isPageData } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import { asSelector } from '../../schema/xpath/parse-xpath.ts';

/** The field with its place written by a selector, as far as that says the same. */
export function placeOf(field: Field): Field {
  if (isPageData(field)) return { ...field, within: 'page' };
  if (field.xpath !== undefined) {
    const { xpath, ...rest } = field;
    return { ...rest, select: asSelector(xpath) };
  }
  if (field.meta === undefined) return field;
  return { ...field, select: metaSelector(field.meta), attr: 'content', within: 'page' };
}

/** By `name` as HTML has it, `property` as Open Graph and RDFa, `itemprop` as microdata. */
function metaSelector(name: string): string {
  const text = JSON.stringify(name);
  return ['name', 'property', 'itemprop'].map((attribute) => `meta[${attribute}=${text} i]`).join(', ');
}

/** The field as it is at one of its sources: nothing is missing there, since another source may have it. */
export function fieldAt(field: Field, index: number): Field {
  const { from = [], default: _, ...rest } = field;
  const source = from[index];
  return { ...rest, ...source, take: source?.take ?? field.take, required: false };
}
