import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith, parseJob } from '../compile-job.ts';

const body = readFileSync(join(import.meta.dirname, 'page.html.txt'), 'utf8');

describe('a field by XPath', () => {
  it.each([
    ['de', 1178],
    ['en', 1.178],
    ['', null],
  ])('that is no node but a text is read in the language of its page, here "%s"', async (lang, value) => {
    const fields = { f: { xpath: "substring-before(//p, ' t')", type: 'number' } };
    expect(await fieldsWith(fields, `<html lang="${lang}"><p>1.178 t`)).toEqual({ f: value });
    const item = { each: 'div', fields: { f: { xpath: "substring-before(p, ' t')", type: 'number' } } };
    const { items } = await extractWith(item, `<html lang=fr><div lang="${lang}"><p>1.178 t</div>`);
    expect(items.map((made) => made.fields)).toEqual([{ f: value }]);
  });

  it.each([
    ['//h3/a/@title', 'Sharp Objects'],
    ["//li[has-class('book', 'first')]/@data-id", '1'],
    ["//a[re:test(@href, '^/b/\\d$')]/@href", '/b/1'],
    ["//a[re:test(., 'SAPIENS', 'i')]/@title", 'Sapiens'],
    ['count(//li)', '3'],
    ["concat(',*', *[none])", ',*'],
    ['normalize-space(//p[3])', 'Price: 5 €'],
    ["//DL/DT[.='Weight']/following-sibling::DD", '12 kg'],
    ['//A/@HREF', 'image1.html'],
    ["id('t')/caption", 'Sizes'],
    ["//p[lang('de')]/i", 'an'],
    ["string-length('abc𝅖def')", '7'],
    ["substring('abc𝅖def', 5)", 'def'],
    ["substring('12345', 2, -1)", null],
    ["substring('12345', 0, 3)", '12'],
    ["translate('abcd𐀄e', 'a𐀄ee', '𐀆YZz')", '𐀆bcdYZ'],
    ['count(/node())', '1'],
    ['count(//processing-instruction())', '0'],
    ['//nothing', null],
    ['//p[4]', null],
  ])('%s is %s', async (xpath, value) => {
    expect(await fieldsWith({ f: { xpath } }, body)).toEqual({ f: value });
  });

  it('has types, lists, attributes, steps and fields below it', async () => {
    const fields = {
      prices: { xpath: '//span[@class="price"]', list: true, type: 'number' },
      in: { xpath: 'boolean(//em)', type: 'boolean' },
      width: { xpath: '//table', table: 'rows' },
      href: { xpath: '//h3/a', attr: 'href', type: 'url' },
      first: {
        xpath: '//li[1]',
        fields: { id: { attr: 'data-id' }, title: { xpath: './/a/@title' }, name: 'a' },
      },
      names: { xpath: '//dd/text()', list: true, transform: [{ join: ', ' }] },
      other: { from: ['xpath://h4', 'xpath://h2[2]'] },
      css: { select: 'xpath://h1' },
    };
    expect(await fieldsWith(fields, body)).toMatchObject({
      prices: [47.82, 54.23, 9.1],
      in: true,
      href: 'http://example.com/b/1',
      first: { id: '1', title: 'Sharp Objects', name: 'Sharp…' },
      names: '12 kg, red, blue',
      other: 'Table',
      css: 'First',
    });
  });

  it('is relative to the item, and finds its items and links', async () => {
    const rule = {
      each: 'xpath://li[em]',
      fields: { price: { xpath: 'span' }, page: { xpath: '//h1' } },
      follow: [{ select: 'xpath://a/@href', attr: 'href' }, 'xpath://footer/a'],
    };
    const { items, links, refused } = await extractWith(rule, body);
    expect(items.map(({ fields }) => fields)).toEqual([
      { price: '£47.82', page: 'First' },
      { price: '£54.23', page: 'First' },
    ]);
    expect(links.map(({ url }) => url)).toEqual([
      'http://example.com/image1.html',
      'http://example.com/image3.html',
      'http://example.com/b/1',
      'http://example.com/b/2',
      'http://example.com/b/3',
      'https://other.example/x?a=1&b=2',
    ]);
    expect(refused).toEqual({ nofollow: 1 });
  });

  it('reads names with prefixes of XML', async () => {
    const feed = '<rss><item><dc:creator>Ann</dc:creator><a:link a:href="x"/></item></rss>';
    const fields = {
      by: { xpath: '//dc:creator' },
      at: { xpath: '//a:link/@a:href' },
      none: { xpath: '//creator' },
    };
    expect(await fieldsWith(fields, feed, { contentType: 'application/rss+xml' })).toEqual({
      by: 'Ann',
      at: 'x',
      none: null,
    });
  });

  it('takes CDATA sections of XML for text, and knows processing instructions', async () => {
    const feed = '<?xml version="1.0"?><r><?note see here?><a><![CDATA[x < ]]></a><b>y</b></r>';
    const fields = {
      text: { xpath: '//a/text()' },
      found: { xpath: "name(//*[. = 'x < '])" },
      note: { xpath: "//processing-instruction('note')" },
      notes: { xpath: 'count(//processing-instruction())' },
      before: { xpath: 'name(//a/preceding::node())' },
    };
    expect(await fieldsWith(fields, feed, { contentType: 'application/xml' })).toEqual({
      text: 'x <',
      found: 'a',
      note: 'see here',
      notes: '1',
      before: 'note',
    });
  });

  it.each([
    ['//i/following-sibling::i', 19_999],
    ['//i/preceding-sibling::i', 19_999],
    ['//i/following::i', 19_999],
    ['//i/preceding::i', 19_999],
    ['//i/ancestor::*', 3],
    ['//i/../i', 20_000],
    ['//i | //i', 20_000],
    ['//*//i', 20_000],
    ['//i/following-sibling::i[1]', 19_999],
  ])(
    'finds %s of a page with 20,000 elements in time that does not grow with their square',
    (xpath, count) => {
      const page = `<p>${'<i>x</i>'.repeat(20_000)}`;
      return expect(fieldsWith({ f: { xpath: `count(${xpath}) * (//i = //i)` } }, page)).resolves.toEqual({
        f: String(count),
      });
    },
  );

  it.each([
    ['//a[', /should stand where it ends/],
    ['lower-case(.)', /no function lower-case.*translate/],
    ["matches(., 'x')", /re:test/],
    ['$x', /\$x is a variable/],
    ['for $x in //a return $x', /variable/],
    ['//a/string()', /string\(…\) around the path/],
    ["//a[@b='c]", /the text that begins with 'c\] does not end/],
    ["//a[contains(., 'lower-case(')", /the \] of the \[ at character 4/],
    ["count('x')", /what count\(\) takes are nodes of the page, and this is a text/],
    ['//a | 1', /what \| joins are nodes.*a number/],
    ['//a[contains(@b)]', /contains\(\) takes 2 arguments, not 1/],
    ["//a[concat('x')]", /concat\(\) takes at least 2 arguments, not 1/],
    ['//a[true()/b]', /what stands before \/ are nodes.*true or false/],
    ["('x')[1]", /what stands before \[ \]/],
    ['//a/parents::b', /no axis/],
    ['//a/namespace::*', /namespace-uri/],
  ])('refuses %s', (xpath, message) => {
    const read = (field: object) => () => parseJob({ pages: { product: { fields: { field } } } });
    expect(read({ xpath })).toThrow(message);
    expect(read({ select: `xpath:${xpath}` })).toThrow(message);
  });
});
