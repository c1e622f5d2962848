import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDate } from '../../../shared/extract/values/parse-date.ts';
import type { CorpusResult } from '../corpus-result.ts';
import { countNotes } from './count-notes.ts';
import { pythonCalls } from './python-calls.ts';

/** What dateparser reads (`tests/test_date_parser.py`) of texts that name a day of a year; others need a clock. */
export function checkDates(folder: string): CorpusResult {
  const source = readFileSync(join(folder, 'tests', 'test_date_parser.py'), 'utf8');
  const expected = new Map<string, string>();
  for (const { arguments: given } of pythonCalls(source, 'param')) {
    const text = given[0]?.text;
    const parts = /^datetime\(([\d,\s]+)\)$/.exec(given[1]?.source ?? '')?.[1]?.match(/\d+/g);
    // What has more arguments asks for a setting.
    if (text === undefined || !parts || given.length > 2 || expected.has(text)) continue;
    if (namesDay(text, parts[0] ?? '')) expected.set(text, write(parts.map(Number)));
  }
  const reasons: string[] = [];
  const misses: string[] = [];
  for (const [text, date] of expected) {
    const got = parseDate(text);
    // A time with a zone is written in UTC by both, by us with its "Z"; a day alone has no midnight.
    if (got?.replace(/Z$/, '') === date || `${got}T00:00:00` === date) continue;
    const reason = got === undefined ? `refused, ${reasonOf(text)}` : 'read as another date';
    reasons.push(reason);
    misses.push(`${reason}: ${JSON.stringify(text)} is ${date}, not ${got}`);
  }
  return { cases: expected.size, misses: misses.sort(), notes: countNotes(reasons) };
}

/** With a year, also one of two digits, and at least one more number. */
function namesDay(text: string, year: string): boolean {
  const day = text.replace(/\d+(?::\d+)+/g, '');
  const hasShortYear = /\d\d$|\.\d\d\b|'\d\d/.test(day.trim()) && day.includes(year.slice(2));
  return (day.includes(year) || hasShortYear) && (day.match(/\d+/g) ?? []).length > 1;
}

function write([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, us = 0]: number[]): string {
  const iso = new Date(Date.UTC(year, month - 1, day, hour, minute, second, us / 1000)).toISOString();
  return iso.replace(/(?:\.000)?Z$/, '');
}

function reasonOf(text: string): string {
  const letters = [...text.matchAll(/\p{L}/gu)].join('');
  if (letters === '') return 'digits alone';
  return /^\p{Script=Latin}*$/u.test(letters) ? 'words' : 'words of another script';
}
