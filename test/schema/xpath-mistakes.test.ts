import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseXPath } from '../../shared/schema/xpath/parse-xpath.ts';
import { whereNoSyntax } from '../../shared/schema/xpath/syntax-mistake.ts';

const asked = JSON.parse(readFileSync(new URL('../extract/xpath/lxml.json', import.meta.url), 'utf8')) as [
  expression: string,
  found: unknown,
][];

describe('parseXPath', () => {
  it.each([
    ['//a[', 'a path, a text, a number or a function should stand where it ends'],
    ['//a[@b', 'an operator or the ] of the [ at character 4 should stand where it ends'],
    ['(//a', 'an operator or the ) of the ( at character 1 should stand where it ends'],
    ['//a]', 'its end should stand at character 4, where ] is'],
    ['//a[@b=]', 'a path, a text, a number or a function should stand at character 8, where ] is'],
    [
      '//a[contains(., "x"]',
      'an operator or the ) of the ( at character 13 should stand at character 20, where ] is',
    ],
    [
      '//div[@class=x y]',
      'an operator or the ] of the [ at character 6 should stand at character 16, where y] is',
    ],
    ['//a//', 'a step such as the name of an element should stand where it ends'],
    ['//', 'the name of an element should stand where it ends'],
    ['//@', 'the name of an attribute should stand where it ends'],
    ['child::', 'the name of a node should stand where it ends'],
    ['a b', 'an operator should stand at character 3, where b is'],
    ['a[1]/[2]', 'a step such as the name of an element should stand at character 6, where [2] is'],
    [
      '//p[comment(]',
      'an operator or the ) of the ( at character 12 should stand at character 13, where ] is',
    ],
    ['//a[@b="x]', 'the text that begins with "x] does not end'],
    ['//a[@b == "x"]', 'one = compares'],
    ['//a[@b="x" && @c]', 'and joins conditions'],
    ['//a[@b="x" || @c]', 'or joins conditions'],
    ['//a[!@b]', 'not(…) turns a condition around'],
    ['//a[position() <> 1]', '!= is the sign'],
    [`//a[. = 1 + ${'long'.repeat(20)} b]`, 'where b] is'],
    [`//a ${'long'.repeat(20)}`, 'where longlonglonglonglong… is'],
    ['', 'it is empty'],
  ])('says where %s is no expression', (expression, reason) => {
    expect(() => parseXPath(expression)).toThrow(reason);
  });

  it.each([
    '- -1',
    '/',
    'a[1][2]/b',
    '(//a)[1]/b | c',
    '.5 + 1.',
    'p:*',
    'a//text()',
    '../@*',
    'comment()/..',
    'ancestor-or-self::a',
    "processing-instruction('x')",
    'div div div',
    '* * *',
  ])('finds nothing wrong with %s', (expression) => {
    expect(whereNoSyntax(expression)).toBeUndefined();
  });

  it('finds nothing wrong with what lxml takes', () => {
    expect(asked.length).toBeGreaterThan(100);
    for (const [expression] of asked) expect(whereNoSyntax(expression), expression).toBeUndefined();
  });
});
