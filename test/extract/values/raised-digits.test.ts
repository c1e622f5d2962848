import { describe, expect, it } from 'vitest';
import { compileExtractor } from '../../../shared/extract/extractor.ts';
import { parseNumber } from '../../../shared/extract/values/parse-number.ts';
import type { LostValue } from '../../../shared/model.ts';
import { makePage, parseJob } from '../compile-job.ts';

interface Read {
  value: unknown;
  lost: LostValue | undefined;
}

/** What a field reads of a page, in one pass and by the tree, which has to be the same. */
async function read(field: Record<string, unknown>, markup: string, language = 'en'): Promise<Read> {
  const job = parseJob({ pages: { product: { fields: { f: field } } } });
  const [scanned, built] = await Promise.all(
    [true, false].map(async (inOnePass): Promise<Read> => {
      const itemOptions = { reportsAllLosses: true };
      const extractor = await compileExtractor(job, { baseDir: '/', inOnePass, itemOptions });
      const { items } = await extractor.extract(makePage(`<html lang=${language}><p>${markup}</p>`));
      return { value: items[0]?.fields['f'], lost: items[0]?.lost?.[0] };
    }),
  );
  expect(scanned).toEqual(built);
  return scanned as Read;
}

const number = { select: 'p', type: 'number' };

const hiddenCell = '</p><table><thead><tr><th>Price<tbody><tr><td>19<i hidden>.5</i></table>';

describe('digits that a page sets higher, lower or smaller', () => {
  it.each([
    ['cents', '$19<sup>99</sup>', 19.99],
    ['cents before the currency', '19<sup>99</sup> €', 19.99],
    ['cents with the currency', '19<sup>99 €</sup>', 19.99],
    ['a currency that is raised as well', '<sup>$</sup>19<sup>99</sup>', 19.99],
    ['cents in more elements', '<b>$19</b> <sup><u>9</u>9</sup>', 19.99],
    ['digits one by one', '$19<sup>9</sup><sup>9</sup>', 19.99],
    ['cents that are small', '$19<small>99</small>', 19.99],
    ['thousands', '$1,299<sup>00</sup>', 1299],
    ['thousands with a blank', '1 299<sup>95</sup> €', 1299.95],
    ['a minus', '-$5<sup>25</sup>', -5.25],
    ['tax', '€ 12<sup>50</sup> incl. VAT', 12.5],
    ['other scripts', '₹१९<sup>९९</sup>', 19.99],
    ['cents behind their mark', '$19.<sup>99</sup>', 19.99],
    ['a mark that is raised', '$19<sup>.99</sup>', 19.99],
    ['a footnote behind the currency', '49,90 €<sup>1</sup>', 49.9],
    ['a footnote in brackets', '$49.90<sup>[1]</sup>', 49.9],
    ['a whole price', '$<sup>19.99</sup>', 19.99],
    ['a small price', '<i>$</i><small>19.99</small>', 19.99],
    ['a unit', '45 m<sup>2</sup>', 45],
    ['an element without digits', '1<sup></sup>299 kg', 1299],
  ])('are read where it is certain what they are: %s', async (_, markup, value) => {
    expect(await read(number, markup)).toEqual({ value, lost: undefined });
  });

  it.each([
    ['a power', '10<sup>6</sup>', '10⁶'],
    ['a power without a currency', '19<sup>99</sup>', '19⁹⁹'],
    ['a base', '101<sub>2</sub>', '101₂'],
    ['a footnote', '$49<sup>1</sup>', '$49¹'],
    ['a price of fuel', '1,58<sup>9</sup> €', '1,58⁹ €'],
    ['a footnote before it', '<sup>1</sup>499 €', '¹499 €'],
    ['a footnote before it, apart', '<sup>1</sup> 499 €', '¹ 499 €'],
    ['thousands that are raised', '5 <sup>299</sup>', '5 ²⁹⁹'],
    ['three digits', '$19<sup>990</sup>', '$19⁹⁹⁰'],
    ['cents behind cents', '$19.99<sup>00</sup>', '$19.99⁰⁰'],
    ['cents of a currency that has none', 'JPY 19<sup>99</sup>', 'JPY 19⁹⁹'],
    ['two footnotes behind a currency', '49 €<sup>12</sup>', '49 €¹²'],
    ['a power of a unit', '10<sup>6</sup> m', '10⁶ m'],
    ['an old price', '$<s>29</s>19', '$²⁹19'],
    ['an old price before a new one', '<del>29</del><ins>19</ins>', '²⁹19'],
  ])('are lost with the text where it is not: %s', async (_, markup, found) => {
    const lost = { field: 'f', step: 'type', wanted: 'number', found };
    expect(await read(number, markup)).toEqual({ value: null, lost });
  });

  it.each([
    ['1<br>999', '1 | 999'],
    ['</p><table><tr id=x><td>4<td>500</table>', '4 | 500'],
    ['</p><ul id=x><li>4<li>500</ul>', '4 | 500'],
    ['</p><div id=x><div>1</div> <div><p>299</p></div></div>', '1 | 299'],
  ])('and the numbers of two blocks are no thousands: %s', async (markup, found) => {
    const lost = { field: 'f', step: 'type', wanted: 'number', found };
    const field = { select: markup.includes('id=x') ? '#x' : 'p', type: 'number' };
    expect(await read(field, markup)).toEqual({ value: null, lost });
  });

  it('and thousands in one block are read', async () => {
    const field = { select: 'div', type: 'number' };
    expect((await read(field, '</p><div><p>Price:</p><p>1 <!-- -->299 kg</p></div>')).value).toBe(1299);
  });

  it.each([
    ['<b>4</b> <b>500</b>', '4 ¦ 500'],
    ['<b>4 </b><b>500</b> kg', '4 ¦ 500 kg'],
    ['4 <img>500', '4 ¦ 500'],
    ['4 <x-y>500</x-y> €', '4 ¦ 500 €'],
  ])(
    'and the numbers of two elements are, where the language groups with spaces: %s',
    async (markup, found) => {
      expect((await read(number, markup, 'fr')).value).toBe(4500);
      const lost = { field: 'f', step: 'type', wanted: 'number', found };
      expect(await read(number, markup)).toEqual({ value: null, lost });
    },
  );

  it.each([
    [{ select: 'p' }, '<i hidden>5</i>19', null],
    [{ select: 'p' }, '<i style="color: red; Display :none">5</i>19', null],
    [{ select: 'p' }, '1<i hidden>2</i>3', null],
    [{ xpath: 'string(//p)' }, '<i hidden>5</i>19', null],
    [{ xpath: "//p[contains(., '519')]" }, '<i style=display:none>5</i>19', null],
    [{ select: 'p' }, '<i hidden=until-found>5</i>19', 519],
    [{ select: 'p' }, '<i style="display: inline">5</i>19', 519],
    [{ select: 'p' }, '<i hidden>Price:</i>19', 19],
    [{ select: 'p' }, '<i hidden>$</i>19', 19],
    [{ select: 'i' }, '<i hidden>5</i>19', 5],
    [{ select: 'p' }, '19<i hidden>.5</i>', null],
    [{ select: 'p' }, '<i hidden>19.</i>50', null],
    [{ select: 'p' }, '$19.<i hidden>50</i>', null],
    [{ select: 'p' }, '$19. <i hidden>50</i>', null],
    [{ select: 'p' }, '$19<i hidden>. 50</i>', null],
    [{ select: 'p' }, '1<i hidden>,299</i> €', null],
    [{ select: 'p' }, '<i hidden>1</i>,299 €', null],
    [{ select: 'p' }, '<i hidden>-</i>5', null],
    [{ select: 'p' }, '19<i hidden></i>.50', 19.5],
    [{ select: 'p' }, '19<i hidden>.</i>50', 19.5],
    [{ select: 'p' }, '19<s>.5</s>', null],
    [{ select: 'p' }, '$<del>9.</del>19', null],
    [{ select: 'p' }, '19<noscript>5</noscript>', null],
    [{ select: 'p' }, '19<noscript>.5</noscript>', null],
    [{ select: 'p' }, '19<template>.5</template><script>.5</script><style>.5</style>', 19],
    [{ select: 'p' }, '19<canvas>.5</canvas>', null],
    [{ select: 'p' }, '19<iframe>.5</iframe>', null],
    [{ select: 'p' }, '<img hidden>19<wbr hidden>.5', 19.5],
    [{ select: 'div' }, '</p><div>19<div hidden>.5</div></div>', null],
    [{ select: 'div' }, '</p><div>$19.<div style="display: none"><p>50</p></div></div>', null],
    [{ select: 'div' }, '</p><div>$19.<div hidden>50</div></div>', null],
    [{ select: 'div' }, '</p><div>$19.<div>50</div></div>', 19.5],
    [{ xpath: 'string(//p)' }, '19<i hidden>.5</i>', null],
    [{ xpath: 'string(//p)' }, '19<script>5</script>', null],
    [{ xpath: 'string(//p)' }, '19<style>.5</style>', null],
    [{ xpath: 'string(//p)' }, '19<template>.5</template>', 19],
    [{ xpath: "number(//p[contains(., '.5')])" }, '19<i hidden>.5</i>', null],
    [{ microdata: 'A.p' }, '</p><i itemscope itemtype=A><b itemprop=p>19<i hidden>.5</i></b></i>', null],
    [{ microdata: 'A.p' }, '</p><i itemscope itemtype=A><b itemprop=p>19<script>5</script></b></i>', 19],
    [{ rdfa: 'A.p' }, '</p><i vocab="http://s/" typeof=A><b property=p>19<i hidden>.5</i></b></i>', null],
    [{ rdfa: 'A.p' }, '</p><i vocab="http://s/" typeof=A><b property=p>19<style>5</style></b></i>', 19],
    [{ label: 'Price' }, '</p><dl><dt>Price<dd>19<i hidden>.5</i></dl>', null],
    [{ label: 'Price' }, 'Price: 19<i hidden>.5</i>', null],
    [{ label: 'Price' }, '</p><table><tr><th>Price<td>19<i hidden>.5</i></table>', null],
    [
      { select: 'tbody tr', fields: { v: { column: 'Price', type: 'number' } } },
      `${hiddenCell}`,
      { v: null },
    ],
  ])('and digits that the page hides are none of a number: %j of %s', async (place, markup, value) => {
    const field = 'fields' in place ? place : { ...place, type: 'number' };
    expect((await read(field, markup)).value).toEqual(value);
  });

  it.each([
    ['<i hidden>4</i> 500', null],
    ['4 <i hidden>500</i>', null],
    ['4<i hidden> 500</i>', null],
    ['<s>4</s> <b>500</b>', null],
    ['<i>4</i> <b>500</b>', 4500],
    ['4<i hidden></i> 500', null],
  ])('and no white space joins them, in a language whose thousands have it: %s', async (markup, value) => {
    expect((await read(number, markup, 'fr')).value).toBe(value);
  });

  it.each([
    [{ regex: '\\d+', type: 'integer' }, '19 <i hidden>5</i>', 19],
    [{ regex: '[\\d.]+', type: 'number' }, 'Rated 4.5 <s>3.5</s>', 4.5],
    [{ type: 'date' }, '5.1.<i hidden>2024</i>', null],
    [{ type: 'date' }, '5 May 2024 <i hidden>10:30</i>', '2024-05-05T10:30:00'],
    [{ transform: ['phone'] }, '+30 210 321-456<i hidden>-7</i>', null],
  ])('and of a field with %j: %s', async (field, markup, value) => {
    expect((await read({ select: 'p', ...field }, markup)).value).toBe(value);
  });

  it.each([
    [{ type: 'quantity' }, '<b>4</b> <b>500</b> m', null],
    [{ type: 'quantity', locale: 'sv' }, '<b>4</b> <b>500</b> m', { value: 4500, unit: 'm' }],
    [{ transform: ['trim', 'number'] }, '<b>4</b> <b>500</b>', null],
    [{ regex: '\\d (\\d+)', type: 'integer' }, '<b>4</b> <b>500</b>', 500],
    [{ type: 'number' }, '<b>4</b><b>500</b>', 4500],
    [{ type: 'number' }, '<b>4</b>,<b>500</b>', 4500],
    [{}, '<b>4</b> <b>500</b>', '4 500'],
  ])('and so with %j: %s', async (field, markup, value) => {
    expect((await read({ select: 'p', ...field }, markup)).value).toEqual(value);
  });

  it.each([
    [{ select: 'p', regex: 'Rooms \\d+ (\\d+)', type: 'integer' }, 'Rooms 3<br>120 m²', 120],
    [{ select: 'p', type: 'date' }, '12 March 2024<br>10:30', '2024-03-12T10:30:00'],
    [{ select: 'div', type: 'number' }, '</p><div><p>$19</p><sup>99</sup></div>', 19.99],
  ])('and blocks are white space for %j', async (field, markup, value) => {
    expect((await read(field, markup)).value).toBe(value);
  });

  it.each([
    ['thousands by the language', '€1.299<sup>00</sup>', 'de', 1299],
    ['thousands in spite of it', '€1.299<sup>95</sup>', 'en', 1299.95],
  ])('%s', async (_, markup, language, value) => {
    expect((await read(number, markup, language)).value).toBe(value);
  });

  it.each([
    [{ type: 'integer' }, '7<sup>2</sup>', null],
    [{ type: 'integer' }, '$7<sup>00</sup>', 7],
    [{ type: 'quantity' }, '10<sup>6</sup> m', null],
    [{ type: 'date' }, '5 May 202<sup>4</sup>', null],
    [{ transform: ['number'] }, '$19<sup>99</sup>', 19.99],
    [{ transform: ['trim', 'number'] }, '10<sup>6</sup>', null],
    [{ transform: [{ date: { format: 'd.M.yyyy' } }] }, '5.1.20<sup>24</sup>', null],
    [{ transform: ['phone'] }, '+30 210 321 456<sup>7</sup>', null],
    [{ select: 'p', list: true, type: 'number' }, '10<sup>6</sup>', [null]],
    [{ select: 'p', type: 'number', locale: 'de' }, '1.299<sup>95</sup> €', 1299.95],
    [{ select: 'p', type: 'number', locale: 'en' }, '1.299<sup>95</sup> €', null],
  ])('of a field with %j: %s', async (field, markup, value) => {
    expect((await read({ select: 'p', ...field }, markup)).value).toEqual(value);
  });

  it.each([
    [{ xpath: '//p' }, '$19<sup>99</sup>', 19.99],
    [{ xpath: "//p[contains(., '19')]" }, '$19<sup>99</sup>', 19.99],
    [{ xpath: 'string(//p)' }, '$19<sup>99</sup>', 19.99],
    [{ xpath: 'normalize-space(//p)' }, ' $19<sup>99</sup>', 19.99],
    [{ xpath: "concat(//p[contains(., '1999')], '')" }, '$19<sup>99</sup>', 19.99],
    [{ xpath: "substring-after(//p, ':')" }, 'Price: $19<sup>99</sup>', 19.99],
    [{ xpath: 'string(//p)' }, '10<sup>6</sup>', null],
    [{ xpath: 'number(//p)' }, '10<sup>6</sup>', null],
    [{ xpath: 'sum(//p)' }, '10<sup>6</sup>', null],
    [{ xpath: 'string(//tr)' }, '</p><table><tr><td>4<td>500</table>', null],
    [{ xpath: 'string(//p)' }, '<b>4</b> <b>500</b>', null],
    [{ xpath: 'string(//p)' }, '<template>1</template>1 <b>€</b>', 1],
    [{ xpath: 'string(//p)', regex: '\\d+' }, '10<sup>6</sup>', null],
    [{ microdata: 'A.p' }, '</p><i itemscope itemtype=A><b itemprop=p>$19<sup>99</sup></b></i>', 19.99],
    [{ microdata: 'A.p' }, '</p><i itemscope itemtype=A><b itemprop=p>10<sup>6</sup></b></i>', null],
    [
      { microdata: 'A.p' },
      '</p><i itemscope itemtype=A><b itemprop=p content=106>10<sup>6</sup></b></i>',
      106,
    ],
    [{ rdfa: 'A.p' }, '</p><i vocab="http://s/" typeof=A><b property=p>$19<sup>99</sup></b></i>', 19.99],
    [{ rdfa: 'A.p' }, '</p><i vocab="http://s/" typeof=A><b property=p>10<sup>6</sup></b></i>', null],
    [{ xpath: '(//p/b)[last()]' }, '<b>1</b><b>$19<sup>99</sup></b>', 19.99],
    [{ label: 'Price' }, '</p><dl><dt>Price<dd>$19<sup>99</sup></dl>', 19.99],
    [{ from: ['css:h1', 'css:p'] }, '$19<sup>99</sup>', 19.99],
  ])('at the place %j', async (place, markup, value) => {
    expect((await read({ type: 'number', ...place }, markup)).value).toEqual(value);
  });

  it.each([
    [{ regex: '\\d+', type: 'number' }, '10<sup>6</sup>', null],
    [{ regex: '[\\d,]+', type: 'number' }, '$1,299<sup>95</sup>', null],
    [{ regex: '\\$.*', type: 'number' }, 'now $1,299<sup>95</sup>', 1299.95],
    [{ regex: 'Rating ([\\d.]+)', type: 'number' }, 'Rating 4.5 of 1,234<sup>1</sup>', 4.5],
    [{ transform: [{ replace: { regex: '\\D', with: '' } }, 'number'] }, '10<sup>6</sup>', null],
    [{ transform: [{ match: '\\d+' }], type: 'integer' }, '10<sup>6</sup>', null],
    [{ regex: '\\d+', type: 'quantity' }, '10<sup>6</sup>', null],
    [{ regex: '(\\d+) of', type: 'integer' }, '4 of <small>5</small>', 4],
    [{ regex: '(\\d+) reviews', type: 'integer' }, '4 <small>5 reviews</small>', 5],
  ])('are not torn off by %j: %s', async (field, markup, value) => {
    expect((await read({ select: 'p', ...field }, markup)).value).toEqual(value);
  });

  it('are named with all of their text where they are torn off', async () => {
    const lost = { field: 'f', step: 'type', wanted: 'integer', found: '10⁶' };
    expect((await read({ select: 'p', regex: '\\d+', type: 'integer' }, '10<sup>6</sup>')).lost).toEqual(
      lost,
    );
  });

  it.each([
    [{ select: 'p' }, '$19<sup>99</sup>', '$1999'],
    [{ select: 'p', type: 'string' }, '10<sup>6</sup>', '106'],
    [{ select: 'p', regex: '\\d+' }, '10<sup>6</sup>', '106'],
    [{ select: 'p', transform: ['slug'] }, '10<sup>6</sup>', '106'],
  ])('are digits of the text of a field with %j', async (field, markup, value) => {
    expect((await read(field, markup)).value).toBe(value);
  });

  it('are read in fields of text around and inside of fields of numbers', async () => {
    const fields = {
      all: { select: 'div' },
      price: { select: 'p', type: 'number' },
      raised: { select: 'sup', type: 'number' },
      item: { select: 'p', fields: { price: { type: 'number' }, text: {} } },
    };
    for (const inOnePass of [true, false]) {
      const job = parseJob({ pages: { product: { fields } } });
      const extractor = await compileExtractor(job, { baseDir: '/', inOnePass });
      const { items } = await extractor.extract(
        makePage('<div>a <p>$19<sup>99</sup><script>9<sup>9</sup></script></p> b<sup>2</sup></div>'),
      );
      expect(items[0]?.fields).toEqual({
        all: 'a $1999 b2',
        price: 19.99,
        raised: 99,
        item: { price: 19.99, text: '$1999' },
      });
    }
  });

  it('are read in fields of an object of structured data', async () => {
    const fields = { price: { path: 'offer.price', type: 'number' }, text: { path: 'offer.price' } };
    const offer = '<b itemprop=offer itemscope><i itemprop=price>$19<sup>99</sup></i></b>';
    const wanted = { value: { price: 19.99, text: '$1999' }, lost: undefined };
    expect(await read({ microdata: 'A', fields }, `</p><b itemscope itemtype=A>${offer}</b>`)).toEqual(
      wanted,
    );
  });

  it('are seen in markup that a text holds', async () => {
    const page = '<script type="application/ld+json">{"a":"&lt;b>$19&lt;sup>99&lt;/sup>&lt;/b>"}</script>';
    const field = { jsonld: 'a', transform: ['htmlToText', 'number'] };
    expect((await read(field, page.replaceAll('&lt;', '\\u003c'))).value).toBe(19.99);
  });

  it('cost no more than the length of the page', async () => {
    const many = '1<sup>2</sup><sup></sup> '.repeat(20_000);
    const { value } = await read({ select: 'p', regex: '^1', type: 'integer' }, many);
    expect(value).toBeNull();
  });
});

describe('parseNumber', () => {
  it.each([
    ['$19⁹⁹', 19.99],
    ['19⁹⁹ €', 19.99],
    ['19⁹⁹', undefined],
    ['$19⁹', undefined],
    ['$19⁹⁹9', undefined],
    ['€19⁹⁹ 5', undefined],
    ['5 KWD 12⁹⁹', undefined],
    ['KD 12⁹⁹', undefined],
  ])('reads raised digits of %s', (text, number) => {
    expect(parseNumber(text)).toBe(number);
  });
});
