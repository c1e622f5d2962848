import type { ScriptAnswer } from '../../browser/types.ts';
import { DropError, RetryError } from '../../errors.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Counts, PageRequest } from '../../model.ts';
import { compilePatterns } from '../../patterns/url-patterns.ts';
import type { KindResult } from '../../sources/kind.ts';
import { sourceFault } from '../../sources/seed.ts';
import type { KeptPage } from '../../warc/read-pages.ts';
import { add } from '../counts.ts';
import { factOf, makeVisit, type Visit } from '../make-visit.ts';
import { readScriptAnswers } from '../render/read-script-answers.ts';
import type { RunContext } from '../run-context.ts';
import { faultOf } from './judge-answer.ts';
import type { VisitContext } from './visit-context.ts';
import { onlyPage, ruledOutVisit, visitPage } from './visit-page.ts';

/**
 * The visit of a part of the pages that another run has kept, with the visits of these pages (`pages`): items alone. They lead
 * nowhere, so that nothing is asked of any host. A part that cannot be read to its end is a failure, and what was read of it counts.
 */
export async function visitKeptPages(
  context: VisitContext,
  part: PageRequest,
  { pages, earlier }: Extract<KindResult, { is: 'pages' }>,
): Promise<Visit> {
  const visits: Visit[] = [];
  const visit = makeVisit(part, { end: 'stored' });
  const counts: Counts = {};
  const { extracts } = context.run.job;
  // Where earlier runs are known, those that none of them has are counted at the start.
  const countsUnchanged = extracts?.left === undefined;
  try {
    for await (const page of pages) {
      if (page !== 'unchanged' && !isOfPart(context.run, earlier, page)) continue;
      const request = page === 'unchanged' ? undefined : requestOf(context.run, page);
      if (page === 'unchanged') add(counts, 'refused:unchanged', countsUnchanged ? 1 : 0);
      else if (request === undefined) add(counts, 'refused:label');
      else visits.push(await visitKeptPage(context, request, page));
    }
  } catch (error) {
    if (!(error instanceof DropError)) throw error;
    visit.otherFacts.push(sourceFault(factOf(part), error));
  }
  add(counts, 'admitted', visits.length);
  return { ...visit, fact: { ...visit.fact, links: visits.length }, linkCounts: counts, pages: visits };
}

/** Of an earlier run count the pages that the run has used again, and that no later one has fetched. */
function isOfPart({ lastFetches }: RunContext, earlier: number | undefined, { url }: KeptPage): boolean {
  return earlier === undefined || lastFetches?.runOf(url) === earlier;
}

/** As it was asked for, under the same label if this job has it, else by its address. */
function requestOf({ job, labelOf }: RunContext, { url, readAs }: KeptPage): PageRequest | undefined {
  const label = Object.hasOwn(job.pages, readAs.label) ? readAs.label : labelOf(url);
  return label === undefined ? undefined : ({ ...readAs, url, label, attempt: 0 } as PageRequest);
}

async function visitKeptPage(context: VisitContext, request: PageRequest, page: KeptPage): Promise<Visit> {
  const { run } = context;
  const answer = answerOf(page);
  try {
    const fault = faultOf(run, request, answer, context.now());
    if (fault instanceof Error) throw fault;
    if (fault !== undefined) return ruledOutVisit(request, answer, fault);
    // Of two pages that name each other as canonical, the one that was kept is the one.
    const alone = { ...context, mayYield: async () => false };
    const read = (one: FetchResult) => visitPage(alone, request, one, onlyPage);
    const asked = scriptAnswers(run, request, page);
    const visit = asked === undefined ? await read(answer) : await readScriptAnswers(request, asked, read);
    return withItemsAlone(visit, answer);
  } catch (error) {
    if (!(error instanceof DropError || error instanceof RetryError)) throw error;
    return makeVisit(request, { end: 'failed', code: error.code, message: error.message }, answer);
  }
}

/** Of a label whose items are in what scripts got: what these asked for, with the answers that its patterns name. */
function scriptAnswers(
  { job, normalise }: RunContext,
  { label }: PageRequest,
  { answers }: KeptPage,
): ScriptAnswer[] | undefined {
  const patterns = job.extracts?.answers?.[label];
  if (patterns === undefined) return undefined;
  const isRead = compilePatterns(patterns, normalise);
  return answers.map(({ method, sent, ...answer }) => ({
    ...{ method, url: answer.url, status: answer.status, bytes: answer.body.byteLength },
    contentType: answer.headers['content-type'] ?? '',
    ...(sent === undefined ? {} : { sent }),
    ...(isRead(answer.url) ? { kept: answerOf(answer) } : {}),
  }));
}

type KeptAnswer = Pick<KeptPage, 'url' | 'at' | 'status' | 'headers' | 'body'>;

function answerOf({ url, at, status, headers, body }: KeptAnswer): FetchResult {
  return { url, status, headers, body, ms: 0, startedAt: at };
}

function withItemsAlone({ retry: _, ...visit }: Visit, { startedAt }: FetchResult): Visit {
  const fetchedAt = new Date(startedAt).toISOString();
  return {
    ...visit,
    fact: { ...visit.fact, links: 0 },
    items: visit.items.map((item) => ({ ...item, fetchedAt })),
    links: [],
    known: [],
  };
}
