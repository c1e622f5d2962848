import { describe, expect, it } from 'vitest';
import { compileArea } from '../../../shared/places/areas/area.ts';
import { leftOutByArea, leftOutByFilter, leftOutByRule } from '../../../shared/sources/places/left-out.ts';

const filter = { minRating: 4.5, openNow: true as const, categories: ['B', 'A'] };
const box = { west: 0, south: 0, east: 1, north: 1 };

describe('a place that was left out', () => {
  it('is known by the rule that it failed, with its value', () => {
    expect(leftOutByRule('cid:1', 'minRating', filter)).toEqual([
      { scope: 'places', key: 'cid:1 left out: minRating=4.5', fades: true },
    ]);
  });

  it('is looked for by every rule, in whatever order its values are', () => {
    const keys = leftOutByFilter('cid:1', filter).map(({ key }) => key);
    expect(keys).toEqual(['cid:1 left out: minRating=4.5', 'cid:1 left out: categories=["A","B"]']);
    expect(leftOutByFilter('cid:1', { ...filter, categories: ['A', 'B'] }).map(({ key }) => key)).toEqual(
      keys,
    );
  });

  it('is not remembered for what holds at a moment alone', () => {
    expect(leftOutByRule('cid:1', 'openNow', filter)).toEqual([]);
  });

  it('is known by the form of the area that it lies outside of, not by its name', () => {
    const key = leftOutByArea('cid:1', compileArea({ name: 'a', box }, 0));
    expect(leftOutByArea('cid:1', compileArea({ name: 'b', box }, 3))).toEqual(key);
    expect(leftOutByArea('cid:1', compileArea({ box: { ...box, east: 2 } }, 0))).not.toEqual(key);
  });
});
