import { describe, expect, it } from 'vitest';
import type { DomNode } from '../../shared/browser/dom-node.ts';
import { resolveInFrames } from '../../shared/browser/resolve-in-frames.ts';

const node = { nodeType: 1, nodeName: '', localName: '', nodeValue: '', backendNodeId: 0 };

function resolved(name: string, value: string): string | undefined {
  const inner: DomNode = { ...node, attributes: ['title', 'x', name, value] };
  const frame: DomNode = { ...node, documentURL: 'https://a.test/f/', baseURL: 'https://a.test/f/' };
  resolveInFrames({
    ...{ ...node, baseURL: 'https://a.test/' },
    children: [{ ...node, contentDocument: { ...frame, children: [inner] } }],
  });
  return inner.attributes?.[3];
}

describe('resolveInFrames', () => {
  it.each([
    ['a.jpg', 'https://a.test/f/a.jpg'],
    ['a.jpg, /b.jpg 2x', 'https://a.test/f/a.jpg, https://a.test/b.jpg 2x'],
    ['a.jpg 1x,b.jpg 2x,', 'https://a.test/f/a.jpg 1x,https://a.test/f/b.jpg 2x,'],
    ['\n  a.jpg 100w,\n  b.jpg 200w\n', '\n  https://a.test/f/a.jpg 100w,\n  https://a.test/f/b.jpg 200w\n'],
    ['w_1,h_2/a.jpg 1x, b,c 2x', 'https://a.test/f/w_1,h_2/a.jpg 1x, https://a.test/f/b,c 2x'],
    ['data:image/gif;base64,AA 1x, b 2x', 'data:image/gif;base64,AA 1x, https://a.test/f/b 2x'],
    ['a (1, 2), b', 'https://a.test/f/a (1, 2), https://a.test/f/b'],
    ['a (1, b', 'https://a.test/f/a (1, b'],
    [', ,a,, b', ', ,https://a.test/f/a,, https://a.test/f/b'],
    ['https://[ 1x, b', 'https://[ 1x, https://a.test/f/b'],
    ['', ''],
  ])('makes each address of a srcset absolute: %j', (value, expected) => {
    expect(resolved('srcset', value)).toBe(expected);
    expect(resolved('imagesrcset', value)).toBe(expected);
  });

  it('makes each address of a ping absolute', () => {
    expect(resolved('ping', ' a\n/b ')).toBe(' https://a.test/f/a\nhttps://a.test/b ');
  });

  it('takes no longer for commas without end', () => {
    const start = performance.now();
    resolved('srcset', `a${','.repeat(200_000)}b ${'('.repeat(200_000)}`);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
