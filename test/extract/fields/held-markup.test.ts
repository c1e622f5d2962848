import { describe, expect, it } from 'vitest';
import { extractWith, parseJob } from '../compile-job.ts';

const read = async (fields: Record<string, unknown>, body: string, contentType: string) =>
  (await extractWith({ fields }, body, { contentType })).items.map((item) => item.fields);

const json = 'application/json';
const links = { select: 'a, img', attr: 'href', type: 'url', list: true };

/** As WordPress gives it: the address of the API is not that of the post. */
const post = (link: string | null, rendered: string | null) => ({ id: 1, link, content: { rendered } });

describe('fields in HTML that a value holds', () => {
  it('finds them by selectors, and resolves their links by the address beside it', async () => {
    const body = JSON.stringify([
      post(
        'https://blog.example/2025/a/',
        '<h2>Tools &amp; <b>more</b></h2><a href="b.html">b</a><a href=/c>c</a>',
      ),
      post(null, '<p>See <a href="b.html">b</a>'),
      post('/2025/d/', null),
    ]);
    const held = { path: 'content.rendered', as: 'html', base: 'link' };
    const fields = { body: { ...held, fields: { title: 'h2', links, text: { take: 'markdown' } } } };
    expect(await read(fields, body, json)).toEqual([
      {
        body: {
          title: 'Tools & more',
          links: ['https://blog.example/2025/a/b.html', 'https://blog.example/c'],
          text: '## Tools & **more**\n\n[b](https://blog.example/2025/a/b.html)[c](https://blog.example/c)',
        },
      },
      {
        body: {
          title: null,
          links: ['https://shop.example/dir/b.html'],
          text: 'See [b](https://shop.example/dir/b.html)',
        },
      },
      { body: null },
    ]);
  });

  it('resolves other values by that address too', async () => {
    const body = JSON.stringify(post('https://blog.example/2025/a/', '<a href="b.html">b</a>'));
    const fields = {
      text: { path: 'content.rendered', base: 'link', transform: ['markdown'] },
      self: { constant: 1 },
      home: { path: 'content.rendered', base: 'link', regex: 'href="([^"]+)"', type: 'url' },
    };
    expect(await read(fields, body, json)).toEqual([
      {
        text: '[b](https://blog.example/2025/a/b.html)',
        self: 1,
        home: 'https://blog.example/2025/a/b.html',
      },
    ]);
  });

  it('reads each of a list, and what one says for machines as its own', async () => {
    const script = (name: string) =>
      `<script type="application/ld+json">{"@type":"Product","name":"${name}"}</script>`;
    const body = JSON.stringify({
      comments: [{ html: `<p>x${script('A')}` }, { html: '' }, { html: `<p>y${script('B')}` }],
    });
    const inner = { text: 'p', name: { jsonld: 'Product.name' } };
    const fields = { comments: { path: 'comments[*].html', as: 'html', list: true, fields: inner } };
    expect(await read(fields, body, json)).toEqual([
      {
        comments: [
          { text: 'x', name: 'A' },
          { text: 'y', name: 'B' },
        ],
      },
    ]);
  });

  it('names a required field by its path', async () => {
    const fields = {
      body: { path: 'html', as: 'html', fields: { title: { select: 'h1', required: true } } },
    };
    const { items } = await extractWith({ fields }, '{"html":"<p>x"}', { contentType: json });
    expect(items[0]?.missing).toEqual(['body.title']);
  });

  const atom = `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/all/"><entry><id>1</id><title>t</title>
    <content type="html" xml:base="2025/">&lt;p>See &lt;a href="b.html">b&lt;/a></content></entry>
    <entry><id>2</id><title>u</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Or <a href="c.html">c</a></p></div></content></entry></feed>`;
  const xml = 'application/atom+xml';

  it.each([
    ['paths', { path: 'content' }, {}],
    ['selectors', { select: 'content' }, { each: 'entry' }],
  ])('resolves links in a feed by its xml:base, by %s', async (_how, place, rule) => {
    const fields = { body: { ...place, as: 'html', fields: { text: 'p', links } } };
    const { items } = await extractWith({ ...rule, fields }, atom, { contentType: xml });
    expect(items.map((item) => item.fields['body'])).toEqual([
      { text: 'See b', links: ['https://news.example/all/2025/b.html'] },
      { text: 'Or c', links: ['https://news.example/all/c.html'] },
    ]);
  });

  it('reads an attribute, a script and a template of a page', async () => {
    const body = `<iframe srcdoc="&lt;p>in a frame &lt;a href=x>x&lt;/a>"></iframe><a class=self href="/2025/e/"></a>
      <script type="text/template"><p>in a script</p></script><template><p>in a template</p></template>`;
    const inner = { text: 'p', links };
    const fields = {
      frame: { select: 'iframe', attr: 'srcdoc', as: 'html', base: 'a.self', fields: inner },
      script: { select: 'script[type="text/template"]', as: 'html', fields: { text: 'p' } },
      template: { select: 'template', as: 'html', fields: { text: 'p' } },
    };
    expect(await read(fields, body, 'text/html')).toEqual([
      {
        frame: { text: 'in a frame x', links: ['https://shop.example/2025/e/x'] },
        script: { text: 'in a script' },
        template: { text: 'in a template' },
      },
    ]);
  });

  it('has fields, and is refused where it can have none', () => {
    const job = (field: unknown) => () => parseJob({ pages: { product: { fields: { a: field } } } });
    expect(job({ path: 'a', as: 'html' })).toThrow('fields beside as: html');
    expect(job({ select: 'a', attr: 'title', fields: { b: 'b' } })).toThrow('but with as: html');
    expect(job({ page: 'url', base: 'link' })).toThrow('no base beside page');
    expect(job({ select: 'a', attr: 'title', as: 'html', fields: { b: 'b' } })).not.toThrow();
  });
});
