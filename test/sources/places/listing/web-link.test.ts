import { describe, expect, it } from 'vitest';
import { webLink } from '../../../../shared/sources/places/listing/web-link.ts';

describe('webLink', () => {
  it.each([
    ['a plain URL', 'http://a.example/b?c=d', 'http://a.example/b?c=d'],
    ['one wrapped by the site', '/url?q=https://a.example/%3Fx%3D1&opi=1&sa=U', 'https://a.example/?x=1'],
    [
      'one wrapped with its host',
      'https://www.google.co.uk/url?url=https://a.example/',
      'https://a.example/',
    ],
    ['one without a scheme', '//lh3.example/p', 'https://lh3.example/p'],
    ['one that is escaped twice', 'https://a.example/?b\\u003dc\\u0026d', 'https://a.example/?b=c&d'],
    [
      "someone else's /url",
      'https://a.example/url?q=https://b.example/',
      'https://a.example/url?q=https://b.example/',
    ],
  ])('reads %s', (_, text, expected) => {
    expect(webLink(text)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\\u0073cript:alert(1)',
    '/url?q=javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.example/',
    'mailto:a@b.example',
    'a.example',
    '/local/business/1',
    '/url?x=1',
    'https://',
    '',
    undefined,
  ])('lets %j not through', (text) => {
    expect(webLink(text)).toBeUndefined();
  });
});
