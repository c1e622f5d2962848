import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Activity } from './activity.ts';
import type { PageToRender } from './types.ts';

/** A profile of its own, where the browser gives one within the page's time. */
export async function openProfile(
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

export async function closeWithin(context: BrowserContext, onStuck: () => void): Promise<void> {
  const late = new AbortController();
  const isStuck = sleep(closeMs, true, { signal: late.signal, ref: false }).catch(() => false);
  const closing = context.close().then(() => false);
  if (await Promise.race([closing, isStuck])) onStuck();
  late.abort();
}

/** Windows that the page opens, and questions that it asks. */
export function closeWhatOpens(context: BrowserContext, page: Page): void {
  context.on('page', (other) => {
    if (other !== page) void other.close().catch(() => undefined);
  });
  page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
}

/** One that the browser does not take, such as one without a name, costs no page. */
export async function giveCookies(
  context: BrowserContext,
  cookies: PageToRender['cookies'],
  url: string,
): Promise<void> {
  const root = new URL('/', url).href;
  for (const cookie of cookies) await context.addCookies([{ ...cookie, url: root }]).catch(() => undefined);
}
