import type { CookieOfPage, RenderedPage, ScriptAnswer } from '../../browser/types.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type { Counts, PageRequest } from '../../model.ts';
import { type LoadedAnswer, noteLoaded } from '../keep/loaded.ts';
import type { RunContext } from '../run-context.ts';
import type { BatchSessions, SessionOfRequest } from '../sessions/batch-sessions.ts';
import { answerTimeFor, fetchResource, type ResourceManners } from './page-resources.ts';
import { visitorFor } from './visitor-for.ts';

/** An answer as it stands in the browser. */
export interface RenderedAnswer {
  answer: FetchResult;
  /** What the page asked for and did not get, in words; absent if nothing. */
  partly?: string;
  counts: Counts;
  /** What its scripts asked for, and got. */
  asked: ScriptAnswer[];
  /** What it looks like, where its rule asks for that and files are kept. */
  capture?: Uint8Array;
  /** What it has loaded, of a job that keeps its pages. */
  loaded?: LoadedAnswer[];
}

/** Reads an answer in the browser; `unstarted`: the process is to stop. Throws what `Renderer.render` does. */
export type RenderAnswer = (
  request: PageRequest,
  answer: FetchResult,
) => Promise<RenderedAnswer | 'unstarted'>;

export interface RenderOptions {
  sessions?: BatchSessions | undefined;
  stopping?: AbortSignal;
  /** How long this process has left for a page: milliseconds. @default no limit */
  leftMs?: (() => number) | undefined;
  /** All that the scripts of pages get, and not only what a rule reads. @default false */
  keepsAnswers?: boolean;
}

/** For the requests of a batch; `undefined` where no page of the job is read in a browser. */
export function renderAnswers(
  run: RunContext,
  manners: ResourceManners,
  { sessions, stopping, leftMs, keepsAnswers = false }: RenderOptions,
): RenderAnswer | undefined {
  const { rendering } = run;
  if (rendering === undefined) return undefined;
  return async (request, answer) => {
    const rule = run.job.pages[request.label]?.render;
    if (rule === undefined) throw new Error(`${request.label} is not read in a browser`);
    let turns = 0;
    const counted: ResourceManners = {
      ...manners,
      turnOf(url, gate) {
        turns += 1;
        return manners.turnOf(url, gate);
      },
    };
    const session = sessions?.of(request);
    const scope = {
      ...{
        run,
        manners: counted,
        cache: rendering.cache,
        isLogin: false,
        answers: answerTimeFor(rule.timeoutMs),
      },
      sessionFor: (url: string) => sessions?.of({ ...request, url }),
      isInSession: session !== undefined,
    };
    const loading = run.archive === undefined ? undefined : noteLoaded();
    const page = await rendering.renderer.render({
      answer,
      rule,
      visitor: visitorFor(run, request.label),
      cookies: await cookiesFor(request, session),
      async fetchResource(wanted) {
        const received = await fetchResource(scope, wanted);
        if (!('refused' in received)) loading?.add(wanted, received);
        return received;
      },
      maxBytes: run.job.fetch.maxBodyBytes,
      isFile: (url) => run.known.of(url).isFile,
      keepsAnswer: (url) => keepsAnswers || rendering.isRead(request.label, url),
      ...(run.downloads?.store === undefined ? {} : { maxCaptureBytes: run.job.files.maxFileBytes }),
      // One that only waits for turns may be given up later; one that computes has its time.
      mayStart: () => stopping?.aborted !== true && (leftMs === undefined || leftMs() > rule.timeoutMs),
      mustEnd: leftMs === undefined ? undefined : () => leftMs() <= 0,
    });
    if (page === 'unstarted') return page;
    const rendered = renderedAnswer(withNewCookies(answer, page, session), page, turns);
    return loading === undefined ? rendered : { ...rendered, loaded: loading.answers };
  };
}

/** Those that scripts of a session's page may read, or else those that the redirects to the page have set. */
async function cookiesFor(
  { url, cookies }: PageRequest,
  session: SessionOfRequest | undefined,
): Promise<CookieOfPage[]> {
  if (session !== undefined) return session.scriptCookies(url);
  if (cookies === undefined) return [];
  const { cookiesOfChain } = await import('../../fetch/cookies/chain-cookies.ts');
  return cookiesOfChain(cookies, url);
}

/** The answer with the cookies that the page has set before it went on; those of a session are the session's. */
function withNewCookies(
  answer: FetchResult,
  { setCookies }: RenderedPage,
  session: SessionOfRequest | undefined,
): FetchResult {
  if (setCookies === undefined) return answer;
  if (session === undefined) return { ...answer, setCookies: [...(answer.setCookies ?? []), ...setCookies] };
  session.receive({ ...answer, setCookies });
  return answer;
}

function renderedAnswer(
  answer: FetchResult,
  { html, movedTo, setCookies: _, missing, answers, capture, unreadFrames = 0, ...document }: RenderedPage,
  turns: number,
): RenderedAnswer {
  const partly = Object.entries(missing).map(
    ([reason, count]) => `${count} ${missingWords[reason as keyof typeof missingWords]}`,
  );
  const counts: Counts = {
    rendered: 1,
    ...(turns === 0 ? {} : { 'rendered:turns': turns }),
    ...(unreadFrames === 0 ? {} : { 'rendered:unreadFrames': unreadFrames }),
  };
  if (partly.length > 0) counts['rendered:partly'] = 1;
  return {
    answer: {
      ...answer,
      body: html,
      ...document,
      headers: { ...answer.headers, 'content-type': 'text/html; charset=utf-8' },
      ...(movedTo === undefined ? {} : { redirect: movedTo }),
    },
    counts,
    asked: answers,
    ...(capture === undefined ? {} : { capture }),
    ...(partly.length === 0 ? {} : { partly: `of what it asked for: ${partly.join(', ')}` }),
  };
}

/** Of what a page did not get, or did not keep. */
const missingWords: Record<keyof RenderedPage['missing'] & string, string> = {
  robots: 'forbidden by robots.txt',
  blocked: 'of no http address, or a WebSocket or a stream of events',
  foreign: 'asked for by frames of other sites with what the job logs in with',
  failed: 'not answered',
  error: 'answered with an error',
  limit: 'beyond 500 requests of a page, or ten times its time in answers',
  method: 'that would change something',
  removed: 'links or rows that it took away while it was scrolled or clicked',
  more: 'time that it could have been scrolled or clicked further than scroll, click.max or timeoutMs let it',
  changing:
    'time that it was read while it still changed what it says, or still asked (waitFor says what to wait for)',
  left: 'address that a click, a script or a file would have led it away to (follow and next are for links)',
  capture: `capture that is beyond files.maxFileBytes, or shows the first 16,384 pixels of a longer page`,
};
