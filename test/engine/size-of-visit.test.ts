import { expect, it } from 'vitest';
import type { Visit } from '../../shared/engine/make-visit.ts';
import { sizeOfVisit } from '../../shared/engine/size-of-visit.ts';

it.each<[what: string, links: string[], fields: Record<string, unknown> | undefined, bytes: number]>([
  ['nothing', [], undefined, 200],
  ['a link of eight characters', ['http://a'], undefined, 200 + 208],
  ['an item without fields', [], {}, 200 + 200 + 200],
  ['texts, by their characters', [], { a: 'xx', b: 'xxx' }, 600 + 4 + 6],
  ['what is no text', [], { a: 1, b: null, c: true }, 600 + 3 * 8],
  ['a list in a field', [], { a: ['x', 'y'] }, 600 + 200 + 4],
])('a visit that keeps %s', (_, links, fields, bytes) => {
  const items = fields === undefined ? [] : [{ item: 'x', url: 'http://a', fields }];
  expect(sizeOfVisit({ items, links: links.map((url) => ({ url })) } as unknown as Visit)).toBe(bytes);
});
