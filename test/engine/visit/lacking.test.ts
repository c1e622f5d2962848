import { describe, expect, it } from 'vitest';
import { countLacking } from '../../../shared/engine/visit/lacking.ts';
import type { Item, Json } from '../../../shared/model.ts';
import { pageRequest } from '../../../shared/sources/page.ts';
import { makeJob } from '../world.ts';

const job = makeJob({
  sources: [{ crawl: { start: 'http://a.test/' } }, { rest: { url: 'http://a.test/api', label: 'list' } }],
  pages: {
    one: {
      fields: {
        title: 'h1',
        box: { select: 'p', fields: { name: 'b', file: { select: 'img', attr: 'src' } } },
        boxes: { select: 'i', list: true, fields: { name: 'b' } },
      },
    },
    list: { each: 'p', fields: { title: 'h1' } },
    table: { rows: 'table' },
    data: { items: 'rows', fields: { title: { path: 'title' } } },
    handled: { handler: 'handle.ts', fields: { title: 'h1' } },
  },
});

function lackingOf(
  label: string,
  all: Record<string, Json>[],
  more: object = {},
  request: object = {},
): string[] {
  const items = all.map((fields): Item => ({ item: label, url: '', fields }));
  const asked = { ...pageRequest({ url: 'http://a.test/', label }), ...request };
  return Object.entries(countLacking(job, asked as never, { items, ...more })).map(
    ([name, count]) => `${name.replace(`label:${label}:lacks:`, '')} ${count}`,
  );
}

describe('countLacking', () => {
  it('names each field that no item of the page has, and those below of what is there', () => {
    expect(lackingOf('one', [{ title: null, box: null, boxes: [] }])).toEqual([
      ...['fields.title 1', 'fields.box 1', 'fields.boxes 1'],
    ]);
    const box = { name: 'x', file: null };
    expect(lackingOf('one', [{ title: '', box, boxes: [{ name: null }, { name: 'y' }] }])).toEqual([
      ...['fields.title 1', 'fields.box.file 1'],
    ]);
    expect(lackingOf('one', [{ title: 'x' }, { box, boxes: [{ size: 1 }] }])).toEqual([
      ...['fields.box.file 1', 'fields.boxes.name 1'],
    ]);
  });

  it('says that a list has no items; a page that is none need not have one', () => {
    expect(['one', 'list', 'table', 'data', 'unknown'].map((label) => lackingOf(label, []))).toEqual([
      ...[[], ['items 1'], ['items 1'], ['items 1'], []],
    ]);
    expect(lackingOf('one', [], {}, { kind: 'rest', source: 1, cursor: {} })).toEqual(['items 1']);
  });

  it('says nothing of fields where a handler made the items, or a condition left some out', () => {
    const idle = { idleRules: [0, 2] };
    const follow = ['follow[0] 1', 'follow[2] 1'];
    expect(lackingOf('handled', [{}], idle)).toEqual(follow);
    expect(lackingOf('list', [], { ...idle, itemsRuledOut: [{ reason: 'x', message: '' }] })).toEqual(follow);
    expect(lackingOf('list', [{}], idle)).toEqual([...follow, 'fields.title 1']);
  });
});
