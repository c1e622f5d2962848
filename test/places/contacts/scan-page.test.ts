import { describe, expect, it } from 'vitest';
import { scanPage } from '../../../shared/places/contacts/scan-page.ts';

describe('scanPage', () => {
  it('gives links with what they are called', () => {
    const html =
      '<a href="/a" title="T" aria-label="L">one\n\t <b>two</b></a><a href=/b>three<a href=/c><map><area href=/d title=D></map><a>none</a>';
    expect(scanPage(html).links).toEqual([
      { href: '/a', label: 'T L one two' },
      { href: '/b', label: '  three' },
      { href: '/c', label: '  ' },
      { href: '/d', label: 'D  ' },
    ]);
  });

  it('sets blocks apart, and folds white space', () => {
    const { text } = scanPage('<h1>a&nbsp; b</h1>\n<p>c<br>d<em>e</em> &lt;f&gt;</p>');
    expect(text).toBe('\na b\n \nc\nde <f>\n');
  });

  it('keeps statements and JSON-LD, each with its own text', () => {
    const parts = scanPage(
      '<base href=/x/><base href=/y/><meta property=" OG:Url" content=u><link rel=me href=m><meta charset=utf-8>' +
        '<script type="application/ld+json; charset=utf-8">{"a":"<p>"}</script><script>no</script>',
    );
    expect(parts.base).toBe('/x/');
    expect(parts.statements).toEqual([
      { name: 'og:url', value: 'u' },
      { name: 'me', value: 'm' },
    ]);
    expect(parts.jsonLd).toEqual(['{"a":"<p>"}']);
    expect(parts.text.trim()).toBe('');
  });

  it('gives 2,000 links at most', () => {
    expect(scanPage('<a href=/x>x</a>'.repeat(3_000)).links).toHaveLength(2_000);
  });

  it('resolves nothing by a base that is very long', () => {
    expect(scanPage(`<base href="/${'x'.repeat(299)}">`).base).toHaveLength(300);
    expect(scanPage(`<base href="/${'x'.repeat(300)}">`).base).toBeUndefined();
  });
});
