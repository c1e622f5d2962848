import { describe, expect, it } from 'vitest';
import { patterns } from '../../shared/schema/leaf-schema.ts';

const messageOf = (pattern: string) => patterns.safeParse(pattern).error?.message ?? '';

describe('a URL pattern', () => {
  it.each([
    ['/[0-9].html', '[0-9]'],
    ['/[a-z]+/x', '[a-z]+'],
    ['/[^a-c]*', '[^a-c]*'],
    ['/p/\\d+', '\\d'],
    ['/p\\.html', '\\.'],
    ['/product/.*', '/.*'],
    ['/product/.+/reviews', '/.+'],
    ['/(books|films)/*', '(books|films)'],
    ['https://a.example/p/x{2,4}', '{2,4}'],
    ['/index.html$', '$'],
  ])('that is meant as a regular expression is refused: %s', (pattern, sign) => {
    const message = messageOf(pattern);
    expect(message).toContain(`${JSON.stringify(sign).slice(1, -1)} would be taken as it is written`);
    expect(message).toContain('regex:');
  });

  it.each([
    '/wiki/Mercury_(film)*',
    '/file.*',
    '/a+b/*',
    '/*.html',
    '/.well-known/*',
    '/v1.0/**',
    'http://[::1]:8080/*',
    '/price$/*',
    '/catalogue/*_*/',
    '/search?q=*&tags[]=*',
    'regex:/p/\\d+$',
  ])('of an address is taken: %s', (pattern) => {
    expect(messageOf(pattern)).toBe('');
  });
});
