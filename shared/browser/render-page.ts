import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Frame, Locator, Page, Request, Route } from 'playwright-core';
import { DropError } from '../errors.ts';
import { formatBytes } from '../text/format.ts';
import { type Activity, watchActivity } from './activity.ts';
import { readTree } from './read-tree.ts';
import { type DomNode, linksOf, serialiseTree } from './serialise-tree.ts';
import type { PageToRender, RenderedPage, ResourceRequest } from './types.ts';

/** A page that asks for more than this asks for things without end. */
const maxResources = 500;

/** Headers that belong to the connection, or that the fetcher sets itself. */
const ownHeaders =
  /^(?::.*|host|connection|content-length|accept-encoding|user-agent|upgrade-insecure-requests|sec-.*)$/;

/**
 * Reads one page in the browser, in a profile of its own. The browser connects to nothing: the document is given to it as it was
 * fetched, and all that it asks for goes through `fetchResource`. `onStuck`: the browser does not close the page.
 */
export async function renderPage(
  browser: Browser,
  wanted: PageToRender,
  onStuck: () => void,
): Promise<RenderedPage> {
  const { answer, rule, userAgent, cookies, maxBytes } = wanted;
  const activity = watchActivity(answer.url, rule.timeoutMs);
  const context = await openContext(browser, userAgent, activity, onStuck);
  try {
    await activity.within(giveCookies(context, cookies, answer.url));
    const asked = answerRequests(wanted, activity);
    await activity.within(context.route('**/*', asked.answer));
    await activity.within(context.routeWebSocket(/.*/, (socket) => socket.close()));
    const page = await activity.within(context.newPage());
    closeWhatOpens(context, page);
    asked.watch(page);
    await activity.within(page.goto(answer.url, { waitUntil: 'commit', timeout: 0 }));
    const tree = await activity.within(Promise.race([asked.moved, readAtRest(page, rule, activity, asked)]));
    if (tree === undefined) return { html: new Uint8Array(), ...asked.found() };
    const html = Buffer.from(serialiseTree(tree));
    if (html.byteLength > maxBytes) {
      const message = `${answer.url}: ${formatBytes(html.byteLength)} in the browser; fetch.maxBodyBytes allows ${formatBytes(maxBytes)}`;
      throw new DropError('BODY_TOO_LARGE', message);
    }
    return { html, ...asked.found() };
  } finally {
    activity.end();
    await closeWithin(context, onStuck);
  }
}

/** A profile of its own, where the browser gives one within the page's time. */
async function openContext(
  browser: Browser,
  userAgent: string,
  activity: Activity,
  onStuck: () => void,
): Promise<BrowserContext> {
  try {
    const options = { userAgent, serviceWorkers: 'block', acceptDownloads: false } as const;
    return await activity.within(browser.newContext(options));
  } catch (error) {
    activity.end();
    onStuck();
    throw error;
  }
}

/** A page whose process is stuck may never be closed. */
const closeMs = 5_000;

async function closeWithin(context: BrowserContext, onStuck: () => void): Promise<void> {
  const late = new AbortController();
  const isStuck = sleep(closeMs, true, { signal: late.signal, ref: false }).catch(() => false);
  const closing = context.close().then(() => false);
  if (await Promise.race([closing, isStuck])) onStuck();
  late.abort();
}

/**
 * The document once the page has loaded, was scrolled and clicked. A list that removes what is out of sight ends up as its last
 * part: links that were there and are not any more are counted.
 */
async function readAtRest(
  page: Page,
  rule: PageToRender['rule'],
  activity: Activity,
  { miss, kept }: Pick<Asked, 'miss' | 'kept'>,
): Promise<DomNode> {
  const { waitFor, click, scroll, from } = rule;
  const seen = new Set<string>();
  await page.waitForLoadState('load', { timeout: 0 });
  if (waitFor !== undefined) await locate(page, waitFor).waitFor({ state: 'attached', timeout: 0 });
  else await rest(page, activity);
  if (from === 'xhr' && waitFor === undefined) {
    // Its scripts may ask only when a timer ends: without the answer there is no page.
    await Promise.race([kept, activity.halfSpent()]);
    await rest(page, activity);
  }
  for (let turn = 0; turn < scroll; turn += 1) {
    linksOf(await readTree(page), seen);
    const before = await heightOf(page);
    await page.mouse.wheel(0, before);
    await rest(page, activity);
    if ((await heightOf(page)) <= before) break;
  }
  if (click !== undefined) await clickUntilGone(page, click, activity, seen);
  const tree = await readTree(page);
  const left = linksOf(tree);
  for (const link of seen) if (!left.has(link)) miss('removed');
  return tree;
}

/** Scripts that took longer than this to let another in were computing. */
const busyMs = 250;

/**
 * Waits until the page asks for nothing and computes nothing. On a slow machine its scripts may take longer than the half second
 * before they ask, or between an answer and what they show of it.
 */
async function rest(page: Page, activity: Activity): Promise<void> {
  for (;;) {
    await activity.quiet();
    const since = performance.now();
    await page.evaluate('0');
    if (performance.now() - since < busyMs && activity.isQuiet()) return;
  }
}

async function clickUntilGone(
  page: Page,
  { select, max }: NonNullable<PageToRender['rule']['click']>,
  activity: Activity,
  seen: Set<string>,
): Promise<void> {
  const button = locate(page, select);
  for (let turn = 0; turn < max && (await button.isVisible()); turn += 1) {
    linksOf(await readTree(page), seen);
    await button.click({ timeout: 0 });
    await rest(page, activity);
  }
}

/** Selectors are those of fields: CSS, or XPath behind `xpath:`. */
function locate(page: Page, selector: string): Locator {
  const [, xpath] = /^xpath:\s*(.*)$/s.exec(selector) ?? [];
  return page.locator(xpath === undefined ? `css=${selector}` : `xpath=${xpath}`).first();
}

function heightOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollHeight');
}

/** Windows that the page opens, and questions that it asks. */
function closeWhatOpens(context: BrowserContext, page: Page): void {
  context.on('page', (other) => {
    if (other !== page) void other.close().catch(() => undefined);
  });
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
}

interface Asked {
  answer(route: Route, request: Request): Promise<void>;
  /** Called with the page before it is opened. */
  watch(page: Page): void;
  /** The page goes on to another address; rejects where its scripts got too much. */
  moved: Promise<undefined>;
  miss(reason: keyof RenderedPage['missing']): void;
  /** Resolves with the first answer that is kept. */
  kept: Promise<void>;
  found(): Omit<RenderedPage, 'html'>;
}

/** Answers what the page asks for, the document first. */
function answerRequests(
  { answer, rule, fetchResource, keepsAnswer, maxBytes }: PageToRender,
  activity: Activity,
): Asked {
  const found: Omit<RenderedPage, 'html'> = { missing: {}, answers: [] };
  const blocked = new Set<string>(rule.block);
  const { promise: moved, resolve: move, reject: fail } = Promise.withResolvers<undefined>();
  // It may fail when nothing waits for it any more.
  moved.catch(() => undefined);
  const { promise: kept, resolve: keep } = Promise.withResolvers<void>();
  let main: Page | undefined;
  let isGiven = false;
  let count = 0;
  let keptBytes = 0;
  const miss: Asked['miss'] = (reason) => {
    found.missing[reason] = (found.missing[reason] ?? 0) + 1;
  };
  const respond = async (route: Route, request: Request): Promise<void> => {
    const isOfPage = request.isNavigationRequest() && request.frame() === main?.mainFrame();
    if (isOfPage && !isGiven) {
      isGiven = true;
      await route.fulfill({
        status: answer.status,
        headers: headersOf(answer),
        body: Buffer.from(answer.body),
      });
      return;
    }
    if (isOfPage) {
      if (request.method() === 'GET' && request.url() !== answer.url) {
        found.movedTo ??= request.url();
        move(undefined);
      } else miss('method');
      return route.abort('aborted');
    }
    if (blocked.has(request.resourceType())) return route.abort('blockedbyclient');
    count += 1;
    if (count > maxResources) {
      miss('limit');
      return route.abort('blockedbyclient');
    }
    const received = await fetchResource(await resourceOf(request, askersOf(request)));
    if ('refused' in received) {
      miss(received.refused);
      return route.abort('blockedbyclient');
    }
    if (request.resourceType() === 'xhr' || request.resourceType() === 'fetch') {
      const sent = request.postData();
      const isKept = keepsAnswer?.(request.url()) === true;
      if (isKept) keptBytes += received.body.byteLength;
      if (keptBytes > maxBytes) {
        const message = `${answer.url}: its scripts got more than ${formatBytes(maxBytes)} of what is read of them, which is what fetch.maxBodyBytes allows`;
        fail(new DropError('BODY_TOO_LARGE', message));
      }
      found.answers.push({
        method: request.method(),
        url: request.url(),
        status: received.status,
        contentType: received.headers['content-type'] ?? '',
        bytes: received.body.byteLength,
        ...(sent === null ? {} : { sent }),
        ...(isKept ? { kept: received } : {}),
      });
      if (isKept) keep();
    }
    await route.fulfill({
      status: received.status,
      headers: withOwnSharing(headersOf(received), request),
      body: Buffer.from(received.body),
    });
  };
  return {
    // The page may have been closed meanwhile.
    answer: (route, request) => activity.during(() => respond(route, request)).catch(() => undefined),
    watch: (page) => {
      main = page;
    },
    moved,
    miss,
    kept,
    found: () => found,
  };
}

async function resourceOf(request: Request, frames: string[]): Promise<ResourceRequest> {
  const all = await request.allHeaders();
  const body = request.postData();
  const type = request.resourceType();
  return {
    url: request.url(),
    method: request.method(),
    headers: Object.fromEntries(Object.entries(all).filter(([name]) => !ownHeaders.test(name))),
    ...(body === null ? {} : { body }),
    askedBy: all['origin'] === undefined ? frames : [...frames, all['origin']],
    isStatic: type === 'script' || type === 'stylesheet' || type === 'font' || type === 'image',
  };
}

/** The body is unpacked already, and is shown, though the server would have it saved as a file. */
function headersOf({ headers, setCookies = [] }: PageToRender['answer']): Record<string, string> {
  const { 'content-encoding': _, 'content-length': __, 'transfer-encoding': ___, ...others } = headers;
  const { 'content-disposition': ____, ...rest } = others;
  return setCookies.length === 0 ? rest : { ...rest, 'set-cookie': setCookies.join('\n') };
}

/** One that the browser does not take, such as one without a name, costs no page. */
async function giveCookies(
  context: BrowserContext,
  cookies: PageToRender['cookies'],
  url: string,
): Promise<void> {
  const root = new URL('/', url).href;
  for (const cookie of cookies) await context.addCookies([{ ...cookie, url: root }]).catch(() => undefined);
}

/** Origins of the frame that asks and of those about it. A frame that has no address yet has the origin of what made it. */
function askersOf(request: Request): string[] {
  const origins = new Set<string>();
  for (let frame: Frame | null = request.frame(); frame !== null; frame = frame.parentFrame()) {
    if (!/^(about:.*)?$/.test(frame.url())) origins.add(new URL(frame.url()).origin);
  }
  return [...origins];
}

/**
 * Where a server does not share an answer with other origins (CORS), their scripts do not read it: Playwright says of answers
 * without the header that they are for all.
 */
function withOwnSharing(headers: Record<string, string>, request: Request): Record<string, string> {
  const isShared = headers['access-control-allow-origin'] !== undefined;
  return isShared ? headers : { ...headers, 'access-control-allow-origin': new URL(request.url()).origin };
}
