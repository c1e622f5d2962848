import { expect, it } from 'vitest';
import {
  conditionsOf,
  isTagged,
  validatorsOf,
  variedNames,
} from '../../../shared/engine/recrawl/validators.ts';

const etag = '"a"';
const lastModified = 'Sat, 28 Nov 2026 10:00:00 GMT';

it.each([
  [
    { etag, lastModified },
    { 'if-none-match': etag, 'if-modified-since': lastModified },
  ],
  [{ etag }, { 'if-none-match': etag }],
  [{ lastModified }, { 'if-modified-since': lastModified }],
  [{}, {}],
])('asks by what is known of a page, and sends no header without a value: %j', (known, headers) => {
  expect(conditionsOf({ ...known, variant: '' })).toStrictEqual(headers);
});

const second = 'Sat, 28 Nov 2026 10:00:01 GMT';
it.each<[string, number, Record<string, string>, boolean, object | undefined]>([
  ['a tag', 200, { etag: ' "a" ' }, true, { etag }],
  ['a weak tag', 200, { etag: 'W/"a"' }, true, { etag: 'W/"a"' }],
  ['no tag', 200, { etag: 'a' }, true, undefined],
  ['a date of a second before', 200, { 'last-modified': lastModified, date: second }, true, { lastModified }],
  ['a date of the same second', 200, { 'last-modified': lastModified, date: lastModified }, true, undefined],
  ['no date of the answer', 200, { 'last-modified': lastModified }, true, undefined],
  ['nothing, where that will do', 200, {}, false, {}],
  ['another status', 203, { etag }, false, undefined],
])('relies upon what tells versions apart: %s', (_, status, headers, needsTag, found) => {
  const answer = { status, headers } as Parameters<typeof validatorsOf>[0];
  expect(validatorsOf(answer, 'v', needsTag)).toEqual(found && { ...found, variant: 'v' });
});

it('has something to ask by with a tag or a date', () => {
  const variant = 'v';
  expect([{ variant }, { variant, etag }, { variant, lastModified }, undefined].map(isTagged)).toEqual([
    ...[false, true, true, false],
  ]);
});

it.each<[string | undefined, string[] | undefined]>([
  [undefined, []],
  ['', []],
  ['Cookie, , accept ,X-A', ['accept', 'cookie', 'x-a']],
  ['accept, *', undefined],
])('knows by which headers an answer varies: %s', (vary, names) => {
  expect(variedNames(vary === undefined ? {} : { vary })).toEqual(names);
});
