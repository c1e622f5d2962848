import { plainText } from '../plain-text.ts';
import { type NumberContext, parseNumber } from './parse-number.ts';
import { isUnitOfMeasure } from './units.ts';

/** A type, since an interface would be no value of JSON. */
export type Quantity = { value: number | string; unit: string | null };

/**
 * Reads a number with the unit of measure behind it, as infoboxes have them: `1,351.5 m`, `90 t`, `12 %`, also `1,351 m (4,432 ft)[2]`, where
 * what stands in brackets is the same in other units, and a mark of a footnote. The number is read as `parseNumber` does; one without
 * a unit has null. `undefined` for everything else, such as `5 ft 3 in`, a range, or a unit that is not known.
 */
export function parseQuantity(
  text: string,
  locale?: string,
  context: NumberContext = {},
): Quantity | undefined {
  const amount = withoutEquivalent(
    plainText(text).replace(/(?:\s*\[[\p{L}\d ]{1,12}\])+$/u, ''),
    locale,
    context,
  );
  const value = parseNumber(amount, locale, context);
  if (value === undefined) return undefined;
  return { value, unit: unitBehind(amount, locale ?? context.language?.()) ?? null };
}

/**
 * The unit of measure behind a number, as it is written, which a percent sign is too; `undefined` where there is none that is known.
 * `text`: as `plainText` makes it. The number itself may be read in two ways.
 */
export function unitBehind(text: string, locale: string | undefined): string | undefined {
  const [, behind = ''] = /^[+\-\u2212]?\d[\d.,'’\s]*?\s*([^\d\s][^\d]*|\S*[²³23])$/u.exec(text) ?? [];
  const written = behind.trim();
  return written === '%' || isUnitOfMeasure(written, locale) ? written : undefined;
}

/** In brackets behind an amount with a unit: one or more amounts with units. Anything else, such as a year, says something else. */
function withoutEquivalent(text: string, locale: string | undefined, context: NumberContext): string {
  const [whole, amount = '', inside = ''] = /^(.+?)\s*\(([^()]*)\)$/u.exec(text) ?? [];
  const language = locale ?? context.language?.();
  if (whole === undefined || unitBehind(amount, language) === undefined) return text;
  const parts = inside.split(/[;/]|,\s/u).map((part) => part.trim().replace(/^(?:≈|~|c\.|ca\.)\s*/u, ''));
  return parts.every((part) => unitBehind(part, language) !== undefined) ? amount : text;
}
