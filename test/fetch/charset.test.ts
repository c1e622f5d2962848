import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText as decode, decodeJson, openDecoder } from '../../shared/fetch/charset/charset.ts';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const privet = [0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]; // Привет in windows-1251
const nihon = [0x93, 0xfa, 0x96, 0x7b]; // 日本 in Shift_JIS

/** With the text of both forms, which must be one. */
function decodeText(body: Uint8Array, contentType: string): { text: string; charset: string } {
  const { text, utf8, charset } = decode(body, contentType);
  expect(Buffer.from(utf8).toString('utf8')).toBe(text);
  return { text, charset };
}

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
    [
      'http-equiv in any order and spacing',
      `<meta/CONTENT = 'x; CharSet = "windows-1251"; y'\n HTTP-EQUIV=content-type>`,
      'windows-1251',
    ],
    ['meta behind the first 1,024 bytes', `${' '.repeat(2_000)}<meta charset=windows-1251>`, 'windows-1251'],
    [
      'meta whose tag is longer than the first 1,024 bytes',
      `<meta charset=koi8-${' '.repeat(1_024)}><meta charset=cp1251>`,
      'windows-1251',
    ],
    [
      'meta behind one that is cut by the first 1,024 bytes',
      `${' '.repeat(1_004)}<meta charset=koi8-rx><meta charset=cp1251>`,
      'windows-1251',
    ],
    ['meta in the body', '<body><p>a<b>c<meta charset=windows-1251>', 'windows-1251'],
    [
      'meta behind a script that writes another',
      `<script>d.write('<meta charset=koi8-r>')</script><meta charset=cp1251>`,
      'windows-1251',
    ],
    [
      'meta before an XML declaration of another',
      '<?xml version="1.0" encoding="koi8-r"?><meta charset=cp1251>',
      'windows-1251',
    ],
    ['meta behind one of an unknown encoding', '<meta charset=klingon><meta charset=cp1251>', 'windows-1251'],
    ['meta behind an empty comment', '<!--><meta charset=cp1251>-->', 'windows-1251'],
    [
      'meta in a script, as the prescan does, when there is no other',
      `<script>d.write('<meta charset=cp1251>')</script>`,
      'windows-1251',
    ],
    ['an XML declaration', '<?xml version="1.0" encoding="windows-1251"?><a>', 'windows-1251'],
  ])('finds %s', (_, markup, charset) => {
    const { text, ...rest } = decodeText(bytes(markup, privet), 'text/html');
    expect(text).toBe(`${markup}Привет`);
    expect(rest).toEqual({ charset });
  });

  it.each([
    ['in a description', '<meta name=description content="how to set charset=koi8-r">'],
    ['in the value of an attribute', `<a title='<meta charset=koi8-r>'>`],
    [
      'behind a name of a pragma with white space in it',
      '<meta http-equiv="content-type " content="text/html; charset=koi8-r">',
    ],
    ['without the pragma', '<meta content="text/html; charset=koi8-r">'],
    ['behind a better one', '<meta charset=utf-8><meta charset=koi8-r>'],
    ['of XML that is not at the start', ' <?xml version="1.0" encoding="koi8-r"?>'],
    [
      'behind the first 1,024 bytes, in a script',
      `${' '.repeat(1_024)}<script>"<meta charset=koi8-r>"</script>`,
    ],
    ['in a comment', '<!-- <meta charset=koi8-r> -->'],
    ['in a comment of any length', `<!-- <meta charset=koi8-r> ${' '.repeat(1_024)} -->`],
    ['in a value in quotes, of any length', `<a title="><meta charset=koi8-r>${' '.repeat(1_024)}">`],
    ['in a value in other quotes', `<a id="a" title='><meta charset=koi8-r>${' '.repeat(1_024)}'>`],
    ['of UTF-16, which it could not be read in', '<meta charset=utf-16>'],
    ['nobody knows', '<meta charset=klingon>'],
    ['of a tag that the page ends in', '<meta charset=koi8-r'],
    ['behind quotes that never end', '<a title="><meta charset=koi8-r>'],
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

  it('takes a page for UTF-8 that is it but for a slip, where nothing says what it is', () => {
    const body = bytes('<p>Grüße', [0xc3], '日本');
    expect(decodeText(body, 'text/html')).toEqual({ text: '<p>Grüße\uFFFD日本', charset: 'utf-8' });
  });

  it('prefers the header to a leftover declaration, whatever slips there are', () => {
    const body = bytes('<meta charset=iso-8859-1><p>Grüße', [0xc3], '<p>日本');
    expect(decodeText(body, 'text/html; charset=utf-8')).toEqual({
      text: '<meta charset=iso-8859-1><p>Grüße\uFFFD<p>日本',
      charset: 'utf-8',
    });
  });

  it('looks for a declaration in markup alone', () => {
    const body = bytes('write <meta charset=koi8-r> first: ü');
    expect(decodeText(body, 'text/plain').charset).toBe('utf-8');
    expect(decodeText(body, 'text/csv').charset).toBe('utf-8');
  });

  it('takes the last type of a header that was sent twice', () => {
    expect(decodeText(bytes(privet), 'text/html; charset=koi8-r, text/html; charset=cp1251').text).toBe(
      'Привет',
    );
    expect(decodeText(bytes(privet), 'text/html; charset=cp1251, text/html').text).toBe('Привет');
  });

  it.each([
    ['euc-kr', [0x81, 0x41], '갂'],
    ['euc-kr', [0xc6, 0x52], '힣'],
    ['ks_c_5601-1987', [0x94, 0xee], '뷁'],
    ['big5', [0x87, 0x40], '䏰'],
    ['big5', [0x88, 0x62], 'Ê̄'],
    ['big5', [0xc6, 0xe7], 'ぁ'],
    ['big5-hkscs', [0x8b, 0xfa], '𠂇'],
    ['gbk', [0xa2, 0xe3], '€'],
    ['gb2312', [0x80], '€'],
    ['gb18030', [0x81, 0x30, 0x81, 0x30], '\u0080'],
    ['gb18030', [0x90, 0x30, 0x81, 0x30], '𐀀'],
    ['shift_jis', [0x87, 0x40], '①'],
    ['shift_jis', [0xfb, 0xfc], '髙'],
    ['euc-jp', [0x8f, 0xb0, 0xa1], '丂'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42], '日'],
    ['iso-8859-1', [0x80, 0x9f], '€Ÿ'],
    ['ascii', [0x99], '™'],
    ['latin1', [0x81], '\u0081'],
    ['iso-8859-9', [0xfd], 'ı'],
    ['tis-620', [0xa1], 'ก'],
    ['iso-8859-16', [0xa4], '€'],
    ['koi8-u', [0xae], 'ў'],
    ['koi8-ru', [0xbe], 'Ў'],
    ['windows-1255', [0xca], '\u05ba'],
    ['x-user-defined', [0x41, 0x80], 'A\uF780'],
    ['iso-2022-kr', [0x41], '\uFFFD'],
  ])('reads %s %j as the Encoding Standard does', (label, body, text) => {
    expect(decodeText(bytes(body), `text/html; charset=${label}`).text).toBe(text);
  });

  it.each([
    ['UTF-8, whatever the header says', Buffer.from('"é"'), 'iso-8859-1', '"é"'],
    ['the header where it is not UTF-8', latin1('"é"'), 'iso-8859-1', '"é"'],
    ['a mark of UTF-16', bytes([0xff, 0xfe, 0x31, 0]), 'utf-8', '1'],
    ['a mark of UTF-8, which is no text', bytes([0xef, 0xbb, 0xbf], '1'), 'utf-8', '1'],
    ['UTF-8 with a slip', latin1('"\xe9"'), 'utf-8', '"\uFFFD"'],
  ])('reads JSON by %s', (_, body, charset, text) => {
    expect(decodeJson(body, `application/json; charset=${charset}`).text).toBe(text);
  });

  it('reads text that arrives in parts', () => {
    const decoder = openDecoder('EUC-KR');
    const options = { stream: true };
    expect(decoder.decode(bytes([0x81]), options) + decoder.decode(bytes([0x41]), options)).toBe('갂');
    expect(openDecoder('nonsense').decode(bytes('ü'))).toBe('ü');
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
