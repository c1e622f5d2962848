import type { Field } from '../../job/schema.ts';
import { stepOf, type TransformName } from '../../job/transforms.ts';
import { fieldTypeOf } from './field-types.ts';

/** Steps that read the digits of a text. */
const stepsOfDigits: ReadonlySet<TransformName> = new Set([
  'number',
  'unit',
  'date',
  'relativeDate',
  'phone',
]);

/** Does the field read the digits of its text, so that raised ones have to be kept apart from the others? */
export function takesDigits({ type, transform = [] }: Pick<Field, 'type' | 'transform'>): boolean {
  const isOfType = type !== undefined && fieldTypeOf(type).digits !== undefined;
  return isOfType || transform.some((step) => stepsOfDigits.has(stepOf(step).name));
}

/** Is the text as a whole to be one number? A regular expression or a step may take one of several. */
export function isOneNumber(field: Pick<Field, 'type' | 'transform' | 'regex'>): boolean {
  const first = field.transform?.find((step) => !stepsOfWhole.has(stepOf(step).name));
  const isRead = first === undefined || stepOf(first).name === 'number';
  return isOfNumbers(field) && field.regex === undefined && isRead;
}

/** Steps that keep all digits of a text. */
const stepsOfWhole: ReadonlySet<TransformName> = new Set(['trim', 'lower', 'upper']);

/** Is its value a number? */
export function isOfNumbers({ type, transform = [] }: Pick<Field, 'type' | 'transform'>): boolean {
  const isOfType = type !== undefined && fieldTypeOf(type).digits === 'number';
  return isOfType || transform.some((step) => stepOf(step).name === 'number');
}
