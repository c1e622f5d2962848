import { describe, expect, it } from 'vitest';
import { nearest } from '../../shared/job/nearest.ts';

describe('nearest', () => {
  const keys = ['select', 'take', 'attr', 'path', 'type', 'maxPages', 'maxDepth', 'by'];

  it.each([
    ['tpye', 'type'],
    ['selct', 'select'],
    ['selector', 'select'],
    ['Attr', 'attr'],
    ['max_pages', 'maxPages'],
    ['max-depht', 'maxDepth'],
    ['b', 'by'],
    ['speed', undefined],
    ['', undefined],
    ['id', undefined],
    ['x'.repeat(100_000), undefined],
  ])('of %j finds %j', (word, expected) => {
    expect(nearest(word, keys)).toBe(expected);
  });
});
