/** A map that drops its oldest entries: the memory of a process must not grow with the crawl. */
export interface BoundedMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  delete(key: K): void;
  /** Of all entries together. */
  readonly weight: number;
}

/** `maxWeight`: of all entries together; an entry weighs 1, or what `weigh` returns. */
export function makeBoundedMap<K, V>(
  maxWeight: number,
  weigh: (value: V) => number = () => 1,
): BoundedMap<K, V> {
  const entries = new Map<K, V>();
  let weight = 0;
  const remove = (key: K): void => {
    const value = entries.get(key);
    if (value !== undefined && entries.delete(key)) weight -= weigh(value);
  };
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      remove(key);
      entries.set(key, value);
      weight += weigh(value);
      for (const oldest of entries.keys()) {
        if (weight <= maxWeight) return;
        remove(oldest);
      }
    },
    delete: remove,
    get weight() {
      return weight;
    },
  };
}
