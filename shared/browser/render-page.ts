import type { Page, Request, Route } from 'playwright-core';
import { DropError } from '../errors.ts';
import { withoutRoute } from '../fetch/url.ts';
import { formatBytes } from '../text/format.ts';
import { type Activity, watchActivity } from './activity.ts';
import { hasGoneOn, load, type OpenPage, rest, waitForElement } from './at-rest.ts';
import { capturePage } from './capture-page.ts';
import { type DomNode, nodesOf } from './dom-node.ts';
import { growToEnd } from './grow-page.ts';
import { makeDocument } from './make-document.ts';
import { inProfile, type Tabs } from './open-profile.ts';
import { readTree } from './read-tree.ts';
import { serialiseTree } from './serialise-tree.ts';
import type { PageGuard } from './tab.ts';
import type { PageToRender, RenderedPage } from './types.ts';
import { watchContent } from './watch-content.ts';
import {
  charsetOfDocument,
  isData,
  isOfScript,
  newCookies,
  resourceOf,
  shownHeaders,
  withOwnSharing,
} from './what-a-page-asks.ts';

/** A page that asks for more than this asks for things without end. */
const maxResources = 500;

/** A page that loads itself again more often than this, with nothing new to send, does so for ever. */
const maxReloads = 3;

/** GIF89a, one transparent pixel. */
const emptyPicture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** What a page may lack where one of these is answered with an error; styles show nothing. */
const holdsContent = new Set(['script', 'xhr', 'fetch', 'document', 'other']);

/**
 * Reads one page in the browser, in a profile that holds nothing of another. The browser connects to nothing: the document is given to
 * it as it was fetched, and all that it asks for goes through `fetchResource`.
 */
export async function renderPage(tabs: Tabs, wanted: PageToRender): Promise<RenderedPage> {
  const { answer, rule, visitor, cookies, maxBytes } = wanted;
  const activity = watchActivity(answer.url, rule.timeoutMs, wanted.mustEnd);
  const asked = answerRequests(wanted, activity);
  return inProfile(tabs, { url: answer.url, visitor, cookies, activity }, asked, async (tab) => {
    const { page } = tab;
    await activity.within(page.goto(answer.url, { waitUntil: 'commit', timeout: 0 }));
    const open = { page, activity, watch: watchContent(tab) };
    const read = await activity.within(Promise.race([asked.moved, readOnceLoaded(open, wanted, asked)]));
    if (read === undefined) return { found: { html: new Uint8Array(), ...asked.found() }, isOnlyRead: false };
    const { tree, capture } = read;
    const html = Buffer.from(serialiseTree(tree));
    if (html.byteLength > maxBytes) {
      const message = `${answer.url}: ${formatBytes(html.byteLength)} in the browser; fetch.maxBodyBytes allows ${formatBytes(maxBytes)}`;
      throw new DropError('BODY_TOO_LARGE', message);
    }
    const found = {
      ...{ html, document: makeDocument(tree), unreadFrames: unreadFramesOf(tree) },
      ...referencesOf(answer, tree),
      ...asked.found(),
      ...(capture === undefined ? {} : { capture }),
    };
    return { found, isOnlyRead: isOnlyRead(rule) && asked.hasStayed() };
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

/** Frames whose documents are in processes of their own. One without an address shows nothing that it was not given by the page. */
function unreadFramesOf(tree: DomNode): number {
  const names = ({ attributes = [] }: DomNode) => attributes.filter((_, index) => index % 2 === 0);
  const isUnread = (node: DomNode) =>
    /^i?frame$/.test(node.localName) &&
    node.contentDocument === undefined &&
    names(node).some((name) => name === 'src' || name === 'srcdoc');
  let count = 0;
  for (const node of nodesOf(tree)) if (isUnread(node)) count += 1;
  return count;
}

/** Clicks and the wheel move the pointer, and a capture the size of the window. */
function isOnlyRead({ click, scroll, capture }: PageToRender['rule']): boolean {
  return click === undefined && scroll === 0 && capture === undefined;
}

type Read = { tree: DomNode; capture?: Uint8Array };

/** A page that loads itself again is read from its beginning. */
async function readOnceLoaded(open: OpenPage, wanted: PageToRender, asked: Asked): Promise<Read> {
  for (let reloads = asked.reloads(); ; reloads = asked.reloads()) {
    try {
      return await readAtRest(open, wanted, asked);
    } catch (error) {
      if (!hasGoneOn(error) || open.page.isClosed() || asked.reloads() === reloads) throw error;
    }
  }
}

/** The document once the page has loaded, was scrolled and clicked, and what of it is not in it. */
async function readAtRest(
  { page, watch, activity }: OpenPage,
  { rule, maxCaptureBytes }: PageToRender,
  { miss, kept, frames, stay }: Asked,
): Promise<Read> {
  const { waitFor, click, scroll, from } = rule;
  await load(watch, activity);
  let isSettled = true;
  if (waitFor !== undefined) {
    activity.waitingFor(`what waitFor names, ${waitFor}`);
    await waitForElement(page, waitFor, activity);
    activity.waitingFor(undefined);
  } else isSettled = await rest(watch, activity);
  if (from === 'xhr' && waitFor === undefined) {
    // Its scripts may ask only when a timer ends: without the answer there is no page.
    await Promise.race([kept, activity.halfSpent()]);
    isSettled = await rest(watch, activity);
  }
  if (scroll > 0 || click !== undefined) {
    stay();
    await watch.noteRemoved();
    const end = await growToEnd({ page, watch, activity }, rule);
    isSettled = end !== 'changing';
    if (end === 'more') miss('more');
    const removed = await watch.removed();
    if (removed > 0) miss('removed', removed);
  }
  if (!isSettled) miss('changing');
  const tree = await readTree(page, frames);
  if (rule.capture === undefined || maxCaptureBytes === undefined) return { tree };
  const { bytes, isWhole } = await capturePage(page, rule.capture);
  const isKept = bytes.byteLength <= maxCaptureBytes;
  if (!isWhole || !isKept) miss('capture');
  return isKept ? { tree, capture: bytes } : { tree };
}

interface Asked extends PageGuard {
  /** The page goes on to another address; rejects where its scripts got too much. */
  moved: Promise<undefined>;
  miss(reason: keyof RenderedPage['missing'], count?: number): void;
  /** From now on the page goes nowhere else: what was clicked may be a link. */
  stay(): void;
  /** How often the page has loaded itself again. */
  reloads(): number;
  /** Whether it would go nowhere else. */
  hasStayed(): boolean;
  /** Where frames are, by what was asked for: the browser does not know of their redirects. */
  frames: ReadonlyMap<string, string>;
  /** Resolves with the first answer that is kept. */
  kept: Promise<void>;
  found(): Omit<RenderedPage, 'html'>;
}

/** Answers what the page asks for, the document first. */
function answerRequests(
  { answer, rule, cookies, fetchResource, keepsAnswer, isFile, maxBytes }: PageToRender,
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
  let isToStay = false;
  let reloads = 0;
  let target = '';
  const miss: Asked['miss'] = (reason, more = 1) => {
    found.missing[reason] = (found.missing[reason] ?? 0) + more;
  };
  const giveDocument = (route: Route, request: Request) =>
    route.fulfill({
      status: answer.status,
      headers: shownHeaders(answer, request),
      body: Buffer.from(answer.body),
    });
  const keepHere = (route: Route, reason: keyof RenderedPage['missing']): Promise<void> => {
    miss(reason);
    return route.abort('aborted');
  };
  /** The page asks for a document in its own place. */
  const goOn = async (route: Route, request: Request): Promise<void> => {
    if (request.method() !== 'GET') return keepHere(route, 'method');
    if (found.movedTo !== undefined) return route.abort('aborted');
    const setCookies = await newCookies(request, answer, cookies);
    const isItself = request.url() === withoutRoute(answer.url);
    if (isItself && setCookies.length === 0) {
      reloads += 1;
      return reloads > maxReloads ? keepHere(route, 'left') : giveDocument(route, request);
    }
    if (!isItself && (isToStay || isFile?.(request.url()) === true)) return keepHere(route, 'left');
    // What is asked for has no fragment.
    found.movedTo = withoutRoute(target) === request.url() ? target : request.url();
    if (setCookies.length > 0) found.setCookies = setCookies;
    move(undefined);
    return route.abort('aborted');
  };
  const respond = async (route: Route, request: Request): Promise<void> => {
    const isOfPage = request.isNavigationRequest() && request.frame() === main?.mainFrame();
    if (isOfPage && !isGiven) {
      isGiven = true;
      return giveDocument(route, request);
    }
    if (isOfPage) return goOn(route, request);
    // A stream of events never ends, and a page that waits for one would neither.
    if (request.resourceType() === 'eventsource') {
      miss('blocked');
      return route.abort('blockedbyclient');
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
    const isKept =
      isData(request) && [request.url(), received.url].some((url) => keepsAnswer?.(url) === true);
    if (isKept || isOfScript(request)) {
      const sent = request.postData();
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
    leadsTo(url) {
      target = url;
    },
    ...{ refused: miss, moved, miss, kept, frames },
    stay() {
      isToStay = true;
    },
    reloads: () => reloads,
    hasStayed: () => reloads + (found.missing.left ?? 0) + (found.missing.method ?? 0) === 0,
    found: () => found,
  };
}
