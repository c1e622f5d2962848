import { Comment, type Document, Element, type ParentNode, Text } from 'domhandler';
import { describe, expect, it } from 'vitest';
import type { DomNode } from '../../shared/browser/dom-node.ts';
import { makeDocument } from '../../shared/browser/make-document.ts';
import { findArticle } from '../../shared/extract/article/find-article.ts';
import { nodesIn } from '../../shared/extract/markdown/elements.ts';
import { markdownOf } from '../../shared/extract/markdown/to-markdown.ts';
import { parseHtml } from '../../shared/extract/tree/parse-html.ts';
import { markupOf } from '../../shared/extract/tree/serialise.ts';
import { digitsOf, textOf } from '../../shared/extract/values/text.ts';
import { answerOf, describeBrowser, origin, render, shareRenderer } from './chromium.ts';

/** A line for each node, as deep as it stands, with all that rules may ask of it. */
function outline(parent: ParentNode, depth = 0): string[] {
  return parent.children.flatMap((node) => {
    const indent = ' '.repeat(depth);
    if (node instanceof Text) return [`${indent}${JSON.stringify(node.data)}`];
    if (node instanceof Comment) return [`${indent}<!--${node.data}-->`];
    if (!(node instanceof Element)) return [];
    const { name, namespace = '', attribs } = node;
    const isLinked = (node.prev ?? undefined) === parent.children[parent.children.indexOf(node) - 1];
    const line = `${indent}${name} ${namespace.split('/').at(-1)} ${JSON.stringify(attribs)} ${isLinked}`;
    return [line, ...outline(node, depth + 1)];
  });
}

function indexes(document: Document): (number | null)[] {
  return document.children.flatMap(function of(node): (number | null)[] {
    return [node.startIndex, ...(node instanceof Element ? node.children.flatMap(of) : [])];
  });
}

let ids = 0;
const nodeOf = (localName: string, children: DomNode[] = []): DomNode => ({
  ...{
    nodeType: 1,
    nodeName: localName.toUpperCase(),
    localName,
    nodeValue: '',
    backendNodeId: ++ids,
    children,
  },
});
const treeOf = (...children: DomNode[]): DomNode => ({ ...nodeOf('', children), nodeType: 9 });

const base = { url: 'https://a.test/', charset: 'utf-8' };

describe('makeDocument', () => {
  it('stops at half a million elements, and sets those below the 512th level beside each other', () => {
    const wide = Array.from({ length: 500_001 }, () => nodeOf('i'));
    expect(() => makeDocument(treeOf(nodeOf('html', wide)))).toThrow('more than 500000 elements');
    const deep = Array.from({ length: 600 }).reduce((inner: DomNode) => nodeOf('div', [inner]), nodeOf('b'));
    const lines = outline(makeDocument(treeOf(deep)));
    expect(lines).toHaveLength(601);
    expect(Math.max(...lines.map((line) => line.search(/\S/)))).toBe(511);
    expect(lines.at(-1)).toMatch(/^ {511}b /);
  });

  const textNode = (nodeValue: string): DomNode => ({ ...nodeOf(''), nodeType: 3, nodeValue });
  const showing = (name: string, ...shown: DomNode[]): DomNode => ({
    ...nodeOf(name, [textNode('no frames')]),
    contentDocument: treeOf(nodeOf('html', [nodeOf('head'), nodeOf('body', shown)])),
  });
  const documentOf = (...body: DomNode[]) =>
    makeDocument(treeOf(nodeOf('html', [nodeOf('head'), nodeOf('body', body)])));

  describe.each(['iframe', 'frame', 'object', 'embed'])('what %s shows', (name) => {
    const document = documentOf(
      textNode('before '),
      showing(name, nodeOf('p', [textNode('12 €')])),
      nodeOf('p', [textNode('after')]),
    );

    it('stands in it, so that what follows has the place that it has on the page', () => {
      const lines = outline(document).map((line) => line.replace(/^( *)(\S+).*/, '$1$2'));
      expect(lines.slice(3)).toEqual([
        '  "before',
        `  ${name}`,
        '   spinneret-frame',
        '    p',
        '     "12',
        '  p',
        '   "after"',
      ]);
    });

    it('is read with what it stands in, as text, digits, Markdown and HTML', () => {
      expect(textOf(document)).toBe('before 12 € after');
      const frame = [...nodesIn(document)].find((node) => node instanceof Element && node.name === name);
      expect(digitsOf(documentOf(showing(name, textNode('12 €'))), false)).toBe('12 €');
      expect(markdownOf(document, base)).toBe('before\n\n12 €\n\nafter');
      const inside = '<spinneret-frame><p>12 €</p></spinneret-frame>';
      const end = name === 'iframe' || name === 'object' ? `</${name}>` : '';
      expect(markupOf(document)).toContain(`before <${name}>${end}${inside}<p>after</p>`);
      expect(markupOf(frame as Element)).toBe(inside);
    });

    it('is a part of the article, of which Readability removes all frames', () => {
      const text = 'A sentence of the article, which has a comma, and is long enough to be read. '.repeat(5);
      const paragraphs = (letter: string) =>
        Array.from({ length: 4 }, (_, at) => nodeOf('p', [textNode(`${letter}${at} ${text}`)]));
      const page = documentOf(
        nodeOf('article', [...paragraphs('a'), showing(name, ...paragraphs('b')), ...paragraphs('c')]),
      );
      const article = findArticle(page, { url: 'https://a.test/' }, base);
      for (const letter of 'abc') expect(article?.text()).toContain(`${letter}3 A sentence`);
    });
  });
});

describeBrowser('makeDocument, of what Chromium has', () => {
  const shared = shareRenderer();

  it.each([
    ['text and comments', '<!doctype html><p>a &amp; b<!--c--> <b>d</b>\n<i>e</i></p>'],
    [
      'texts that are raw',
      '<!doctype html><style>a > b { }</style><script>1 < 2 && 3</script><xmp><b></xmp>',
    ],
    [
      'texts that are long',
      `<!doctype html><p>${'a &lt; b '.repeat(2_000)}<!--${'c'.repeat(11_000)}--><script>${'1 < 2 '.repeat(2_000)}</script>`,
    ],
    ['first line feeds', '<!doctype html><pre>\n\na</pre><textarea>\n\nb</textarea>'],
    [
      'tables and lists',
      '<!doctype html><table><caption>a<tr><th>b<td>c</table><ul><li>d<li>e</ul><dl><dt>f<dd>g</dl>',
    ],
    ['forms', '<!doctype html><form><select><option selected>a<option>b</select><input value="c"></form>'],
    [
      'SVG',
      '<!doctype html><svg viewBox="0 0 1 1"><linearGradient id=a /><use xlink:href="#a"/><foreignObject><p>b</p></foreignObject></svg>',
    ],
    [
      'MathML',
      '<!doctype html><math><mi>x<b>y</b><mark>z</mark><mglyph src="m"></mglyph></mi><annotation-xml encoding="MathML-Content"><mn>2</mn></annotation-xml><mo>+</mo><annotation-xml encoding="text/html"><p>z</p></annotation-xml></math>',
    ],
    [
      'templates',
      '<!doctype html><template><p><b>a</b> <i>b</i></p><template><s>c</s></template></template>',
    ],
    [
      'what is for those without scripts',
      '<!doctype html><body><noscript><img src="a.jpg"><p>b</noscript><p>c',
    ],
    ['odd attributes', '<!doctype html><a @click="x" :href=y v-on:a.b [c]=1 (d)="2" DATA-E=3>f</a>'],
    ['quirks', '<p>a<table><tr><td>b</table>c'],
    [
      'half quirks',
      '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://a/"><p>a<table></table>',
    ],
  ])('is what a parser makes of its HTML: %s', async (_, html) => {
    const { document, text } = await render(shared, html);
    const parsed = parseHtml(text);
    expect(outline(document as Document)).toEqual(outline(parsed));
    expect(document?.['x-mode']).toBe(parsed['x-mode']);
    const numbers = indexes(document as Document);
    expect(numbers).toEqual(numbers.map((_, index) => index));
  });

  it('has references in frames as what they lead to, each by the base of its own frame', async () => {
    const inner =
      '<base href="/deep/er/"><a href="c" ping="p /q">in</a><form action="d"></form><a href="https://b.test/">b</a><a href="">e</a>' +
      '<img srcset="f.jpg, g.jpg 2x"><link imagesrcset="h.jpg 100w">';
    const frame = `<a href="a">f</a><iframe srcdoc="<a href='s'>s</a>"></iframe><iframe src="/inner/x"></iframe>`;
    const bodies: Record<string, string> = { '/frames/one.html': frame, '/inner/x': inner };
    const { text } = await render(
      shared,
      '<!doctype html><a href="a">p</a><iframe src="/frames/one.html"></iframe><iframe src="/moved"></iframe>',
      {
        fetchResource: async ({ url }) => {
          const { pathname } = new URL(url);
          if (pathname === '/moved')
            return { ...answerOf(`${origin}/to/here`, '<a href="m">m</a>'), url: `${origin}/to/here` };
          const body = bodies[pathname];
          return body === undefined
            ? { refused: 'failed' }
            : answerOf(url, body, { 'content-type': 'text/html' });
        },
      },
    );
    const found = [...text.matchAll(/(?:href|action|ping|srcset)="([^"]*)"/g)].map(([, url]) => url);
    expect(found).toEqual([
      'a',
      `${origin}/frames/a`,
      `${origin}/frames/s`,
      `${origin}/deep/er/c`,
      `${origin}/deep/er/p ${origin}/q`,
      `${origin}/deep/er/d`,
      'https://b.test/',
      '',
      `${origin}/deep/er/f.jpg, ${origin}/deep/er/g.jpg 2x`,
      `${origin}/deep/er/h.jpg 100w`,
      `${origin}/to/m`,
    ]);
  });

  it('says what references are relative to: the address that scripts give the document, and its own base alone', async () => {
    const push = (path: string) => `<script>history.pushState({}, '', '${path}')</script>`;
    expect((await render(shared, push('/a/b/c'))).documentBase).toBe(`${origin}/a/b/c`);
    expect((await render(shared, '<p>a')).documentBase).toBe(`${origin}/page`);
    expect((await render(shared, '<base href="/own/"><p>a')).documentBase).toBe(`${origin}/own/`);
    const others = `<span id=a></span><iframe srcdoc="<body><base href='/frame/'>"></iframe>
      <script>a.attachShadow({ mode: 'open' }).innerHTML = '<base href="/shadow/">'</script>`;
    expect((await render(shared, others)).documentBase).toBe(`${origin}/page`);
  });

  const build = (body: string, code: string) =>
    `<!doctype html><title>x</title><body>${body}<script>${code}</script>`;

  it.each([
    [
      'a block in a paragraph',
      build('<p id=a>b </p>', "a.append(document.createElement('div'), ' c')"),
      'p',
      ['"b "', 'div', '" c"'],
    ],
    [
      'a link in a link',
      build('<a id=a>b</a>', "a.append(document.createElement('a'), 'c')"),
      'a',
      ['"b"', 'a', '"c"'],
    ],
    [
      'a row in no section',
      build('<table id=a></table>', "a.append(document.createElement('tr'))"),
      'table',
      ['tr'],
    ],
    [
      'a form in a form',
      build('<form id=a></form>', "a.append(document.createElement('form'), 'b')"),
      'form',
      ['form', '"b"'],
    ],
    [
      'a shadow root in a paragraph',
      build(
        '<p id=a>b <span id=c></span> d</p>',
        "c.attachShadow({ mode: 'open' }).innerHTML = '<div>e</div>'",
      ),
      'p',
      ['"b "', 'span', ' div', '  "e"', '" d"'],
    ],
    [
      'a frame in a paragraph',
      build('<p>b<iframe srcdoc="<div>c</div>"></iframe>d</p>', ''),
      'p',
      ['"b"', 'iframe', ' spinneret-frame', '  div', '   "c"', '"d"'],
    ],
    ['texts side by side', build('<p id=a>b</p>', "a.append('c', '', 'd')"), 'p', ['"bcd"']],
    ['carriage returns', build('<p id=a></p>', "a.textContent = 'b\\r\\nc'"), 'p', ['"b\\r\\nc"']],
  ])('leaves what no parser would nest so where scripts put it: %s', async (_, html, name, expected) => {
    const { document } = await render(shared, html);
    const lines = outline(document as Document).map((line) => line.replace(/^( *[\w-]+) \S+ \{.*$/, '$1'));
    const at = lines.findIndex((line) => line.trim() === name);
    const depth = lines[at]?.search(/\S/) ?? 0;
    const inside = lines.slice(at + 1);
    const end = inside.findIndex((line) => line.search(/\S/) <= depth);
    expect(inside.slice(0, end).map((line) => line.slice(depth + 1))).toEqual(expected);
  });
});
