import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoizeResolved } from '../../../shared/extract/links/memoize-resolved.ts';
import { Reference } from '../../../shared/extract/links/reference.ts';
import { resolveReference as resolve } from '../../../shared/extract/links/resolve-url.ts';

function countedResolve() {
  const asked: string[] = [];
  const memoized = memoizeResolved((reference, base) => {
    asked.push(reference);
    return resolve(reference, base);
  });
  return { asked, remembered: (text: string, baseUrl: string) => memoized(new Reference(text), baseUrl) };
}

const segments = [
  '',
  'a',
  'b.html',
  '..',
  '.',
  '%2E',
  '%2e%2E',
  'a b',
  '\\',
  'http:',
  'é',
  '\t',
  '/',
  '//',
  ':',
  '@',
  '%',
];
const tails = ['', '?', '?q=1', '#f', '?q=1#f', '/', '?a/b', '#a?b/c'];
const anyPath = fc.tuple(fc.array(fc.constantFrom(...segments), { maxLength: 4 }), fc.constantFrom(...tails));
const origins = [
  'https://a.example',
  'http://a.example',
  'https://b.example:8443',
  'https://u:p@a.example',
  'HTTPS://A.example',
];
const base = fc
  .tuple(fc.constantFrom(...origins), anyPath)
  .map(([origin, [parts, tail]]) => `${origin}/${parts.join('/')}${tail}`);
const reference = fc
  .tuple(
    fc.constantFrom(
      '',
      '/',
      '//',
      './',
      '../',
      '?',
      '#',
      ' ',
      '\t',
      'https://',
      'http:',
      'HTTP://',
      'mailto:',
      '-',
      '~',
      '\\',
      '/\t/',
    ),
    anyPath,
  )
  .map(([start, [parts, tail]]) => start + parts.join('/') + tail);

describe('memoizeResolved', () => {
  it('gives what resolving gives, whatever it was asked before', () => {
    const remembered = memoizeResolved(resolve);
    fc.assert(
      fc.property(base, base, fc.array(reference, { maxLength: 5 }), (one, other, references) => {
        const met = references.map((text) => new Reference(text));
        for (const url of [one, other, one]) {
          for (const found of met) expect(remembered(found, url)).toEqual(resolve(found.text, url));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['/a', 'https://a.example/', 'https://a.example/b/c?d', 1],
    ['/a', 'https://a.example/', 'https://b.example/', 2],
    ['a', 'https://a.example/b/c', 'https://a.example/b/d?e', 1],
    ['a', 'https://a.example/b/c', 'https://a.example/c/c', 2],
    ['a', 'https://a.example/b/c', 'https://a.example/b/..', 2],
    ['?a', 'https://a.example/b', 'https://a.example/b?c', 1],
    ['?a', 'https://a.example/b', 'https://a.example/c', 2],
    ['http://c.example/a', 'https://a.example/', 'https://b.example/', 1],
    [' a', 'https://a.example/', 'https://a.example/', 2],
  ])('resolves %j of %s and %s in %i steps', (found, one, other, times) => {
    const { asked, remembered } = countedResolve();
    remembered(found, one);
    remembered(found, other);
    expect(asked).toHaveLength(times);
  });

  it('forgets what is not used, and keeps what is', () => {
    const { asked, remembered } = countedResolve();
    for (let index = 0; index < 100_000; index++) {
      remembered(`/${index}`, 'https://a.example/');
      remembered('/used', 'https://a.example/');
    }
    expect(asked.filter((found) => found === '/used')).toHaveLength(1);
    remembered('/99999', 'https://a.example/');
    expect(asked).toHaveLength(100_001);
    remembered('/1', 'https://a.example/');
    expect(asked).toHaveLength(100_002);
  });

  it('gives references that differ, and lead to one URL, one object, through each change of generation', () => {
    const remembered = memoizeResolved(resolve);
    const forms: [string, string][] = [
      ['/used', 'https://a.example/'],
      ['/used#part', 'https://a.example/b'],
      ['used', 'https://a.example/c'],
      ['https://a.example/used', 'https://b.example/'],
      // Too odd to be kept by what they say.
      [' /used', 'https://a.example/'],
      ['//a.example/used', 'https://b.example/x'],
    ];
    let earlier: unknown[] = [];
    for (let index = 0; index < 110_000; index++) {
      if (index % 9_999 === 0) {
        const found = forms.map(([text, url]) => remembered(new Reference(text), url));
        // A page may be read while a generation ends: what it had before is the same still.
        const [last = found[0]] = earlier;
        expect(new Set([last, ...found]).size).toBe(1);
        earlier = found;
      }
      remembered(new Reference(`/${index}`), 'https://a.example/');
    }
  });

  it('asks a reference again that it has met in an earlier generation', () => {
    const remembered = memoizeResolved(resolve);
    const met = new Reference('/menu');
    remembered(met, 'https://a.example/');
    for (let index = 0; index < 150_000; index++) {
      remembered(new Reference(`/${index}`), 'https://a.example/');
    }
    const again = remembered(met, 'https://a.example/');
    expect(remembered(new Reference('/menu#top'), 'https://a.example/')).toBe(again);
  });
});
