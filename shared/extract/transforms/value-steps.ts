import type { TransformSettings } from '../../job/transforms.ts';
import type { Json } from '../../model.ts';
import { plainText } from '../plain-text.ts';
import { currencyCodeOf } from '../values/currency.ts';
import { textOfScalar } from '../values/field-types.ts';
import { parseNumber } from '../values/parse-number.ts';
import { unitOf } from '../values/parse-quantity.ts';
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

/** The currency beside the amount in a text, before it or behind it; `undefined` where there are several. */
export const currency: ValueStep = (value) => {
  if (typeof value !== 'string') return undefined;
  const beside = plainText(value).split(/[\d.,'’\s+-]*\d[\d.,'’\s-]*/u);
  const words = beside.flatMap((part) => [part.trim(), ...part.split(/[\s/()]+/u)]);
  const codes = new Set(words.map(currencyCodeOf).filter((code) => code !== undefined));
  return codes.size === 1 ? [...codes][0] : undefined;
};

/** As `unitOf`. */
export const unit: ValueStep = (value, { language }) =>
  typeof value === 'string' ? unitOf(value, undefined, language) : undefined;

export function map(table: TransformSettings['map']): ValueStep {
  const values = new Map<string, Json>(Object.entries(table));
  return (value) => values.get(textOfScalar(value)?.trim() ?? '');
}
