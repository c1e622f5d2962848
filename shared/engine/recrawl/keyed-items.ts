import { compareItems } from '../../changes/compare-items.ts';
import type { ComparedItem, Item, PageRecord } from '../../model.ts';
import type { Engine } from '../engine.ts';
import type { Visit } from '../make-visit.ts';
import { type RunContext, secretTextsOf } from '../run-context.ts';
import { keptOf, maxRecordBytes } from './compare-page.ts';
import type { RunRecrawl } from './run-recrawl.ts';

type RecrawlContext = RunContext & { recrawl: RunRecrawl };

/**
 * Marks the items that have a key by what the job knows of them, on whichever page they were: an item is given once in a run, by one of
 * its pages, and moves from one page of a list to the next where something is added before it. Nothing is read for a batch without
 * such items.
 */
export async function markKeyedItems(
  engine: Engine,
  context: RecrawlContext,
  visits: Visit[],
): Promise<Visit[]> {
  const keys = visits.flatMap(({ items }) => items.flatMap(({ key }) => key ?? []));
  if (keys.length === 0) return visits;
  const records = await engine.ledger.readPages(context.recrawl.job, keys);
  const known = new Map(keys.map((key, index) => [key, records[index]]));
  const now = Math.ceil(engine.now());
  return visits.map((visit) => {
    if (visit.items.every(({ key }) => key === undefined)) return visit;
    const marked = visit.items.map((item) =>
      item.key === undefined ? { item } : markOf(context, visit, item, item.key, known.get(item.key), now),
    );
    const written = marked.flatMap(({ record }) => record ?? []);
    return {
      ...visit,
      items: marked.map(({ item }) => item),
      records: [...(visit.records ?? []), ...written],
    };
  });
}

/** The item with its mark, and its record where that is to be another one. */
function markOf(
  context: RecrawlContext,
  { fact }: Visit,
  item: Item,
  key: string,
  record: PageRecord | undefined,
  now: number,
): { item: Item; record?: PageRecord } {
  // Compared as it is stored, without secrets.
  const shown = { url: item.url, compared: keptOf(item) };
  const { url, compared } = context.redaction.redactValue(shown, secretTextsOf(context));
  const [change = { is: 'new' as const }] = compareItems(itemsOf(record), [compared]).changes;
  const at = Math.max(now, (record?.at ?? 0) + 1);
  const next: PageRecord = { key, at, isItem: true, url, label: fact.label, body: '', items: [compared] };
  if (Buffer.byteLength(JSON.stringify(next)) > maxRecordBytes) return { item: withoutMark(item) };
  const marked = { ...item, change };
  const isAsKnown = change.is === 'unchanged' && record?.url === url;
  return isAsKnown ? { item: marked } : { item: marked, record: next };
}

/** Of an item that is gone nothing is known: should it come back, it is new. */
function itemsOf(record: PageRecord | undefined): ComparedItem[] {
  return record === undefined || record.gone !== undefined ? [] : record.items;
}

/** Its page is too large as well, and was counted. */
function withoutMark({ change: _, ...item }: Item): Item {
  return item;
}
