import { describe, expect, it } from 'vitest';
import { compileScan } from '../../../shared/extract/scan/compile-scan.ts';
import type { PageRule } from '../../../shared/job/schema.ts';
import { parseJob } from '../compile-job.ts';

function compile(product: unknown) {
  const rule = parseJob({ pages: { product } }).pages['product'] as PageRule;
  return compileScan(rule, 'pages.product', true);
}

const scan = (body: string) =>
  compile({ fields: { title: 'title', text: {}, odd: ':scope > p b' }, follow: [{}] })?.scan(
    Buffer.from(body),
  );

describe('compileScan', () => {
  it.each([
    '*',
    'p',
    'P.a.b#c',
    '[href]',
    '[a=b i]',
    '[a!=b]',
    'a b',
    'a > b',
    'a + b',
    'a ~ b',
    'a, b > c',
    '> a',
    ':scope > a',
    ':scope a',
    ':root > a',
    'p:first-child',
    'td:nth-child(3)',
    ':not(.a)',
    ':is(a, .b):not(c, [d])',
    ':where(a)',
    '.\\31 0',
    '[data-x]',
    "xpath://h1[@class='name']",
    "xpath://a[contains(@href, '/p/') and not(@rel)]/@href",
    "xpath:/html/body/div[has-class('a', 'b')]//li",
    'xpath:.//ul/*[2]/following-sibling::*[1]',
    "xpath://b[string-length(@title) > 3] | //i[@id='x' or @id='y']",
    "xpath:(//a)[not(ancestor-or-self::*[1][contains(@rel, 'nofollow')])]",
  ])('takes %s', (select) => {
    expect(compile({ fields: { field: select } })).toBeDefined();
  });

  it.each([
    [{ jsonld: 'a' }, true],
    [{ og: 'image.width' }, true],
    [{ script: 'window.x', path: 'a' }, true],
    [{ structured: ['jsonld', 'opengraph', 'twitter', 'meta'] }, true],
    [{ from: ['jsonld.a', 'microdata.a', 'rdfa.a'] }, true],
    [{ microdata: 'a' }, false],
    [{ xpath: '//h1' }, true],
    [{ xpath: '//h1/text()' }, true],
    [{ xpath: '//div//text()[normalize-space()]' }, true],
    [{ xpath: 'string(//h1)' }, true],
    [{ xpath: 'normalize-space(//h1/text())' }, true],
    [{ xpath: 'count(//a) > 3' }, true],
    [{ xpath: '(//h1)[1]' }, true],
    [{ xpath: '(//h1/@class)[last()]' }, true],
    [{ xpath: "//p[contains(., 'x')]" }, true],
    [{ xpath: "//p[text()='x' or @class='y'][2 > 1]/a/@href" }, true],
    [{ xpath: '//a[b]' }, true],
    [{ xpath: "//table[@id='t']//tr[2]/td[last()]" }, true],
    [{ xpath: "//dl/dt[.='x']/following-sibling::dd[1]" }, true],
    [{ xpath: '//*/b/..' }, true],
    [{ xpath: '//li[1]' }, false],
    [{ xpath: '//a[position() < 3]' }, false],
    [{ xpath: '//a/..' }, false],
    [{ xpath: '//a/following::b' }, false],
    [{ xpath: "//dt[.='x']/following-sibling::dd" }, false],
    [{ xpath: '//text()' }, false],
    [{ xpath: '//a/@*' }, false],
    [{ xpath: "id('x')" }, false],
    [{ xpath: "//p[lang('de')]" }, false],
    [{ xpath: "//p[b or //h1='x']" }, false],
    [{ xpath: 'concat(//a, //b)' }, false],
    [{ xpath: '//a/text() | //b/text()' }, false],
    [{ xpath: '//p[.=@spinneret-found]/text()' }, false],
    [{ xpath: "//p[contains(., 'x')]", fields: { a: 'a' } }, true],
    [{ xpath: '//p/a[1]', fields: { a: 'a' } }, false],
    [{ select: 'p', fields: { a: { xpath: 'li[1]/text()' } } }, true],
    [{ select: 'p', fields: { a: { xpath: 'normalize-space()' } } }, true],
    [{ select: 'p', fields: { a: { xpath: '../a/text()' } } }, false],
    [{ select: 'p', fields: { a: { xpath: '//a/text()' } } }, false],
    [{ rdfa: 'a' }, false],
    [{ from: ['microdata.a', 'jsonld.a'] }, false],
    [{ from: ['jsonld.a', 'p:empty'] }, false],
    [{ structured: 'all' }, false],
    [{ structured: ['jsonld', 'rdfa'] }, false],
  ])('reads %j in one pass: %j', (field, isScanned) => {
    expect(compile({ fields: { field } }) !== undefined).toBe(isScanned);
  });

  it.each([
    'p:last-child',
    'td:nth-child(2n)',
    'td:nth-of-type(2)',
    'p:has(a)',
    'p:contains(a)',
    'p:empty',
    ':not(a b)',
    ':is(a > b)',
    ':scope + a',
    '+ a',
    '~ a',
    ':any-link',
    'input:checked',
    ':lang(de)',
    'p:nth-last-child(1)',
  ])('leaves %s to the tree', (select) => {
    expect(compile({ fields: { field: select } })).toBeUndefined();
    expect(compile({ follow: [select] })).toBeUndefined();
    expect(compile({ each: select, fields: { field: {} } })).toBeUndefined();
    expect(compile({ fields: { outer: { select: 'p', fields: { field: select } } } })).toBeUndefined();
  });

  it.each([{ select: 'p', take: 'html' }, { select: 'table', table: 'rows' }, { attr: '__proto__' }])(
    'leaves %j to the tree',
    (field) => {
      expect(compile({ fields: { field } })).toBeUndefined();
    },
  );

  it('takes what is of JSON or of no page', () => {
    const follow = [{ path: 'a' }];
    expect(compile({ follow, fields: { url: { page: 'url' }, one: { constant: 1 } } })).toBeDefined();
  });

  it.each([
    '',
    'text',
    '<p>',
    '<P CLASS=a>',
    '<!-- x',
    '<!-->',
    '<br/></p></br></b>',
    '<svg><path d=""/></svg>',
    '<script>if (a < b) "</p>"</script>',
    '<title>a &amp; b</title>',
    '<ul><li>a<li>b',
    '<!doctype html>',
    '<![if x]><![endif]>',
    '<?xml?>',
    `${'<span>'.repeat(510)}`,
    '<svg><![CDATA[a]]></svg>',
    '<![CDATA[a]]>',
    '<script>\u001c/script></script>',
    '<title>a <b> &amp;</title>',
    '<table><tr><td>a<th>b</table>',
    '<select><p><option>a<option>b</select>',
    '<head><noscript><img></noscript><link>',
    '<b><i>a</b>b</i>',
    '<p><b>a<p>b',
    '<form><div></form>a</div>b',
    '<x-y><o:p>',
    Array.from({ length: 200 }, (_, index) => `<x-${index}>`).join(''),
  ])('reads %j', (body) => {
    expect(scan(body)).toBeDefined();
  });

  it.each([
    ['a tag that does not end', '<p'],
    ['an attribute that does not end', '<p title="a>'],
    ['an end tag that does not end', '<p></p'],
    ['raw text that does not end', '<script>a'],
    ['CDATA in the HTML of SVG', '<svg><desc><![CDATA[a]]></desc></svg>'],
    ['text in a table', '<table>a'],
    ['a block in formatting that ends', '<b><p>a</b>'],
    ['a frameset', '<frameset>'],
    ['attributes of a second body', '<body><body class=a>'],
    ['attributes of a second page', '<html><html class=a>'],
    ['NUL', '<p>a\u0000'],
    ['NUL in a name', '<p\u0000>'],
    ['formatting four times over', '<b><b><b><b>'],
    ['a script in a comment of a script', '<script><!--<script></script>--></script>'],
    ['a reference to the first line break', '<pre>&#10;a'],
    ['annotations of formulas', '<math><annotation-xml>'],
    ['rows in a template', '<template><tr>'],
    ['plaintext', '<plaintext>a'],
    ['deep nesting', '<span>'.repeat(511)],
    ['too many names', Array.from({ length: 1_200 }, (_, index) => `<x-${index}></x-${index}>`).join('')],
  ])('gives up on %s', (_what, body) => {
    expect(scan(body)).toBeUndefined();
  });

  it('reads on after a page it gave up on', () => {
    const page = compile({ fields: { p: 'p' } });
    expect(page?.scan(Buffer.from('<p>a<plaintext>'))).toBeUndefined();
    expect(page?.scan(Buffer.from('<p>b</p>'))?.root.slots[0]?.map(({ text }) => text)).toEqual(['b']);
  });

  it('gives up where scopes with longer selectors of their children are in one another', () => {
    const page = compile({ each: 'div', fields: { b: ':scope > a b' } });
    expect(page?.scan(Buffer.from('<div><a><b>1</b></a></div><div></div>'))).toBeDefined();
    expect(page?.scan(Buffer.from('<div><a><div></div></a></div>'))).toBeUndefined();
  });

  it('reads small pages after large ones', () => {
    const page = compile({ fields: { p: 'p' } });
    for (const length of [10, 3_000_000, 10, 80_000]) {
      const [found] = page?.scan(Buffer.from(`<p>${'x'.repeat(length)}</p>`))?.root.slots[0] ?? [];
      expect(found?.text).toHaveLength(length);
    }
  });
});
