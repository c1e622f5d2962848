import type { Extraction } from '../../extract/types.ts';
import type { FetchResult } from '../../fetch/types.ts';
import { hostOf } from '../../fetch/url.ts';
import type { PageRecord, PageRequest } from '../../model.ts';
import { isPage, kindOf } from '../../sources/sources.ts';
import type { Engine } from '../engine.ts';
import { digestOf, urlKeyOf } from '../ids.ts';
import { makeVisit, type Visit } from '../make-visit.ts';
import type { RunContext } from '../run-context.ts';
import { type ComparedPage, comparePage } from './compare-page.ts';
import type { RunRecrawl } from './run-recrawl.ts';
import { conditionsOf } from './validators.ts';

/** What the job knows of the pages of one batch. */
export interface BatchHistory {
  /** The headers that ask for the page only if it has changed; none where it must be read in any case. */
  conditionsFor(request: PageRequest, session: string | undefined): Record<string, string> | undefined;
  /** Of a page that was answered 304 on such a condition: what was extracted of it. Or the visit of one that is to be checked. */
  reuse(request: PageRequest, answer: FetchResult): { extraction: Extraction } | { visit: Visit } | undefined;
  /** When the page was fetched of which the job knows: epoch ms. */
  fetchedAt(request: PageRequest): number | undefined;
  /** The visit with its marks. */
  compare(visit: Visit, page: ComparedPage, session: string | undefined): Promise<Visit>;
}

/**
 * Reads what the job knows of the pages of a batch. `distrusting`: hosts, as the ledger knows them, that answered 304 for pages that
 * had changed.
 */
export async function openHistory(
  engine: Engine,
  context: RunContext & { recrawl: RunRecrawl },
  requests: PageRequest[],
  distrusted: (host: string) => boolean,
): Promise<BatchHistory> {
  const { recrawl, normalise, id, cached } = context;
  const keyOf = (request: PageRequest) => urlKeyOf(request, normalise).key;
  const keys = [...new Set(requests.filter(({ kind }) => isPage(kind)).map(keyOf))];
  const found = await engine.ledger.readPages(recrawl.job, keys);
  const records = new Map<string, PageRecord>();
  for (const record of found) if (record !== undefined) records.set(record.key, record);
  const asked = new Set<string>();

  return {
    conditionsFor(request, session) {
      if (records.size === 0 || cached !== undefined || request.isCheck) return undefined;
      const key = keyOf(request);
      const record = records.get(key);
      const { validators } = record ?? {};
      if (record === undefined || validators === undefined || distrusted(hostOf(request.url)))
        return undefined;
      if (!isReusable(recrawl, request, record, session)) return undefined;
      asked.add(key);
      return conditionsOf(validators);
    },

    reuse(request, answer) {
      const key = keyOf(request);
      const record = answer.status === 304 && asked.has(key) ? records.get(key) : undefined;
      if (record?.extraction === undefined) return undefined;
      if (isSampled(id, key, recrawl.verify)) return { visit: visitToCheck(request, answer) };
      return { extraction: record.extraction as unknown as Extraction };
    },

    fetchedAt: (request) => records.get(keyOf(request))?.at,

    async compare(visit, page, session) {
      const compared = comparePage(context, visit, page, {
        record: records.get(keyOf(page.request)),
        session,
      });
      const hasLied = page.request.isCheck === true && compared.fact.change === 'changed';
      if (!hasLied) return compared;
      const host = hostOf(page.request.url);
      await engine.ledger.updateHost(host, { distrustedBy: id });
      return { ...compared, linkCounts: { ...compared.linkCounts, [`untrue:${host}`]: 1 } };
    },
  };
}

/** The answer to the request would be that of the record, if it has not changed, and be read in the same way. */
function isReusable(
  recrawl: RunRecrawl,
  request: PageRequest,
  { rule, validators, extraction, gone, varied = [] }: PageRecord,
  session: string | undefined,
): boolean {
  if (gone !== undefined || extraction === undefined || !kindOf(request).isPlain(request)) return false;
  const isSameRule = rule !== undefined && rule === recrawl.ruleOf(request.label);
  return isSameRule && validators?.variant === recrawl.variantOf(request, varied, session);
}

/** Drawn from run and page, so that a repeat decides alike. */
function isSampled(run: string, key: string, share: number): boolean {
  const drawn = Buffer.from(digestOf(`${run} ${key}`), 'base64url').readUInt32BE(0);
  return drawn < share * 2 ** 32;
}

function visitToCheck(request: PageRequest, answer: FetchResult): Visit {
  const message = 'answered 304; one of a sample that is asked for once more to see whether it is true';
  const visit = makeVisit(request, { end: 'retry', code: 'NOT_MODIFIED', message }, answer);
  return { ...visit, retry: { ...request, isCheck: true }, linkCounts: { 'reused:checked': 1 } };
}
