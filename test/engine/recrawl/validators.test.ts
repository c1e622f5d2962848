import { expect, it } from 'vitest';
import { conditionsOf } from '../../../shared/engine/recrawl/validators.ts';

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
