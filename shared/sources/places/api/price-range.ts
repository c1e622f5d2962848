import { readMoney } from './read-money.ts';
import { readObject } from './read-values.ts';

/** Dollar signs, as Google writes levels in English, since a level has no currency. */
const levels = new Map<unknown, string>([
  ['PRICE_LEVEL_FREE', 'Free'],
  ['PRICE_LEVEL_INEXPENSIVE', '$'],
  ['PRICE_LEVEL_MODERATE', '$$'],
  ['PRICE_LEVEL_EXPENSIVE', '$$$'],
  ['PRICE_LEVEL_VERY_EXPENSIVE', '$$$$'],
]);

/** €10–20, or €100+ without an upper end; else the level as $ to $$$$. */
export function readPriceRange(range: unknown, level: unknown): string | undefined {
  const { startPrice, endPrice } = readObject(range);
  const start = readMoney(startPrice);
  const end = readMoney(endPrice);
  if (start === undefined) return levels.get(level);
  return `${symbolOf(start.currency)}${start.amount}${end === undefined ? '+' : `–${end.amount}`}`;
}

/** A currency without a symbol is written as its code and a space: CHF 10–20. */
function symbolOf(currency: string): string {
  const style = { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } as const;
  const symbol = new Intl.NumberFormat('en', style)
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value;
  return symbol === undefined || symbol === currency ? `${currency} ` : symbol;
}
