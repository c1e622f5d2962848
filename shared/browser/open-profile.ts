import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, BrowserContextOptions, Page, Request, Route } from 'playwright-core';
import type { Activity } from './activity.ts';
import type { PageToRender } from './types.ts';

/** What a profile is opened with, and what waits for it. */
export interface Profile {
  /** The page that it begins with, whose scripts may read the cookies. */
  url: string;
  userAgent: string;
  cookies: PageToRender['cookies'];
  activity: Activity;
  /** The browser does not close the page. */
  onStuck(): void;
}

/** Opens a profile of its own, without cookies, storage or cache. */
export type OpenContext = (options: BrowserContextOptions) => Promise<BrowserContext>;

/** Reads what is wanted in a profile; `onStuck`: called where the browser does not close it. */
export type ReadIn<Wanted, Found> = (
  open: OpenContext,
  wanted: Wanted,
  onStuck: () => void,
) => Promise<Found>;

/** Answers all that pages of a profile ask for. */
export interface ProfileGuard {
  answer(route: Route, request: Request): Promise<void>;
  /** Called with the page before it is opened. */
  watch(page: Page): void;
}

/** Uses a page of a profile of its own, in which the browser connects to nothing: the guard answers. */
export async function inProfile<Found>(
  open: OpenContext,
  { url, userAgent, cookies, activity, onStuck }: Profile,
  guard: ProfileGuard,
  use: (page: Page) => Promise<Found>,
): Promise<Found> {
  const context = await openProfile(open, userAgent, activity, onStuck);
  try {
    await activity.within(giveCookies(context, cookies, url));
    await activity.within(context.route('**/*', guard.answer));
    await activity.within(context.routeWebSocket(/.*/, (socket) => socket.close()));
    const page = await activity.within(context.newPage());
    closeWhatOpens(context, page);
    guard.watch(page);
    return await use(page);
  } finally {
    activity.end();
    await closeWithin(context, onStuck);
  }
}

/** Where the browser gives one within the page's time. */
async function openProfile(
  open: OpenContext,
  userAgent: string,
  activity: Activity,
  onStuck: () => void,
): Promise<BrowserContext> {
  try {
    const options = { userAgent, serviceWorkers: 'block', acceptDownloads: false } as const;
    return await activity.within(open(options));
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

/** Windows that the page opens, and questions that it asks. */
function closeWhatOpens(context: BrowserContext, page: Page): void {
  context.on('page', (other) => {
    if (other !== page) void other.close().catch(() => undefined);
  });
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
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
