import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../model.ts';
import { textOfScalar } from '../values/field-types.ts';
import type { ListStep } from './transform.ts';

/** Each entry once, where it stands first. */
export const unique: ListStep = (list) => {
  const texts = new Set<Json>();
  const objects: Json[] = [];
  return list.filter((entry) => {
    const isKnown =
      typeof entry === 'object'
        ? objects.some((object) => isDeepStrictEqual(object, entry))
        : texts.has(entry);
    if (typeof entry === 'object') objects.push(entry);
    else texts.add(entry);
    return !isKnown;
  });
};

export const first: ListStep = ([entry]) => entry;

export const last: ListStep = (list) => list.at(-1);

/** By code units, so that the order does not depend on the system's languages. `undefined` for objects. */
export const sort: ListStep = (list) => {
  const numbers = list.filter((entry) => typeof entry === 'number');
  const texts = list.filter((entry) => typeof entry !== 'number').map(textOfScalar);
  if (texts.includes(undefined)) return undefined;
  return [...numbers.sort((a, b) => a - b), ...texts.filter((text) => text !== undefined).sort()];
};

/** `undefined` where an entry has no text. */
export function join(separator: string): ListStep {
  return (list) => {
    const texts = list.map(textOfScalar);
    return texts.includes(undefined) ? undefined : texts.join(separator);
  };
}
