import { describe, expect, it } from 'vitest';
import { readContentRange, strongValidatorOf } from '../../../shared/engine/downloads/validator.ts';

const date = 'Sat, 28 Nov 2026 10:01:00 GMT';
const minuteBefore = 'Sat, 28 Nov 2026 10:00:00 GMT';
const lessBefore = 'Sat, 28 Nov 2026 10:00:01 GMT';

describe('strongValidatorOf', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{ etag: '"a"' }, '"a"'],
    [{ etag: ' "a" ', 'accept-ranges': 'bytes' }, '"a"'],
    [{ etag: '"a"', 'accept-ranges': ' None ' }, undefined],
    [{ etag: 'W/"a"' }, undefined],
    [{ etag: 'a', 'last-modified': minuteBefore, date }, undefined],
    [{ etag: '"a"b"' }, undefined],
    [{ 'last-modified': minuteBefore, date }, minuteBefore],
    [{ 'last-modified': lessBefore, date }, undefined],
    [{ 'last-modified': minuteBefore }, undefined],
    [{ 'last-modified': 'then', date }, undefined],
    [{}, undefined],
  ])('of %j is %s', (headers, validator) => {
    expect(strongValidatorOf(headers)).toBe(validator);
  });
});

describe('readContentRange', () => {
  it.each<[string | undefined, object | undefined]>([
    ['bytes 5-9/10', { first: 5, end: 10, whole: 10 }],
    [' Bytes 0-0/* ', { first: 0, end: 1, whole: undefined }],
    ['bytes */10', undefined],
    ['items 0-1/2', undefined],
    [undefined, undefined],
  ])('of %s is %j', (header, range) => {
    expect(readContentRange(header)).toEqual(range);
  });
});
