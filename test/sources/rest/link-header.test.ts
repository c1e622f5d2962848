import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLink, parseLinkHeader } from '../../../shared/sources/rest/link-header.ts';

const base = 'https://api.example.com/items?page=1';

describe('findLink', () => {
  it.each([
    ['a relation in quotes', '</items?page=2>; rel="next"', 'https://api.example.com/items?page=2'],
    ['a relation without quotes', '<?page=2>;rel=next', 'https://api.example.com/items?page=2'],
    [
      'one of several links',
      '<a>; rel="prev", <b>; rel="next", <c>; rel="last"',
      'https://api.example.com/b',
    ],
    ['one of several relations', '<b>; rel="last NEXT"', 'https://api.example.com/b'],
    [
      'a target with commas and semicolons',
      '<b?ids=1,2;3>; rel="next"',
      'https://api.example.com/b?ids=1,2;3',
    ],
    [
      'a title that looks like a link',
      '<a>; title="<x>; rel=\\"next\\", ok"; rel="prev", <b>; rel="next"',
      'https://api.example.com/b',
    ],
    ['only the first rel', '<a>; rel="prev"; rel="next"', undefined],
    ['no link about another page', '<a>; rel="next"; anchor="/other"', undefined],
    ['a link after one that is broken', 'nonsense; rel="next", <b>; rel="next"', 'https://api.example.com/b'],
    ['nothing in an empty header', '', undefined],
  ])('finds %s', (_, header, expected) => {
    expect(findLink(header, 'next', base)).toBe(expected);
  });
});

describe('parseLinkHeader', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9*-]{0,8}$/);
  const value = fc.stringMatching(/^[ -~]{0,20}$/);
  const link = fc.record({
    target: fc.stringMatching(/^[!-;=?-~]{0,30}$/),
    params: fc.dictionary(name, value, { maxKeys: 4 }),
  });

  it('reads back any links that are written by the rules', () => {
    fc.assert(
      fc.property(fc.array(link, { maxLength: 5 }), (links) => {
        const header = links.map(writeLink).join(', ');
        const read = parseLinkHeader(header).map(({ target, params }) => ({ target, params: { ...params } }));
        expect(read).toEqual(links.map(({ target, params }) => ({ target, params: { ...params } })));
      }),
    );
  });

  it('ends on any text', () => {
    const piece = fc.constantFrom('<', '>', ';', ',', '"', '\\', '=', ' ', 'rel', 'next', 'é');
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (header) => {
          expect(Array.isArray(parseLinkHeader(header))).toBe(true);
        },
      ),
    );
  });
});

function writeLink({ target, params }: { target: string; params: Record<string, string> }): string {
  const written = Object.entries(params).map(([key, text]) => `; ${key}="${text.replace(/["\\]/g, '\\$&')}"`);
  return `<${target}>${written.join('')}`;
}
