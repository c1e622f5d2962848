import { parse, parseFragment, serialize } from 'parse5';
import { describe, expect, it } from 'vitest';
import { fieldsWith } from '../compile-job.ts';

describe('take: html', () => {
  it.each([
    ['elements of SVG', '<svg viewBox="0 0 1 1"><path d="M0"/><linearGradient id=a /></svg>'],
    ['links of SVG', '<svg><use xlink:href="#a"/></svg>'],
    ['MathML', '<math definitionURL=x><mi>x</mi><mspace/></math>'],
    ['marks in attributes', `<a title='a<b> & "c" \u00a0 &lt;'>x</a>`],
    ['no-break spaces', 'a&nbsp;b &amp;nbsp; &lt;i&gt; "q"'],
    ['void elements', '<br><img src=a><input disabled><wbr/><hr/>'],
    ['an empty element', '<i></i><div/>x'],
    ['the line feed of pre', '<pre>\n\na\n</pre><textarea>\n\nb</textarea>'],
    ['a template', '<template><p>a<b>b</template>'],
    ['text of scripts and styles', '<script>if (a < b && c > d) x("&amp;")</script><style>a > b {}</style>'],
    ['other raw text', '<iframe>a<b></iframe><xmp>a & <b></xmp><noembed><i></noembed>'],
    ['comments', '<!-- a & <b> -->x<!---->'],
    ['empty attributes', '<input value="" checked>'],
    ['space at its ends', ' a <b> b </b> '],
    ['letters beyond ASCII', 'ü €😀 &euro;'],
    ['elements without end tags', '<ul><li>a<li>b</ul><p>c<p>d'],
  ])('is the inner markup as the standard writes it: %s', async (_, markup) => {
    const document = parse(`<div id=x>${markup}</div>`, { scriptingEnabled: false });
    const html = serialize(document, { scriptingEnabled: false });
    const expected = /<div id="x">(.*)<\/div><\/body>/s.exec(html)?.[1];
    expect(await fieldsWith({ f: { select: '#x', take: 'html' } }, `<div id=x>${markup}</div>`)).toEqual({
      f: expected,
    });
    // What is written is read as the same again.
    if (!markup.includes('\n')) expect(serialize(parseFragment(expected ?? ''))).toBe(expected);
  });

  it.each([
    ['<svg viewBox="0 0 1 1"><path d="M0"/></svg>', '<svg viewBox="0 0 1 1"><path d="M0"></path></svg>'],
    ['<a title="<&quot;>">&nbsp;</a>', '<a title="&lt;&quot;&gt;">&nbsp;</a>'],
  ])('of %j is %j', async (markup, expected) => {
    expect(await fieldsWith({ f: { select: 'div', take: 'html' } }, `<div>${markup}</div>`)).toEqual({
      f: expected,
    });
  });

  it('of white space alone is nothing', async () => {
    expect(await fieldsWith({ f: { select: 'div', take: 'html' } }, '<div> \n</div>')).toEqual({ f: null });
  });

  it('of XML is XML', async () => {
    const body = '<rss><item><link>https://a.example/?a&amp;b</link><br></br><x y="1"/></item></rss>';
    const field = { select: 'item', take: 'html' };
    expect(await fieldsWith({ f: field }, body, { contentType: 'application/rss+xml' })).toEqual({
      f: '<link>https://a.example/?a&amp;b</link><br/><x y="1"/>',
    });
  });
});
