import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../../shared/extract/tree/document.ts';
import { compileQuery } from '../../../shared/extract/tree/query.ts';

const document = parseDocument(
  '<main><div id=a><p id=b></p><div id=c><p id=d></p></div></div><div id=e><p id=f></p></div></main>',
  false,
);
const ids = (selector: string, scope?: string) => {
  const root = scope === undefined ? document : compileQuery(scope).first(document);
  return root === undefined
    ? []
    : compileQuery(selector)
        .all(root)
        .map(({ attribs }) => attribs['id']);
};

describe('compileQuery', () => {
  it.each([
    ['p', ['b', 'd', 'f']],
    [':scope > body > main > div', ['a', 'e']],
    ['div:has(> div) > p', ['b']],
    ['div:not(:has(div)) p', ['d', 'f']],
  ])('searches a document for %s', (selector, found) => {
    expect(ids(selector)).toEqual(found);
  });

  it.each([
    ['p', ['b', 'd']],
    [':scope > p', ['b']],
    ['> p', ['b']],
    ['div p', ['d']],
    [':scope p', ['b', 'd']],
    ['main p', []],
    ['#a', []],
    [':scope + div', ['e']],
    ['p, :scope > div', ['b', 'c', 'd']],
    ['div:has(> p)', ['c']],
    [':is(p, div):not(#c p)', ['b', 'c']],
  ])('searches inside an element for %s', (selector, found) => {
    expect(ids(selector, '#a')).toEqual(found);
  });

  it('answers for each scope anew', () => {
    const query = compileQuery(':scope > div:has(p) p');
    const [a, e] = ['#a', '#e'].map((scope) => compileQuery(scope).first(document));
    const found = [a, e, a].map((scope) => scope && query.all(scope).map(({ attribs }) => attribs['id']));
    expect(found).toEqual([['d'], [], ['d']]);
  });

  it('remembers nothing of one scope for the next', () => {
    const nested = parseDocument(
      '<div id=a><div id=b><section><p></p><i id=i></i></section></div></div>',
      false,
    );
    const query = compileQuery(':scope > section:has(p) i');
    const [a, b] = ['#a', '#b'].map((scope) => compileQuery(scope).first(nested));
    expect(a && query.all(a)).toHaveLength(0);
    expect(b && query.all(b)).toHaveLength(1);
  });
});
