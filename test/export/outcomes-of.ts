import type { Item, Outcome, PageFact } from '../../shared/model.ts';

/** Outcomes as the store would list them, made from items and facts. */
export function outcomesOf(...parts: { items?: Item[]; pages?: PageFact[] }[]) {
  const all = parts.map(
    ({ items = [], pages = [] }, index): Outcome => ({
      run: 'run',
      batch: String(index),
      pages,
      items,
      links: [],
      retries: [],
      counts: {},
      batchSizes: { own: 1, other: 1 },
    }),
  );
  return {
    async *list() {
      yield* all;
    },
  };
}

export function item(fields: Item['fields'], rest: Partial<Item> = {}): Item {
  return { item: 'product', url: 'http://shop.test/1', fields, ...rest };
}

export function fact(end: PageFact['end'], rest: Partial<PageFact> = {}): PageFact {
  return { kind: 'page', url: 'http://shop.test/1', label: 'product', depth: 0, attempt: 0, end, ...rest };
}
