import type { Page, Request, Route } from 'playwright-core';
import { DropError } from '../errors.ts';
import { formatBytes } from '../text/format.ts';
import { type Activity, watchActivity } from './activity.ts';
import { locate, rest } from './at-rest.ts';
import { capturePage } from './capture-page.ts';
import { makeDocument } from './make-document.ts';
import { inProfile, type Tabs } from './open-profile.ts';
import { readTree } from './read-tree.ts';
import { type DomNode, linksOf, serialiseTree } from './serialise-tree.ts';
import type { PageGuard } from './tab.ts';
import type { PageToRender, RenderedPage } from './types.ts';
import { charsetOfDocument, resourceOf, shownHeaders, withOwnSharing } from './what-a-page-asks.ts';

/** A page that asks for more than this asks for things without end. */
const maxResources = 500;

/** GIF89a, one transparent pixel. */
const emptyPicture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** What a page may lack where one of these is answered with an error; styles show nothing. */
const holdsContent = new Set(['script', 'xhr', 'fetch', 'document', 'eventsource']);

/**
 * Reads one page in the browser, in a profile that holds nothing of another. The browser connects to nothing: the document is given to
 * it as it was fetched, and all that it asks for goes through `fetchResource`.
 */
export async function renderPage(tabs: Tabs, wanted: PageToRender): Promise<RenderedPage> {
  const { answer, rule, userAgent, cookies, maxBytes } = wanted;
  const activity = watchActivity(answer.url, rule.timeoutMs, wanted.mustEnd);
  const asked = answerRequests(wanted, activity);
  return inProfile(tabs, { url: answer.url, userAgent, cookies, activity }, asked, async (page) => {
    await activity.within(page.goto(answer.url, { waitUntil: 'commit', timeout: 0 }));
    const read = await activity.within(
      Promise.race([asked.moved, readAtRest(page, wanted, activity, asked)]),
    );
    if (read === undefined) return { found: { html: new Uint8Array(), ...asked.found() }, isOnlyRead: false };
    const { tree, capture } = read;
    const html = Buffer.from(serialiseTree(tree));
    if (html.byteLength > maxBytes) {
      const message = `${answer.url}: ${formatBytes(html.byteLength)} in the browser; fetch.maxBodyBytes allows ${formatBytes(maxBytes)}`;
      throw new DropError('BODY_TOO_LARGE', message);
    }
    const found = {
      ...{ html, document: makeDocument(tree) },
      ...referencesOf(answer, tree),
      ...asked.found(),
      ...(capture === undefined ? {} : { capture }),
    };
    return { found, isOnlyRead: isOnlyRead(rule) };
  });
}

/** What tells where the references of the document lead, as far as that is not what it would be without a browser. */
function referencesOf(
  answer: PageToRender['answer'],
  { baseURL: documentBase = answer.url }: DomNode,
): Pick<RenderedPage, 'documentBase' | 'documentCharset'> {
  const documentCharset = charsetOfDocument(answer) ?? 'utf-8';
  return {
    documentBase,
    // The HTML that comes of it is UTF-8.
    ...(documentCharset === 'utf-8' ? {} : { documentCharset }),
  };
}

/** Clicks and the wheel move the pointer, and a capture the size of the window. */
function isOnlyRead({ click, scroll, capture }: PageToRender['rule']): boolean {
  return click === undefined && scroll === 0 && capture === undefined;
}

/**
 * The document once the page has loaded, was scrolled and clicked. A list that removes what is out of sight ends up as its last
 * part: links that were there and are not any more are counted.
 */
async function readAtRest(
  page: Page,
  { rule, maxCaptureBytes }: PageToRender,
  activity: Activity,
  { miss, kept, frames }: Pick<Asked, 'miss' | 'kept' | 'frames'>,
): Promise<{ tree: DomNode; capture?: Uint8Array }> {
  const { waitFor, click, scroll, from } = rule;
  const seen = new Set<string>();
  await page.waitForLoadState('load', { timeout: 0 });
  if (waitFor !== undefined) {
    activity.waitingFor(`what waitFor names, ${waitFor}`);
    await locate(page, waitFor).waitFor({ state: 'attached', timeout: 0 });
    activity.waitingFor(undefined);
  } else await rest(page, activity);
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
  const tree = await readTree(page, frames);
  const left = linksOf(tree);
  for (const link of seen) if (!left.has(link)) miss('removed');
  if (rule.capture === undefined || maxCaptureBytes === undefined) return { tree };
  const { bytes, isWhole } = await capturePage(page, rule.capture);
  const isKept = bytes.byteLength <= maxCaptureBytes;
  if (!isWhole || !isKept) miss('capture');
  return isKept ? { tree, capture: bytes } : { tree };
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
    activity.waitingFor(`a click on ${select}, which may be covered or disabled`);
    await button.click({ timeout: 0 });
    activity.waitingFor(undefined);
    await rest(page, activity);
  }
}

function heightOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollHeight');
}

interface Asked extends PageGuard {
  /** The page goes on to another address; rejects where its scripts got too much. */
  moved: Promise<undefined>;
  miss(reason: keyof RenderedPage['missing']): void;
  /** Where frames are, by what was asked for: the browser does not know of their redirects. */
  frames: ReadonlyMap<string, string>;
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
  const frames = new Map<string, string>();
  const miss: Asked['miss'] = (reason) => {
    found.missing[reason] = (found.missing[reason] ?? 0) + 1;
  };
  const respond = async (route: Route, request: Request): Promise<void> => {
    const isOfPage = request.isNavigationRequest() && request.frame() === main?.mainFrame();
    if (isOfPage && !isGiven) {
      isGiven = true;
      await route.fulfill({
        status: answer.status,
        headers: shownHeaders(answer, request),
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
    if (blocked.has(request.resourceType())) {
      // Pages that wait for a picture to load go on, and show no stand-in for one that is broken.
      const isPicture = request.resourceType() === 'image';
      return isPicture
        ? route.fulfill({ contentType: 'image/gif', body: emptyPicture })
        : route.abort('blockedbyclient');
    }
    count += 1;
    if (count > maxResources) {
      miss('limit');
      return route.abort('blockedbyclient');
    }
    const received = await fetchResource(await resourceOf(request)).catch((error: unknown) => {
      // Of the process, not of the site: without it the page is not what it would be.
      fail(error);
      throw error;
    });
    if ('refused' in received) {
      miss(received.refused);
      return route.abort('blockedbyclient');
    }
    if (received.status >= 400 && holdsContent.has(request.resourceType())) miss('error');
    if (request.isNavigationRequest()) frames.set(request.url(), received.url);
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
      headers: withOwnSharing(shownHeaders(received, request), request),
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
    ...{ refused: miss, frames },
    miss,
    kept,
    found: () => found,
  };
}
