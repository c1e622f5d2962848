/** Values at these indexes, null elsewhere: the form of Google's undocumented answers. */
export type Sparse = Record<number, unknown>;

/** @param length As many entries as there need be, unless given. */
export function toArray(sparse: Sparse, length?: number): unknown[] {
  const indexes = Object.keys(sparse).map(Number);
  const array = new Array<unknown>(length ?? Math.max(-1, ...indexes) + 1).fill(null);
  for (const index of indexes) array[index] = sparse[index] ?? null;
  return array;
}
