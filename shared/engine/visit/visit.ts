import { DropError } from '../../errors.ts';
import type { Extraction } from '../../extract/types.ts';
import { cookieHeader } from '../../fetch/cookies/chain-cookies.ts';
import type { FetchInTurn, FetchResult } from '../../fetch/types.ts';
import type { PageRequest } from '../../model.ts';
import type { ItemKey, KindResult, Paging, SourceEnv } from '../../sources/kind.ts';
import { readerOf } from '../../sources/readers.ts';
import { sourceFault } from '../../sources/seed.ts';
import { isDownload, kindOf } from '../../sources/sources.ts';
import type { CachedAnswers } from '../cached-answers.ts';
import { sumOf } from '../counts.ts';
import { digestOf } from '../ids.ts';
import { factOf, makeVisit, type Visit, withItems } from '../make-visit.ts';
import { type RunContext, secretTextsOf } from '../run-context.ts';
import type { SessionOfRequest } from '../sessions/batch-sessions.ts';
import { openAddress } from '../sessions/hidden-addresses.ts';
import {
  keepListInSession,
  receiveInSession,
  visitAfterFailure,
  visitBeforeSession,
  visitOfEndedSession,
  withSession,
} from '../sessions/visit-in-session.ts';
import type { OwnTurn } from '../turns/pace.ts';
import { failVisit, pastEnd } from './fail-visit.ts';
import { challenged, errorsToRead, faultOf } from './judge-answer.ts';
import { visitRedirect, visitRefresh } from './redirects.ts';
import type { VisitContext } from './visit-context.ts';
import { isForBrowser, visitInBrowser } from './visit-in-browser.ts';
import { visitKeptPages } from './visit-kept-pages.ts';
import { onlyPage, ruledOutVisit, visitPage } from './visit-page.ts';
import { visitSource } from './visit-source.ts';

const anyTime: OwnTurn = { startBy: Number.POSITIVE_INFINITY };

/**
 * Fetches one request and extracts what its kind needs. Never rejects because of the site. `late`: its turn was
 * over before it could be sent, or the process is to stop before a browser could read it: it is to be sent again.
 */
export async function visit(
  context: VisitContext,
  stored: PageRequest,
  turn: OwnTurn = anyTime,
): Promise<Visit | 'late'> {
  const { known, sessions } = context.run;
  const request = stored.sealedAddress === undefined ? stored : openAddress(context.run.id, stored, sessions);
  if (request === undefined) return visitOfLostAddress(stored);
  if (known.isForbidden(known.of(request.url), context.gate))
    return makeVisit(request, { end: 'skipped', code: 'ROBOTS_DISALLOWED' });
  const { refusedUse } = context.gate;
  if (refusedUse !== undefined && (kindOf(request).isPage || isDownload(request.kind)))
    return visitOfRefusedUse(request, refusedUse);
  if (context.isKnown?.(request) === true) return makeVisit(request, { end: 'skipped', code: 'PLACE_KNOWN' });
  const env = envOf(context);
  let result: FetchResult | undefined;
  let session: SessionOfRequest | undefined;
  try {
    const beginning = readerOf(request).begin(request, env);
    // Most kinds decide nothing before the fetch: no `await` for them, since it would cost each page a microtask.
    const begun = beginning === undefined ? undefined : await beginning;
    if (begun !== undefined) return await concludeVisit(context, request, begun);
    session = context.sessions?.of(request);
    if (session?.isOver()) return visitBeforeSession(request, session);
    if (session?.isInsecure(request.url)) throw insecure(request, session);
    const notDue = context.history?.notDue(request, session?.name);
    if (notDue !== undefined)
      return await visitPageOrFail(context, request, notDue.answer, onlyPage, notDue.extraction);
    const { cached } = context.run;
    const answer =
      cached === undefined
        ? await fetchRequest(context, request, turn, session)
        : await readOrFetch(context, cached, request, turn, session);
    if (answer === 'late') return answer;
    result = answer;
    const visit = await (session === undefined
      ? visitAnswer(context, request, answer, env)
      : visitInSession(context, request, session, answer, env));
    if (visit === 'late') return visit;
    if (context.keep !== undefined) await context.keep.add(request, answer, visit);
    return withBill(env, request, answer, visit);
  } catch (error) {
    const failed = failVisit(context, request, error, result);
    const after = session === undefined ? failed : visitAfterFailure(request, session, failed, result);
    return withBill(env, request, result, after);
  }
}

function visitOfLostAddress(request: PageRequest): Visit {
  const message =
    request.sealedAddress === ''
      ? 'the address holds a secret, without which an earlier version stored it'
      : 'the address holds a secret of a session that was sealed with another key';
  return makeVisit(request, { end: 'failed', code: 'ADDRESS_HIDDEN', message });
}

function insecure({ url }: PageRequest, { name }: SessionOfRequest): DropError {
  const message = `${url} is no https address, and session ${name} would send a password or a key; nothing was sent`;
  return new DropError('SESSION_INSECURE', message);
}

/** An answer in a session is judged by the session first: one that has ended shows no page of the run. */
async function visitInSession(
  context: VisitContext,
  request: PageRequest,
  session: SessionOfRequest,
  received: FetchResult,
  env: SourceEnv,
): Promise<Visit | 'late'> {
  const hasChanged = session.receive(received);
  // A page that has not changed shows what it showed in this session.
  const isJudged = received.status !== 304 && challenged(received) === undefined;
  const end = isJudged ? session.endedBy(received, request.sessionEnds !== undefined) : undefined;
  const ended = end === undefined ? undefined : visitOfEndedSession(request, session, end, received);
  if (ended !== undefined) return ended;
  const { seat } = session;
  const judged = receiveInSession(request, received, { hasChanged, seat });
  const visit = await visitAnswer(context, judged.request, judged.answer, env);
  if (visit === 'late') return visit;
  session.succeed();
  return keepListInSession(request, visit, seat);
}

function visitOfRefusedUse(request: PageRequest, use: string): Visit {
  const message = `robots.txt refuses its pages for ${use} (Content-Signal)`;
  return makeVisit(request, { end: 'skipped', code: 'CONTENT_SIGNAL', message });
}

function envOf({ run, gate, areKnown }: VisitContext): SourceEnv {
  return { ...run.env, sitemaps: gate.sitemaps, ...(areKnown === undefined ? {} : { areKnown }) };
}

/**
 * The kind decides which parts of the answer are read; it does not get answers that have no content of their own.
 */
function visitAnswer(
  context: VisitContext,
  request: PageRequest,
  result: FetchResult,
  env: SourceEnv,
): Visit | Promise<Visit | 'late'> {
  const kind = kindOf(request);
  const reused = context.history?.reuse(request, result);
  if (reused !== undefined) {
    return 'visit' in reused
      ? reused.visit
      : visitPageOrFail(context, request, result, onlyPage, reused.extraction);
  }
  if (kind.reads !== 'any') {
    if (result.redirect !== undefined) return visitRedirect(context.run, request, result, result.redirect);
    const fault = faultOf(context.run, request, result, context.now());
    if (fault !== undefined) {
      const visit = pastEnd(context, request, result.status, result);
      if (visit !== undefined) return visit;
      if (!(fault instanceof Error)) return ruledOutVisit(request, result, fault);
      throw fault;
    }
    const refreshed = visitRefresh(context.run, request, result);
    if (refreshed !== undefined) return refreshed;
  }
  const { render } = context;
  if (render === undefined || !isForBrowser(context.run, request)) {
    return readAnswer(context, request, result, env);
  }
  return visitInBrowser(context, render, request, result, (answer) =>
    readAnswer(context, request, answer, env),
  );
}

function readAnswer(
  context: VisitContext,
  request: PageRequest,
  answer: FetchResult,
  env: SourceEnv,
): Visit | Promise<Visit> {
  const made = readerOf(request).read(request, answer, env);
  if (!(made instanceof Promise)) return concludeVisit(context, request, made, answer);
  return made.then((result) => concludeVisit(context, request, result, answer));
}

/** The visit for the result of the kind. `result` is set if a host was asked. */
function concludeVisit(
  context: VisitContext,
  request: PageRequest,
  made: KindResult,
  result?: FetchResult,
): Visit | Promise<Visit> {
  switch (made.is) {
    case 'page':
      if (result === undefined) throw new Error(`a page that was not fetched: ${request.url}`);
      if (made.paging?.end !== undefined) context.onListEnd?.(made.paging.end);
      return visitPageOrFail(context, request, result, made.paging);
    case 'source':
      return visitSource(context, request, made.expansion, result);
    case 'search':
      return withLeftOut(made, visitSearch(makeVisit(request, made.fact, result), made));
    case 'pages':
      return visitKeptPages(context, request, made);
    case 'chainStep':
      return continueChain(made.request, made.next, result);
    case 'end':
      return withLeftOut(made, makeVisit(request, made.fact, result));
    case 'halt':
      return haltVisit(context, request, made, result);
    default:
      return made satisfies never;
  }
}

function visitSearch(
  visit: Visit,
  { links, counts, items = [] }: Extract<KindResult, { is: 'search' }>,
): Visit {
  return withItems({ ...visit, links, linkCounts: sumOf(visit.linkCounts, counts) }, items);
}

function withLeftOut({ leftOut = [] }: { leftOut?: ItemKey[] }, visit: Visit): Visit {
  return leftOut.length === 0 ? visit : { ...visit, leftOut };
}

/** The chain goes on with its next step, or ends here with what is left of it. */
function continueChain(request: PageRequest, next: PageRequest | undefined, result?: FetchResult): Visit {
  const visit = makeVisit(request, { end: 'stored' }, result);
  if (next === undefined) return { ...visit, fact: { ...visit.fact, items: visit.items.length } };
  const { claims: _, ...rest } = visit;
  return { ...rest, items: [], links: [], retry: next };
}

/** The request is repeated when the run is resumed, unchanged unless its kind says otherwise: the service refused it, and nothing has failed. */
function haltVisit(
  { now }: VisitContext,
  request: PageRequest,
  { code, message, again = request }: Extract<KindResult, { is: 'halt' }>,
  result?: FetchResult,
): Visit {
  const visit = makeVisit(request, { end: 'retry', code, message }, result);
  return { ...visit, retry: again, halt: { code, message, at: now() } };
}

/** An answer is billed by the service, whatever is made of it here. */
function withBill(
  env: SourceEnv,
  request: PageRequest,
  result: FetchResult | undefined,
  visit: Visit,
): Visit {
  const bill = result?.status === 200 ? kindOf(request).price(request, env)?.counts : undefined;
  return bill === undefined ? visit : { ...visit, linkCounts: { ...visit.linkCounts, ...bill } };
}

/** What is kept needs no turn: where it is gone again meanwhile, the request takes one. */
async function readOrFetch(
  context: VisitContext,
  cached: CachedAnswers,
  request: PageRequest,
  turn: OwnTurn,
  session: SessionOfRequest | undefined,
): Promise<FetchResult | 'late'> {
  const kept = cached.read(request, session?.name);
  if (kept !== undefined) return kept;
  if (turn.isForCached) return 'late';
  const answer = await fetchRequest(context, request, turn, session);
  // What a site refuses or fails to give now it may give the next time.
  const isPage = answer !== 'late' && answer.status < 400 && challenged(answer) === undefined;
  if (isPage) cached.keep(request, session?.name, answer, secretTextsOf(context.run));
  return answer;
}

async function fetchRequest(
  { run, history }: VisitContext,
  request: PageRequest,
  { startBy, sent }: OwnTurn,
  session: SessionOfRequest | undefined,
): Promise<FetchResult | 'late'> {
  const { minBodyBytes, reads } = kindOf(request);
  const maxBodyBytes = Math.max(run.job.fetch.maxBodyBytes, minBodyBytes);
  const call = {
    maxBodyBytes,
    startBy,
    onSent: sent,
    readsErrors: reads === 'any' || errorsToRead(run, request),
    wantsSent: run.archive !== undefined,
  };
  if (isDownload(request.kind)) return fetchDownload(run, request, call, session);
  const conditions = history?.conditionsFor(request, session?.name);
  return send(run, request, call, session, conditions);
}

/** The body goes to where files lie. */
async function fetchDownload(
  run: RunContext,
  request: PageRequest,
  call: FetchInTurn,
  session: SessionOfRequest | undefined,
): Promise<FetchResult | 'late'> {
  const { downloads, id, job } = run;
  const store = downloads?.store;
  if (store === undefined) throw new Error('a file, and no place for it');
  const { fetchFile } = await import('../downloads/download.ts');
  const key = digestOf(request.url);
  return fetchFile(store, { run: id, url: request.url, key }, job.files, (sink) =>
    send(run, { ...request, headers: { ...request.headers, ...sink.headers } }, { ...call, sink }, session),
  );
}

async function send(
  run: RunContext,
  request: PageRequest,
  call: FetchInTurn,
  session: SessionOfRequest | undefined,
  conditions?: Record<string, string>,
): Promise<FetchResult | 'late'> {
  const revealed = withConditions(withOwnHeaders(run, run.redaction.withSecrets(request)), conditions);
  if (session !== undefined) {
    const { headers, call: own } = await withSession(revealed, session);
    return run.fetcher.fetchInTurn({ ...revealed, headers }, { ...call, ...own, session: session.name });
  }
  if (request.cookies === undefined) return run.fetcher.fetchInTurn(revealed, call);
  const cookies = await cookieHeader(request.cookies, revealed.url);
  return run.fetcher.fetchInTurn(revealed, { ...call, cookies });
}

/** Those of the request take precedence over those of the source that named it, and these over those of its label. */
function withOwnHeaders({ labelHeaders, sourceHeaders }: RunContext, request: PageRequest): PageRequest {
  const ofLabel = labelHeaders.get(request.label);
  const ofSource = sourceHeaders.get(request.headersOf ?? request.source ?? -1);
  if (ofLabel === undefined && ofSource === undefined) return request;
  const { origin } = new URL(request.url);
  const own = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const headers = { ...ofLabel?.(origin), ...ofSource?.(origin), ...Object.fromEntries(own) };
  return { ...request, headers };
}

function withConditions(request: PageRequest, conditions: Record<string, string> | undefined): PageRequest {
  return conditions === undefined ? request : { ...request, headers: { ...request.headers, ...conditions } };
}

/** A failure of one page of a list does not affect the pages after it. */
function visitPageOrFail(
  context: VisitContext,
  request: PageRequest,
  result: FetchResult,
  paging: Paging = onlyPage,
  reused?: Extraction,
): Promise<Visit> {
  return visitPage(context, request, result, paging, reused).catch((error: unknown) => {
    if (!(error instanceof DropError)) throw error;
    const visit = failVisit(context, request, error, result);
    const faults = paging.faults.map((fault) => sourceFault(factOf(request), fault));
    return { ...visit, links: [...visit.links, ...paging.next], otherFacts: faults, linkCounts: {} };
  });
}
