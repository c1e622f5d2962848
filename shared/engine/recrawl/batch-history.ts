import { scheduleVisits, type VisitSchedule } from '../../changes/visit-schedule.ts';
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
import { conditionsOf, isTagged } from './validators.ts';
import { planKey } from './visit-plan.ts';

/** What the job knows of the pages of one batch. */
export interface BatchHistory {
  /** Of a page that this run does not ask for: an answer that stands for the last one, and what was extracted of that. */
  notDue(request: PageRequest, session: string | undefined): Unasked | undefined;
  /** The headers that ask for the page only if it has changed; none where it must be read in any case. */
  conditionsFor(request: PageRequest, session: string | undefined): Record<string, string> | undefined;
  /** Of a page that was answered 304 on such a condition: what was extracted of it. Or the visit of one that is to be checked. */
  reuse(request: PageRequest, answer: FetchResult): { extraction: Extraction } | { visit: Visit } | undefined;
  /** When the page was fetched of which the job knows: epoch ms. */
  fetchedAt(request: PageRequest): number | undefined;
  /** The visit with its marks. */
  compare(visit: Visit, page: ComparedPage, session: string | undefined): Promise<Visit>;
}

/** A page that is followed and exported as in its last fetch. */
interface Unasked {
  answer: FetchResult;
  extraction: Extraction;
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
  const { records, schedule } = await readRecords(engine, recrawl, keys);
  const asked = new Set<string>();
  const unasked = new Set<string>();

  return {
    notDue(request, session) {
      if (schedule === undefined || cached !== undefined || request.isCheck) return undefined;
      const key = keyOf(request);
      const record = records.get(key);
      if (record === undefined || recrawl.isStart(key) || schedule.isDue(key, record.seen)) return undefined;
      if (!isReusable(recrawl, request, record, session)) return undefined;
      unasked.add(key);
      const { at: startedAt, extraction } = record;
      const answer = { url: request.url, status: 304, headers: {}, body: noBody, ms: 0, startedAt };
      return { answer, extraction: extraction as unknown as Extraction };
    },

    conditionsFor(request, session) {
      // The condition itself may be what the server could not bear.
      const isAgain = request.attempt > 0 || request.isCheck;
      if (records.size === 0 || cached !== undefined || isAgain) return undefined;
      const key = keyOf(request);
      const record = records.get(key);
      const { validators } = record ?? {};
      if (record === undefined || !isTagged(validators) || distrusted(hostOf(request.url))) return undefined;
      if (!isReusable(recrawl, request, record, session)) return undefined;
      asked.add(key);
      return conditionsOf(validators);
    },

    reuse(request, answer) {
      const key = keyOf(request);
      if (answer.status === 412 && asked.has(key)) return { visit: visitWithoutCondition(request, answer) };
      const record = answer.status === 304 && asked.has(key) ? records.get(key) : undefined;
      if (record?.extraction === undefined) return undefined;
      if (isSampled(id, key, recrawl.verify)) return { visit: visitToCheck(request, answer) };
      return { extraction: record.extraction as unknown as Extraction };
    },

    fetchedAt: (request) => records.get(keyOf(request))?.at,

    async compare(visit, page, session) {
      const key = keyOf(page.request);
      const compared = comparePage(context, visit, page, {
        record: records.get(key),
        session,
        schedule,
        isNotDue: unasked.has(key),
      });
      const hasLied = page.request.isCheck === true && compared.fact.change === 'changed';
      if (!hasLied) return compared;
      const host = hostOf(page.request.url);
      await engine.ledger.updateHost(host, { distrustedBy: id });
      return { ...compared, linkCounts: { ...compared.linkCounts, [`untrue:${host}`]: 1 } };
    },
  };
}

const noBody = new Uint8Array();

/** `schedule`: of a run that has a budget for them. */
async function readRecords({ ledger }: Engine, { job, budget }: RunRecrawl, keys: string[]) {
  const wanted = budget === undefined || keys.length === 0 ? keys : [...keys, planKey];
  const records = new Map<string, PageRecord>();
  for (const record of await ledger.readPages(job, wanted))
    if (record !== undefined) records.set(record.key, record);
  const schedule: VisitSchedule | undefined =
    budget === undefined ? undefined : scheduleVisits(records.get(planKey)?.plan, budget);
  return { records, schedule };
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

/** A server that takes the condition for one of writing (RFC 9110 §13.1.2) is asked without it. */
function visitWithoutCondition(request: PageRequest, answer: FetchResult): Visit {
  const message = 'answered 412 to a request for the page only if it has changed; it is asked for as a whole';
  const visit = makeVisit(request, { end: 'retry', code: 'HTTP_412', message }, answer);
  return { ...visit, retry: { ...request, attempt: request.attempt + 1 } };
}

function visitToCheck(request: PageRequest, answer: FetchResult): Visit {
  const message = 'answered 304; one of a sample that is asked for once more to see whether it is true';
  const visit = makeVisit(request, { end: 'retry', code: 'NOT_MODIFIED', message }, answer);
  return { ...visit, retry: { ...request, isCheck: true }, linkCounts: { 'reused:checked': 1 } };
}
