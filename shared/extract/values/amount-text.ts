import { isUnitOfMeasure } from './units.ts';

/** `[1]`, `[a]`, `[note 2]`. */
const footnoteMarks = /(?:\s*\[(?:\d{1,3}|\p{L}|\p{L}{1,9}\.? \d{1,3})\])+$/u;
/** `km2`, as the text of `km<sup>2</sup>` is, behind a number or a price. */
const flatPower = /(?<=\d\s*(?:[\p{Sc}\p{L}]{1,3}\s*\/\s*)?)(\p{L}{1,2}[23])(?=$|\s*\()/gu;

/**
 * An amount without what says the same again: marks of footnotes behind it, and in brackets the same in other units, as in
 * `1,351 m (4,432 ft)[2]`. `text`: as `plainText` makes it. `language`: only called where a unit is to be known.
 */
export function amountText(text: string, language: () => string | undefined): string {
  const amount = text.replace(footnoteMarks, '');
  return amount.endsWith(')') ? withoutEquivalent(amount, language()) : amount;
}

/** An amount whose digits are those of its number alone: `12 km2` is `12 km²`. */
export function withPower(amount: string, language: () => string | undefined): string {
  return amount.replace(flatPower, (flat) => {
    const unit = raised(flat);
    return isUnitOfMeasure(unit, language()) ? unit : flat;
  });
}

/**
 * The unit of measure behind a number, as it is written, which a percent sign is too; `undefined` where there is none that is known.
 * `text`: as `plainText` makes it. The number itself may be read in two ways.
 */
export function unitBehind(text: string, locale: string | undefined): string | undefined {
  // Ares have a space, which house numbers have not.
  if (/\da$/u.test(text)) return undefined;
  const [, behind = ''] = /^[+\-\u2212]?\d[\d.,'’\s]*?\s*([^\d\s]\D*[23]?)$/u.exec(text) ?? [];
  const written = behind.trim();
  const parts = written.split(/\s?\/\s?/u);
  const isUnit = (unit: string) => isUnitOfMeasure(raised(unit), locale);
  // `kg/m³`: of a unit by another one.
  return written === '%' || isUnit(written) || (parts.length === 2 && parts.every(isUnit))
    ? written
    : undefined;
}

/** `km2` as `km²`. */
function raised(unit: string): string {
  return unit.replace(/(?<=\p{L})2$/u, '²').replace(/(?<=\p{L})3$/u, '³');
}

/** In brackets behind an amount with a unit: amounts with other units. Anything else, such as a year or another amount of it, says something else. */
function withoutEquivalent(text: string, language: string | undefined): string {
  const [whole, amount = '', inside = ''] = /^(.+?)\s*\(([^()]*)\)$/u.exec(text) ?? [];
  const unit = whole === undefined ? undefined : unitBehind(amount, language);
  if (unit === undefined) return text;
  const parts = inside.split(/[;/]|,\s/u).map((part) => part.trim().replace(/^(?:≈|~|c\.|ca\.)\s*/u, ''));
  const others = parts.map((part) => unitBehind(part, language));
  return others.every((other) => other !== undefined && other !== unit) ? amount : text;
}
