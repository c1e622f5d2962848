import { parse, serialize } from 'parse5';
import { describe, expect, it } from 'vitest';
import type { DomNode } from '../../shared/browser/dom-node.ts';
import { serialiseTree } from '../../shared/browser/serialise-tree.ts';

let ids = 0;
const base = { nodeName: '', localName: '', nodeValue: '' };
const text = (nodeValue: string): DomNode => ({ ...base, nodeType: 3, nodeValue, backendNodeId: ++ids });
const element = (localName: string, children: DomNode[] = [], more: Partial<DomNode> = {}): DomNode => ({
  ...base,
  nodeType: 1,
  nodeName: localName.toUpperCase(),
  localName,
  children,
  backendNodeId: ++ids,
  ...more,
});
const root = (children: DomNode[], more: Partial<DomNode> = {}): DomNode => ({
  ...base,
  nodeType: 9,
  children,
  backendNodeId: ++ids,
  ...more,
});
const inBody = (...children: DomNode[]): string =>
  serialiseTree(root([element('html', [element('head'), element('body', children)])]));
const bodyOf = (html: string): string => /<body>(.*)<\/body>/s.exec(html)?.[1] ?? '';

describe('serialiseTree', () => {
  it.each([
    ['text', [text('a & b <c> \u00A0"')], 'a &amp; b &lt;c&gt; &nbsp;"'],
    [
      'attributes',
      [element('a', [], { attributes: ['href', '/?a&b', 'title', '"<\u00A0>'] })],
      '<a href="/?a&amp;b" title="&quot;&lt;&nbsp;&gt;"></a>',
    ],
    ['void elements', [element('br'), element('img', [], { attributes: ['src', 'a'] })], '<br><img src="a">'],
    ['scripts', [element('script', [text('a < b && c')])], '<script>a < b && c</script>'],
    [
      'styles of SVG, which are no raw text there',
      [element('svg', [element('style', [text('a<b{}')], { isSVG: true })], { isSVG: true })],
      '<svg><style>a&lt;b{}</style></svg>',
    ],
    ['comments', [{ ...base, nodeType: 8, nodeValue: 'x', backendNodeId: 0 }], '<!--x-->'],
    [
      'texts of XML that are marked as such',
      [{ ...base, nodeType: 4, nodeValue: 'a < b', backendNodeId: 0 }],
      'a &lt; b',
    ],
    [
      'what a template holds',
      [element('template', [], { templateContent: root([element('p')]) })],
      '<template><p></p></template>',
    ],
  ])('writes %s as the standard does', (_, children, expected) => {
    const html = inBody(...children);
    expect(bodyOf(html)).toBe(expected);
    expect(serialize(parse(html))).toBe(html);
  });

  it.each([
    [{}, '<!DOCTYPE html>'],
    [{ publicId: '-//A//B' }, '<!DOCTYPE html PUBLIC "-//A//B">'],
    [{ publicId: '-//A//B', systemId: 'http://c/' }, '<!DOCTYPE html PUBLIC "-//A//B" "http://c/">'],
    [{ systemId: 'about:legacy-compat' }, '<!DOCTYPE html SYSTEM "about:legacy-compat">'],
    [{ publicId: '-//"A"' }, '<!DOCTYPE html PUBLIC \'-//"A"\'>'],
    [{ publicId: '', systemId: '' }, '<!DOCTYPE html>'],
  ])('writes a doctype with its identifiers: %j', (ids, expected) => {
    const doctype = { ...base, nodeType: 10, nodeName: 'html', backendNodeId: 0, ...ids };
    expect(serialiseTree(root([doctype]))).toBe(expected);
  });

  it('writes what is nested without end', () => {
    const levels = 100_000;
    const link = element('a', [], { attributes: ['href', '/deep'] });
    const deep = Array.from({ length: levels }).reduce((inner: DomNode) => element('div', [inner]), link);
    const html = inBody(deep);
    expect(html).toContain(`<div><a href="/deep"></a></div>${'</div>'.repeat(levels - 1)}</body></html>`);
  });

  it('keeps a line feed at the start of an element that a parser drops one of', () => {
    const html = inBody(element('pre', [text('\na')]));
    expect(bodyOf(html)).toBe('<pre>\n\na</pre>');
    // The serialiser of parse5 writes what the parser has kept.
    expect(bodyOf(serialize(parse(html)))).toBe('<pre>\na</pre>');
  });

  const slotFor = (...nodes: DomNode[]) => ({
    distributedNodes: nodes.map(({ backendNodeId }) => ({ backendNodeId })),
  });
  const host = (light: DomNode[], ...shown: DomNode[]): DomNode =>
    element('x-a', light, { shadowRoots: [root(shown, { shadowRootType: 'open' })] });

  it('shows an open shadow root in its host, with the children of the host in their slots', () => {
    const light = element('b', [text('light')]);
    const unshown = text('unshown');
    const slot = element('slot', [text('fallback')], {
      distributedNodes: [{ backendNodeId: light.backendNodeId }],
    });
    const shadow = root([element('p', [slot])], { shadowRootType: 'open' });
    expect(bodyOf(inBody(element('x-a', [light, unshown], { shadowRoots: [shadow] })))).toBe(
      '<x-a><p><slot><b>light</b></slot></p></x-a>',
    );
  });

  it('shows elements that no slot shows behind the shadow root, each once', () => {
    const [one, two, three] = [element('i'), element('u'), element('s')];
    const data = element('script', [text('{"a":1}')]);
    const twice = element('slot', [], slotFor(one));
    // What a slot falls back to is not shown where it shows something, and so no slot in that.
    const outer = element('slot', [element('slot', [], slotFor(two))], slotFor(three));
    const inner = host([outer], element('slot', [], slotFor(outer)));
    expect(bodyOf(inBody(host([one, two, text('x'), data, three], twice, inner)))).toBe(
      '<x-a><slot><i></i></slot><x-a><slot><slot><s></s></slot></slot></x-a><u></u><script>{"a":1}</script></x-a>',
    );
  });

  it('shows what slots show that stand among what no slot shows', () => {
    const light = element('b');
    const slot = element('slot', [], slotFor(light));
    expect(bodyOf(inBody(host([light], host([slot], element('p')))))).toBe(
      '<x-a><x-a><p></p><slot><b></b></slot></x-a></x-a>',
    );
  });

  it.each(['closed', 'user-agent'] as const)('leaves a shadow root that is %s closed', (shadowRootType) => {
    const shadow = root([text('inside')], { shadowRootType });
    expect(bodyOf(inBody(element('x-a', [text('own')], { shadowRoots: [shadow] })))).toBe('<x-a>own</x-a>');
  });

  it('shows what a slot without children of the host falls back to', () => {
    const shadow = root([element('slot', [text('fallback')], { distributedNodes: [] })], {
      shadowRootType: 'open',
    });
    expect(bodyOf(inBody(element('x-a', [], { shadowRoots: [shadow] })))).toBe(
      '<x-a><slot>fallback</slot></x-a>',
    );
  });

  it('shows a document in a frame behind the frame', () => {
    const contentDocument = root([
      element('html', [element('head'), element('body', [element('p', [text('in')])])]),
    ]);
    expect(bodyOf(inBody(element('iframe', [], { attributes: ['src', '/f'], contentDocument })))).toBe(
      '<iframe src="/f"></iframe><spinneret-frame><p>in</p></spinneret-frame>',
    );
  });

  const html = (...children: DomNode[]) => root([element('html', children)]);
  const inFrame = '<spinneret-frame><p></p></spinneret-frame>';

  it.each([
    ['embed', [], `<embed>${inFrame}`],
    ['object', [element('param'), element('p', [text('no frames')])], `<object></object>${inFrame}`],
    ['iframe', [text('no frames')], `<iframe></iframe>${inFrame}`],
  ])('shows the document of %s alone', (name, children, expected) => {
    const contentDocument = html(element('head'), element('body', [element('p')]));
    expect(bodyOf(inBody(element(name, children, { contentDocument })))).toBe(expected);
    const fallback = bodyOf(inBody(element('object', [element('p')])));
    expect(fallback).toBe('<object><p></p></object>');
  });

  it.each([
    ['SVG, with its root', root([element('svg', [element('text')])]), '<svg><text></text></svg>'],
    ['a document without a body', html(element('head', [element('title')]), element('p')), '<p></p>'],
    ['nothing', root([]), ''],
  ])('shows in a frame %s', (_, contentDocument, expected) => {
    expect(bodyOf(inBody(element('object', [], { contentDocument })))).toBe(
      `<object></object><spinneret-frame>${expected}</spinneret-frame>`,
    );
  });

  it('writes a frameset so that a parser keeps what its frames show', () => {
    const contentDocument = html(element('head'), element('body', [element('p')]));
    const frame = element('frame', [], { attributes: ['src', '/f'], contentDocument });
    const written = serialiseTree(
      root([element('html', [element('head'), element('frameset', [element('frameset', [frame])])])]),
    );
    expect(serialize(parse(written))).toContain(
      `<div><div><iframe src="/f"></iframe>${inFrame}</div></div></body>`,
    );
    const other = html(element('head'), element('frameset', [element('frame')]));
    expect(serialiseTree(other)).toBe('<html><head></head><frameset><frame></frameset></html>');
  });
});
