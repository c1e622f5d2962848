import { type Box, boxesTouch } from './box.ts';

/** A binary tree of things with bounds, by which those near a box are found in logarithmic time. Never empty. */
export type BoxTree<T extends Box> = Box & ({ things: readonly T[] } | { halves: readonly BoxTree<T>[] });

/** The size of a leaf, whose things are tested one by one. */
const maxThings = 4;

/** Splits the things recursively across the longer side, by their centres. */
export function makeBoxTree<T extends Box>(things: readonly T[]): BoxTree<T> {
  const bounds = boundsAround(things);
  if (things.length <= maxThings) return { ...bounds, things };
  const isWide = bounds.east - bounds.west > bounds.north - bounds.south;
  const twiceMiddle = isWide ? (box: Box) => box.west + box.east : (box: Box) => box.south + box.north;
  const sorted = things.toSorted((a, b) => twiceMiddle(a) - twiceMiddle(b));
  const half = sorted.length >> 1;
  return { ...bounds, halves: [makeBoxTree(sorted.slice(0, half)), makeBoxTree(sorted.slice(half))] };
}

/** Calls `visit` for every thing whose bounds touch the box, until it returns true. */
export function someNear<T extends Box>(tree: BoxTree<T>, box: Box, visit: (thing: T) => boolean): boolean {
  if (!boxesTouch(tree, box)) return false;
  if ('halves' in tree) return tree.halves.some((half) => someNear(half, box, visit));
  return tree.things.some((thing) => boxesTouch(thing, box) && visit(thing));
}

function boundsAround(boxes: readonly Box[]): Box {
  const bounds = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const { west, south, east, north } of boxes) {
    bounds.west = Math.min(bounds.west, west);
    bounds.south = Math.min(bounds.south, south);
    bounds.east = Math.max(bounds.east, east);
    bounds.north = Math.max(bounds.north, north);
  }
  return bounds;
}
