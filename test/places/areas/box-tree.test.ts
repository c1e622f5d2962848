import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Box, boxesTouch } from '../../../shared/places/areas/box.ts';
import { makeBoxTree, someNear } from '../../../shared/places/areas/box-tree.ts';

const side = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 }));
const box: fc.Arbitrary<Box> = fc
  .tuple(side, side)
  .map(([[west, wide], [south, high]]) => ({ west, south, east: west + wide, north: south + high }));

describe('someNear', () => {
  it('visits every thing that touches the box once, and no other', () => {
    fc.assert(
      fc.property(fc.array(box, { minLength: 1, maxLength: 60 }), box, (things, near) => {
        const visited: Box[] = [];
        const isStopped = someNear(makeBoxTree(things), near, (thing) => {
          visited.push(thing);
          return false;
        });
        expect(isStopped).toBe(false);
        const touching = things.filter((thing) => boxesTouch(thing, near));
        expect(visited).toHaveLength(touching.length);
        expect(new Set(visited)).toEqual(new Set(touching));
      }),
    );
  });

  it('visits no more once a visit returns true', () => {
    const same = { west: 0, south: 0, east: 1, north: 1 };
    let visits = 0;
    const tree = makeBoxTree(Array.from({ length: 50 }, () => same));
    expect(someNear(tree, same, () => ++visits === 3)).toBe(true);
    expect(visits).toBe(3);
  });

  it('leaves aside what is far away', () => {
    const row = Array.from({ length: 10_000 }, (_, west) => ({ west, south: 0, east: west + 0.5, north: 1 }));
    let looks = 0;
    const watched = row.map(({ west, ...others }) => ({
      ...others,
      get west() {
        looks += 1;
        return west;
      },
    }));
    const tree = makeBoxTree(watched);
    looks = 0;
    someNear(tree, { west: 5_000, south: 0, east: 5_001, north: 1 }, () => false);
    expect(looks).toBeLessThan(50);
  });
});
