import { describe, expect, it } from 'vitest';
import { compileJob, makePage, parseJob } from '../compile-job.ts';

const namespaces = {
  dc: 'http://purl.org/dc/elements/1.1/',
  a: 'urn:a',
  xlink: 'http://www.w3.org/1999/xlink',
  h: 'http://www.w3.org/1999/xhtml',
};

/** The page calls the namespace of Dublin Core `x`, and another one `dc`. */
const xml = `<r xmlns="urn:a" xmlns:x="http://purl.org/dc/elements/1.1/" xmlns:l="http://www.w3.org/1999/xlink">
  <e l:href="/1"><x:creator>Ada</x:creator><dc:creator xmlns:dc="urn:other">No</dc:creator></e>
  <e xmlns="urn:b"><x:Creator>Bo</x:Creator></e></r>`;

async function read(rule: Record<string, unknown>, body = xml, contentType = 'application/xml') {
  const extractor = await compileJob({ namespaces, pages: { product: rule } });
  const { items } = await extractor.extract(makePage(body, { contentType }));
  return items;
}

describe('namespaces of a job', () => {
  it.each([
    ['XPath', { xpath: './/dc:creator' }, 'Ada'],
    ['CSS', 'dc|creator', 'Ada'],
    ['XPath as a selector', 'xpath:.//dc:creator', 'Ada'],
    ['any name of one', { xpath: 'name(dc:*)' }, 'x:creator'],
    ['any name of one in CSS', 'dc|*', 'Ada'],
    ['an attribute', { xpath: '@xlink:href' }, '/1'],
    ['no attribute of its element’s namespace', { xpath: '@a:href' }, null],
    ['the default one', { xpath: 'name(self::a:e)' }, 'e'],
    ['names without a prefix, as written', { xpath: 'name(self::e)' }, 'e'],
    ['lists in CSS', ':is(a|x, dc|creator)', 'Ada'],
    ['a prefix as the page writes it', 'dc\\:creator', 'No'],
  ])('are looked for by %s', async (_what, field, value) => {
    const [first] = await read({ each: 'a|e', fields: { f: field, e: { constant: 1 } } });
    expect(first?.fields['f']).toBe(value);
  });

  it('are those of items, and of sources of a field, which are counted as they are written', async () => {
    const rule = { each: 'a|e', fields: { f: { from: ['css:dc|title', 'xpath:.//dc:creator'] } } };
    expect(await read(rule)).toMatchObject([
      { fields: { f: 'Ada' }, marks: [{ kind: 'from', source: 'xpath:.//dc:creator' }] },
    ]);
  });

  it('are known of HTML and SVG', async () => {
    const body = '<svg><a xlink:href="/s"><title>in SVG</title></a></svg><p>in HTML';
    const fields = { p: { xpath: '//h:p' }, html: 'h|title', count: { xpath: 'count(//h:title)' } };
    expect(await read({ fields }, body, 'text/html')).toMatchObject([
      { fields: { p: 'in HTML', html: null, count: '0' } },
    ]);
  });

  const job = (fields: unknown, declared?: Record<string, string>) => () =>
    parseJob({ pages: { product: { fields } }, ...(declared && { namespaces: declared }) });

  it.each([
    ['an undeclared prefix in CSS', { f: 'dc|creator' }, undefined, 'declare dc in namespaces of the job'],
    ['an undeclared prefix among declared ones', { f: { xpath: '//x:creator' } }, namespaces, 'x is not'],
    ['an attribute with a prefix in CSS', { f: '[xlink|href]' }, namespaces, 'xpath:*[@xlink:href]'],
    ['a prefix that is none', { f: 'p' }, { 'a b': 'urn:a' }, 'a prefix such as dc'],
    ['a URI that is none', { f: 'p' }, { a: '{x}' }, 'the URI of a namespace'],
  ])('refuse %s', (_what, fields, declared, message) => {
    expect(job(fields, declared)).toThrow(message);
  });

  it.each([
    ['a function with a prefix', "//p[re:test(., 'a:b')]"],
    ['an axis', '//p/ancestor::div'],
    ['the prefix xml', '//p/@xml:lang'],
  ])('accept %s', (_what, xpath) => {
    expect(job({ f: { xpath } }, namespaces)).not.toThrow();
  });
});
