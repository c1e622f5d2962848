import type { TransformSettings } from '../../job/transforms.ts';
import type { Json } from '../../model.ts';
import { textOfScalar } from '../values/field-types.ts';
import { parseNumber } from '../values/parse-number.ts';
import { unitOf } from '../values/parse-quantity.ts';
import { statedCurrency } from '../values/stated-currency.ts';
import type { ValueStep } from './transform.ts';

/** A number stays what it is. */
export function number(settings: TransformSettings['number'] | undefined): ValueStep {
  return (value, { language, onDoubt }) => {
    if (typeof value === 'number') return value;
    return typeof value === 'string'
      ? parseNumber(value, settings?.locale, { language, onDoubt })
      : undefined;
  };
}

/** As `statedCurrency`. */
export const currency: ValueStep = (value, { language }) =>
  typeof value === 'string' ? statedCurrency(value, language) : undefined;

/** As `unitOf`. */
export const unit: ValueStep = (value, { language }) =>
  typeof value === 'string' ? unitOf(value, undefined, language) : undefined;

export function map(table: TransformSettings['map']): ValueStep {
  const values = new Map<string, Json>(Object.entries(table));
  return (value) => values.get(textOfScalar(value)?.trim() ?? '');
}
