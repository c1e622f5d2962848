import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith, parseJob } from '../compile-job.ts';

const sentence = 'A sentence of the article, which is long enough for a reader, and has commas, too. ';
const paragraph = `<p>${sentence.repeat(4)}</p>`;

const page = (
  head: string,
  attributes = '',
) => `<!doctype html><html ${attributes}><head><title>Of Foxes - Site</title>${head}</head><body>
<nav><a href="/">Home</a> <a href="/b">News</a></nav>
<div class="sidebar"><a href="/x">Read more</a></div>
<main><article><h1>Of Foxes</h1>${paragraph}<h2>More</h2>${paragraph}<pre>a\n  b</pre><p>See <a href="next">the next</a>.</p></article></main>
<footer>Imprint</footer></body></html>`;

const meta = `<meta property="og:title" content="Of Foxes"><meta name="author" content="Ann Byline">
<meta property="article:published_time" content="2025-03-04T10:00:00+02:00"><meta property="og:site_name" content="Site">
<meta name="description" content="Short.">`;

describe('a field of the article', () => {
  it('has what the page says of it, and its content in several forms', async () => {
    const article = ['title', 'byline', 'date', 'language', 'siteName', 'excerpt', 'wordCount'];
    const fields = { article: { article }, markdown: { article: 'markdown' }, text: { article: 'text' } };
    const found = await fieldsWith(fields, page(meta, 'lang="en_GB"'));
    expect(found['article']).toEqual({
      title: 'Of Foxes',
      byline: 'Ann Byline',
      date: '2025-03-04T08:00:00Z',
      language: 'en-GB',
      siteName: 'Site',
      excerpt: 'Short.',
      wordCount: 16 * 8 + 1 + 2 + 3,
    });
    const text = sentence.repeat(4).trim();
    expect(found['text']).toBe([text, 'More', text, 'a\n  b', 'See the next.'].join('\n\n'));
    expect(found['markdown']).toBe(
      [text, '## More', text, '```\na\n  b\n```', 'See [the next](https://shop.example/dir/next).'].join(
        '\n\n',
      ),
    );
  });

  it('is an object of all parts with true, null where there is none', async () => {
    const found = await fieldsWith({ article: { article: true } }, page(''));
    expect(found['article']).toMatchObject({ title: 'Of Foxes - Site', byline: null, date: null });
    expect(Object.keys(found['article'] as object)).toEqual([
      ...['title', 'byline', 'date', 'language', 'siteName', 'excerpt', 'text', 'html', 'markdown'],
      ...['wordCount', 'simhash'],
    ]);
  });

  it.each([
    ['without a base', ''],
    ['with a base', '<base href="https://shop.example/other/">'],
    ['with a base that has a fragment', '<base href="/other#x">'],
  ])('has the footnotes and the alignment of the same element as Markdown, %s', async (_, head) => {
    const table =
      '<table><tr><th>a<th align=right>b<th style="text-align: center">c<tr><td>1<td>2<td>3<tr><td>4<td>5<td>6</table>';
    const noted = `<p>${sentence.repeat(4)}<sup><a id=r1 href="#n1">1</a></sup></p>${table}${paragraph}<ol><li id=n1>A note. <a href="#r1">back</a></ol>`;
    const body = `<!doctype html><title>T</title>${head}<article>${noted}</article>`;
    const found = await fieldsWith(
      { article: { article: 'markdown' }, element: { select: 'article', take: 'markdown' } },
      body,
    );
    expect(found['article']).toBe(found['element']);
    expect(found['article']).toMatch(
      /commas, too\. ?\[\^1\][\s\S]*\| --- \| --: \| :-: \|[\s\S]*\[\^1\]: A note\./,
    );
  });

  it('stands among other sources', async () => {
    const title = { from: ['jsonld.headline', 'article.title', 'css:h1'] };
    const { items } = await extractWith({ fields: { title } }, page(meta));
    expect(items[0]).toMatchObject({
      fields: { title: 'Of Foxes' },
      marks: [{ kind: 'from', field: 'title', source: 'article.title' }],
    });
  });

  it('leaves the page as it is for other fields', async () => {
    const fields = { text: { article: 'text' }, links: { select: 'a', list: true }, footer: 'footer' };
    expect(await fieldsWith(fields, page(meta))).toMatchObject({
      links: ['Home', 'News', 'Read more', 'the next'],
      footer: 'Imprint',
    });
  });

  it('says of a page without one that it has none', async () => {
    const fields = { text: { article: 'text', required: true }, title: { article: 'title' } };
    const { items } = await extractWith({ fields }, '<p>');
    expect(items[0]).toMatchObject({
      missing: ['text'],
      lost: [{ field: 'text', step: 'article', wanted: 'text' }, { field: 'title' }],
    });
  });

  it.each([
    ['of its element', page('', 'lang=fr'), {}, 'fr'],
    [
      'of the part that is the article',
      page('', 'lang=fr').replace('<article>', '<article lang=el>'),
      {},
      'el',
    ],
    ['of its meta element', page('<meta http-equiv="Content-Language" content="da">'), {}, 'da'],
    ['of the answer', page(''), { contentLanguage: 'sv-SE' }, 'sv-SE'],
    ['of a language without formats of numbers', page('', 'lang=la'), {}, 'la'],
  ])('has the language %s', async (_, body, facts, language) => {
    const { items } = await extractWith({ fields: { language: { article: 'language' } } }, body, facts);
    expect(items[0]?.fields).toEqual({ language });
    expect(items[0]?.marks).toBeUndefined();
  });

  it('finds the language by the text where none is stated, and says so', async () => {
    const { items } = await extractWith(
      { fields: { language: { article: 'language' } } },
      page('', 'lang=""'),
      { contentLanguage: 'de, en' },
    );
    expect(items[0]).toMatchObject({
      fields: { language: 'en' },
      marks: [{ kind: 'detected', field: 'language' }],
    });
  });

  it.each([
    [{ article: 'body' }, 'article'],
    [{ article: 'text', select: 'main' }, 'select'],
    [{ article: 'text', take: 'markdown' }, 'take'],
    [{ article: 'text', list: true }, 'list'],
    [{ article: true, fields: { a: 'b' } }, 'fields'],
    [{ select: 'main', take: 'markdown', attr: 'id' }, 'take'],
  ])('%j is refused', (field, key) => {
    expect(() => parseJob({ pages: { product: { fields: { field } } } })).toThrow(key);
  });

  it.each([
    ['nested elements', '<div>'.repeat(200_000)],
    ['nested paragraphs', `<div>${sentence}`.repeat(5_000)],
    ['a long list of attributes of pictures', `<img alt="" data-a="${'.jpg'.repeat(100_000)} x">`.repeat(20)],
    ['a property of white space', `<meta property="${' '.repeat(1_000_000)}" content=a>`],
  ])('ends with %s', async (_, body) => {
    const found = await extractWith({ fields: { text: { article: 'text' } } }, `${body}${paragraph}`).catch(
      String,
    );
    expect(found).toSatisfy(
      (result: unknown) =>
        typeof result === 'object' || /EXTRACT_FAILED|not found within|not looked for/.test(String(result)),
    );
  });

  it('is not looked for in a page of very many elements, which says so', async () => {
    const body = `${'<p>a'.repeat(100_001)}${paragraph}`;
    await expect(extractWith({ fields: { text: { article: 'text' } } }, body)).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('more than 100,000 elements'),
    });
  });
});

describe('markdown of elements and of texts', () => {
  it('is taken of an element, of the page and among other sources', async () => {
    const fields = {
      main: { select: 'main', take: 'markdown' },
      page: { take: 'markdown' },
      either: { from: ['css:.none', { select: 'h2', take: 'markdown' }] },
      list: { select: 'h1, h2', take: 'markdown', list: true },
    };
    const found = await fieldsWith(fields, '<body><main><h2>A <b>b</b></h2></main><h1>C</h1>');
    expect(found).toEqual({
      main: '## A **b**',
      page: '## A **b**\n\n# C',
      either: '## A **b**',
      list: ['## A **b**', '# C'],
    });
  });

  const feed = `<?xml version="1.0"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><item>
<content:encoded><![CDATA[<p>See <a href="/a">a</a></p><pre>x
  y</pre>]]></content:encoded></item></channel></rss>`;

  it('is made of the markup in a feed, whose lines are kept', async () => {
    const fields = {
      markdown: { select: 'content\\:encoded', transform: ['markdown'] },
      text: { select: 'content\\:encoded', transform: ['htmlToText'] },
    };
    const { items } = await extractWith({ each: 'item', fields }, feed, {
      contentType: 'application/rss+xml',
    });
    expect(items[0]?.fields).toEqual({
      markdown: 'See [a](https://shop.example/a)\n\n```\nx\n  y\n```',
      text: 'See a x y',
    });
  });

  it('is made of the markup in JSON', async () => {
    const fields = { body: { path: 'content.rendered', transform: ['markdown'] } };
    const answer = JSON.stringify({ content: { rendered: '<p>a <em>b</em></p>\n<ul>\n<li>c</li>\n</ul>' } });
    const { items } = await extractWith({ fields }, answer, { contentType: 'application/json' });
    expect(items[0]?.fields).toEqual({ body: 'a *b*\n\n- c' });
  });
});
