import { goneCodes, pointingCodes } from '../../changes/doubt.ts';
import type { Batch, MissingPage, PageFact, PageRecord, PageRequest } from '../../model.ts';
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
    return record === undefined || record.gone !== undefined ? visit : markOf(visit, record, engine.now());
  });
}

function markOf(visit: Visit, record: PageRecord, now: number): Visit {
  const { fact } = visit;
  const why = codeOf(fact);
  const isGone = goneCodes.has(why) || hasMoved(fact);
  const missing = [missingPage(record, isGone ? 'gone' : 'notSeen', why)];
  if (isGone) {
    const records = [goneRecord(record, why, Math.ceil(now))];
    return { ...visit, fact: { ...fact, change: 'gone' }, missing, records };
  }
  const unread = pointingCodes.has(why) ? {} : { [`change:unread:${why}`]: 1 };
  const linkCounts = { ...visit.linkCounts, ...unread };
  return { ...visit, fact: { ...fact, change: 'notSeen' }, missing, linkCounts };
}

/** The server says that the address is not to be used any more (RFC 9110, 15.4.2 and 15.4.9). */
function hasMoved({ code, status }: PageFact): boolean {
  return code === 'REDIRECTED' && (status === 301 || status === 308);
}

/** What its status says, where the job has another word for it (`unless`). */
function codeOf({ code = 'CANCELLED', status }: PageFact): string {
  const byStatus = `HTTP_${status}`;
  return goneCodes.has(byStatus) ? byStatus : code;
}

export function missingPage(
  { url, label, items }: PageRecord,
  is: MissingPage['is'],
  why: string,
): MissingPage {
  return { url, label, is, why, items };
}

/** What is kept of a page that is gone: that it is. Should it come back, it is new. */
export function goneRecord({ key, group, url, label }: PageRecord, why: string, at: number): PageRecord {
  return {
    ...{ key, at, gone: why, url, label, body: '', items: [] },
    ...(group === undefined ? {} : { group }),
  };
}
