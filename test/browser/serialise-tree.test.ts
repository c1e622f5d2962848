import { parse, serialize } from 'parse5';
import { describe, expect, it } from 'vitest';
import { type DomNode, linksOf, serialiseTree } from '../../shared/browser/serialise-tree.ts';

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

  it('writes what is nested without end, and finds its links', () => {
    const levels = 100_000;
    const link = element('a', [], { attributes: ['href', '/deep'] });
    const deep = Array.from({ length: levels }).reduce((inner: DomNode) => element('div', [inner]), link);
    const html = inBody(deep);
    expect(html).toContain(`<div><a href="/deep"></a></div>${'</div>'.repeat(levels - 1)}</body></html>`);
    expect(linksOf(root([deep]))).toEqual(new Set(['/deep']));
  });

  it('keeps a line feed at the start of an element that a parser drops one of', () => {
    const html = inBody(element('pre', [text('\na')]));
    expect(bodyOf(html)).toBe('<pre>\n\na</pre>');
    // The serialiser of parse5 writes what the parser has kept.
    expect(bodyOf(serialize(parse(html)))).toBe('<pre>\na</pre>');
  });

  it('shows an open shadow root in its host, with the children of the host in their slots', () => {
    const light = element('b', [text('light')]);
    const unshown = element('i', [text('unshown')]);
    const slot = element('slot', [text('fallback')], {
      distributedNodes: [{ backendNodeId: light.backendNodeId }],
    });
    const shadow = root([element('p', [slot])], { shadowRootType: 'open' });
    expect(bodyOf(inBody(element('x-a', [light, unshown], { shadowRoots: [shadow] })))).toBe(
      '<x-a><p><slot><b>light</b></slot></p></x-a>',
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
});
