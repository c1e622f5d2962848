import { describe, expect, it } from 'vitest';
import { findSelectorMistake } from '../../shared/schema/selector-mistakes.ts';

describe('findSelectorMistake', () => {
  it.each([
    ['p:lang', ':lang needs an argument'],
    ['a:nth-child', ':nth-child needs an argument'],
    ['p:not', ':not needs an argument'],
    ['div:has(p:lang)', ':lang needs an argument'],
    [':host-context(a)', ':host-context is not supported'],
    ['a:not(:host-context(b))', ':host-context is not supported'],
    ['div >', 'nothing follows the >'],
    ['div +', 'nothing follows the +'],
    ['h1, div >', 'nothing follows the >'],
    ['a:is(b >)', 'nothing follows the >'],
    ['li:eq(0)', ':eq is not supported'],
    ['li:first', ':first is not supported'],
    ['a:visible', ':visible is not supported'],
    ['p::before', '::before is a pseudo-element'],
    ['a,', 'a part of it is empty'],
    ['//a/@href', 'it is XPath'],
    ['(//a)[1]', 'it is XPath'],
    ['./div', 'it is XPath'],
    ['a::attr(href)', 'it has ::attr()'],
    ['[svg|href]', 'an attribute with a namespace'],
    ['h1[', 'it ends where a name should follow'],
    [' ', 'it is empty'],
  ])('says of %j: %s', (selector, reason) => {
    const mistake = findSelectorMistake(selector);
    expect(mistake?.reason).toContain(reason);
    expect(JSON.stringify(mistake)).not.toMatch(/Cannot read|\[object|css-select|undefined/);
  });

  it('has a hint for what jQuery has and CSS has not', () => {
    expect(findSelectorMistake('li:eq(2)')?.hint).toContain(':nth-child(n)');
    expect(findSelectorMistake('li:even')?.hint).toContain(':nth-child(even)');
  });

  it.each([
    'a[href*="/@user"]',
    '> p',
    ':scope > a',
    'a:has(> img)',
    ':nth-child(2 of .a)',
    'p:contains("x >")',
    'a[title="//x"]',
    'li:not(.a, .b) ~ li',
    'td:nth-last-of-type(2)',
  ])('finds nothing wrong in %j', (selector) => {
    expect(findSelectorMistake(selector)).toBeUndefined();
  });
});
