import { describe, expect, it } from 'vitest';
import { markdownOf } from '../../../shared/extract/markdown/to-markdown.ts';
import { parseDocument } from '../../../shared/extract/tree/document.ts';

const base = { url: 'https://docs.example/a/page.html', charset: 'utf-8' };

function convert(markup: string): string | undefined {
  return markdownOf(parseDocument(markup, false), base);
}

const lines = (...text: string[]) => text.join('\n');

describe('markdownOf', () => {
  it.each([
    ['headings', '<h1>A <em>b</em></h1><h3>C #</h3>', '# A *b*\n\n### C \\#'],
    ['links, absolute', '<a href="../b?x=1#y">to <b>b</b></a>', '[to **b**](https://docs.example/b?x=1#y)'],
    [
      'a title that says more than its link',
      '<a href="/b" title="More">b</a> <a href="/c" title="c">c</a>',
      '[b](https://docs.example/b "More") [c](https://docs.example/c)',
    ],
    ['no scripts as links', '<a href="javascript:x()">a</a> <a href="data:,x">b</a>', 'a b'],
    [
      'pictures',
      '<img src="/p (1).png" alt="A [b]">',
      '![A \\[b\\]](https://docs.example/p%20\\(1\\).png)'.replace('\\(', '(').replace('\\)', ')'),
    ],
    [
      'no pictures that are held in the page, but their text',
      '<img src="data:image/png;base64,AA" alt="Logo">',
      'Logo',
    ],
    [
      'lists in lists',
      '<ul><li>a<ol start="3"><li>b</ol><li>c<ul><li>d</ul></ul>',
      lines('- a', '', '  3. b', '', '- c', '', '  - d'),
    ],
    [
      'lists without blank lines where they need none',
      '<ul><li><p>a</p><li>b<ul><li>c</ul></ul>',
      lines('- a', '- b', '  - c'),
    ],
    ['two lists in a row as two', '<ul><li>a</ul><ul><li>b</ul>', lines('- a', '', '* b')],
    [
      'boxes of tasks',
      '<ul><li><input type="checkbox" checked> a<li><input type="checkbox"> b</ul>',
      lines('- [x] a', '- [ ] b'),
    ],
    [
      'terms and descriptions',
      '<dl><dt>a<dt>b<dd>c<dd><p>d<p>e</dl>',
      lines('- a', '', '  b', '', '  c', '', '  d', '', '  e'),
    ],
    [
      'code with its language',
      '<pre><code class="language-ts">a\n  <b>b</b>&lt;\n</code></pre>',
      lines('```ts', 'a', '  b<', '```'),
    ],
    [
      'code with longer fences than it has',
      '<pre>```\na\n````</pre>',
      lines('`````', '```', 'a', '````', '`````'),
    ],
    [
      'code without the numbers of a highlighter',
      '<table class="highlighttable"><tr><td><pre>1\n2</pre><td><div><pre>a\nb</pre></div></table>',
      lines('```', 'a', 'b', '```'),
    ],
    ['code in a line', '<code>a`b</code> <kbd>c</kbd>', '``a`b`` `c`'],
    [
      'links in code',
      '<code>List&lt;<a href="/s">S</a>&gt;</code>',
      '`List<`[`S`](https://docs.example/s)`>`',
    ],
    ['quotes', '<blockquote><p>a<p>b</blockquote>', lines('> a', '>', '> b')],
    ['a line break, and two as a new paragraph', 'a<br>b<br><br>c', lines('a  ', 'b', '', 'c')],
    [
      'tables with headers, alignment and spans',
      '<table><tr><th>A<th align=right>B<tr><td rowspan=2>1<td>x|y<tr><td>z</table>',
      lines('| A | B |', '| --- | --: |', '| 1 | x\\|y |', '|  | z |'),
    ],
    [
      'tables without headers',
      '<table><tr><td>a<td>b<tr><td>c<td>d</table>',
      lines('|  |  |', '| --- | --- |', '| a | b |', '| c | d |'),
    ],
    [
      'blocks in cells',
      '<table><tr><th>A<th>B<tr><td><ul><li>a<li>b</ul><td><pre>x\n  y</pre></table>',
      lines('| A | B |', '| --- | --- |', '| a<br>b | `x`<br>`  y` |'),
    ],
    [
      'tables for layout as what is in them',
      '<table><tr><td><h2>A</h2><td><p>b</table>',
      lines('## A', '', 'b'),
    ],
    ['marks around punctuation', 'x<b>「y」</b>z', 'x「**y**」z'],
    ['marks without white space at their edges', 'x<b> y </b>z', 'x **y** z'],
    [
      'marks around blocks',
      '<b><p>a</p></b><a href="/x"><h2>t</h2>u</a>',
      lines('**a**', '', '## [t](https://docs.example/x)', '', '[u](https://docs.example/x)'),
    ],
    ['what HTML alone has', 'x<sup>2</sup> H<sub>2</sub>O', 'x<sup>2</sup> H<sub>2</sub>O'],
    [
      'TeX of formulas',
      '<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x_1*y</annotation></semantics></math>',
      '$`x_1*y`$',
    ],
    [
      'films as links',
      '<iframe src="https://v.example/1" title="Film"></iframe>',
      '[Film](https://v.example/1)',
    ],
    ['no mark of a heading that links to itself', '<h2 id="a">A <a href="#a">¶</a></h2>', '## A'],
    [
      'nothing that the page hides, no scripts, no controls',
      '<p hidden>a<p style="display:none">b<script>c</script><select><option>d</select><button>e</button>',
      undefined,
    ],
    ['nothing of an empty page', ' ', undefined],
  ])('has %s', (_, markup, markdown) => {
    expect(convert(markup)).toBe(markdown);
  });

  it.each([
    ['1. a', '1\\. a'],
    ['# a', '\\# a'],
    ['- a', '\\- a'],
    ['a *b* _c_ snake_case', 'a \\*b\\* \\_c\\_ snake_case'],
    ['see [a](b), [c]: d', 'see [a\\](b), [c\\]: d'],
    ['[a]: /url', '\\[a\\]: /url'],
    ['&lt;b> a &lt; b', '\\<b> a < b'],
    ['&amp;amp; &amp; a', '\\&amp; & a'],
    ['C:\\dir \\*', 'C:\\dir \\\\\\*'],
    ['see https://a.example/b_c', 'see https://a.example/b_c'],
    ['a<br>---', 'a  \n\\---'],
  ])('keeps the text %j from being read as Markdown', (markup, markdown) => {
    expect(convert(`<p>${markup}`)).toBe(markdown);
  });

  it.each([
    [
      'Wikipedia',
      '<p>A.<sup id="cite_ref-1"><a href="#cite_note-1">[1]</a></sup></p><ol><li id="cite_note-1"><span><b><a href="#cite_ref-1">^</a></b></span> <cite>B</cite></li></ol>',
    ],
    [
      'GitHub',
      '<p>A.<sup><a href="#fn-1" id="fnref-1" data-footnote-ref>1</a></sup></p><section><ol><li id="fn-1"><p><em>B</em> <a href="#fnref-1">↩</a></p></li></ol></section>',
    ],
    [
      'Pandoc',
      '<p>A.<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a></p><section id="footnotes"><hr><ol><li id="fn1"><p><em>B</em><a href="#fnref1" role="doc-backlink">↩︎</a></p></li></ol></section>',
    ],
  ])('has footnotes as %s writes them', (_, markup) => {
    expect(convert(markup)?.replace('\n\n---', '')).toBe('A.[^1]\n\n[^1]: *B*');
  });

  it('leaves a raised link that nothing leads back to what it is', () => {
    expect(convert('<p>A<sup><a href="#x">1</a></sup></p><p id="x">B</p>')).toBe(
      'A<sup>[1](https://docs.example/a/page.html#x)</sup>\n\nB',
    );
  });

  it('reads the markup of XML', () => {
    const feed = parseDocument(
      '<entry><content><div><p>a <b>b</b></p><p>c</p></div></content></entry>',
      true,
    );
    expect(markdownOf(feed, base)).toBe('a **b**\n\nc');
  });
});

describe('markdownOf a page that is made to take long', () => {
  const many = 200_000;
  it.each([
    ['nested elements', '<div>'.repeat(many)],
    ['nested lists', '<ul><li>a'.repeat(many / 4)],
    ['nested quotes', '<blockquote>a'.repeat(many / 4)],
    ['nested marks', '<b><i>a'.repeat(1_000)],
    ['nested tables', '<table><tr><td>a<td>'.repeat(2_000)],
    ['marks that do not count', '<b>.</b>a'.repeat(many / 4)],
    ['punctuation', `<p>a<b>${'!'.repeat(many)}</b>b`],
    ['underscores', `<p>${'_a '.repeat(many)}`],
    ['brackets', `<p>${'[a]('.repeat(many)}`],
    ['URLs', `<p>${'http://www.'.repeat(many)}*`],
    ['backticks', `<p><code>${'`a'.repeat(many)}</code>`],
    ['line breaks', '<br>'.repeat(many)],
    ['white space', `<p>a${' '.repeat(1_000_000)}b`],
    ['cells', `<table><tr>${'<td>'.repeat(many)}`],
    [
      'references to one note',
      `${'<sup id="r"><a href="#n">1</a></sup>'.repeat(10_000)}<li id="n">${'<i>a</i>'.repeat(10_000)}<a href="#r">b</a>`,
    ],
  ])('ends with %s', (_, markup) => {
    const page = parseDocument(markup, false);
    const start = process.cpuUsage();
    markdownOf(page, base);
    const { user, system } = process.cpuUsage(start);
    // Linear takes less than a second; the square of any of these is minutes.
    expect((user + system) / 1_000).toBeLessThan(20_000);
  });
});
