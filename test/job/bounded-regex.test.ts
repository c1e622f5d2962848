import { describe, expect, it } from 'vitest';
import { compileRegex } from '../../shared/job/bounded-regex.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';

describe('compileRegex', () => {
  it.each([
    ['(a+)+$', `${'a'.repeat(60)}b`],
    ['(a|aa)+$', `${'a'.repeat(90)}b`],
    ['^(\\w+\\s?)*$', `${'word '.repeat(40)}!`],
    ['(.*),(.*),(.*),(.*)$', `${','.repeat(3_000)}\n`],
    ['\\s+$', `${' '.repeat(900_000)}.`],
    ['(?=(a+)+$)a', `${'a'.repeat(60)}b`],
  ])('stops %s after a second', (source, text) => {
    const regex = compileRegex(source);
    const cpuMs = cpuMsOf(() =>
      expect(() => regex.exec(text)).toThrow(expect.objectContaining({ code: 'REGEX_TIMEOUT' })),
    );
    expect(cpuMs).toBeLessThan(10_000);
  });

  it.each([
    ['Sale (\\d+)', 'Sale 12', '12'],
    ['^(\\w+\\s?)*$', 'some words', 'words'],
    ['(?<year>\\d{4})', 'in 2024', '2024'],
    ['[+*(]{1}(x)', '(x', 'x'],
    ['\\((.+)\\)', '(a)', 'a'],
  ])('finds %s in %j', (source, text, group) => {
    expect(compileRegex(source).exec(text)?.[1]).toBe(group);
  });

  it('throws for what is no regular expression', () => {
    expect(() => compileRegex('(')).toThrow(SyntaxError);
  });
});
