import type { Element } from 'domhandler';
import type { Field } from '../../job/schema.ts';
import type { Json } from '../../model.ts';
import { isOneNumber, takesDigits } from '../values/takes-digits.ts';
import { digitsOf, textOf } from '../values/text.ts';

/** How the texts of elements are read that are values of structured data: as texts, for their digits, or as one number each. */
export type ElementReading = 'text' | 'digits' | 'number';

export type ElementText = (element: Element) => string;

export const elementReaders: { readonly [Reading in ElementReading]: ElementText } = {
  text: textOf,
  digits: (element) => digitsOf(element, false),
  number: (element) => digitsOf(element, true),
};

/** How the field reads them. Of fields in the field those that read digits have the values of `readsDigitsInside`. */
export function elementReadingOf(field: Field): ElementReading {
  if (field.fields !== undefined || !takesDigits(field)) return 'text';
  return isOneNumber(field) ? 'number' : 'digits';
}

export function readsDigitsInside({ fields = {} }: Field): boolean {
  return Object.values(fields).some((field) => takesDigits(field) || readsDigitsInside(field));
}

/** Objects of texts, and the same read as numbers. */
const numbersOf = new WeakMap<object, Json>();

/** Notes of each object in values what it is with its texts read as numbers. */
export function noteNumbers(texts: Json, numbers: Json): void {
  if (Array.isArray(texts) && Array.isArray(numbers)) {
    if (texts.length !== numbers.length) return;
    for (const [index, text] of texts.entries()) noteNumbers(text, numbers[index] ?? null);
  } else if (isObject(texts) && isObject(numbers)) {
    numbersOf.set(texts, numbers);
    for (const [name, text] of Object.entries(texts)) noteNumbers(text, numbers[name] ?? null);
  }
}

/** An object of structured data as the field reads it. */
export function asReadBy(field: Field, value: Json): Json {
  if (!isObject(value) || !takesDigits(field)) return value;
  return numbersOf.get(value) ?? value;
}

function isObject(value: Json): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
