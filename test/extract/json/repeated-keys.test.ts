import { describe, expect, it } from 'vitest';
import { parseNotedJson, repeatedAlong } from '../../../shared/extract/json/repeated-keys.ts';
import { parseJsonPath } from '../../../shared/schema/json-path-syntax.ts';
import { extractWith } from '../compile-job.ts';

const otherIn = (text: string, path: string) => repeatedAlong(parseNotedJson(text), parseJsonPath(path));

describe('a key that an object of JSON has several times', () => {
  it.each([
    ['{"a":1,"a":2}', 'a', '1'],
    ['{"b":{"a":"x","a":2}}', 'b.a', '"x"'],
    ['[{"c":0},{"a":[1],"a":[2]}]', '[1].a[0]', '[1]'],
    ['{"a" : 1, "\\u0061"\n: 2}', 'a', '1'],
    ['{"a\\"":1,"a\\"":2}', '["a\\""]', '1'],
    ['{"s":"{\\"a\\":1}","a":1,"a":2}', 'a', '1'],
    ['{"l":[{"a":1},{"a":1,"a":3}]}', 'l[*].a', '1'],
  ])('is noted: %s', (text, path, other) => {
    expect(otherIn(text, path)).toBe(other);
  });

  it.each([
    ['where the values are the same', '{"a":1,"a":1}', 'a'],
    ['of a key that is not on the way', '{"a":1,"a":2,"b":3}', 'b'],
    ['of another object', '[{"a":1,"a":2},{"a":3}]', '[1].a'],
    ['where there is none', '{"a":{"a":1},"b":"\\"a\\":1"}', 'a'],
    ['of a text with a colon', '["a",": b"]', '[0]'],
  ])('is not noted %s', (_, text, path) => {
    expect(otherIn(text, path)).toBeUndefined();
  });

  it('marks the fields that are read through it, and of a list its items', async () => {
    const facts = { contentType: 'application/json' };
    const fields = { a: { path: 'a.x' }, b: { path: 'b' } };
    const { items } = await extractWith({ fields }, '{"a":{"x":1},"a":{"x":2},"b":3}', facts);
    expect(items[0]).toMatchObject({ fields: { a: 2, b: 3 } });
    expect(items[0]?.marks).toEqual([{ kind: 'ambiguous', field: 'a', found: '{"x":1}' }]);
    const list = await extractWith({ items: 'l' }, '{"l":[{"a":1}],"l":[{"a":2},{"a":3}]}', facts);
    expect(list.items.map(({ marks }) => marks?.map(({ field }) => field))).toEqual([[''], ['']]);
  });

  it.each([
    ['of a line', { path: 'a' }, 'application/x-ndjson', '{"a":1,"a":2}'],
    [
      'of JSON-LD',
      { jsonld: 'Product.price' },
      'text/html',
      '<script type="application/ld+json">{"@type":"Product","price":1,"price":2}</script>',
    ],
    ['of a script', { select: 'script', path: 'a' }, 'text/html', '<script>{"a":1,"a":2}</script>'],
    [
      'of a list',
      { select: 'script', path: 'a', list: true },
      'text/html',
      '<script>{"a":[1],"a":[2]}</script>',
    ],
  ])('marks the field %s', async (_, field, contentType, body) => {
    const { items } = await extractWith({ fields: { f: field } }, body, { contentType });
    expect(items[0]?.marks).toMatchObject([{ kind: 'ambiguous', field: 'f' }]);
  });
});
