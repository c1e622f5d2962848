import type { Page, Request, Route } from 'playwright-core';
import { HaltError, RetryError } from '../errors.ts';
import type { FetchResult } from '../fetch/types.ts';
import { type Activity, watchActivity } from './activity.ts';
import { hasGoneOn, load, type OpenPage, rest } from './at-rest.ts';
import { doStep } from './do-step.ts';
import { makeDocument } from './make-document.ts';
import { inProfile, type Tabs } from './open-profile.ts';
import { readTree } from './read-tree.ts';
import { serialiseTree } from './serialise-tree.ts';
import type { PageGuard } from './tab.ts';
import { type PageStep, startOf, type Walk, type WalkedPage } from './types.ts';
import { watchContent } from './watch-content.ts';
import { resourceOf, shownHeaders, withOwnSharing } from './what-a-page-asks.ts';

/** A page that lacks what a step names is waited for as long as a page may take. */
const timeoutMs = 30_000;
/** Documents of one walk: more are redirects without end. */
const maxDocuments = 50;

/**
 * Goes from page to page in the browser, in a profile of its own, and says where that led. As for a page that is only read, the browser
 * connects to nothing: documents too go through `fetchResource`.
 */
export async function walkPages(tabs: Tabs, walk: Walk): Promise<WalkedPage> {
  const { visitor, cookies } = walk;
  const url = startOf(walk);
  const activity = watchActivity(url, timeoutMs);
  const asked = answerRequests(walk, activity);
  return inProfile(tabs, { url, visitor, cookies, activity }, asked, async (tab) => {
    const { page } = tab;
    const watch = watchContent(tab);
    for (const [index, step] of walk.steps.entries()) {
      await walk.beforeStep(index);
      await Promise.race([asked.failed, goOn({ page, watch, activity }, step, index, walk)]);
    }
    const answer = await activity.within(answerOf(page, asked.last()));
    const found = { answer, cookies: await activity.within(page.context().cookies(answer.url)) };
    return { found, isOnlyRead: false };
  });
}

async function goOn(open: OpenPage, step: PageStep, index: number, { fillIn }: Walk): Promise<void> {
  const { page, activity } = open;
  try {
    await activity.within(doStep(page, step, fillIn));
    await activity.within(settle(open));
  } catch (error) {
    const isLacking = error instanceof RetryError && error.code === 'RENDER_TIMEOUT' && !('open' in step);
    if (!isLacking) throw error;
    const { origin, pathname } = new URL(page.url());
    const message = `${origin}${pathname}: step ${index + 1} found nothing to go on with within ${timeoutMs / 1_000} s: ${selectorsOf(step).join(', ')}`;
    throw new HaltError('LOGIN_INVALID', message, { cause: error });
  }
}

function selectorsOf(step: PageStep): string[] {
  if ('form' in step) return [step.form.select, ...Object.keys(step.form.fields)];
  if ('fill' in step) return Object.keys(step.fill);
  return 'click' in step ? [step.click] : 'waitFor' in step ? [step.waitFor] : [step.open];
}

/** At rest, however often the page goes on to another one meanwhile. */
async function settle({ page, watch, activity }: OpenPage): Promise<void> {
  for (;;) {
    try {
      await load(watch, activity);
      await rest(watch, activity);
      return;
    } catch (error) {
      if (!hasGoneOn(error) || page.isClosed()) throw error;
    }
  }
}

/** The page that the walk ends at, for the job's own check. */
async function answerOf(page: Page, last: FetchResult | undefined): Promise<FetchResult> {
  if (last === undefined) throw new Error('a walk that has opened no page');
  const url = page.url();
  const type = last.headers['content-type'] ?? '';
  if (!/html/.test(type)) return { ...last, url };
  const tree = await readTree(page);
  const body = Buffer.from(serialiseTree(tree));
  return {
    ...last,
    url,
    body,
    document: makeDocument(tree),
    headers: { ...last.headers, 'content-type': 'text/html; charset=utf-8' },
  };
}

interface Asked extends PageGuard {
  /** Rejects with what `fetchResource` threw. */
  failed: Promise<never>;
  /** The document that the page has gone to last. */
  last(): FetchResult | undefined;
}

function answerRequests({ fetchResource }: Walk, activity: Activity): Asked {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  // It may fail when nothing waits for it any more.
  failed.catch(() => undefined);
  let main: Page | undefined;
  let last: FetchResult | undefined;
  let documents = 0;
  const respond = async (route: Route, request: Request): Promise<void> => {
    const isDocument = request.isNavigationRequest() && request.frame() === main?.mainFrame();
    const resource = await resourceOf(request);
    if (isDocument && ++documents > maxDocuments) {
      throw new HaltError('LOGIN_INVALID', `more than ${maxDocuments} documents one after the other`);
    }
    const received = await fetchResource(isDocument ? { ...resource, isDocument } : resource);
    if ('refused' in received) return route.abort('blockedbyclient');
    if (isDocument && received.redirect !== undefined) {
      return route.fulfill(leadOn(request, received, received.redirect));
    }
    if (isDocument) last = received;
    await route.fulfill({
      status: received.status,
      headers: withOwnSharing(shownHeaders(received, request), request),
      body: Buffer.from(received.body),
    });
  };
  return {
    async answer(route, request) {
      try {
        await activity.during(() => respond(route, request));
      } catch (error) {
        // The page may have been closed meanwhile.
        if (main?.isClosed() !== true) fail(error);
        await route.abort('aborted').catch(() => undefined);
      }
    },
    watch: (page) => {
      main = page;
    },
    // What a login needs is seen at its end.
    refused() {},
    failed,
    last: () => last,
  };
}

/** A browser asks for what a redirect names without asking here, so it is led there by a page. */
function leadOn(request: Request, answer: FetchResult, url: string): Parameters<Route['fulfill']>[0] {
  const { status, setCookies = [] } = answer;
  const repeatsBody = (status === 307 || status === 308) && request.method() !== 'GET';
  if (repeatsBody) {
    const { origin, pathname } = new URL(request.url());
    throw new HaltError('LOGIN_INVALID', `${origin}${pathname} sends a form on (${status}); use via: http`);
  }
  const target = JSON.stringify(url).replaceAll('<', '\\u003c');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      ...(setCookies.length === 0 ? {} : { 'set-cookie': setCookies.join('\n') }),
    },
    body: `<script>location.replace(${target})</script>`,
  };
}
