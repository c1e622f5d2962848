import { describe, expect, it } from 'vitest';
import { xmlText } from '../../shared/text/xml-text.ts';

describe('xmlText', () => {
  it.each([
    ['plain ünïcode 漢字 🦷', 'plain ünïcode 漢字 🦷'],
    ['<a href="x">&amp;</a>', '&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;'],
    ['a\u0000b\u0008c\u001bd\ufffe', 'abcd'],
    ['tab\tand\nlines\r\nof\rall kinds', 'tab\tand\nlines\nof\nall kinds'],
    ['half \ud83e', 'half \ufffd'],
  ])('writes %j', (text, xml) => {
    expect(xmlText(text)).toBe(xml);
  });
});
