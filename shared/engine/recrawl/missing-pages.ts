import { goneCodes, hasMoved, pointingCodes } from '../../changes/doubt.ts';
import type { Batch, ComparedItem, MissingPage, PageFact, PageRecord, PageRequest } from '../../model.ts';
import { isPage, kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import { urlKeyOf } from '../ids.ts';
import type { Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';
import type { RunRecrawl } from './run-recrawl.ts';

type RecrawlContext = RunContext & { recrawl: RunRecrawl };

/**
 * Marks the pages of a batch that the job knew and that were not stored: gone by their answer, or not seen. Nothing is read for a
 * batch whose pages were all stored.
 */
export async function markMissing(
  engine: Engine,
  context: RecrawlContext,
  { requests }: Batch,
  visits: Visit[],
): Promise<Visit[]> {
  const asked = Map.groupBy(requests, ({ url }) => url);
  const requestOf = ({ fact }: Visit): PageRequest | undefined => {
    const isMissed = isPage(fact.kind) && fact.end !== 'stored' && fact.end !== 'retry';
    const [request, other] = isMissed ? (asked.get(fact.url) ?? []) : [];
    return request !== undefined && other === undefined && kindOf(request).isPlain(request)
      ? request
      : undefined;
  };
  const missed = visits.flatMap((visit) => {
    const request = requestOf(visit);
    return request === undefined ? [] : [{ visit, key: urlKeyOf(request, context.normalise).key }];
  });
  if (missed.length === 0) return visits;
  const found = await engine.ledger.readPages(
    context.recrawl.job,
    missed.map(({ key }) => key),
  );
  const known = new Map(missed.map(({ visit }, index) => [visit, found[index]]));
  return visits.map((visit) => {
    const record = known.get(visit);
    return record === undefined || record.gone !== undefined
      ? visit
      : markOf(context.id, visit, record, engine.now());
  });
}

function markOf(run: string, visit: Visit, record: PageRecord, now: number): Visit {
  const { fact } = visit;
  const why = codeOf(fact);
  const isGone = goneCodes.has(why) || hasMoved(fact);
  const missing = missingPage(record, isGone ? 'gone' : 'notSeen', why);
  if (isGone) {
    const records = [goneRecord(record, why, Math.ceil(now))];
    return { ...visit, fact: { ...fact, change: 'gone' }, missing, records };
  }
  const notSeen: Visit = { ...visit, fact: { ...fact, change: 'notSeen' }, missing };
  if (!pointingCodes.has(why))
    return { ...notSeen, linkCounts: { ...visit.linkCounts, [`change:unread:${why}`]: 1 } };
  // The run is in no doubt by it, so that what concludes the run has to know it of the page's own items.
  const hasKeyed = record.items.some(({ key }) => key !== undefined);
  return hasKeyed
    ? { ...notSeen, records: [{ ...record, at: record.at + 1, missed: { run, why } }] }
    : notSeen;
}

/** What its status says, where the job has another word for it (`unless`). */
function codeOf({ code = 'CANCELLED', status }: PageFact): string {
  const byStatus = `HTTP_${status}`;
  return goneCodes.has(byStatus) ? byStatus : code;
}

/** Nothing of a page whose items all have a key: what became of each is said of it by itself. */
export function missingPage(record: PageRecord, is: MissingPage['is'], why: string): MissingPage[] {
  const { url, label } = record;
  const items = record.isItem === true ? record.items : withoutKeyed(record.items);
  return items.length === 0 && record.items.length > 0 ? [] : [{ url, label, is, why, items }];
}

/** An item with a key may be on another page, which one page cannot tell. */
export function withoutKeyed(items: ComparedItem[]): ComparedItem[] {
  return items.filter(({ key }) => key === undefined);
}

/** What is kept of a page that is gone: that it is. Should it come back, it is new. */
export function goneRecord({ key, group, url, label }: PageRecord, why: string, at: number): PageRecord {
  return {
    ...{ key, at, gone: why, url, label, body: '', items: [] },
    ...(group === undefined ? {} : { group }),
  };
}
