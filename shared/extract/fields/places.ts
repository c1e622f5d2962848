import { type FieldSource, isPageData, nameOfSource } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import { asSelector } from '../../schema/xpath/parse-xpath.ts';
import { joinPath } from '../json/json-path.ts';
import { isBlankValue } from '../without-values.ts';
import { absent, type FieldReader, type Loss } from './reading.ts';

/** The field with its place written by a selector, as far as that says the same. */
export function placeOf(field: Field): Field {
  if (isPageData(field)) return { ...field, within: 'page' };
  if (field.xpath !== undefined) {
    const { xpath, ...rest } = field;
    return { ...rest, select: asSelector(xpath) };
  }
  if (field.meta === undefined) return field;
  const { meta, ...rest } = field;
  return { ...rest, select: metaSelector(meta), attr: 'content', within: 'page' };
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

/** The value of the first source that has one. Of several losses the one that came furthest counts. */
export function firstWithValue<Spot>(
  field: Field,
  sources: readonly FieldSource[],
  readers: readonly FieldReader<Spot>[],
): FieldReader<Spot> {
  const names = sources.map(nameOfSource);
  return (scope, reading, at) => {
    let loss: Loss | undefined;
    const quiet = {
      ...reading,
      missing: [],
      onLost: (found: Loss) => {
        if (loss?.found === undefined) loss = found;
      },
    };
    for (const [index, read] of readers.entries()) {
      const value = read(scope, quiet, at);
      if (isBlankValue(value)) continue;
      const source = names[index] ?? '';
      if (index > 0) reading.onMark({ kind: 'from', field: joinPath(at.parent, at.name), source });
      return value;
    }
    return absent(field, reading, at, loss);
  };
}
