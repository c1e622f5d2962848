import { describe, expect, it } from 'vitest';
import { compileJob, fieldsWith, makePage } from '../compile-job.ts';

const number = { select: 'p', type: 'number' };
const date = { select: 'i', type: 'date' };
const body = '<p>1.299</p><i>03/04/2025</i>';

describe('what the text of a page leaves open', () => {
  it.each([
    ['nothing', body, null, null],
    ['lang of the page', `<html lang=de>${body}`, 1299, '2025-04-03'],
    [
      'lang between other attributes',
      `<!doctype html><html class="a" lang='de-AT' dir>${body}`,
      1299,
      '2025-04-03',
    ],
    ['another language', `<html lang="en-US">${body}`, 1.299, '2025-03-04'],
    ['English of any country', `<html lang="en">${body}`, 1.299, null],
    ['lang with an underscore', `<html lang="de_DE">${body}`, 1299, '2025-04-03'],
    ['lang of an element around it', `<html lang=en-US><div lang=de>${body}</div>`, 1299, '2025-04-03'],
    [
      'lang of the element itself',
      '<html lang=en-US><p lang=de>1.299</p><i>03/04/2025</i>',
      1299,
      '2025-03-04',
    ],
    ['an element that says it is of none', `<html lang=de><div lang="">${body}</div>`, null, null],
    ['lang without a value', `<html lang=de><div lang>${body}</div>`, null, null],
    ['lang in another attribute', `<html data-x=" lang='de' ">${body}`, null, null],
    ['lang in the text', `<p>1.299</p><i>03/04/2025</i> &lt;html lang=de>`, null, null],
    ['lang of a link alone', `<link hreflang=de rel=alternate>${body}`, null, null],
    ['lang of another element', `<b lang=de></b>${body}`, null, null],
    ['a language that is none', `<html lang="english">${body}`, null, null],
    ['a language that is not known', `<html lang="tlh">${body}`, null, null],
    ['a tag that is none', `<html lang="*">${body}`, null, null],
    ['an entity', `<html lang="d&#101;">${body}`, 1299, '2025-04-03'],
    ['a comment before it', `<!-- x --><html lang=de>${body}`, 1299, '2025-04-03'],
    ['a meta', `<meta http-equiv=Content-Language content=de>${body}`, 1299, '2025-04-03'],
    ['a meta of several', `<meta http-equiv=content-language content="de, en">${body}`, null, null],
  ])('is decided by %s', async (_, text, expectedNumber, expectedDate) => {
    const fields = await fieldsWith({ number, date }, text);
    expect(fields).toEqual({ number: expectedNumber, date: expectedDate });
  });

  it('is decided by the locale of the field, whatever the page says', async () => {
    const fields = { number: { ...number, locale: 'en-US' }, date: { ...date, locale: 'en-US' } };
    expect(await fieldsWith(fields, `<html lang=de>${body}`)).toEqual({ number: 1.299, date: '2025-03-04' });
  });

  it('is reported as lost, with the value', async () => {
    for (const inOnePass of [true, false]) {
      const extractor = await compileJob(
        { pages: { product: { fields: { number, date } } } },
        { baseDir: '/', inOnePass },
      );
      const { items } = await extractor.extract(makePage(body));
      expect(items[0]?.lost).toEqual([
        { field: 'number', step: 'type', found: '1.299', wanted: 'number' },
        { field: 'date', step: 'type', found: '03/04/2025', wanted: 'date' },
      ]);
    }
  });

  it.each([
    [
      'of what machines write',
      { select: 'b', attr: 'data-price', type: 'number' },
      '<b data-price=1.299>',
      null,
    ],
    ['of what people read', { select: 'b', attr: 'title', type: 'number' }, '<b title=1.299>', 1299],
    [
      'of a list',
      { select: 'b', list: true, type: 'number' },
      '<b>1.299</b><b lang=en>1.299</b>',
      [1299, 1.299],
    ],
    ['of JSON', { select: 'script', path: 'a', type: 'number' }, '<script>{"a":"1.299"}</script>', 1.299],
    [
      'of JSON with a comma',
      { select: 'script', path: 'a', type: 'number' },
      '<script>{"a":"1,299"}</script>',
      null,
    ],
    [
      'of the date in JSON',
      { select: 'script', path: 'a', type: 'date' },
      '<script>{"a":"03/04/2025"}</script>',
      null,
    ],
  ])('is decided on a German page %s', async (_, field, text, value) => {
    expect(await fieldsWith({ field }, `<html lang=de>${text}`)).toEqual({ field: value });
  });

  it('is decided in nested fields', async () => {
    const offers = { select: 'div', list: true, fields: { price: { select: 'p', type: 'number' } } };
    const text = '<html lang=de><div><p>1.299</div><div lang=en><p>1.299</div>';
    expect(await fieldsWith({ offers }, text)).toEqual({ offers: [{ price: 1299 }, { price: 1.299 }] });
  });

  it('is decided in feeds by xml:lang', async () => {
    const facts = { contentType: 'application/xml' };
    const text = '<r xml:lang="de"><p>1.299</p></r>';
    expect(await fieldsWith({ number }, text, facts)).toEqual({ number: 1299 });
  });
});

describe('a required field', () => {
  it.each([
    ['an empty attribute', { select: 'b', attr: 'title' }, '<b title="">x</b>'],
    ['a blank value of JSON', { select: 'script', path: 'a' }, '<script>{"a":" "}</script>'],
    ['an empty first of a list', { select: 'b', attr: 'title', list: true }, '<b title="">x</b>'],
  ])('is missing where it is %s', async (_, field, text) => {
    for (const inOnePass of [true, false]) {
      const fields = { f: { ...field, required: true } };
      const extractor = await compileJob({ pages: { product: { fields } } }, { baseDir: '/', inOnePass });
      const { items } = await extractor.extract(makePage(text));
      expect(items[0]?.missing).toEqual(['f']);
      expect(items[0]?.lost).toMatchObject([{ found: '' }]);
    }
  });

  it('gets its default instead of an empty attribute', async () => {
    const f = { select: 'b', attr: 'title', required: true, default: 'x' };
    expect(await fieldsWith({ f }, '<b title="">')).toEqual({ f: 'x' });
  });
});
