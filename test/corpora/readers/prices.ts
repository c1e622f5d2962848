import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseNumber } from '../../../shared/extract/values/parse-number.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { countNotes } from './count-notes.ts';
import { pythonCalls } from './python-calls.ts';

/** What price-parser reads of texts of price elements (`tests/test_price_parsing.py`), without their currency. */
export function checkPrices(folder: string): CorpusResult {
  const source = readFileSync(join(folder, 'tests', 'test_price_parsing.py'), 'utf8');
  const reasons: string[] = [];
  const misses: string[] = [];
  let cases = 0;
  for (const { arguments: given } of pythonCalls(source, 'Example')) {
    const text = given[1]?.text;
    const amount = given[4]?.source ?? '';
    if (text === undefined) continue;
    cases += 1;
    const expected = amount === 'None' ? undefined : Number(/[\d.]+/.exec(amount)?.[0]);
    const got = parseNumber(text);
    if (got === expected) continue;
    const reason = got === undefined ? `refused, ${reasonOf(text)}` : 'read as another number';
    reasons.push(reason);
    misses.push(`${reason}: ${JSON.stringify(text)} is ${expected}, not ${got}`);
  }
  return { cases, misses: misses.sort(), notes: countNotes(reasons) };
}

const number = /\d(?:[\d.,' \u00a0]*\d)?/gu;
const bound = /(?<!\p{L})(?:from|starting|up to|ab|vanaf|a partir de|a partire da|da|från|under)(?!\p{L})/iu;

/** Of a text that is no single number: what else it says. */
function reasonOf(text: string): string {
  const numbers = text.match(number) ?? [];
  if (numbers.length === 0) return 'no digit';
  if (bound.test(text)) return 'a bound';
  if (numbers.length > 1) return 'more than one number';
  if (/^1 \P{Nd}+$/u.test(text)) return 'a rare sign of a currency';
  return /\p{L}{3}/u.test(text) ? 'words beside' : 'odd marks or letters';
}
