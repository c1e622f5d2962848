import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../shared/fetch/charset.ts';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const privet = [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]; // Привет in windows-1251
const nihon = [0x93, 0xfa, 0x96, 0x7b]; // 日本 in Shift_JIS

/** Much faster to make than fast-check's own. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10_ffff }))
  .map((points) => String.fromCodePoint(...points).toWellFormed());

describe('decodeText', () => {
  it.each([
    [
      'a mark of UTF-8, whatever the header says',
      bytes([0xef, 0xbb, 0xbf], 'ü'),
      'text/html; charset=koi8-r',
      'ü',
      'utf-8',
    ],
    ['a mark of UTF-16LE', bytes([0xff, 0xfe, 0xfc, 0]), '', 'ü', 'utf-16le'],
    ['a mark of UTF-16BE', bytes([0xfe, 0xff, 0, 0xfc]), '', 'ü', 'utf-16be'],
    ['the header', bytes(privet), 'text/html; charset=windows-1251', 'Привет', 'windows-1251'],
    [
      'the header in quotes and capitals',
      bytes(privet),
      'text/html;Charset="WINDOWS-1251"',
      'Привет',
      'windows-1251',
    ],
    ['the header, UTF-16 included', bytes([0xfc, 0]), 'text/plain; charset=utf-16le', 'ü', 'utf-16le'],
    ['an alias of the Encoding Standard', bytes(nihon), 'text/html; charset=x-sjis', '日本', 'shift_jis'],
    ['nothing, if it is UTF-8', bytes('日本'), 'text/html', '日本', 'utf-8'],
    ['nothing, if it is not', latin1('caf\xe9 \x80'), 'text/html', 'café €', 'windows-1252'],
    ['ISO-8859-1 as the web means it', latin1('\x93'), 'text/html; charset=iso-8859-1', '“', 'windows-1252'],
    ['an unknown label, which is ignored', bytes('ü'), 'text/html; charset=nonsense', 'ü', 'utf-8'],
    ['the label "replacement", which is ignored', bytes('ü'), 'text/html; charset=hz-gb-2312', 'ü', 'utf-8'],
    ['an empty body', bytes(), 'text/html', '', 'utf-8'],
  ])('goes by %s', (_, body, contentType, text, charset) => {
    expect(decodeText(body, contentType)).toEqual({ text, charset });
  });

  it.each([
    ['meta charset', '<!doctype html><meta charset=windows-1251>', 'windows-1251'],
    ['meta charset in quotes', `<meta name="x" charset='windows-1251'/>`, 'windows-1251'],
    [
      'http-equiv',
      '<META http-equiv="Content-Type" content="text/html; charset=windows-1251">',
      'windows-1251',
    ],
    ['an XML declaration', '<?xml version="1.0" encoding="windows-1251"?><a>', 'windows-1251'],
  ])('finds %s', (_, markup, charset) => {
    const { text, ...rest } = decodeText(bytes(markup, privet), 'text/html');
    expect(text).toBe(`${markup}Привет`);
    expect(rest).toEqual({ charset });
  });

  it.each([
    ['behind the first 1,024 bytes', `${' '.repeat(1_024)}<meta charset=koi8-r>`],
    ['in a comment', '<!-- <meta charset=koi8-r> -->'],
    ['of UTF-16, which it could not be read in', '<meta charset=utf-16>'],
    ['nobody knows', '<meta charset=klingon>'],
  ])('ignores a declaration %s', (_, markup) => {
    // Of both lengths, because UTF-16 takes only even ones.
    for (const text of ['ü', 'ü!']) {
      expect(decodeText(bytes(markup, text), '')).toEqual({ text: markup + text, charset: 'utf-8' });
    }
  });

  it('prefers the header to the page', () => {
    const body = bytes('<meta charset=koi8-r>', privet);
    expect(decodeText(body, 'text/html; charset=windows-1251').charset).toBe('windows-1251');
  });

  it('prefers what decodes to what the header says', () => {
    const body = bytes('<meta charset=windows-1251>', privet);
    expect(decodeText(body, 'text/html; charset=utf-8').charset).toBe('windows-1251');
  });

  it('sees through a header that the server sends for everything', () => {
    const body = bytes('<meta charset=utf-8>ü');
    expect(decodeText(body, 'text/html; charset=iso-8859-1').charset).toBe('utf-8');
  });

  it('keeps a page that is UTF-8 but for a slip', () => {
    const body = bytes('<p>日本', [0xff], '語');
    expect(decodeText(body, 'text/html; charset=utf-8')).toEqual({
      text: '<p>日本\uFFFD語',
      charset: 'utf-8',
    });
  });

  it('gives back any text in UTF-8', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const body = Buffer.from(text);
        fc.pre(!/^[\uFEFF\uFFFE]/.test(text) && !text.includes('<'));
        expect(decodeText(body, 'text/plain; charset=utf-8').text).toBe(text);
      }),
    );
  });

  it('never throws', () => {
    const label = fc.oneof(
      fc.string(),
      fc.constantFrom('utf-8', 'utf-16', 'gbk', 'iso-2022-jp', 'x-user-defined'),
    );
    fc.assert(
      fc.property(fc.uint8Array(), label, (body, charset) => {
        expect(decodeText(body, `text/html; charset=${charset}`).text).toBeTypeOf('string');
      }),
    );
  });
});
