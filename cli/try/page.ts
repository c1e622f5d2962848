import type { RefusalReason } from '../../shared/engine/counts.ts';
import type { Visit } from '../../shared/engine/make-visit.ts';
import {
  type RenderAnswer,
  type RenderedAnswer,
  renderAnswers,
} from '../../shared/engine/render/render-answer.ts';
import { type RunContext, secretTextsOf } from '../../shared/engine/run-context.ts';
import type { BatchSessions } from '../../shared/engine/sessions/batch-sessions.ts';
import { openGate, type RobotsGate } from '../../shared/engine/turns/robots-gate.ts';
import { failVisit } from '../../shared/engine/visit/fail-visit.ts';
import { pageOf } from '../../shared/engine/visit/page-of.ts';
import { visit } from '../../shared/engine/visit/visit.ts';
import type { DropError, RetryError } from '../../shared/errors.ts';
import type { FetchResult } from '../../shared/fetch/types.ts';
import { priorityOf } from '../../shared/job/page-order.ts';
import type { Counts, Item, PageFact, PageRequest } from '../../shared/model.ts';
import { kindOf } from '../../shared/sources/sources.ts';
import { kindOfPage, type TriedKind } from './kind-of-page.ts';
import { mannersOfTrial } from './manners.ts';
import { type RefusedLink, refusingRule } from './refusing-rule.ts';
import { askRobots, type RobotsTrial } from './robots.ts';
import { scriptAnswers, type TriedAnswer } from './script-answers.ts';
import { type SelectorMatch, selectorMatches } from './selector-matches.ts';
import { type SyntaxFound, structuredDataOf } from './structured-data.ts';

/** The result that a run would have for one page. */
export interface Trial {
  /** The final page, after the redirects in `hops`. */
  url: string;
  /** `''`: no page label matches. */
  label: string;
  hops: { url: string; code: string; to: string }[];
  robots: RobotsTrial;
  /** The fact of the request, as a run would store it. */
  fact: PageFact;
  contentType?: string;
  /** Of a page that was read in a browser: what its scripts asked for, and got. */
  asked?: TriedAnswer[];
  /** The proxy that it came through. */
  proxy?: string;
  /** The signature base of the request (RFC 9421), where the job signs. */
  signed?: string;
  items: Item[];
  /** Links it would follow, by label; of a job that fetches the best pages first, the best first, with the priority of each. */
  links: { label: string; urls: string[]; priorities?: number[] }[];
  /** The next page of an API. */
  next: string[];
  /** What its paging puts into the body of the request for it. */
  nextBody?: string;
  /** By what the list of an API ends with this page. */
  listEnd?: string;
  /** Faults and doubts that a run would count beside the page. */
  faults?: { code: string; message: string }[];
  /** Requests that a source with `each` makes of its items, by label. */
  made: { label: string; urls: string[] }[];
  /** Links it would not follow, by reason. */
  refused: Counts;
  /** The first refused links, each with the rule that refuses it. */
  refusedLinks: RefusedLink[];
  /** What the page was read as, if it is no web page. */
  readAs?: TriedKind;
  /** How many elements each selector of the label finds. */
  selectors: SelectorMatch[];
  /** What the page says for machines, by syntax: for fields of `jsonld`, `microdata`, `rdfa`, `og` and `meta`. */
  structured: SyntaxFound[];
}

/** The last answer of a trial, for those who keep it. */
export type OnAnswer = (answer: FetchResult) => void;

/** Fetches one page as a run would, redirects and canonical links followed, robots.txt obeyed. Writes nothing. */
export async function tryPage(
  context: RunContext,
  first: PageRequest,
  sessions?: BatchSessions,
  onAnswer?: OnAnswer,
): Promise<Trial> {
  const hops: Trial['hops'] = [];
  let request = first;
  for (;;) {
    const session = sessions?.of(request)?.name;
    const { robots: mode } = kindOf(request).hostRules(request, context.env);
    const { robots, gate, failure } = await askRobots(context, request.url, { mode, session });
    if (failure !== undefined) return unasked(context, request, { hops, robots, failure });
    const seen = await visitOnce(context, gate, request, sessions);
    const { visited, target } = seen;
    if (target === undefined && seen.result !== undefined) onAnswer?.(seen.result);
    if (target === undefined) return trialOf({ context, request, hops, robots, ...seen });
    hops.push({
      url: visited.fact.url,
      code: visited.fact.code ?? '',
      to: redactedText(context, target.url),
    });
    request = target;
  }
}

/** Reads an answer that is there already as a run would: nothing is asked for, neither the page nor robots.txt. */
export async function trySaved(
  context: RunContext,
  request: PageRequest,
  answer: FetchResult,
): Promise<Trial> {
  const fetcher: RunContext['fetcher'] = { ...context.fetcher, fetchInTurn: async () => answer };
  const robots: RobotsTrial = { state: 'ignored', isAllowed: true, crawlDelayMs: 0 };
  const tried = await visitOnce({ ...context, fetcher }, openGate, request, undefined);
  return trialOf({ context, request, hops: [], robots, ...tried });
}

/** The maximum of refused links in the result: a page may have thousands. */
const maxRefusedLinks = 100;

async function visitOnce(
  context: RunContext,
  gate: RobotsGate,
  request: PageRequest,
  sessions: BatchSessions | undefined,
): Promise<
  Pick<Tried, 'visited' | 'result' | 'refusedLinks' | 'rendered' | 'listEnd'> & {
    target: PageRequest | undefined;
  }
> {
  let result: FetchResult | undefined;
  let listEnd: string | undefined;
  const refusedLinks: RefusedLink[] = [];
  const onRefusedLink = (url: string, reason: RefusalReason) => {
    if (refusedLinks.length >= maxRefusedLinks) return;
    refusedLinks.push({ url, reason, rule: refusingRule(context, url, request.url, reason) });
  };
  const fetcher: RunContext['fetcher'] = {
    ...context.fetcher,
    async fetchInTurn(wanted, call) {
      const answer = await context.fetcher.fetchInTurn(wanted, call);
      if (answer !== 'late') result = answer;
      return answer;
    },
  };
  const run = {
    ...context,
    fetcher,
    ...watchCached(context, (kept) => {
      result = kept;
    }),
  };
  const inSession = sessions === undefined ? {} : { sessions };
  const inBrowser = watchRendering(run, sessions);
  const visited = await visit(
    {
      run,
      batch: 'try',
      gate,
      now: Date.now,
      onRefusedLink,
      onListEnd: (end) => {
        listEnd = end;
      },
      ...inSession,
      ...inBrowser.context,
    },
    request,
  );
  if (visited === 'late') throw new Error('a request without a turn cannot be late');
  const rendered = inBrowser.last();
  // As it is asked: what is shown of it is redacted.
  const target = isMoved(visited.fact) ? (visited.retry ?? visited.links[0]) : undefined;
  return {
    visited: redacted(context, visited),
    target,
    result: rendered?.answer ?? result,
    refusedLinks,
    ...(rendered === undefined ? {} : { rendered }),
    ...(listEnd === undefined ? {} : { listEnd }),
  };
}

/** The cached answers of the job, if it has any; `onRead` is called with each that is read. */
function watchCached({ cached }: RunContext, onRead: OnAnswer): Pick<RunContext, 'cached'> {
  if (cached === undefined) return {};
  return {
    cached: {
      ...cached,
      read(request, session) {
        const kept = cached.read(request, session);
        if (kept !== undefined) onRead(kept);
        return kept;
      },
    },
  };
}

/** Pages in a browser, without turns: one page is read, and what it loads. `last`: what has come of it. */
function watchRendering(
  run: RunContext,
  sessions: BatchSessions | undefined,
): { context: { render?: RenderAnswer }; last(): RenderedAnswer | undefined } {
  let last: RenderedAnswer | undefined;
  const render = renderAnswers(run, mannersOfTrial(run), { sessions, keepsAnswers: true });
  if (render === undefined) return { context: {}, last: () => undefined };
  const keeping: RenderAnswer = async (request, answer) => {
    const rendered = await render(request, answer);
    if (rendered !== 'unstarted') last = rendered;
    return rendered;
  };
  return { context: { render: keeping }, last: () => last };
}

/** Redacts as before an outcome is stored, since an answer may echo the secrets that were sent. */
function redacted(context: RunContext, visited: Visit): Visit {
  const { id, redaction } = context;
  const { fact, otherFacts, items, links } = visited;
  const rest = { retries: [], counts: {}, batchSizes: { own: 1, other: 1 } };
  const outcome = redaction.redact(
    { run: id, batch: 'try', pages: [fact, ...otherFacts], items, links, ...rest },
    secretTextsOf(context),
  );
  const [own = fact, ...others] = outcome.pages;
  return { ...visited, fact: own, otherFacts: others, items: outcome.items, links: outcome.links };
}

/** A signature may cover headers with secrets. */
export function redactedText(context: RunContext, text: string): string {
  const { id, redaction } = context;
  const item: Item = { item: '', url: '', fields: { text } };
  const rest = { pages: [], links: [], retries: [], counts: {}, batchSizes: { own: 1, other: 1 } };
  const { items } = redaction.redact(
    { run: id, batch: 'try', items: [item], ...rest },
    secretTextsOf(context),
  );
  return String(items[0]?.fields['text']);
}

/** In a run, redirects and canonical links become requests of their own. */
function isMoved({ code }: PageFact): boolean {
  return code === 'REDIRECTED' || code === 'CANONICAL_ELSEWHERE';
}

interface Tried {
  context: RunContext;
  request: PageRequest;
  hops: Trial['hops'];
  robots: RobotsTrial;
  visited: Visit;
  result: FetchResult | undefined;
  refusedLinks: RefusedLink[];
  rendered?: RenderedAnswer;
  listEnd?: string;
}

function trialOf(tried: Tried): Trial {
  const { context, request, hops, robots, visited, result, refusedLinks, rendered, listEnd } = tried;
  const { fact, otherFacts, items, links, linkCounts } = visited;
  const [made, others] = partition(links, (link) => isMadeOfItem(link, request));
  const isNext = (link: PageRequest) => kindOf(link).lists === 'next';
  const contentType = result?.headers['content-type'];
  const signed = result?.signed === undefined ? {} : { signed: redactedText(context, result.signed) };
  const rule = context.job.pages[request.label];
  const canRead = fact.end === 'stored' && result !== undefined && rule !== undefined;
  const isFetched = result !== undefined && rule !== undefined && result.status < 300;
  const readAs = isFetched ? kindOfPage(rule, pageOf(context, request, result)) : undefined;
  return {
    url: fact.url,
    label: request.label,
    hops,
    robots,
    fact,
    ...(readAs === undefined ? {} : { readAs }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(result?.proxy === undefined ? {} : { proxy: result.proxy }),
    ...(rendered === undefined ? {} : { asked: scriptAnswers(rendered.asked, items) }),
    ...signed,
    items,
    links: inOrder(
      context,
      others.filter((link) => kindOf(link).isPage && !isNext(link)),
    ),
    ...pagingOf(others.filter(isNext), listEnd),
    ...faultsOf(otherFacts),
    made: byLabel(made),
    refused: refusedOf(linkCounts),
    refusedLinks,
    selectors: canRead ? selectorMatches(rule, pageOf(context, request, result), context.job.namespaces) : [],
    structured: canRead ? structuredDataOf(rule, pageOf(context, request, result)) : [],
  };
}

/** A run counts more of a page than the links that it refuses. */
function refusedOf(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([name]) => name.startsWith('refused:')));
}

function pagingOf(
  next: PageRequest[],
  listEnd: string | undefined,
): Pick<Trial, 'next' | 'nextBody' | 'listEnd'> {
  const body = next[0]?.body;
  return {
    next: next.map(({ url }) => url),
    ...(body === undefined ? {} : { nextBody: body }),
    ...(listEnd === undefined ? {} : { listEnd }),
  };
}

function faultsOf(facts: PageFact[]): Pick<Trial, 'faults'> {
  const faults = facts.flatMap(({ code, message = '' }) => (code === undefined ? [] : [{ code, message }]));
  return faults.length === 0 ? {} : { faults };
}

/** The next page of a list of an item is made of the same item. */
function isMadeOfItem(link: PageRequest, { source, given }: PageRequest): boolean {
  return link.given !== undefined && (given === undefined || link.source !== source);
}

function partition<T>(all: T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

function byLabel(requests: PageRequest[]): { label: string; urls: string[] }[] {
  const groups = Map.groupBy(requests, ({ label }) => label);
  return [...groups].map(([label, group]) => ({ label, urls: group.map(({ url }) => url) }));
}

function inOrder({ job, order }: RunContext, links: PageRequest[]): Trial['links'] {
  if (order === undefined) return byLabel(links);
  const sorted = links.toSorted((one, other) => priorityOf(job, other) - priorityOf(job, one));
  const groups = Map.groupBy(sorted, ({ label }) => label);
  return [...groups].map(([label, group]) => ({
    label,
    urls: group.map(({ url }) => url),
    priorities: group.map((link) => priorityOf(job, link)),
  }));
}

/** What a run would have of a page whose host may not be asked, by the failure of its robots.txt. */
function unasked(
  context: RunContext,
  request: PageRequest,
  { hops, robots, failure }: Pick<Trial, 'hops' | 'robots'> & { failure: RetryError | DropError },
): Trial {
  const { url, label } = request;
  const { fact } = failVisit({ run: context, batch: 'try', gate: openGate, now: Date.now }, request, failure);
  const nothing = {
    items: [],
    links: [],
    next: [],
    made: [],
    refused: {},
    refusedLinks: [],
    selectors: [],
    structured: [],
  };
  return { url, label, hops, robots, fact, ...nothing };
}
