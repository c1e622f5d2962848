import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkTarget } from '../../../shared/export/xlsx/link-target.ts';

describe('linkTarget', () => {
  it.each([
    ['https://acme.test/a?b=c&d', { uri: 'https://acme.test/a?b=c&d' }],
    ['HTTP://acme.test', { uri: 'http://acme.test/' }],
    ['mailto:a@acme.test', { uri: 'mailto:a@acme.test' }],
    ['https://acme.test/é|[x]', { uri: 'https://acme.test/%C3%A9%7C%5Bx%5D' }],
    ['https://acme.test/100%', { uri: 'https://acme.test/100%25' }],
    ['https://[::1]/a', { uri: 'https://[::1]/a' }],
    ['https://acme.test/a#b#c', { uri: 'https://acme.test/a', fragment: 'b%23c' }],
  ])('makes a link of %s', (text, target) => {
    expect(linkTarget(text)).toEqual(target);
  });

  it.each([
    ...[
      'javascript:alert(1)',
      'file:///etc/passwd',
      'ftp://acme.test',
      'data:text/html,x',
      '\\\\host\\share',
    ],
    ...['acme.test', 'see https://acme.test', 'https://acme.test and more', 'https://', 'https://[bad', ''],
    ...['https://good.test@evil.test/', `https://acme.test/${'x'.repeat(2_100)}`],
  ])('leaves %s text', (text) => {
    expect(linkTarget(text)).toBeUndefined();
  });

  it('gives nothing but what RFC 3986 allows', () => {
    const path = fc.string({ unit: 'grapheme' }).map((text) => `https://acme.test/${text}`);
    fc.assert(
      fc.property(fc.oneof(path, fc.webUrl({ withFragments: true, withQueryParameters: true })), (text) => {
        const { uri, fragment = '' } = linkTarget(text) ?? { uri: 'https://x/' };
        expect(uri).toMatch(/^[a-z]+:(\/\/[^/]*)?([\w\-.~:/?@!$&'()*+,;=]|%[\dA-Fa-f]{2})*$/);
        expect(fragment).toMatch(/^([\w\-.~:/?@!$&'()*+,;=]|%[\dA-Fa-f]{2})*$/);
      }),
    );
  });
});
