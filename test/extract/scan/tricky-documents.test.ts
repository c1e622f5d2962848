import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith } from '../compile-job.ts';

// `fieldsWith` reads in one pass and by the tree, and fails where they differ.
const textsOf = async (select: string, body: string) =>
  (await fieldsWith({ found: { select, list: true } }, body))['found'];

describe('tricky documents', () => {
  it.each([
    ['an unclosed paragraph', 'p', '<p>a<p>b<div>c</div>', ['a', 'b']],
    ['a paragraph ended by a heading', 'p', '<p>a<h2>b</h2>c', ['a']],
    ['list items in a nested list', 'ul > li', '<ul><li>a<ul><li>b</ul><li>c</ul>', ['a b', 'b', 'c']],
    ['table cells', 'tr > td', '<table><tr><td>a<td>b<tr><td>c</table>', ['a', 'b', 'c']],
    ['table sections', 'tbody td', '<table><thead><tr><td>a<tbody><tr><td>b</table>', ['b']],
    ['definitions', 'dl > dd', '<dl><dt>a<dd>b<dt>c<dd>d</dl>', ['b', 'd']],
    ['options', 'select > option', '<select><option>a<option>b</select>', ['a', 'b']],
    ['void elements', 'p > b', '<p><br><img><input><b>a</b></p>', ['a']],
    ['self-closing signs, which mean nothing', 'b > i', '<b/><i>a</i></b>', ['a']],
    ['self-closing signs inside SVG, which do', 'svg + p', '<svg><path/></svg><p>a</p>', ['a']],
    ['an end tag without a paragraph', 'div > p + b', '<div></p><b>a</b></div>', ['a']],
    ['an end tag without a line break', 'br + b', '</br><b>a</b>', ['a']],
    ['a stray end tag', 'div > b', '<div></i></div2><b>a</b></div>', ['a']],
    ['upper case', 'div.A', '<DIV CLASS=A>a</Div>', ['a']],
    ['attributes without spaces', 'a[href="x"].b', '<a href="x"class="b">a</a>', ['a']],
    ['the first of equal attributes', '.a', '<b class=a class=b>a</b><b class=b class=a>b</b>', ['a']],
    ['signs in quotes', 'a + b', '<a title="a > b">x</a><b>a</b>', ['a']],
    ['signs without a tag', 'p', '<p>1 < 2 && 3 <4 <', ['1 < 2 && 3 <4 <']],
    ['tags in a script', 'b', '<script>"<b>x</b>"; a </ b</script><b>a</b>', ['a']],
    ['a script in a script', 'b', '<script><script></script><b>a</b>', ['a']],
    ['tags in a title', 'title', '<title>a <b>b</b></title>', ['a <b>b</b>']],
    ['tags in a comment', 'b', '<!-- <b>x</b> --!><!--> <b>a</b><!-- -- > --><b>b</b>', ['a', 'b']],
    ['comments that are none', 'b', '<!x <b>a</b><?php <b>?><b>b</b></ <b>c</b>', ['b']],
    ['a conditional comment', 'b', '<!--[if IE]><b>x</b><![endif]--><![if !IE]><b>a</b><![endif]>', ['a']],
    ['a form in a form', 'form form, form > p', '<form><form><p>a</form>', ['a']],
    ['what follows a form that was ended early', 'body > p', '<form><div></form></div><p>a</p>', ['a']],
    ['a link in a link', 'a', '<a>a<a>b</a>', ['a', 'b']],
    [
      'references without a semicolon',
      'p',
      '<p>&ampa &notit; &copy &#65 &unknown;',
      ['&a ¬it; © A &unknown;'],
    ],
    ['references in attributes', '[title="&copya=1&amp"]', '<p title="&copya=1&amp;amp">', [null]],
    ['templates, whose inside is apart', 'p', '<template><p>x</p></template><p>a</p>', ['a']],
    ['templates, which XPath does not enter', 'xpath://*//p', '<template><p>x</p></template><p>a</p>', ['a']],
    ['HTML inside SVG', 'svg p + p', '<svg><foreignObject><p>a<p>b</foreignObject></svg>', ['b']],
    ['items with open paragraphs', 'ul > li', '<ul><li><p>A<li><p>B<li>C</ul>', ['A', 'B', 'C']],
    [
      'terms with open paragraphs',
      'dl > *',
      '<dl><dt>x<dd><p>one<dt>y<dd><p>two</dl>',
      ['x', 'one', 'y', 'two'],
    ],
    ['rows of a browser', 'table > tbody > tr', '<table><tr><td>a<td>b<tr><th>c</table>', ['a b', 'c']],
    ['CDATA, which is a comment in HTML', 'p', '<p><![CDATA[<b>x]]>a</p>', ['x]]>a']],
    ['CDATA in SVG', 'svg text', '<svg><text><![CDATA[<b>x]]></text></svg>', ['<b>x']],
    ['names of SVG in any case', 'linearGradient, lineargradient', '<svg><linearGradient>a</svg>', ['a']],
    ['attributes of SVG in any case', '[viewBox="0 0"]', '<svg viewbox="0 0">a</svg>', ['a']],
    [
      'a picture without scripts in the head',
      'body > img + p',
      '<head><noscript><img></noscript><p>a',
      ['a'],
    ],
    ['line breaks of pre', 'pre', '<pre>\r\na\rb\r\nc</pre>', ['a\nb\nc']],
    ['image, which is img', 'img + b', '<image src=x><b>a</b>', ['a']],
  ])('are read: %s', async (_what, select, body, texts) => {
    expect(await textsOf(select, body)).toEqual(texts);
  });
});

describe('what a page says of itself', () => {
  const read = (body: string) => extractWith({ follow: ['a'] }, body, {}, { urls: { canonical: 'follow' } });

  it.each([
    ['a base in SVG', '<svg><base href="/other/"></svg>'],
    ['a base in a template', '<template><base href="/other/"></template>'],
  ])('is not said by %s', async (_what, body) => {
    const { links } = await read(`${body}<a href=x>`);
    expect(links).toMatchObject([{ url: 'https://shop.example/dir/x' }]);
  });

  it.each([
    ['in the head', '<head><link rel=canonical href=/c>', true],
    ['in the body', '<body><p><link rel=canonical href=/c>', false],
    [
      'after a picture in noscript',
      '<head><noscript><img></noscript><title>a</title><link rel=canonical href=/c>',
      true,
    ],
    ['after text that followed it', '<head><noscript><img></noscript>a<link rel=canonical href=/c>', false],
    ['in a template', '<template><link rel=canonical href=/c></template>', false],
    ['in SVG', '<svg><link rel=canonical href=/c></svg>', false],
  ])('counts a canonical link %s: %#', async (_where, body, counts) => {
    const { canonical } = await read(`<!doctype html>${body}`);
    expect(canonical).toBe(counts ? 'https://shop.example/c' : undefined);
  });
});
