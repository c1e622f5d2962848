import { describe, expect, it } from 'vitest';
import { printable } from '../../cli/output.ts';

describe('printable', () => {
  it.each([
    ['right-to-left override', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['isolates', '\u2066x\u2069', '\\u2066x\\u2069'],
    ['marks of direction', '\u200e\u200f\u061c', '\\u200e\\u200f\\u061c'],
    ['what has no width', 'pay\u200bpal\ufeff', 'pay\\u200bpal\\ufeff'],
    ['joiners between Latin letters', 'a\u200db', 'a\\u200db'],
    ['tags', '\u{e0041}', '\\u{e0041}'],
    ['line separators', 'a\u2028b', 'a\\u2028b'],
    ['a title of the window', '\u001b]0;x\u0007', '\\u001b]0;x\\u0007'],
    ['a carriage return', 'a\rb', 'a\\u000db'],
    ['C1 controls', '\u009b31m', '\\u009b31m'],
  ])('shows %s escaped', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([
    '日本語',
    'نمی\u200cخواهم',
    '👨\u200d👩\u200d👧',
    'क्\u200dष',
    '\u001b[31mred\u001b[39m',
    'a\tb\nc',
  ])('leaves %j as it is', (text) => {
    expect(printable(text)).toBe(text);
  });
});
