import { describe, expect, it } from 'vitest';
import type { Page } from '../../../shared/extract/types.ts';
import { extractWith } from '../compile-job.ts';

const byPath = { fields: { a: { path: 'a' } } };

async function read(body: string, facts: Partial<Page>, rule: Record<string, unknown> = byPath) {
  const { items, unasked } = await extractWith(rule, body, facts);
  return unasked ?? items.map(({ fields }) => fields['a']);
}

describe('the kind of a page', () => {
  it.each<[string, string, string, string?]>([
    ['its type', 'a,b\n1,2\n', 'text/csv'],
    ['its type', 'a\tb\n1\t2\n', 'text/tab-separated-values'],
    ['its type', '{"a":"1"}\n', 'application/x-ndjson'],
    ['its type', '{"a":"1"}', 'application/json'],
    ['its name, where its type says nothing', 'a,b\n1,2\n', 'text/plain', 'https://shop.example/x.csv?v=2'],
    [
      'its name, where its type says nothing',
      '{"a":"1"}\n',
      'application/octet-stream',
      'https://shop.example/x.jsonl',
    ],
    ['its name, where its type says nothing', '{"a":"1"}', 'text/plain', 'https://shop.example/x.json'],
    ['what Excel opens, and is text', 'a,b\n1,2\n', 'application/vnd.ms-excel'],
  ])('is that of %s: %j as %s', async (_, body, contentType, url = 'https://shop.example/x') => {
    expect(await read(body, { contentType, url })).toEqual(['1']);
  });

  it.each(['text/html', 'application/octet-stream', ''])(
    'is what the job says, not %j',
    async (contentType) => {
      expect(await read('a,b\n1,2\n', { contentType }, { ...byPath, as: 'csv' })).toEqual(['1']);
    },
  );

  it('follows from the first bytes before the name', async () => {
    const page = { contentType: 'text/plain', url: 'https://shop.example/x.csv' };
    expect(await read('<!DOCTYPE html><h1>Not found</h1>', page, { fields: { a: 'h1' } })).toEqual([
      'Not found',
    ]);
  });
});

describe('a file that a label does not look for', () => {
  const bySelector = { fields: { a: 'h1' }, follow: ['a'] };

  it.each([
    ['CSV', 'a\n1\n', 'text/csv'],
    ['JSON', '{"a":1}', 'application/json'],
    ['an SVG image', '<svg><title>x</title></svg>', 'image/svg+xml'],
    ['image/png', '\x89PNG', 'image/png'],
    ['application/octet-stream', 'abc\0', 'application/octet-stream'],
  ])('gives no item and no failure: %s', async (what, body, contentType) => {
    expect(await read(body, { contentType }, bySelector)).toContain(`it is ${what}`);
  });

  it.each([
    { jsonld: 'a' },
    { microdata: 'a' },
    { rdfa: 'a' },
    { og: 'a' },
    { script: 'a', path: 'b' },
    { structured: 'all' },
    { from: ['og.a', 'microdata.b'] },
  ])('is JSON of a label that looks for %j alone', async (field) => {
    const rule = { fields: { a: field } };
    expect(await read('{"a":1}', { contentType: 'application/json' }, rule)).toContain('it is JSON');
  });

  it('is one that a page links to, and in which nothing is found', async () => {
    const xml = { contentType: 'text/xml', referrer: 'https://shop.example/' };
    expect(await read('<rss><x/></rss>', xml, { fields: { a: 'h1' } })).toContain('finds anything');
  });

  it('is none that a source names, nor JSON where paths are looked for: such an item is incomplete', async () => {
    expect(await read('<rss><x/></rss>', { contentType: 'text/xml' }, { fields: { a: 'h1' } })).toEqual([
      null,
    ]);
    const json = { contentType: 'application/json', referrer: 'https://shop.example/' };
    expect(await read('{"b":1}', json)).toEqual([null]);
  });

  it('is no page of a rule that asks for facts about it alone', async () => {
    expect(
      await read('\x89PNG', { contentType: 'image/png' }, { fields: { a: { page: 'status' } } }),
    ).toEqual([200]);
  });
});

describe('items of a page that is read by paths', () => {
  const body = JSON.stringify({ data: { list: [{ a: 1 }, { a: 2 }] } });

  it('are at the path that the job names', async () => {
    const rule = { ...byPath, items: 'data.list' };
    expect(await read(body, { contentType: 'application/json' }, rule)).toEqual([1, 2]);
  });

  it('fail where there is neither a list nor an object', async () => {
    const rule = { ...byPath, items: 'data.other' };
    await expect(read(body, { contentType: 'application/json' }, rule)).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
    });
  });
});

describe('a page of very many items', () => {
  it.each<[string, string, string, Record<string, unknown>?]>([
    ['CSV', 'text/csv', '1\n'.repeat(1_000_001)],
    ['JSON Lines', 'application/jsonl', '1\n'.repeat(1_000_001)],
    ['JSON', 'application/json', `[1${',1'.repeat(1_000_000)}]`],
    [
      'XML',
      'application/xml',
      `<r>${'<a/>'.repeat(1_000_001)}</r>`,
      { each: 'a', fields: { f: { attr: 'b' } } },
    ],
  ])('fails before it fills the memory: %s', async (_, contentType, body, rule = {}) => {
    const failed = extractWith(rule, body, { contentType });
    await expect(failed).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('1,000,000 items'),
    });
  });

  it.each([
    ['XML', 'application/xml', '<a/>', { fields: { f: 'a' } }],
    ['a feed', 'application/rss+xml', '<item/>', {}],
  ])('fails before its tree fills the memory: %s', async (_, contentType, element, rule) => {
    const body = `<rss><channel>${element.repeat(2_000_000)}</channel></rss>`;
    await expect(extractWith(rule, body, { contentType })).rejects.toMatchObject({
      code: 'EXTRACT_FAILED',
      message: expect.stringContaining('2,000,000 elements'),
    });
  });
});

describe('JSON Lines', () => {
  const lines = { contentType: 'application/jsonl' };

  it('gives an item a line, and says which lines are none', async () => {
    const { items, faults } = await extractWith(
      {},
      '{"a":1}\r\n\n{"a":\n{"a":12345678901234567890}\n',
      lines,
    );
    expect(items.map(({ fields }) => fields)).toEqual([{ a: 1 }, { a: '12345678901234567890' }]);
    expect(faults).toEqual([
      { code: 'LINES_BROKEN', message: expect.stringMatching(/1 of 3 lines .* line 3:/) },
    ]);
  });

  it('fails where no line is JSON', async () => {
    await expect(extractWith({}, 'a\nb\n', lines)).rejects.toMatchObject({ code: 'EXTRACT_FAILED' });
  });
});
