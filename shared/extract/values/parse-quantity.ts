import { plainText } from '../plain-text.ts';
import { amountText, unitBehind } from './amount-text.ts';
import { joinElements, type NumberContext, parseNumber } from './parse-number.ts';
import { isUnitOfMeasure } from './units.ts';

/** A type, since an interface would be no value of JSON. */
export type Quantity = { value: number | string; unit: string | null };

/**
 * Reads a number with the unit of measure behind it, as infoboxes have them: `1,351.5 m`, `90 t`, `12 %`, also `1,351 m (4,432 ft)[2]`.
 * The number is read as `parseNumber` does; one without a unit has null. `undefined` for everything else, such as `5 ft 3 in`, a range,
 * or a unit that is not known whole (`kWh/Jahr`).
 */
export function parseQuantity(
  text: string,
  locale?: string,
  context: NumberContext = {},
): Quantity | undefined {
  const joined = joinElements(text, () => locale ?? context.language?.());
  if (joined === undefined) return undefined;
  const value = parseNumber(joined, locale, context);
  const unit = unitOf(joined, locale, context.language);
  if (value === undefined || (unit === undefined && hasOtherUnit(joined, locale))) return undefined;
  return { value, unit: unit ?? null };
}

/** Does a word stand behind the number that begins with a unit and goes on, such as `kWh/Jahr`? */
function hasOtherUnit(text: string, locale: string | undefined): boolean {
  if (!/\d\s?\p{L}/u.test(text)) return false;
  const [, first] = /\d\s?(\p{L}[^\s\d/]*)[^\d]*$/u.exec(plainText(text)) ?? [];
  return first !== undefined && isUnitOfMeasure(first, locale);
}

/** The unit of such a text, as it is written. The number itself may be one that is not read for certain. */
export function unitOf(
  text: string,
  locale: string | undefined,
  language: () => string | undefined = () => undefined,
): string | undefined {
  const known = () => locale ?? language();
  return unitBehind(amountText(plainText(text), known), known());
}
