import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeQuery } from '../../../shared/extract/links/encode-query.ts';

const asked = (reference: string, charset: string) =>
  new URL(encodeQuery(reference, charset), 'http://a.test/d/').href.replace('http://a.test', '');

describe('encodeQuery', () => {
  it.each([
    ['gbk', '/s?q=中文', '/s?q=%D6%D0%CE%C4'],
    ['gbk', '/中?q=中#中', '/%E4%B8%AD?q=%D6%D0#%E4%B8%AD'],
    ['gbk', '?q=€', '/d/?q=%80'],
    ['gb18030', '?q=€', '/d/?q=%A2%E3'],
    ['big5', '?q=中文', '/d/?q=%A4%A4%A4%E5'],
    ['euc-kr', '?q=뷁', '/d/?q=%94%EE'],
    ['shift_jis', '?q=表', '/d/?q=%95\\'],
    ['euc-jp', '?q=日本', '/d/?q=%C6%FC%CB%DC'],
    ['iso-2022-jp', '?q=日', '/d/?q=%1B$BF|%1B(B'],
    ['iso-2022-jp', '?q=\u000eb', '/d/?q=%26%2365533%3Bb'],
    ['iso-2022-jp', '?q=\u000fb', '/d/?q=%26%2365533%3Bb'],
    ['iso-2022-jp', '?q=\u001bb', '/d/?q=%26%2365533%3Bb'],
    ['windows-1251', '?q=Привет&x=%D0', '/d/?q=%CF%F0%E8%E2%E5%F2&x=%D0'],
    ['windows-1252', '?q=é€', '/d/?q=%E9%80'],
    ['windows-1252', '?q=中 "x"', '/d/?q=%26%2320013%3B%20%22x%22'],
    ['windows-1252', "?q='é'\t\n", '/d/?q=%27%E9%27'],
    ['koi8-r', '?а?б=в', '/d/?%C1?%C2=%D7'],
    ['utf-8', '?q=中', '/d/?q=%E4%B8%AD'],
    ['utf-16le', '?q=中', '/d/?q=%E4%B8%AD'],
    ['gbk', '/path/中', '/path/%E4%B8%AD'],
    ['gbk', '#?中', '/d/#?%E4%B8%AD'],
  ])('sends on a page in %s %j as %s', (charset, reference, expected) => {
    expect(asked(reference, charset)).toBe(expected);
  });

  it('leaves whatever is ASCII to the URL parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (reference) => {
        expect(encodeQuery(reference, 'gbk')).toBe(reference);
      }),
    );
  });
});
