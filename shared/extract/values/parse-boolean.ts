import { foldSpace } from './text.ts';

const yes = new Set(['true', 'yes', 'y', 'on', '1', '✓', '✔', 'available', 'in stock']);
const no = new Set([
  'false',
  'no',
  'n',
  'off',
  '0',
  '✗',
  '✘',
  'unavailable',
  'not available',
  'out of stock',
  'sold out',
]);

/**
 * Reads yes or no, without case: true, yes, y, on, 1, ✓, available, in stock; false, no, n, off, 0, ✗,
 * unavailable, not available, out of stock, sold out. `undefined` for every other text.
 */
export function parseBoolean(text: string): boolean | undefined {
  const word = foldSpace(text).toLowerCase();
  if (yes.has(word)) return true;
  return no.has(word) ? false : undefined;
}
