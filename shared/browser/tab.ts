import { setTimeout as sleep } from 'node:timers/promises';
import type {
  BrowserContext,
  BrowserContextOptions,
  CDPSession,
  Page,
  Request,
  Route,
} from 'playwright-core';

/** Answers all that a page asks for. */
export interface PageGuard {
  answer(route: Route, request: Request): Promise<void>;
  /** Called with the tab before the page is opened in it. */
  watch(page: Page): void;
  /** Called for what the tab itself refuses the page: a WebSocket. */
  refused(reason: 'blocked'): void;
  /** Called before the page itself asks for another address, with its fragment. @default nothing */
  leadsTo?(url: string): void;
}

/** A tab in a profile of its own, in which the browser connects to nothing. */
export interface Tab {
  page: Page;
  /** Of the page alone, with `Page` enabled. */
  session: CDPSession;
  /** All that is asked for from now on is answered by `guard`. */
  give(guard: PageGuard): void;
  /**
   * Leaves nothing of the page: no script, storage, cookie, history or name. `false`: it did more than can be taken back, or the
   * browser does not answer.
   */
  wipe(): Promise<boolean>;
  /** Whether its browser answers. */
  isThere(): Promise<boolean>;
  /** `false`: the browser does not close it, as where its process is stuck. */
  close(): Promise<boolean>;
}

/** As whom a page is shown to itself, and to what it asks. */
export interface Visitor {
  userAgent: string;
  /** A tag such as `de-AT`. @default the browser's own */
  language?: string | undefined;
}

/** A profile for this visitor, in which no page installs workers of its own or saves files. */
export function profileFor({ userAgent, language }: Visitor): BrowserContextOptions {
  return {
    ...{ userAgent, serviceWorkers: 'block', acceptDownloads: false },
    ...(language === undefined ? {} : { locale: language }),
  };
}

/** A browser that does not do as it is asked within this time is taken to be stuck. */
const patienceMs = 5_000;

/** Opens the only tab of a profile, for pages of this origin; where that fails, the profile is closed. `close`: as that of the tab. */
export async function openTab(
  context: BrowserContext,
  origin: string,
  close = () => closeProfile(context),
): Promise<Tab> {
  try {
    return { ...(await watchedTab(context, origin)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function watchedTab(context: BrowserContext, origin: string): Promise<Omit<Tab, 'close'>> {
  let guard: PageGuard | undefined;
  let isPlain = true;
  const soil = () => {
    isPlain = false;
  };
  await context.route('**/*', (route, request) => {
    if (isOfOtherWindow(request)) return route.abort('blockedbyclient');
    // What other origins store within this one is kept apart from what they store elsewhere, and is not found by their name.
    if (request.isNavigationRequest() && new URL(request.url()).origin !== origin) soil();
    return guard === undefined ? route.abort('aborted') : guard.answer(route, request);
  });
  await context.routeWebSocket(/.*/, (socket) => {
    guard?.refused('blocked');
    socket.close();
  });
  const page = await context.newPage();
  closeWhatOpens(context, page);
  page.on('worker', soil);
  const session = await context.newCDPSession(page);
  session.on('Page.windowOpen', soil);
  await session.send('Page.enable');
  const { frameTree } = await session.send('Page.getFrameTree');
  session.on('Page.frameRequestedNavigation', ({ frameId, url }) => {
    if (frameId === frameTree.frame.id) guard?.leadsTo?.(url);
  });
  return {
    ...{ page, session },
    give(next) {
      guard = next;
      next.watch(page);
    },
    async wipe() {
      guard = undefined;
      const wiped = wipe(page, session, origin).then(
        () => isPlain,
        () => false,
      );
      return (await within(wiped)) ?? false;
    },
    async isThere() {
      const answered = page.evaluate('true').catch(() => false);
      return (await within(answered)) === true;
    },
  };
}

async function closeProfile(context: BrowserContext): Promise<boolean> {
  // One whose browser has ended is closed.
  const closed = context.close().then(
    () => true,
    () => true,
  );
  return (await within(closed)) ?? false;
}

/** A window that the page opens has no page yet when it asks for its document. */
function isOfOtherWindow(request: Request): boolean {
  if (!request.isNavigationRequest()) return false;
  try {
    request.frame();
    return false;
  } catch {
    return true;
  }
}

/** Windows that the page opens, and questions that it asks. */
function closeWhatOpens(context: BrowserContext, page: Page): void {
  context.on('page', (other) => {
    if (other !== page) void other.close().catch(() => undefined);
  });
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
}

/** Waits for the browser; `undefined`: it takes too long. */
export async function within<T>(work: Promise<T>, ms = patienceMs): Promise<T | undefined> {
  const late = new AbortController();
  const isLate = sleep(ms, undefined, { signal: late.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([work, isLate]);
  } finally {
    late.abort();
  }
}

/**
 * The document ends first, and with it its scripts, those for its end included: none of them writes anew what has been removed. The name
 * of the window outlives it.
 */
async function wipe(page: Page, session: CDPSession, origin: string): Promise<void> {
  await page.goto('about:blank', { waitUntil: 'commit', timeout: 0 });
  await page.evaluate('window.name = ""');
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await page.context().clearCookies();
  await session.send('Page.resetNavigationHistory');
}
